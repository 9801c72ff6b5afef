"""What lies beyond the ends of a feed: asked of servers, one thing at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from app.model.errors import ServiceError
from app.model.timeline import RowKey, TimelineId
from app.services.held_rows import HeldRows
from app.services.ranked_rows import RankedRows
from app.services.rows import EdgeState

if TYPE_CHECKING:
    from app.services.feed_making import Made

log = logging.getLogger(__name__)

Edge = Literal["newer", "older"]


async def _nothing() -> bool:
    return False


class Beyond(Struct, frozen=True):
    """
    What the sources of a feed have that is not here.

    Attributes:
        refresh: Asks servers for what is new; errors in words.
        stale: What its own sources have is old, or not here at all.
        first: Fetches that. True: it did.
        goes_on: Its own sources have more below, on their servers.
        deepen: Fetches some of that. True: there is still more.
        follow: Keeps its own sources up to date, until cancelled.
    """

    refresh: Callable[[], Awaitable[str]]
    stale: Callable[[], bool] = lambda: False
    first: Callable[[], Awaitable[bool]] = _nothing
    goes_on: Callable[[], bool] = lambda: False
    deepen: Callable[[], Awaitable[bool]] = _nothing
    follow: Callable[[], Coroutine[None, None, object]] = _nothing


class RankedAsking(HeldRows):
    """The part of ``RankedTimeline`` that asks."""

    id: TimelineId
    _next: Made | None = None

    def __init__(self, rows: RankedRows, beyond: Beyond) -> None:
        self._rows, self._beyond = rows, beyond
        self._states: dict[Edge, EdgeState] = {"newer": EdgeState("newer", "loading")}
        self._asking: asyncio.Task[None] | None = None
        super().__init__(rows)

    def jump(self, key: RowKey | None) -> None:
        """Go there; see ``RankedTimeline``."""
        raise NotImplementedError

    def remake(self) -> None:
        """Show the new order at once; see ``RankedTimeline``."""
        raise NotImplementedError

    def want_older(self) -> None:
        """All that the feed shows is in memory; its own sources may have more."""
        if not self._beyond.goes_on():
            self._tell_edge(EdgeState("older", "end"))
        elif self._asking is None:
            self._tell_edge(EdgeState("older", "loading"))
            self._asking = asyncio.create_task(self._ask_older(), name=f"older of {self.id}")

    def want_newer(self) -> None:
        """Show the new order if there is one, else ask servers for new posts."""
        if self._next is not None:
            self.jump(None)
        elif self._asking is None:
            self._tell_edge(EdgeState("newer", "loading"))
            self._asking = asyncio.create_task(self._ask_servers(), name=f"newer of {self.id}")

    def ask_first(self) -> None:
        """What a feed takes from sources of its own is not there by itself."""
        if self._asking is None and self._beyond.stale():
            self._asking = asyncio.create_task(self._ask_first(), name=f"first of {self.id}")

    def edge(self, edge: Edge) -> EdgeState:
        """What happens at that end of the list now."""
        return self._states.get(edge) or EdgeState(edge, "more")

    # ------------------------------------------------------------- private

    def _settle_edges(self) -> None:
        """Another order is shown."""
        newer = self._states.get("newer")
        asking = newer is not None and newer.state == "loading" and self._asking is not None
        # What failed stays until it is tried again.
        if newer is None or not (newer.state == "failed" or asking):
            newer = EdgeState("newer", "more")
        older = EdgeState("older", "more" if self._beyond.goes_on() else "end")
        self._states = {"newer": newer, "older": older}

    def _tell_edges(self) -> None:
        for state in self._states.values():
            self._rows.tell(state)

    async def _follow(self) -> None:
        try:
            await self._beyond.follow()
        except ServiceError as error:
            log.info("following feed %s: %s", self.id, error.kind)
        except Exception:
            # A bug with what it takes from must not go unheard, nor end the feed.
            log.exception("bug in following feed %s", self.id)

    async def _ask_servers(self) -> None:
        try:
            words = await self._beyond.refresh()
        except ServiceError as error:
            words = in_words(error)
        finally:
            self._asking = None
        if words:
            self._tell_edge(EdgeState("newer", "failed", words))
        else:
            self._tell_edge(EdgeState("newer", "more"))
        self.remake()

    async def _ask_first(self) -> None:
        fetched = False
        try:
            fetched = await self._beyond.first()
        except ServiceError as error:
            log.info("sources of feed %s: %s", self.id, error.kind)
        finally:
            self._asking = None
        self._tell_edge(EdgeState("newer", "more"))
        if fetched and not len(self._rows):
            self.remake()

    async def _ask_older(self) -> None:
        try:
            await self._beyond.deepen()
        except ServiceError as error:
            log.info("older of feed %s: %s", self.id, error.kind)
        finally:
            self._asking = None
        self.remake()

    def _tell_edge(self, state: EdgeState) -> None:
        if self._states.get(state.edge) != state:
            self._states[state.edge] = state
            self._rows.tell(state)


def in_words(error: ServiceError) -> str:
    """What happened, and what to do."""
    return f"{error.message} {error.next_step}"
