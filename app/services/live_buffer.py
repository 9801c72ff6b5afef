"""What a line tells of one source, on its way into the store: bounded, and after a page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.protocols.streaming import Edited, Gone, Items

if TYPE_CHECKING:
    from app.services.clock import Clock

log = logging.getLogger(__name__)

BEAT = 0.1
"""Seconds between two transactions of a source, at least."""

MOST = 2_000
"""Events that wait; more are dropped, and pages bring what they told of."""

News = Items | Edited | Gone


class Buffer:
    """
    Events of one source.

    Args:
        name: For the log.
        catch_up: Fetches its newest page, down to what is known.
        flush: Stores events, in their order.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        catch_up: Callable[[], Awaitable[None]],
        flush: Callable[[list[News]], Awaitable[None]],
    ) -> None:
        self._name, self._clock = name, clock
        self._catch_up, self._flush = catch_up, flush
        self._waiting: list[News] = []
        self._missed = False
        self._some = asyncio.Event()
        self._never = asyncio.Event()

    def put(self, event: News) -> None:
        """It has happened. Quick."""
        if len(self._waiting) >= MOST:
            # Nobody could read so much: the newest page, and a gap below it, are enough.
            log.info("live line of %s: too much at once", self._name)
            self._waiting.clear()
            self._missed = True
        if not self._missed:
            self._waiting.append(event)
        self._some.set()

    async def run(self) -> None:
        """Until cancelled; when ``catch_up`` has brought what was before. Raises: ServiceError."""
        while True:
            await self._some.wait()
            self._some.clear()
            if self._missed:
                # Before the page is asked for: what comes from here on is told again.
                self._missed = False
                await self._catch_up()
            waiting, self._waiting = self._waiting, []
            if waiting:
                await self._flush(waiting)
            await self._clock.wait(self._never, BEAT)
