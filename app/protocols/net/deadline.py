"""
Time limits for many requests with one timer.

Under qasync a cancelled ``call_later`` keeps its Qt timer until it would have
fired, so a timer per read, write and connect (as httpx does) leaves hundreds
of them behind. Here one timer ticks, and only while something is in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_COARSE = 1.0
_FINE = 0.02


class Deadlines:
    """All the time limits of one event loop."""

    def __init__(self) -> None:
        self._due: dict[asyncio.Timeout, float] = {}
        self._ticking = False

    @asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[Callable[[], None]]:
        """
        Limit the block to *seconds* (to about a second when it is long).

        What it gives can be called to begin anew: something moved.

        Raises:
            TimeoutError: It took longer.
        """
        loop = asyncio.get_running_loop()
        limit = asyncio.timeout(None)

        def renew() -> None:
            self._due[limit] = loop.time() + seconds

        async with limit:
            renew()
            if not self._ticking:
                self._tick(loop)
            elif seconds < _COARSE:
                loop.call_later(max(seconds, _FINE), self._expire, loop)
            try:
                yield renew
            finally:
                del self._due[limit]

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._expire(loop)
        self._ticking = bool(self._due)
        if self._ticking:
            nearest = min(self._due.values()) - loop.time()
            loop.call_later(min(max(nearest, _FINE), _COARSE), self._tick, loop)

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for limit, due in self._due.items():
            if due <= now and not limit.expired() and limit.when() is None:
                limit.reschedule(now)
