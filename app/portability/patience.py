"""How long and how often the runner tries, when a server does not answer or says "later"."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from app.model.errors import RateLimited, ServiceError
from app.portability.context import Clock
from app.portability.plan import Progress
from app.protocols.owning import Pause

BASE, CAP = 1.0, 300.0
"""Seconds: first and longest pause between two tries (security facts §10: full jitter)."""


class Patience(Struct, frozen=True, kw_only=True):
    """
    What somebody who runs a move is ready to wait for.

    Attributes:
        tries: How often a server is asked in vain, with nothing got on in between.
        wait: The longest single wait for a moment that a server has named; None: any.
        watch: While the user does something on a web page, look by itself.
    """

    tries: int = 12
    wait: timedelta | None = None
    watch: bool = True

    def covers(self, moment: datetime, now: datetime) -> bool:
        """Whether *moment* is waited for."""
        return self.wait is None or moment - now <= self.wait


LIMITED = 20
"""A server that says "later" may say so that many times as often as one that says nothing."""


class Tries:
    """Counts the tries of one step in vain."""

    def __init__(self, patience: Patience, chance: Callable[[], float] = random.random) -> None:
        self._patience, self._chance = patience, chance
        self._silent = self._limited = 0

    def again(self, error: ServiceError, now: datetime, *, moved: bool) -> datetime | None:
        """When to try again after *error*; None: it has been enough. *moved*: it got on."""
        if moved:
            self._silent = self._limited = 0
        if isinstance(error, RateLimited):
            self._limited += 1
            enough = self._limited >= self._patience.tries * LIMITED
            return None if enough else max(error.until, now + _pause(self._limited, 1.0))
        self._silent += 1
        if self._silent >= self._patience.tries:
            return None
        return now + _pause(self._silent, self._chance())


def _pause(vain: int, part: float) -> timedelta:
    return timedelta(seconds=min(CAP, BASE * 2 ** min(vain, 16)) * part)


def patient_pause(clock: Clock, tell: Callable[[Progress], None]) -> Pause:
    """Waits as long as a server wants, and tells until when."""
    never = asyncio.Event()

    async def pause(error: RateLimited) -> None:
        tell(Progress(resumes_at=error.until))
        left = (error.until - clock.now()).total_seconds()
        await clock.wait(never, max(1.0, left))

    return pause
