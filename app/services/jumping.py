"""Where a moment stands in a timeline, and getting what is missing down to there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.times import micros
from app.model.timeline import Anchor, RowKey, TimelineId
from app.services.growth import Growth
from app.store.times import moment

if TYPE_CHECKING:
    from app.model.errors import ServiceError
    from app.services.accounts import Accounts
    from app.services.sync import Sync
    from app.store import Reader, Store

PAGES = 60
"""Pages that are fetched for one wish; who wants more asks again."""


class Spot(Struct, frozen=True):
    """
    Where a moment stands.

    Attributes:
        key: The newest row of that moment or before; None: there is no row at all.
        at: Its time.
        reaches: How far back what is here is whole, when the moment lies below.
        more: Servers may have what is below; False: nobody has older ones.
        trouble: Why nothing more came.
    """

    key: RowKey | None
    at: datetime | None = None
    reaches: datetime | None = None
    more: bool = False
    trouble: ServiceError | None = None

    @property
    def is_there(self) -> bool:
        """All of that moment is here."""
        return self.key is not None and self.reaches is None


class Jumping:
    """Finds moments in timelines of time, not in feeds that have an order of their own."""

    def __init__(self, store: Store, accounts: Accounts, sync: Sync) -> None:
        self._store, self._accounts, self._sync = store, accounts, sync

    async def find(self, timeline: TimelineId, at: datetime) -> Spot:
        """Raises: StoreError."""
        return await self._find(self._growth(timeline), timeline, at)

    async def fetch(self, timeline: TimelineId, at: datetime) -> AsyncIterator[Spot]:
        """
        Fetch page after page, until the moment is there, or nobody has more.

        Each spot tells how far it is; the last one is where it ended. Raises: StoreError.
        """
        growth = self._growth(timeline)
        for _ in range(PAGES):
            spot = await self._find(growth, timeline, at)
            if spot.is_there or not spot.more or spot.reaches is None:
                yield spot
                return
            yield spot
            floor = await self._store.load(growth.floor)
            problems = await growth.older(floor) if floor is not None else {}
            if problems:
                # The others would go on without it, and leave a hole that nobody sees.
                after = await self._find(growth, timeline, at)
                yield Spot(after.key, after.at, after.reaches, True, next(iter(problems.values())))
                return
        yield await self._find(growth, timeline, at)

    async def _find(self, growth: Growth, timeline: TimelineId, at: datetime) -> Spot:
        wanted = Anchor("", at)

        def read(reader: Reader) -> Spot:
            floor = growth.floor(reader)
            if floor is not None and micros(at) < floor.at:
                return Spot(floor, moment(floor.at), moment(floor.at), more=True)
            key = reader.row_of(timeline, wanted)
            if key is None:
                return Spot(None)
            if key.at > micros(at):  # the oldest there is, and it is newer
                return Spot(key, moment(key.at), moment(key.at))
            return Spot(key, moment(key.at))

        return await self._store.load(read)

    def _growth(self, timeline: TimelineId) -> Growth:
        return Growth(timeline, self._store, self._accounts, self._sync)
