"""Lists of people: records of the own repo. Lexicons: app.bsky.graph.list, …listitem."""

from __future__ import annotations

from collections.abc import AsyncIterator

from msgspec import Raw

from app.model import Cursor, Profile
from app.model.about import PeoplePage
from app.model.belongings import OwnList
from app.model.errors import BadInput, NotFound, ServiceError
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.lookup import record_at
from app.protocols.bluesky.owning import Owning
from app.protocols.bluesky.profiles import profile_from_author
from app.protocols.bluesky.records import Json
from app.protocols.bluesky.refusals import error_from_xrpc, said
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.walks import Walk
from app.protocols.bluesky.wire import Author, Wire
from app.protocols.http import Reply
from app.protocols.owning import Pause, no_pause

LIST, ITEM = "app.bsky.graph.list", "app.bsky.graph.listitem"
_CURATED = "app.bsky.graph.defs#curatelist"
_WHY = "a list"
_PEOPLE = 100


class _Value(Wire, frozen=True):
    subject: str
    list: str


class _Item(Wire, frozen=True):
    uri: str
    value: _Value


class _Named(Wire, frozen=True):
    name: str = ""
    purpose: str = ""


class _Made(Wire, frozen=True):
    uri: str
    value: _Named


class _Member(Wire, frozen=True):
    subject: Author


class _Members(Wire, frozen=True):
    items: list[Raw] = []
    cursor: str = ""


class Listing(Owning):
    """The part of the service that keeps lists (``KeepsLists``). All are public."""

    async def own_lists(self, pause: Pause = no_pause) -> tuple[OwnList, ...]:
        """See ``KeepsLists``. What was made a moment ago is in the own repo only."""
        found = await super().own_lists(pause)
        known = {one.ref for one in found}
        fresh: list[OwnList] = []
        try:
            async for made in self._made():
                if made.uri in known:
                    continue
                moderation = made.value.purpose.endswith("#modlist")
                title = plain_name(made.value.name) or "A list"
                fresh.append(OwnList(title=title, public=True, moderation=moderation, ref=made.uri))
        except ServiceError:
            return (*found, *fresh)  # what views have is there all the same
        return (*found, *fresh)

    async def make_list(self, title: str) -> str:
        """
        See ``KeepsLists``. The same key with every try, so that none is made twice.

        Who was ended before the answer came, and begins again, finds it by its title.
        """
        title = _name(title)
        async for made in self._made():
            if made.value.name == title and made.value.purpose == _CURATED:
                return made.uri
        ticket = self._next_ticket()
        record = {
            "$type": LIST,
            "purpose": _CURATED,
            "name": title,
            "createdAt": ticket.created_at,
        }
        return await self._repo.put(LIST, ticket.key, record, why=_WHY)

    async def _made(self) -> AsyncIterator[_Made]:
        """Records of all lists, from the own repo: views show what is new only later."""
        walk = Walk()
        while True:
            page = await self._repo.listed(LIST, walk.cursor, why=_WHY)
            for raw in page.records:
                try:
                    yield read(raw, _Made)
                except Unreadable:
                    continue  # whatever that is, the others are lists all the same
            if not walk.goes_on(page.records, page.cursor):
                return

    async def rename_list(self, ref: str, title: str) -> None:
        """See ``KeepsLists``. Everything else of the record stays as it is."""
        found = await record_at(self._api, self._own(ref))
        try:
            record: Json = read(found.value, dict)
        except Unreadable as error:
            raise NotFound("This list cannot be read, so it was left as it is.") from error
        record["name"] = _name(title)
        await self._repo.put(LIST, ref.rpartition("/")[2], record, why=_WHY)

    async def delete_list(self, ref: str) -> None:
        """See ``KeepsLists``. Who was on it goes with it: nobody else could clear that away."""
        for uri, _ in await self._items(self._own(ref)):
            await self._drop(uri)
        await self._drop(ref)

    async def members_of(self, ref: str, cursor: Cursor | None = None) -> PeoplePage:
        """See ``ShowsMembers``. Lexicon: app.bsky.graph.getList."""
        params: dict[str, str | int | bool] = {"list": self._own(ref), "limit": _PEOPLE}
        if cursor:
            params["cursor"] = cursor
        body = await self._api.get(
            "app.bsky.graph.getList", params, why=_WHY, error=_error_from_list
        )
        page = answer(body, _Members)
        people = []
        for raw in page.items:
            try:
                people.append(profile_from_author(read(raw, _Member).subject))
            except Unreadable:
                continue  # whoever that was, the others are on it all the same
        older = page.cursor if page.cursor != (cursor or "") else ""
        return PeoplePage(people=tuple(people), older=Cursor(older) if older else None)

    async def put_on_list(self, ref: str, profile: Profile, on: bool = True) -> None:
        """See ``KeepsLists``."""
        there = [uri for uri, did in await self._items(self._own(ref)) if did == profile.uri]
        if on and not there:
            ticket = self._next_ticket()
            record = {
                "$type": ITEM,
                "subject": profile.uri,
                "list": ref,
                "createdAt": ticket.created_at,
            }
            await self._repo.put(ITEM, ticket.key, record, why=_WHY)
        for uri in () if on else there:
            await self._drop(uri)

    async def _items(self, ref: str) -> list[tuple[str, str]]:
        """
        The records that put people on it, and whom.

        From the own repo: views show what was written a moment ago only later.
        """
        found: list[tuple[str, str]] = []
        walk = Walk()
        while True:
            page = await self._repo.listed(ITEM, walk.cursor, why=_WHY)
            items = (item for raw in page.records if (item := _item(raw)) is not None)
            found += [(item.uri, item.value.subject) for item in items if item.value.list == ref]
            if not walk.goes_on(page.records, page.cursor):
                return found

    async def _drop(self, uri: str) -> None:
        _, collection, key = at_uri_parts(uri) or ("", "", "")
        await self._repo.delete(collection, key, why=_WHY)

    def _own(self, ref: str) -> str:
        """*ref*, if it is a list of this account's. Raises: NotFound."""
        did, collection, _ = at_uri_parts(ref) or ("", "", "")
        if (did, collection) != (self._account.uri, LIST):
            raise NotFound("That is no list of this account.")
        return ref


def _item(raw: Raw) -> _Item | None:
    try:
        return read(raw, _Item)
    except Unreadable:
        return None  # whoever that was


def _name(title: str) -> str:
    """Raises: BadInput (lexicon: 1 to 64 bytes)."""
    if not 1 <= len(title.encode()) <= 64:
        raise BadInput("The name of a list has at most 64 bytes.", "Choose a shorter one.")
    return title


def _error_from_list(reply: Reply, server: str, handle: str) -> ServiceError:
    """A list that nobody knows (yet) is told as a bad request."""
    if reply.status == 400 and "not found" in said(reply).message.lower():
        return NotFound("The network does not know this list (yet).", "Try again in a moment.")
    return error_from_xrpc(reply, server, handle)
