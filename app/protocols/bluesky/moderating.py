"""Mutes, blocks and moderation lists of one account; whom it follows."""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import Raw, field

from app.model.belongings import Who
from app.model.errors import NotFound
from app.model.moderation import Averted, PeopleList
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.labelers import Labelers
from app.protocols.bluesky.people import did_of, who_from_address
from app.protocols.bluesky.settling import Settling
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.walks import Walk
from app.protocols.bluesky.wire import Wire
from app.protocols.safety import clean_text

LIST, LIST_BLOCK = "app.bsky.graph.list", "app.bsky.graph.listblock"
_PAGE = 100
_MOST_MEMBERS = 50_000
_ADDRESS = re.compile(r"https?://[^/?#]+/profile/([^/?#]+)/lists/([A-Za-z0-9._~:-]+)/?")


class _Person(Wire, frozen=True):
    did: str
    handle: str = ""


class _Member(Wire, frozen=True):
    subject: _Person


class ListView(Wire, frozen=True):
    """A list, as answers tell of it."""

    uri: str = ""
    name: str = ""
    purpose: str = ""
    description: str = ""
    creator: _Person = _Person(did="")


class _Paged(Wire, frozen=True):
    """An answer of any of the paged queries here."""

    cursor: str = ""
    mutes: list[Raw] = []
    blocks: list[Raw] = []
    follows: list[Raw] = []
    followers: list[Raw] = []
    lists: list[Raw] = []
    items: list[Raw] = []
    about: ListView = field(default=ListView(), name="list")


class Moderating(Settling, Labelers):
    """The part of the service that averts (``Averts``, ``ReadsLists``, ``Follows``)."""

    async def averted(self, most: int = 10_000) -> Averted:
        """Whom the account mutes and blocks; see ``Averts``."""
        muted = await self._people("app.bsky.graph.getMutes", "mutes", most)
        blocked = await self._people("app.bsky.graph.getBlocks", "blocks", most)
        return Averted(muted=muted, blocked=blocked)

    async def followed(self, most: int = 10_000) -> Collection[str]:
        """Whom the account follows; see ``Follows``."""
        method = "app.bsky.graph.getFollows"
        return (await self._people(method, "follows", most, actor=self._account.uri)).keys()

    async def people_list(self, address: str) -> PeopleList:
        """A list with its members; see ``ReadsLists``."""
        uri = await self._list_uri(address)
        members: dict[str, str] = {}
        about, walk = ListView(), Walk()
        while True:
            page = await self._page("app.bsky.graph.getList", walk.cursor, list=uri)
            about = page.about
            for raw in page.items:
                try:
                    person = read(raw, _Member).subject
                except Unreadable:
                    continue  # whoever that was, the others are on it all the same
                members[person.did] = person.handle
            if len(members) >= _MOST_MEMBERS or not walk.goes_on(page.items, page.cursor):
                break
        return PeopleList(
            uri=uri,
            title=plain_name(about.name) or "A list",
            by=about.creator.handle,
            description=clean_text(about.description[:2_000]).strip(),
            members=members,
        )

    async def mute_list(self, uri: str, on: bool = True) -> None:
        """Mute everybody on it; see ``ReadsLists``."""
        method = "muteActorList" if on else "unmuteActorList"
        await self._api.post(f"app.bsky.graph.{method}", {"list": uri}, why="a list")

    async def block_list(self, uri: str, on: bool = True) -> None:
        """Block everybody on it: a public record; see ``ReadsLists``."""
        repo = self._repo
        keys = await repo.keys_about(LIST_BLOCK, uri)
        if on and not keys:
            await repo.create(LIST_BLOCK, uri, why="a list")
        for key in () if on else keys:
            await repo.delete(LIST_BLOCK, key, why="a list")

    async def _people(self, method: str, name: str, most: int, **params: str) -> dict[str, str]:
        people: dict[str, str] = {}
        walk = Walk()
        while len(people) < most:
            page = await self._page(method, walk.cursor, **params)
            raws: list[Raw] = getattr(page, name)
            people |= {who.uri: who.handle for raw in raws if (who := who_from(raw)) is not None}
            if not walk.goes_on(raws, page.cursor):
                break
        return people

    async def _page(self, method: str, cursor: str, **params: str) -> _Paged:
        asked: dict[str, str | int | bool] = {"limit": _PAGE, **params}
        if cursor:
            asked["cursor"] = cursor
        why = "whom you mute, block and follow"
        return answer(await self._api.get(method, asked, why=why, background=True), _Paged)

    async def _list_uri(self, address: str) -> str:
        address = address.strip()
        page = _ADDRESS.fullmatch(address)
        if page is not None:
            return f"at://{await did_of(self._api, who_from_address(page[1]))}/{LIST}/{page[2]}"
        parts = at_uri_parts(address)
        if parts is None or parts[1] != LIST:
            raise NotFound("That is no address of a list on Bluesky.")
        return address


def who_from(raw: Raw) -> Who | None:
    """Somebody on a list of people; None: whoever that is, the others are there all the same."""
    try:
        person = read(raw, _Person)
    except Unreadable:
        return None
    return Who(person.handle, person.did)
