"""What all parts of the service rest on: one account, its API, a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from app.model import Account
from app.protocols.bluesky.api import BlueskyApi
from app.protocols.bluesky.recent import Recent
from app.protocols.bluesky.tids import Ticket, TidClock
from app.protocols.bluesky.video import VideoService


class Speaking:
    """
    Speaks as one account, at its PDS (which asks the AppView for us).

    Args:
        now: The time, aware UTC.
        tids: Makes record keys; shared by all services of the account.
        video: Where videos are prepared; None: nowhere.
    """

    def __init__(
        self,
        api: BlueskyApi,
        account: Account,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tids: TidClock | None = None,
        video: VideoService | None = None,
    ) -> None:
        self._api = api
        self._account = account
        self._now = now
        self._tids = tids or TidClock()
        self._video = video
        self._recent = Recent()

    @property
    def account(self) -> Account:
        """Who it speaks for."""
        return self._account

    def _next_ticket(self) -> Ticket:
        now = self._now()
        return self._tids.ticket(now, now)
