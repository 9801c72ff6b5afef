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
from app.protocols.bluesky.jetstream import Jetstream, Told
from app.protocols.bluesky.lookup import raw_views
from app.protocols.bluesky.moderating import Moderating
from app.protocols.bluesky.records import POST
from app.protocols.bluesky.wire import PostView
from app.protocols.streaming import Event, Gone, Opened, Stirred, StreamOffer

PATIENCE = 50
"""So many messages in a row that are junk."""

MOST_POSTS = 25
"""Posts that are looked up at once (``getPosts``)."""

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
            elif told.commit.collection == POST:
                gone.note(told)

    async def _whom(self) -> Collection[str]:
        """Whom the account follows, and itself: it may write elsewhere, too."""
        return {self._account.uri, *(await self.followed())}


class _Gone:
    """Posts that are said to be deleted: believed when the account's own server has none."""

    def __init__(self, service: Streaming, tell: Callable[[Event], None]) -> None:
        self._service, self._tell = service, tell
        self._said: dict[str, None] = {}
        self._some = asyncio.Event()

    def note(self, told: Told) -> None:
        """It is said of this one."""
        if len(self._said) < MOST_POSTS:
            self._said[told.uri] = None
            self._some.set()

    async def run(self) -> None:
        """Until cancelled."""
        service = self._service
        while True:
            await self._some.wait()
            await service._sleep(SETTLE)
            self._some.clear()
            said, self._said = list(self._said), {}
            try:
                raws = await raw_views(service._api, said, why="posts that were deleted")
            except ServiceError:
                continue  # it stays until it is looked at
            there = set()
            for raw in raws:
                try:
                    there.add(read(raw, PostView).uri)
                except Unreadable:
                    break  # which one that is cannot be told
            else:
                keys = tuple(uri for uri in said if uri not in there)
                if keys:
                    self._tell(Gone(keys=keys))
