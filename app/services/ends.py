"""The two ends of an open timeline: from the cache while it lasts, then from servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from app.model.errors import RateLimited, StoreError
from app.model.timeline import RowKey, TimelineId
from app.services.row_loads import Span
from app.services.rows import EdgeState
from app.services.timeline_rows import TimelineRows

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.services.growth import Growth, Problems
    from app.store import Reader, Store

Edge = Literal["newer", "older"]

EXTENT = 400
"""Keys read at once when the list grows."""

RETRY = timedelta(seconds=10)
"""So long after a failure an end asks servers again."""

NEVER = datetime.min.replace(tzinfo=UTC)


class Ends:
    """
    Grows a list at its ends.

    The lower end stops where a timeline is no longer certain: where one
    account ends and its server has more, that server is asked first. Accounts
    that cannot be asked hold up nothing.

    Args:
        wake: Called when a server has answered and there is work again.
    """

    def __init__(
        self,
        timeline: TimelineId,
        rows: TimelineRows,
        store: Store,
        growth: Growth,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._id, self._rows = timeline, rows
        self._store, self._growth = store, growth
        self._clock, self._wake = clock, wake
        self._wanted: set[Edge] = set()
        self._states: dict[Edge, EdgeState] = {}
        self._tasks: dict[Edge, asyncio.Task[None]] = {}
        self._problems: Problems = {}
        self._failed_at: dict[Edge, datetime] = {}

    def state(self, edge: Edge) -> EdgeState:
        """What happens at that end now."""
        return self._states.get(edge) or EdgeState(edge, "more")

    def want(self, edge: Edge) -> None:
        """The reader comes near that end."""
        self._wanted.add(edge)

    @property
    def is_wanting(self) -> bool:
        """There is something to do."""
        return bool(self._wanted)

    async def grow(self) -> None:
        """Grow at one wanted end, as far as the cache goes. Raises: StoreError."""
        edge = self._wanted.pop()
        if edge == "newer":
            await self._grow_newer()
        else:
            await self._grow_older()

    def reopen(self, edge: Edge) -> None:
        """There are rows again where there was an end."""
        if self.state(edge).state == "end":
            self._tell(EdgeState(edge, "more"))

    def failed(self, edge: Edge, message: str) -> None:
        """Say that nothing came."""
        self._failed_at[edge] = self._clock.now()
        self._tell(EdgeState(edge, "failed", message))

    async def close(self) -> None:
        """Stop asking."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------- private

    async def _grow_newer(self) -> None:
        rows = self._rows
        if rows.more_newer and len(rows):
            top = rows.key(0)
            span = await self._store.load(lambda reader: _above(reader, self._id, top))
            rows.grow(span, newer=True)
            rows.trim(0)
        elif self._may_ask("newer"):
            self._start("newer", self._ask_newer())

    async def _grow_older(self) -> None:
        rows = self._rows
        bottom = rows.key(len(rows) - 1) if len(rows) else None
        without = tuple(self._problems)
        span, floor = await self._store.load(
            lambda reader: (
                _below(reader, self._id, bottom),
                self._growth.floor(reader, without),
            )
        )
        certain = tuple(key for key in span.keys if floor is None or key >= floor)
        if certain:
            more = span.more_older or len(certain) < len(span.keys)
            rows.grow(Span(certain, more_older=more), newer=False)
            rows.trim(len(rows) - 1)
            self._tell(EdgeState("older", "more"))
        elif floor is None:
            self._all_shown()
        elif self._may_ask("older"):
            self._start("older", self._ask_older(floor))

    def _all_shown(self) -> None:
        """Nothing is left, here or with any server that can be asked."""
        if self._problems and self._is_over("older"):
            # They are asked again now, and hold up what is below again.
            self._problems = {}
            self.want("older")
            self._wake()
        elif self._problems:
            self._tell(EdgeState("older", "failed", _words(self._problems)))
        else:
            self._tell(EdgeState("older", "end"))

    def _may_ask(self, edge: Edge) -> bool:
        return edge not in self._tasks and self._is_over(edge)

    def _is_over(self, edge: Edge) -> bool:
        """The pause after a failure."""
        return self._clock.now() >= self._failed_at.get(edge, NEVER) + RETRY

    def _start(self, edge: Edge, work: Coroutine[Any, Any, None]) -> None:
        self._tell(EdgeState(edge, "loading"))
        task = asyncio.create_task(self._told(edge, work), name=f"{edge} rows of {self._id}")
        self._tasks[edge] = task
        task.add_done_callback(lambda _: self._tasks.pop(edge, None))

    async def _told(self, edge: Edge, work: Coroutine[Any, Any, None]) -> None:
        """*work*; what our own disk refuses is said, so that nobody waits for ever."""
        try:
            await work
        except StoreError as error:
            self.failed(edge, f"{error.message} {error.next_step}")

    async def _ask_newer(self) -> None:
        problems = await self._growth.newer()
        if problems:
            self.failed("newer", _words(problems))
        else:
            self._tell(EdgeState("newer", "more"))

    async def _ask_older(self, floor: RowKey) -> None:
        problems = await self._growth.older(floor)
        if problems:
            self._problems |= problems
            self.failed("older", _words(problems))
        # What came is in the cache now; the others go on without those that failed.
        self.want("older")
        self._wake()

    def _tell(self, state: EdgeState) -> None:
        if self._states.get(state.edge) != state:
            self._states[state.edge] = state
            self._rows.tell(state)


def _above(reader: Reader, timeline: TimelineId, top: RowKey) -> Span:
    keys = reader.keys(timeline, after=top, limit=EXTENT + 1)
    return Span(tuple(keys[-EXTENT:]), more_newer=len(keys) > EXTENT)


def _below(reader: Reader, timeline: TimelineId, bottom: RowKey | None) -> Span:
    keys = reader.keys(timeline, before=bottom, limit=EXTENT + 1)
    return Span(tuple(keys[:EXTENT]), more_older=len(keys) > EXTENT)


def _words(problems: Problems) -> str:
    """One sentence about all that failed; a server that asks us to wait is no failure."""
    real = [error for error in problems.values() if not isinstance(error, RateLimited)]
    error = (real or list(problems.values()))[0]
    return f"{error.message} {error.next_step}"
