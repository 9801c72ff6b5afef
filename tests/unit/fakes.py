"""Stand-ins that tests hand in through constructors: a clock, a vault, a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from app.model import AccountId
from app.model.errors import SignedOut, VaultError

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """
    Time that moves only when a test moves it.

    ``wait`` ends when its event is set, or when ``pass_time`` has gone far enough.
    """

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._set = 0.0
        self._waiting: list[tuple[datetime, asyncio.Event, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    def passed(self) -> float:
        return self._now.timestamp() - self._set

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        until, due = self._now + timedelta(seconds=seconds), asyncio.Event()
        self._waiting.append((until, due, event))
        tasks = [asyncio.ensure_future(e.wait()) for e in (event, due)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            self._waiting = [one for one in self._waiting if one[1] is not due]
        return event.is_set()

    @property
    def waits(self) -> list[float]:
        """Seconds that are being waited for, shortest first."""
        return sorted((until - self._now) / timedelta(seconds=1) for until, _, _ in self._waiting)

    def is_waited_on(self, event: asyncio.Event) -> bool:
        """Somebody waits for this event or for time to pass, whichever comes first."""
        return any(of is event for _, _, of in self._waiting)

    def set_forward(self, seconds: float) -> None:
        """Somebody sets the clock; no time passes, and who waits goes on waiting."""
        ahead = timedelta(seconds=seconds)
        self._now += ahead
        self._set += seconds
        for at, (until, due, event) in enumerate(self._waiting):
            self._waiting[at] = (until + ahead, due, event)

    def pass_time(self, seconds: float) -> None:
        """Let time pass; those who waited that long go on."""
        self._now += timedelta(seconds=seconds)
        for until, due, _ in self._waiting:
            if until <= self._now:
                due.set()


class MemoryVault:
    """Secrets in memory, with the faults that a real one may have."""

    kind = "this session only"

    def __init__(self) -> None:
        self.state = "ready"
        self.secrets: dict[AccountId, dict[str, str]] = {}
        self.refuses: VaultError | None = None

    async def load(self, account: AccountId) -> dict[str, str]:
        self._meet()
        if account not in self.secrets:
            raise SignedOut("There is no secret for this account.")
        return self.secrets[account]

    async def save(self, account: AccountId, secret: dict[str, str]) -> None:
        self._meet()
        self.secrets[account] = dict(secret)

    async def delete(self, account: AccountId) -> None:
        self._meet()
        self.secrets.pop(account, None)

    @asynccontextmanager
    async def refreshing(self, account: AccountId) -> AsyncIterator[None]:
        yield

    def keep_for_session(self) -> None:
        self.state = "ready"

    def unlock(self, passphrase: str) -> None:
        self.state = "ready"

    def create_file(self, passphrase: str) -> None:
        self.state = "ready"

    def _meet(self) -> None:
        if self.refuses is not None:
            raise self.refuses
