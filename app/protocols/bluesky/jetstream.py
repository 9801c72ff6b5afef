"""
Jetstream: what people write, as plain JSON, the moment their servers know it.

Source: github.com/bluesky-social/jetstream, README. It is not signed: whoever runs it could
say anything. So nothing of it is shown; it only says when, and of whom, to ask.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from time import monotonic

from msgspec import Struct

from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.records import POST
from app.protocols.http import Http, host_of

PUBLIC_SERVICE = "https://jetstream2.us-east.bsky.network"
REPOST = "app.bsky.feed.repost"
MOST = 10_000
"""DIDs that it follows for one listener."""

RENEW_AFTER = 3600.0
"""Seconds after which it is told anew whom the account follows."""

_PATH = "/subscribe?requireHello=true"


class Commit(Struct, gc=False):
    """A record was made, changed or deleted."""

    operation: str = ""
    collection: str = ""
    rkey: str = ""


class Told(Struct):
    """One message; kinds other than ``commit`` are about accounts."""

    did: str = ""
    kind: str = ""
    commit: Commit | None = None

    @property
    def uri(self) -> str:
        """Of the record."""
        commit = self.commit or Commit()
        return f"at://{self.did}/{commit.collection}/{commit.rkey}"


class Jetstream:
    """
    One such service.

    Args:
        origin: Where it is.
    """

    def __init__(self, http: Http, origin: str = PUBLIC_SERVICE) -> None:
        self._http = http
        self.origin = origin

    @property
    def host(self) -> str:
        """For people."""
        return host_of(self.origin)

    async def told(
        self,
        whom: Callable[[], Awaitable[Collection[str]]],
        opened: Callable[[], None],
    ) -> AsyncIterator[Told | None]:
        """
        What these people do; None: a message that is junk.

        Args:
            whom: DIDs, asked at the beginning and now and then.
            opened: Called when it listens.

        Raises:
            ServiceError: It broke, or could not be opened.
        """
        hello = _hello(await whom())
        async with self._http.socket(
            self.origin + _PATH, why="who has just written", public=True
        ) as socket:
            await socket.send(hello)
            opened()
            said_at = monotonic()
            async for message in socket.messages():
                try:
                    yield read(message, Told)
                except Unreadable:
                    yield None
                if monotonic() - said_at > RENEW_AFTER:
                    await socket.send(_hello(await whom()))
                    said_at = monotonic()


def _hello(dids: Collection[str]) -> str:
    # Never an empty list: it would send what everybody in the world writes.
    wanted = sorted(dids)[:MOST]
    if not wanted:
        raise ValueError("nobody to listen to")
    payload = {"wantedCollections": [POST, REPOST], "wantedDids": wanted}
    return json.dumps({"type": "options_update", "payload": payload})
