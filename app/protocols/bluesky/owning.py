"""Whom an account follows, mutes and blocks, who follows it, and its lists, read to the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from msgspec import Raw

from app.model.belongings import Followed, Muted, OwnList, Who
from app.model.errors import NotFound
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.moderating import ListView, Moderating, who_from
from app.protocols.bluesky.walks import Walk
from app.protocols.owning import Pause, no_pause, with_pauses

_MOST_PAGES = 20
"""Of lists: 2 000 of them."""


class Owning(Moderating):
    """The part of the service that tells what is one's own (``OwnsPeople``)."""

    async def following(
        self, pause: Pause = no_pause, *, details: bool = False
    ) -> AsyncIterator[Followed]:
        """Whom the account follows; see ``OwnsPeople``. There are no details here."""
        async for who in self._everybody("app.bsky.graph.getFollows", "follows", pause, own=True):
            yield Followed(who.handle, who.uri)

    async def followers(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        """Who follows the account; see ``OwnsPeople``."""
        method = "app.bsky.graph.getFollowers"
        async for who in self._everybody(method, "followers", pause, own=True):
            yield who

    async def muted(self, pause: Pause = no_pause) -> AsyncIterator[Muted]:
        """Whom the account mutes; see ``OwnsPeople``."""
        async for who in self._everybody("app.bsky.graph.getMutes", "mutes", pause):
            yield Muted(who.handle, who.uri)

    async def blocked(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        """Whom the account blocks; see ``OwnsPeople``."""
        async for who in self._everybody("app.bsky.graph.getBlocks", "blocks", pause):
            yield who

    async def own_lists(self, pause: Pause = no_pause) -> tuple[OwnList, ...]:
        """Its lists, for reading and for moderation; see ``OwnsPeople``. All are public."""
        uris: dict[str, bool] = {}
        walk = Walk(_MOST_PAGES)
        while True:
            method = "app.bsky.graph.getLists"
            page = await self._page(method, walk.cursor, actor=self._account.uri)
            for raw in page.lists:
                try:
                    view = read(raw, ListView)
                except Unreadable:
                    continue  # whatever that was, the others are lists all the same
                uris[view.uri] = view.purpose.endswith("#modlist")
            if not walk.goes_on(page.lists, page.cursor):
                break
        found = []
        for uri, moderation in uris.items():
            if not uri:
                continue
            try:
                one = await self.people_list(uri)
            except NotFound:
                continue  # deleted meanwhile
            members = tuple(Who(handle, did) for did, handle in one.members.items())
            found.append(
                OwnList(
                    title=one.title, members=members, public=True, moderation=moderation, ref=uri
                )
            )
        return tuple(found)

    async def _everybody(
        self, method: str, name: str, pause: Pause, *, own: bool = False
    ) -> AsyncIterator[Who]:
        """
        Page by page, never all at once: there may be half a million.

        After a pause it goes on with the page that was refused: of so many one would never
        come to the end from the beginning.
        """
        params = {"actor": self._account.uri} if own else {}
        walk, before = Walk(), set[str]()
        while True:
            page = await with_pauses(partial(self._page, method, walk.cursor, **params), pause)
            raws: list[Raw] = getattr(page, name)
            people = {who.uri: who for raw in raws if (who := who_from(raw)) is not None}
            for uri, who in people.items():
                if uri not in before:  # whoever follows meanwhile moves others to the next page
                    yield who
            before = set(people)
            if not walk.goes_on(raws, page.cursor):
                return
