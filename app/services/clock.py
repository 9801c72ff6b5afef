"""Time as services see it: what tests replace."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Now, and waiting."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Until *event* is set (True) or *seconds* are over (False)."""
        ...


class SystemClock:
    """The machine's own."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

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
