"""
What happens, as far as a network without a stream of its own can tell it.

There is nothing to listen to at the account's server. A public service (``jetstream``)
tells when somebody has written; the account's own server is asked then, and what it says
is shown. That service learns whom the account follows, so the user must have said yes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

from app.model import Entry
from app.model.errors import Malformed, ServiceError, Unsupported
from app.protocols.bluesky.convert import entries_from_posts
from app.protocols.bluesky.decode import Unreadable, read, read_page
from app.protocols.bluesky.jetstream import REPOST, Jetstream, Told
from app.protocols.bluesky.lookup import raw_views
from app.protocols.bluesky.moderating import Moderating
from app.protocols.bluesky.records import POST
from app.protocols.bluesky.wire import PostView
from app.protocols.streaming import Event, Gone, Opened, Stirred, StreamOffer

PATIENCE = 50
"""So many messages in a row that are junk."""

MOST_POSTS = 25
"""Posts that are looked up at once (``getPosts``)."""

LOOKS = 3
"""At what is said to be deleted and is still there; then it is not believed."""

SETTLE = 1.0
"""Seconds that the AppView needs to hear of a deletion, most of the time."""

CONSENT = (
    "Jetstream tells Godwit the moment somebody you follow writes. For that it must be told "
    "whom you follow, and it sees your IP address. Nothing is shown that your own server "
    "does not confirm."
)


class Streaming(Moderating):
    """The part of the service that listens (``Streams``, ``Recounts``)."""

    def stream_offer(self) -> StreamOffer | None:
        """One, where that service can know of the account's server."""
        if self._jetstream is None:
            return None
        host = self._jetstream.host
        return StreamOffer(host=host, name="Jetstream", consent=CONSENT, whole=False)

    async def stream(self, tell: Callable[[Event], None]) -> None:
        """Listen; see ``Streams``."""
        if self._jetstream is None:
            raise Unsupported("There is nothing to listen to here.")
        gone = _Gone(self, tell)
        work = asyncio.ensure_future(gone.run())
        try:
            await self._listen(self._jetstream, tell, gone)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def recount(self, posts: Mapping[str, str]) -> tuple[Entry, ...]:
        """Views of several posts at once; see ``Recounts``."""
        params = [("uris", uri) for uri in list(posts)[:MOST_POSTS]]
        body = await self._api.get(
            "app.bsky.feed.getPosts", params, why="how posts stand now", background=True
        )
        found = entries_from_posts(read_page(body, "posts")[0], self._now())
        return tuple(one for one in found if isinstance(one, Entry))

    async def _listen(
        self, jetstream: Jetstream, tell: Callable[[Event], None], gone: _Gone
    ) -> None:
        junk = 0
        async for told in jetstream.told(self._whom, lambda: tell(Opened("jetstream"))):
            junk = 0 if told is not None else junk + 1
            if junk >= PATIENCE:
                raise Malformed(f"{jetstream.host} sends nothing but junk.")
            if told is None or told.commit is None:
                continue
            if told.commit.operation != "delete":
                tell(Stirred())
            elif told.commit.collection in (POST, REPOST):
                gone.note(told)

    async def _whom(self) -> Collection[str]:
        """Whom the account follows, and itself: it may write elsewhere, too."""
        return {self._account.uri, *(await self.followed())}


class _Gone:
    """What is said to be deleted: believed when the account's own server has it no more."""

    def __init__(self, service: Streaming, tell: Callable[[Event], None]) -> None:
        self._service, self._tell = service, tell
        self._said: dict[str, int] = {}
        self._some = asyncio.Event()

    def note(self, told: Told) -> None:
        """It is said of this one."""
        if len(self._said) < MOST_POSTS:
            self._said[told.uri] = LOOKS
            self._some.set()

    async def run(self) -> None:
        """Until cancelled."""
        service = self._service
        while True:
            await self._some.wait()
            await service._sleep(SETTLE)
            self._some.clear()
            said, self._said = self._said, {}
            reposts = [uri for uri in said if f"/{REPOST}/" in uri]
            keys = [uri for uri in reposts if await self._is_gone(uri)]
            keys += await self._gone_posts([uri for uri in said if uri not in reposts])
            if keys:
                self._tell(Gone(keys=tuple(keys)))
            for uri, looks in said.items():
                if uri not in keys and looks > 1:
                    self._said.setdefault(uri, looks - 1)
                    self._some.set()

    async def _gone_posts(self, said: list[str]) -> list[str]:
        """Those of which there is no view; none where that cannot be told."""
        if not said:
            return []
        try:
            raws = await raw_views(self._service._api, said, why="posts that were deleted")
            there = {read(raw, PostView).uri for raw in raws}
        except (ServiceError, Unreadable):
            return []  # they stay until they are looked at
        return [uri for uri in said if uri not in there]

    async def _is_gone(self, uri: str) -> bool:
        """Reposts have no view of their own: the record itself is asked for."""
        try:
            return not await self._service._repo.has(uri)
        except ServiceError:
            return False
