"""
What a journal says, line by line, and what is known when all of it has been read. Pure.

A line that was lost (cut off, edited by hand) costs nothing but a question: a step that
is not known to be done asks the world whether it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from msgspec import Struct

from app.portability.plan import JournalLine, MoveState, Need, StepState, Tone

Kind = Literal[
    "planned",
    "run",
    "undo",
    "begin",
    "again",
    "done",
    "skipped",
    "undoing",
    "undone",
    "waiting",
    "failed",
    "paused",
    "result",
    "keep",
    "answer",
    "say",
    "end",
]


class Part(Protocol):
    """A step, or how it is shown."""

    @property
    def id(self) -> str: ...

    @property
    def public(self) -> bool: ...


class Entry(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One line of the journal.

    Attributes:
        kind: ``run`` and ``undo``: somebody began to work. ``begin`` … ``undone``: of
            *step*; ``again``: what it had done is lost, it is asked anew. ``waiting``, ``failed``, ``paused``: why nobody works any more.
            ``end``: all is done (or undone).
        values: ``keep``: what a step keeps. ``answer``: what the user said and is no
            secret; null: it was forgotten. ``planned``: the digest of the plan.
        needs: ``waiting``: what is asked.
    """

    at: datetime
    kind: Kind
    step: str = ""
    text: str = ""
    next_step: str = ""
    tone: Tone = "plain"
    seconds: float = 0.0
    until: datetime | None = None
    values: dict[str, Any] = {}
    needs: tuple[Need, ...] = ()


_OF_STEP: dict[Kind, StepState] = {
    "begin": "doing",
    "again": "todo",
    "done": "done",
    "skipped": "skipped",
    "undoing": "doing",
    "undone": "undone",
}


@dataclass
class Past:
    """
    All that the lines read so far say.

    Attributes:
        begun: Steps that may have changed something: what ``undo`` goes through.
        asked: Every question that was asked, by its key; asked_at: by which step last.
        unreadable: Lines that could not be read, and places where some are gone.
        at_work: The last that is known is that somebody worked.
    """

    digest: str = ""
    state: MoveState = "planned"
    step: str = ""
    states: dict[str, StepState] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    begun: dict[str, None] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Need] = field(default_factory=dict)
    asked_at: dict[str, str] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    error: str = ""
    next_step: str = ""
    resumes_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    undoing: bool = False
    at_work: bool = False
    unreadable: int = 0
    lines: list[JournalLine] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Take one more line in."""
        match entry.kind:
            case "planned":
                self.digest = str(entry.values.get("digest", ""))
            case "run" | "undo":
                self._work(entry)
            case "begin" | "again" | "done" | "skipped" | "undoing" | "undone":
                self._step(entry)
            case "waiting" | "failed" | "paused":
                self._stop(entry)
            case "result":
                self.results[entry.step] = entry.text
            case "keep":
                self.kept.update(entry.values)
            case "answer":
                self._answer(entry.values)
            case "end":
                self.state = "undone" if self.undoing else "done"
                self.finished_at, self.at_work, self.step = entry.at, False, ""
        if entry.text and entry.kind != "result" and not self._said(entry):
            line = JournalLine(at=entry.at, text=entry.text, tone=entry.tone, step=entry.step)
            self.lines.append(line)

    def touched(self, steps: Iterable[Part]) -> list[str]:
        """
        Ids of those of *steps* that may have changed something, in order.

        Where lines were lost, a step that seemed to be done by somebody else (or of
        which nothing is known, though the move was done) may have been done by us: what is
        public of that counts, too.
        """
        return [one.id for one in steps if one.id in self.begun or self._forgotten(one)]

    def _forgotten(self, one: Part) -> bool:
        if not self.unreadable or not one.public:
            return False
        state = self.states.get(one.id)
        return state == "skipped" or (state is None and self.finished_at is not None)

    def _said(self, entry: Entry) -> bool:
        """The same was said just now: it waits, looks, waits."""
        last = self.lines[-1] if self.lines else None
        return last is not None and (last.text, last.step) == (entry.text, entry.step)

    def _work(self, entry: Entry) -> None:
        self.undoing = entry.kind == "undo"
        self.started_at = self.started_at or entry.at
        self._clear()

    def _clear(self) -> None:
        self.state, self.at_work = "running", True
        self.needs, self.error, self.next_step, self.resumes_at = (), "", "", None

    def _step(self, entry: Entry) -> None:
        self._clear()
        self.step = entry.step
        self.states[entry.step] = _OF_STEP[entry.kind]
        if entry.kind in ("begin", "undoing"):
            self.begun[entry.step] = None
        elif entry.kind == "undone":
            self.begun.pop(entry.step, None)
        if entry.seconds:
            self.seconds[entry.step] = entry.seconds

    def _stop(self, entry: Entry) -> None:
        self.state = "failed" if entry.kind == "failed" else "waiting"
        # One that waits for a moment is still being worked on.
        self.at_work = entry.kind == "waiting" and entry.until is not None
        self.step = entry.step or self.step
        if entry.kind != "paused" and entry.step:
            self.states[entry.step] = "failed" if entry.kind == "failed" else "waiting"
        self.needs, self.resumes_at = entry.needs, entry.until
        self.asked.update((need.key, need) for need in entry.needs)
        self.asked_at.update((need.key, entry.step) for need in entry.needs)
        self.error = entry.text if entry.kind != "paused" else ""
        self.next_step = entry.next_step

    def _answer(self, values: dict[str, Any]) -> None:
        for key, value in values.items():
            if value is None:
                self.answers.pop(key, None)
            else:
                self.answers[key] = str(value)
