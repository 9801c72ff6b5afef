"""Hosts spoken to: this run's, and those of the runs before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.protocols.http import HostLog
    from app.services.clock import Clock
    from app.store import HostUse, Keeper, Store

REMEMBERED = timedelta(days=90)


class Hosts:
    """
    Joins the log of this run with what is kept.

    Args:
        log: This run's log, or None while nothing was asked of any host.
    """

    def __init__(self, store: Store, log: Callable[[], HostLog | None], clock: Clock) -> None:
        self._store = store
        self._log = log
        self._clock = clock
        self._kept: dict[tuple[str, str], int] = {}
        self._keeping = asyncio.Lock()

    async def all(self) -> tuple[HostUse, ...]:
        """All of them, by host and reason. Raises: StoreError."""
        await self.keep()
        return await self._store.load(lambda reader: reader.hosts())

    async def keep(self) -> None:
        """Write down what is not yet kept. Raises: StoreError."""
        async with self._keeping:  # two at once would count twice
            await self._keep()

    async def _keep(self) -> None:
        from app.store import HostUse

        log = self._log()
        if log is None:
            return
        uses = []
        for entry in log.entries():
            more = entry.count - self._kept.get((entry.host, entry.why), 0)
            if more > 0:
                uses.append(HostUse(entry.host, entry.why, more, entry.last))
        if not uses:
            return
        before = self._clock.now() - REMEMBERED

        def write(keeper: Keeper) -> None:
            keeper.add_hosts(uses)
            keeper.forget_hosts(before)

        await self._store.keep(write)
        for use in uses:
            place = (use.host, use.why)
            self._kept[place] = self._kept.get(place, 0) + use.count
