"""How long the window's thread stands still between two chances of anything else, and in what."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from itertools import takewhile
from pathlib import Path
from types import FrameType

from msgspec import Struct
from PySide6.QtCore import QTimer

import app

HOME = Path(app.__file__).parent
DEEP, MOST = 14, 3
LOOK_EVERY = 0.001
SOME = 25
"""Turns without work after which a thing is over."""


class Turn(Struct, frozen=True):
    """
    One turn of the loop, ms.

    Attributes:
        wall: As a clock saw it.
        own: Of that, the processor's time of this thread: what other programs take is not ours.
    """

    wall: float
    own: float


class Pulse:
    """
    Ticks each millisecond that the window's thread lets it.

    Args:
        watcher: Looks meanwhile at what the thread is doing.
    """

    def __init__(self, watcher: Watcher | None = None) -> None:
        self._timer = QTimer()
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)
        self._watcher = watcher
        self._last = self._worked = 0.0
        self.turns: list[Turn] = []

    def start(self) -> None:
        """From now on."""
        self.turns.clear()
        self._last, self._worked = time.perf_counter(), time.thread_time()
        if self._watcher is not None:
            self._watcher.begin()
        self._timer.start()

    def stop(self) -> Turn:
        """The longest turn by the clock, and the longest by own work: not always the same one."""
        self._beat()
        self._timer.stop()
        if self._watcher is not None:
            self._watcher.rest()
        return Turn(max(one.wall for one in self.turns), max(one.own for one in self.turns))

    @property
    def calm(self) -> float:
        """
        ms for which no turn has been worth the name; 0 until there were some such turns.

        Turns, too: on a busy machine nothing may happen only because nothing could.
        """
        quiet = list(takewhile(lambda turn: turn.own <= 1, reversed(self.turns)))
        return sum(turn.wall for turn in quiet) if len(quiet) >= SOME else 0.0

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        turn = Turn((now - self._last) * 1e3, (worked - self._worked) * 1e3)
        self.turns.append(turn)
        if self._watcher is not None:
            self._watcher.turned(turn.own)
        # Again: what the watcher took is no work of the window's.
        self._last, self._worked = time.perf_counter(), time.thread_time()


class Watcher:
    """
    Notes from another thread where the window's stands, once a millisecond; keeps the longest turn's.

    Looking costs: numbers are another run's.
    """

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._seen: list[tuple[str, ...]] = []
        self._longest = 0.0
        self._resting = threading.Event()
        self._on = True
        self.kept: list[tuple[str, ...]] = []
        threading.Thread(target=self._look, daemon=True).start()

    def begin(self) -> None:
        """Forget what was seen, and look."""
        self._seen, self.kept, self._longest = [], [], 0.0
        self._resting.set()

    def rest(self) -> None:
        """Look no more."""
        self._resting.clear()

    def turned(self, own: float) -> None:
        """A turn is over."""
        seen, self._seen = self._seen, []
        if own > self._longest:
            self._longest, self.kept = own, seen

    def told(self) -> list[str]:
        """What the longest turn was spent in: the most seen, as "share  outer > … > inner"."""
        counted = Counter(self.kept)
        whole = sum(counted.values()) or 1
        return [
            f"{count * 100 // whole:3} %  {' > '.join(places)}"
            for places, count in counted.most_common(MOST)
        ]

    def _look(self) -> None:
        while self._resting.wait():
            time.sleep(LOOK_EVERY)
            frame = sys._current_frames().get(self._thread)
            if frame is not None:
                self._seen.append(_places(frame))


def _places(frame: FrameType | None) -> tuple[str, ...]:
    """Where that is in Godwit's own code, and the innermost of others'."""
    found: list[str] = []
    inner = True
    while frame is not None and len(found) < DEEP:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(HOME):
            found.append(f"{path.relative_to(HOME)}:{frame.f_lineno} {frame.f_code.co_name}")
        elif inner:
            found.append(f"{path.name}:{frame.f_lineno} {frame.f_code.co_name}")
        inner = False
        frame = frame.f_back
    return tuple(reversed(found))
