"""What all parts of the service rest on: one account, its API, a clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from app.model import Account
from app.model.errors import NotFound
from app.protocols.bluesky.api import BlueskyApi
from app.protocols.bluesky.jetstream import Jetstream
from app.protocols.bluesky.recent import Recent
from app.protocols.bluesky.records import POST
from app.protocols.bluesky.repo import OwnRepo
from app.protocols.bluesky.tids import Ticket, TidClock, is_tid, microseconds_of
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.video import VideoService

T = TypeVar("T")

DELETED = "deleted"
"""What ``Recent`` knows of a post that was deleted just now."""

_FRESH = 60.0  # seconds
_WAITS = (0.3, 0.7, 1.5)  # seconds; on the real network it is one, most of the time


class Speaking:
    """
    Speaks as one account, at its PDS (which asks the AppView for us).

    Args:
        now: The time, aware UTC.
        tids: Makes record keys.
        recent: What was done just now. Both are shared by all services of the account.
        video: Where videos are prepared; None: nowhere.
        jetstream: Who tells at once what people write; None: nobody.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        api: BlueskyApi,
        account: Account,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tids: TidClock | None = None,
        recent: Recent | None = None,
        video: VideoService | None = None,
        jetstream: Jetstream | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._account = account
        self._now = now
        self._tids = tids or TidClock()
        self._video = video
        self._jetstream = jetstream
        self._sleep = sleep
        self._recent = recent or Recent()

    @property
    def account(self) -> Account:
        """Who it speaks for."""
        return self._account

    @property
    def api(self) -> BlueskyApi:
        """Its way to the server, for who saves the account or moves it."""
        return self._api

    @property
    def _repo(self) -> OwnRepo:
        return OwnRepo(self._api, self._account.uri, self._next_ticket)

    async def _patiently(self, uri: str, ask: Callable[[], Awaitable[T]]) -> T:
        """
        Ask again for an own post of a moment ago, until the AppView has seen it.

        Raises:
            NotFound: It is not there, or was not seen in time.
        """
        for wait in _WAITS if self._is_fresh(uri) else ():
            try:
                return await ask()
            except NotFound:
                await self._sleep(wait)
        return await ask()

    def _is_fresh(self, uri: str) -> bool:
        did, collection, key = at_uri_parts(uri) or ("", "", "")
        if did != self._account.uri or collection != POST or not is_tid(key):
            return False
        now = self._now()
        if self._recent.of(uri, DELETED, "", now):
            return False
        return abs(now.timestamp() - microseconds_of(key) / 1e6) < _FRESH

    def _next_ticket(self) -> Ticket:
        now = self._now()
        return self._tids.ticket(now, now)
