"""How fast a step is, and how long it will take; told no more than ten times a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import msgspec

from app.portability.plan import Progress

EVERY = 0.1
"""Seconds between two tellings."""

WINDOW = 20.0
"""Seconds that "lately" means."""


class Meter:
    """
    Of one step.

    Args:
        tell: Is told what the window shall show.
        ticks: Seconds that only go forward.
    """

    def __init__(self, tell: Callable[[Progress], None], ticks: Callable[[], float]) -> None:
        self._tell, self._ticks = tell, ticks
        self._seen: deque[tuple[float, float]] = deque()
        self._told_at = float("-inf")
        self.last: Progress | None = None
        self._told: Progress | None = None

    def take(self, progress: Progress) -> None:
        """A step says how far it is."""
        now = self._ticks()
        in_bytes = progress.bytes_total or progress.unit == "bytes"
        measure = float(progress.bytes_done if in_bytes else progress.done)
        if self._seen and measure < self._seen[-1][1]:
            self._seen.clear()  # it has begun anew
        if not self._seen or now - self._seen[-1][0] >= EVERY:
            self._seen.append((now, measure))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        self.last = self._timed(progress, now, measure)
        finished = progress.total > 0 and progress.done >= progress.total
        if finished or now - self._told_at >= EVERY:
            self.flush()

    def flush(self) -> None:
        """Tell the last that is known, if it was not told."""
        if self.last is not None and self.last is not self._told:
            self._told, self._told_at = self.last, self._ticks()
            self._tell(self.last)

    def _timed(self, progress: Progress, now: float, measure: float) -> Progress:
        rate, left = progress.rate, progress.seconds_left
        if not rate and self._seen:
            since, before = self._seen[0]
            rate = (measure - before) / (now - since) if now - since >= EVERY else 0.0
        total = progress.bytes_total or progress.total
        if left is None and rate > 0 and total:
            left = max(0.0, (total - measure) / rate)
        return msgspec.structs.replace(progress, rate=rate, seconds_left=left)
