"""Time as services see it: what tests replace."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Now, and waiting."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def passed(self) -> float:
        """Seconds since some moment, sleep of the computer too; nobody can set them."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Until *event* is set (True) or *seconds* are over (False)."""
        ...


class SystemClock:
    """The machine's own."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def passed(self) -> float:
        """Seconds since the computer was started, its sleep too."""
        return time_passed()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait; loops, because a Qt timer may fire up to 5 % early."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            try:
                async with asyncio.timeout(left):
                    await event.wait()
                return True
            except TimeoutError:
                continue
        return event.is_set()


def time_passed() -> float:
    """
    Seconds of a clock that nobody sets, and that goes on while the computer sleeps.

    Linux has one of its own for that (``CLOCK_BOOTTIME``, clock_gettime(2)); elsewhere
    ``CLOCK_MONOTONIC`` (macOS), and what Python takes on Windows, count sleep anyway.
    """
    which = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic() if which is None else time.clock_gettime(which)
