"""Sources beside home that somebody looks at now: their servers are asked to tell of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.model import AccountId, Source

if TYPE_CHECKING:
    from app.services.clock import Clock

GRACE = 15.0
"""Seconds that a source is listened to after it was left: who comes back has missed nothing."""

TOLD = frozenset({"list", "tag"})
"""Kinds of sources that servers may tell of."""

Place = tuple[AccountId, Source]


class Attention:
    """
    What is looked at, by account.

    Args:
        choose: Told of an account that other sources are wanted of.
    """

    def __init__(self, clock: Clock, choose: Callable[[AccountId], None]) -> None:
        self._clock, self._choose = clock, choose
        self._open: dict[Place, int] = {}
        self._left: dict[Place, datetime] = {}
        self._some = asyncio.Event()

    def of(self, account: AccountId) -> Collection[Source]:
        """Which of its sources are wanted, the first that was opened first."""
        found = [*self._open, *self._left]
        return tuple(dict.fromkeys(source for mine, source in found if mine == account))

    @contextmanager
    def attending(self, account: AccountId, source: Source) -> Iterator[None]:
        """It is looked at inside."""
        place = account, source
        if source.kind not in TOLD:
            yield
            return
        fresh = place not in self._open and place not in self._left
        self._left.pop(place, None)
        self._open[place] = self._open.get(place, 0) + 1
        if fresh:
            self._choose(account)
        try:
            yield
        finally:
            self._open[place] -= 1
            if not self._open[place]:
                del self._open[place]
                self._left[place] = self._clock.now()
                self._some.set()

    async def run(self) -> None:
        """Until cancelled: let go of what was left."""
        never = asyncio.Event()
        while True:
            await self._some.wait()
            self._some.clear()
            while self._left:
                oldest = min(self._left.values())
                passed = (self._clock.now() - oldest) / timedelta(seconds=1)
                await self._clock.wait(never, min(GRACE, max(0.1, GRACE - passed)))
                self._let_go()

    def _let_go(self) -> None:
        long_ago = self._clock.now() - timedelta(seconds=GRACE)
        # A clock that was set back must not make one wait for hours.
        gone = [p for p, at in self._left.items() if not long_ago < at <= self._clock.now()]
        for place in gone:
            del self._left[place]
        for account in dict.fromkeys(account for account, _ in gone):
            self._choose(account)
