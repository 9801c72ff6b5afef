"""What time it is at the server, which is what its posts are stamped with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_STEP = timedelta(seconds=2)


class ServerTime:
    """
    The server's clock, from its ``Date`` headers.

    They are cut to whole seconds and arrive late, so what is told here is at
    most a second or two early, never late.
    """

    def __init__(self, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._ahead: timedelta | None = None
        self._heard_at = (clock(), monotonic())

    def hear(self, date: str) -> None:
        """Note a ``Date`` header, "" for none."""
        if not date:
            return
        try:
            said = parsedate_to_datetime(date)
        except (ValueError, OverflowError):
            return
        if said.tzinfo is None:
            return
        now = self._clock()
        self._ahead = said - now
        self._heard_at = (now, self._monotonic())

    @property
    def is_known(self) -> bool:
        """The server has told it."""
        return self._ahead is not None

    def at(self, ours: datetime) -> datetime:
        """
        What the server's clock shows when ours shows *ours*.

        Where ours was put forward or back since, or the computer slept, the
        earlier of the two answers.
        """
        if self._ahead is None:
            return ours
        wall, ticks = self._heard_at
        stepped = (self._clock() - wall) - timedelta(seconds=self._monotonic() - ticks)
        if abs(stepped) > _STEP:
            return min(ours + self._ahead, ours + self._ahead - stepped)
        return ours + self._ahead

    def now(self) -> datetime:
        """What it shows now."""
        return self.at(self._clock())
