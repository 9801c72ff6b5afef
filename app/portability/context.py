"""What a step gets to work with: the runner's side of ``StepContext``."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from app.portability.answers import Answers
from app.portability.journal import Journal, show_progress
from app.portability.ledger import FileLedger
from app.portability.meter import Meter
from app.portability.past import Entry
from app.portability.plan import JournalLine, MoveStatus, Plan, Progress, Tone
from app.portability.step import Listener

_LEDGER = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
NAP = 20.0
"""Seconds after which a wait looks at the clock on the wall: a laptop may have slept."""

SHOWN = 1.0
"""Seconds between two progresses that other processes see."""


class Clock(Protocol):
    """Now, and waiting."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Until *event* is set (True) or *seconds* are over (False)."""
        ...


class Context:
    """Implements ``StepContext`` for whichever step is at work."""

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        answers: Answers,
        clock: Clock,
        listener: Listener | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plan, self._journal, self._answers, self._clock = plan, journal, answers, clock
        self._listener = listener
        self._ticks = ticks
        self._ledgers: dict[str, FileLedger] = {}
        self._meter: Meter | None = None
        self._shown_at = float("-inf")
        self._only: Collection[str] | None = None
        self.wake = asyncio.Event()
        self.step = ""
        self.moved = False
        """Something got on since somebody set it to False: then patience begins anew."""

    # --------------------------------------------------------- for the step

    @property
    def plan(self) -> Plan:
        """What is being done."""
        return self._plan

    @property
    def answers(self) -> Mapping[str, str]:
        """See ``StepContext.answers``."""
        said = self._answers.all(self._journal)
        if self._only is None:
            return said
        return {key: value for key, value in said.items() if key in self._only}

    @property
    def kept(self) -> Mapping[str, Any]:
        """See ``StepContext.kept``."""
        return self._journal.past.kept

    @property
    def folder(self) -> Path:
        """The move's own."""
        return self._journal.folder

    def now(self) -> datetime:
        """Aware UTC."""
        return self._clock.now()

    def keep(self, **values: Any) -> None:
        """Write *values* down durably. Raises: StoreError."""
        self.moved = True
        self._journal.append(
            Entry(at=self.now(), kind="keep", step=self.step, values=plain(values))
        )

    def ledger(self, name: str) -> FileLedger:
        """See ``StepContext.ledger``. Raises: StoreError."""
        assert _LEDGER.match(name), name
        if name not in self._ledgers:
            self._ledgers[name] = FileLedger(self.folder / f"ledger-{name}.jsonl")
        return self._ledgers[name]

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Add a line to the journal. Raises: StoreError."""
        self.note(Entry(at=self.now(), kind="say", step=self.step, text=text, tone=tone))

    def result(self, text: str) -> None:
        """What came of this step. Raises: StoreError."""
        self._journal.append(Entry(at=self.now(), kind="result", step=self.step, text=text))

    def progress(self, progress: Progress) -> None:
        """See ``StepContext.progress``."""
        if self._meter is None:
            self._meter = Meter(self._tell_progress, self._ticks)
        before = self._meter.last
        ahead = (progress.done, progress.bytes_done)
        self.moved = self.moved or before is None or ahead > (before.done, before.bytes_done)
        self._meter.take(progress)

    async def wait(self, seconds: float) -> None:
        """A short pause; ends early when somebody says "look now"."""
        await self._clock.wait(self.wake, seconds)
        self.wake.clear()

    # ------------------------------------------------------- for the runner

    def enter(self, step: str) -> None:
        """Another step is at work from now on."""
        self.leave()
        self.step, self.moved = step, False

    @contextmanager
    def knowing(self, keys: Collection[str]) -> Iterator[None]:
        """Inside it looks as if the user had answered these alone: a step tells what it asks then."""
        self._only = keys
        try:
            yield
        finally:
            self._only = None

    def leave(self) -> None:
        """It is at work no more: what it said last is told."""
        if self._meter is not None:
            self._meter.flush()
        self._meter = None

    @property
    def last_progress(self) -> Progress | None:
        """How far the step at work is."""
        return self._meter.last if self._meter else None

    def note(self, entry: Entry) -> None:
        """Write a line down, and tell who listens. Raises: StoreError."""
        shown = len(self._journal.past.lines)
        self._journal.append(entry)
        for line in self._journal.past.lines[shown:]:
            self.tell(entry.step, line)

    def tell(self, step: str, what: Progress | JournalLine | MoveStatus) -> None:
        """Who listens hears of it."""
        if self._listener is not None:
            self._listener(step, what)

    async def wait_until(self, moment: datetime) -> None:
        """
        Until then by the clock on the wall, or until somebody says "look now".

        Never longer than it seemed at first, whatever becomes of that clock.
        """
        left = (moment - self.now()).total_seconds()
        while left > 0:
            nap = min(left, NAP)
            if await self._clock.wait(self.wake, nap):
                self.wake.clear()
                return
            left = min(left - nap, (moment - self.now()).total_seconds())

    def close(self) -> None:
        """Let go of the files."""
        self.leave()
        for ledger in self._ledgers.values():
            ledger.close()

    def _tell_progress(self, progress: Progress) -> None:
        now = self._ticks()
        if now - self._shown_at >= SHOWN:
            self._shown_at = now
            show_progress(self.folder, self.step, progress)
        self.tell(self.step, progress)


def plain(value: Any) -> Any:
    """*value* as JSON has it, so that it is the same now and in the next process."""
    import msgspec

    return msgspec.json.decode(msgspec.json.encode(value))
