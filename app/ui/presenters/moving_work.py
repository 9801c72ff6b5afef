"""One move as the window works on it: it goes on when its page is closed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from app.model import Account
from app.model.errors import ServiceError
from app.portability.plan import JournalLine, MoveStatus, Plan, Progress
from app.portability.step import Listener
from app.ui.asyncqt import TaskScope

Mode = Literal["run", "undo", "rehearse"]


class ListedMove(Protocol):
    """A move of the profile. See ``portability.moves.Listed``."""

    @property
    def id(self) -> str: ...
    @property
    def plan(self) -> Plan | None: ...
    @property
    def status(self) -> MoveStatus: ...


class MovesDoor(Protocol):
    """``portability.moves.Moves``, as far as the window needs it."""

    async def plan(
        self,
        source: Account | str,
        target: str,
        options: Mapping[str, str] = {},
        answers: Mapping[str, str] = {},
    ) -> Plan: ...
    def status(self, id: str) -> MoveStatus: ...
    def journal(self, id: str) -> tuple[JournalLine, ...]: ...
    def all(self) -> Sequence[ListedMove]: ...
    def report(self, id: str) -> Path: ...
    async def run(
        self, id: str, answers: Mapping[str, str] = {}, *, listener: Listener | None = None
    ) -> MoveStatus: ...
    async def undo(
        self, id: str, answers: Mapping[str, str] = {}, *, listener: Listener | None = None
    ) -> MoveStatus: ...
    async def rehearse(
        self, id: str, answers: Mapping[str, str] = {}, *, listener: Listener | None = None
    ) -> MoveStatus: ...
    def pause(self, id: str) -> None: ...
    def look_now(self, id: str) -> None: ...


class MoveWork(QObject):
    """
    Runs it, hears what it tells, and tells whoever looks.

    Attributes:
        mode: What was begun last.
        last: How far the step at work was when it told so last.
        rehearsed: How the last rehearsal ended; None: there was none.
        trouble: Why nothing could be begun.
        answered: Keys of what was asked and answered here. Not the answers.
    """

    changed = Signal()
    progressed = Signal(str, object)
    """Step and Progress."""
    written = Signal(object)
    """JournalLine."""

    def __init__(
        self, moves: MovesDoor, plan: Plan, scope: TaskScope, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._moves, self._scope = moves, scope
        self.plan = plan
        self.status = MoveStatus(plan=plan.id, state="planned", steps=plan.steps)
        self.lines: list[JournalLine] = []
        self.mode: Mode = "run"
        self.runs = False
        self.last: Progress | None = None
        self.rehearsed: MoveStatus | None = None
        self.trouble: ServiceError | None = None
        self.answered: set[str] = set()
        self._next: tuple[Mode, dict[str, str]] | None = None
        self._over = asyncio.Event()
        self._over.set()

    async def load(self) -> None:
        """
        Read how it stands.

        Raises:
            ServiceError: Its folder cannot be read.
        """
        id = self.plan.id
        # A journal of weeks is long: not on the thread that paints.
        status = await asyncio.to_thread(self._moves.status, id)
        lines = await asyncio.to_thread(self._moves.journal, id)
        self.status, self.lines = status, list(lines)
        self.mode = "undo" if status.undoing else "run"

    def begin(self, mode: Mode, answers: dict[str, str] | None = None) -> None:
        """
        Begin, or go on. *answers* are handed over and forgotten here.

        While it still runs (it asks, and goes on looking): as soon as it stands still.
        """
        self.answered |= set(answers or {})
        if self.runs:
            self._next = (mode, answers or {})
            self.pause()
            return
        self.runs, self.mode, self.trouble = True, mode, None
        self._over.clear()
        self._scope.start(self._work(mode, answers or {}), name=f"move {self.plan.id}")
        self.changed.emit()

    def pause(self) -> None:
        """Stop as soon as possible; what was done is done."""
        self._moves.pause(self.plan.id)

    def look_now(self) -> None:
        """Whatever it waits for: look at once."""
        self._moves.look_now(self.plan.id)

    async def stop(self) -> None:
        """Pause, and wait until it stands still."""
        self.pause()
        await self._over.wait()

    async def _work(self, mode: Mode, answers: dict[str, str]) -> None:
        act = {"run": self._moves.run, "undo": self._moves.undo, "rehearse": self._moves.rehearse}
        if mode == "rehearse":
            self.lines = []
        try:
            status = await act[mode](self.plan.id, answers, listener=self._on_news)
            # Whoever is named as working on it was this window, until now.
            self.status = status = replace(status, worker="")
            if mode == "rehearse" and status.state == "done":
                self.rehearsed = status
        except ServiceError as error:
            self.trouble = error
        except asyncio.CancelledError:
            self._next = None  # the window closes: what was said goes with it
            raise
        finally:
            answers.clear()
            self.runs = False
            self._over.set()
            with contextlib.suppress(RuntimeError):  # the window is gone
                self.changed.emit()
        following, self._next = self._next, None
        if following is not None:
            self.begin(*following)

    def _on_news(self, step: str, news: Progress | JournalLine | MoveStatus) -> None:
        if isinstance(news, MoveStatus):
            self.status = news
            self.changed.emit()
        elif isinstance(news, JournalLine):
            self.lines.append(news)
            self.written.emit(news)
        else:
            self.last = news
            self.progressed.emit(step, news)
