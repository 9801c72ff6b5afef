"""Filling a gap because the reader asked, and saying how far it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from app.model.errors import NotFound, ServiceError
from app.model.timeline import Gap

if TYPE_CHECKING:
    from app.services.sync import Sync

MOST_PAGES = 25
"""Pages of one click; then the reader may click again."""


class GapState(Struct, frozen=True):
    """
    What happens to a gap.

    Attributes:
        fetched, about: Posts so far, and about how many there are (0: not
            known yet).
    """

    kind: Literal["idle", "filling", "failed", "nothing_more"] = "idle"
    fetched: int = 0
    about: int = 0
    message: str = ""


class GapFilling:
    """The gaps that are being filled for the user."""

    def __init__(self, sync: Sync) -> None:
        self._sync = sync
        self._states: dict[int, GapState] = {}
        self._listeners: list[Callable[[int], None]] = []

    def state(self, gap: Gap) -> GapState:
        """What happens to *gap* now."""
        if gap.id in self._states:
            return self._states[gap.id]
        return GapState() if gap.cursor else GapState("nothing_more")

    def subscribe(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Tell *listener* the id of each gap whose state changes. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def fill(self, gap: Gap) -> None:
        """
        Fill *gap* until it is closed. Asking twice does it once.

        What fails is in its state. A gap with nothing more goes away.
        """
        if self._states.get(gap.id, GapState()).kind == "filling":
            return
        self._set(gap.id, GapState("filling"))
        try:
            self._set(gap.id, await self._pages(gap))
        except NotFound:
            self._set(gap.id, None)  # closed by somebody else meanwhile
        except ServiceError as error:
            fetched = self._states[gap.id].fetched
            self._set(gap.id, GapState("failed", fetched, 0, error.message))
        except BaseException:
            self._set(gap.id, None)
            raise

    async def _pages(self, gap: Gap) -> GapState | None:
        fetched, left = 0, gap
        for _ in range(MOST_PAGES):
            step = await self._sync.fill(gap.account, gap.id)
            fetched += step.fetched
            if step.gap is None:
                return None
            left = step.gap
            if not step.more:
                return GapState("nothing_more", fetched)
            self._set(gap.id, GapState("filling", fetched, estimate(gap, left, fetched)))
        return None

    def _set(self, gap: int, state: GapState | None) -> None:
        if state is None:
            self._states.pop(gap, None)
        else:
            self._states[gap] = state
        for listener in tuple(self._listeners):
            listener(gap)


def estimate(gap: Gap, left: Gap, fetched: int) -> int:
    """
    About how many posts *gap* had, from how much time is *left* of it.

    In tens, since it is a guess; 0 when it cannot be guessed.
    """
    older: datetime | None = gap.older_at
    if older is None or left.newer_at >= gap.newer_at or gap.newer_at <= older:
        return 0
    whole, done = gap.newer_at - older, gap.newer_at - left.newer_at
    return max(fetched, round(fetched * (whole / done) / 10) * 10)
