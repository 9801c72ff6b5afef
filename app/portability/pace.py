"""Long work on a thread beside a window: in short bursts, so that who scrolls is not held up."""

from __future__ import annotations

import time

BURST, REST = 0.002, 0.001
"""Seconds of work, and of rest after it: a thread that is busy costs each frame more."""


class Pace:
    """
    Called now and then by whoever works.

    Args:
        gentle: Rest after each burst; else it does nothing.
    """

    def __init__(self, *, gentle: bool = False) -> None:
        self._gentle, self._since = gentle, time.perf_counter()

    @property
    def piece(self) -> int:
        """Bytes to be looked at between two calls: what half a burst is enough for."""
        return 32_768 if self._gentle else 1 << 20

    def __call__(self) -> None:
        """Rest, if it is time."""
        if self._gentle and time.perf_counter() - self._since > BURST:
            time.sleep(REST)
            self._since = time.perf_counter()


AT_ONCE = Pace()
"""Where nobody scrolls."""
