"""A move under way: steps, journal, and the way back always in sight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.portability.plan import JournalLine, MoveStatus, Progress, Undo
from app.ui.migration import words
from app.ui.migration.frame import PageBody
from app.ui.migration.journal import JournalPane
from app.ui.migration.parts import Tip, first_strong, grows_with_words
from app.ui.migration.steps import StepsPanel
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import UNBOUND, Glyph, Panel
from app.ui.widgets.words import Words


class UndoBand(Panel):
    """Whether one can go back, what that means, and until when."""

    pressed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "okSoft", radius=look.theme.tokens.radius.box)
        tokens = look.theme.tokens
        self._shown: tuple[object, ...] = ()
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.m)
        self._box.setSpacing(tokens.space.m)
        self.setMinimumHeight(look.theme.length(tokens.wizard.band))
        said = QHBoxLayout()
        said.setSpacing(tokens.space.m)
        self._sign = Glyph(look, "arrow-counter-clockwise", tokens.icon.toolbar, "ok")
        said.addWidget(self._sign)
        column = QVBoxLayout()
        column.setSpacing(0)
        self._words = Words(look, "", "meta", "ok", wrap=True)
        column.addWidget(self._words)
        self._clock = Words(look, "", "metaStrong", "warn", tabular=True, wrap=True)
        column.addWidget(self._clock)
        said.addLayout(column, 1)
        self._box.addLayout(said, 1)
        self.button = Button(look, "Undo…")
        self.button.clicked.connect(self.pressed)
        self._box.addWidget(self.button)
        grows_with_words(self)

    def show_undo(self, undo: Undo | None, now: datetime, *, busy: bool) -> None:
        """As it stands now. *busy*: it is being taken back."""
        clock = ""
        if undo is not None and undo.until is not None and undo.until > now:
            clock = f"{words.clock_text(undo.until, now)} left to overrule any host"
        if (undo, clock, busy) == self._shown:
            return
        self._shown = (undo, clock, busy)
        self.setVisible(undo is not None and bool(undo.text))
        if undo is None:
            return
        kind = "ok" if undo.possible and not undo.public else "warn"
        if not undo.possible:
            kind = "note"
        color = "textSecondary" if kind == "note" else kind
        ground = "sunken" if kind == "note" else f"{kind}Soft"
        edge = ("border" if kind == "note" else f"{kind}Border") if _edged(self._look) else ""
        self.recolour(ground, edge)
        icon = "timer" if clock else "arrow-counter-clockwise" if undo.possible else "info"
        self._sign.show_icon(icon, color)
        self._words.tint(color)
        self._words.say(first_strong(undo.text))
        self._clock.say(clock)
        self._clock.setVisible(bool(clock))
        self.button.setVisible(undo.possible)
        self.button.setEnabled(not busy)
        self.setAccessibleName(f"{undo.text} {clock}".strip())

    def resizeEvent(self, event: object) -> None:
        theme = self._look.theme
        narrow = self.width() < theme.px(theme.tokens.wizard.nameFrom, capped=True)
        ways = QBoxLayout.Direction
        self._box.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)


def _edged(look: Look) -> bool:
    return look.theme.high_contrast


REHEARSED = "Everything could be read and is whole. Nothing was changed on either side."


class RunningPage(PageBody):
    """From the first step to the last, or to what stops it."""

    pause_wanted = Signal()
    undo_wanted = Signal()
    answered = Signal(dict)
    open_wanted = Signal(str)
    look_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, look: Look, headline: str) -> None:
        super().__init__(look, headline, " ")
        space = look.theme.tokens.space
        self.trouble = Tip(look, "danger", "warning-circle", "")
        self.trouble.hide()
        self.column.addWidget(self.trouble)
        self._trouble_gap = QWidget()
        self._trouble_gap.setFixedHeight(space.m)
        self._trouble_gap.hide()
        self.column.addWidget(self._trouble_gap)
        held = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(look.theme.tokens.wizard.gap)
        self.steps = StepsPanel(look)
        self.steps.answered.connect(self.answered)
        self.steps.open_wanted.connect(self.open_wanted)
        self.steps.look_wanted.connect(self.look_wanted)
        left = QVBoxLayout()
        left.addWidget(self.steps)
        left.addStretch(1)
        self._both.addLayout(left, 1)
        self.journal = JournalPane(look)
        self.journal.copy_wanted.connect(self.copy_wanted)
        self._both.addWidget(self.journal)
        self.column.addWidget(held)
        self.pin(self._make_pinned())
        self._note = self.note("")
        self.hurry = self.button("Try now", icon="arrows-clockwise")
        self.hurry.clicked.connect(self.look_wanted)
        self.stop = self.button("Pause", icon="pause")
        self.stop.clicked.connect(self.pause_wanted)
        self.main = self.button("Go on", main=True)
        self._status: MoveStatus | None = None

    def _make_pinned(self) -> QWidget:
        """The way back: always in sight."""
        space = self._look.theme.tokens.space
        pinned = QWidget()
        column = QVBoxLayout(pinned)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space.s)
        column.addSpacing(space.m)
        self.undo = UndoBand(self._look)
        self.undo.pressed.connect(self.undo_wanted)
        column.addWidget(self.undo)
        self._ahead = Words(self._look, "", "small", "textTertiary", wrap=True)
        column.addWidget(self._ahead)
        return pinned

    # ------------------------------------------------------------- showing

    def show_status(
        self,
        status: MoveStatus,
        headline: str,
        now: datetime,
        *,
        runs: bool,
        rehearses: bool = False,
    ) -> None:
        """As it stands. *runs*: this window works on it; *rehearses*: nothing is changed."""
        before, self._status = self._status, status
        waits = status.state == "waiting" and bool(status.needs)
        failed = status.state == "failed"
        ended = rehearses and status.state == "done"
        self.say(headline, REHEARSED if ended else words.next_text(status, now, runs=runs))
        said = f"{status.error} {status.next_step}".strip()
        beside = waits and bool(status.error)
        self.trouble.turn(*words.trouble_kind(status))
        self.trouble.say("" if beside else first_strong(said) if said else "")
        self._trouble_gap.setVisible(not self.trouble.isHidden())
        self.steps.show_steps(
            status.steps,
            status.step,
            now,
            needs=status.needs if not failed else (),
            trouble=said if beside and status != before else "",
        )
        self.undo.show_undo(status.undo, now, busy=status.undoing and runs)
        self._ahead.say("" if rehearses else words.clock_note(status.steps, status.undo))
        self._ahead.setVisible(bool(self._ahead.text()))
        self._show_foot(status, runs, rehearses)

    def _show_foot(self, status: MoveStatus, runs: bool, rehearses: bool) -> None:
        over = status.state in ("done", "undone")
        self.stop.setVisible(runs and not over)
        self.hurry.setVisible(runs and status.resumes_at is not None and not status.needs)
        asked = status.state == "waiting" and bool(status.needs)
        self.main.setVisible(not runs and not asked and not status.worker)
        self.main.rename(_go_word(status, rehearses))
        note = "Close the window or the lid: it goes on where it was." if runs else _held(status)
        self._note.say(note)

    def tick(self, now: datetime) -> None:
        """Clocks go on."""
        if self._status is not None:
            self.undo.show_undo(self._status.undo, now, busy=not self.undo.button.isEnabled())

    def show_progress(self, step: str, progress: Progress, now: datetime) -> None:
        """How far a step is."""
        self.steps.show_progress(step, progress, now)

    def show_journal(self, lines: Sequence[JournalLine]) -> None:
        """All that was done."""
        self.journal.show_lines(lines)

    def first_focus(self) -> QWidget | None:
        """What is asked, first of all."""
        return self.steps.form.first() if self.steps.form is not None else None

    def arrange(self, width: int) -> None:
        """The journal stands beside the steps, or below them."""
        theme, wizard = self._look.theme, self._look.theme.tokens.wizard
        aside = theme.length(wizard.journal, capped=True)
        two = width >= theme.px(wizard.leastLeft, capped=True) + wizard.gap + aside
        ways = QBoxLayout.Direction
        self._both.setDirection(ways.LeftToRight if two else ways.TopToBottom)
        self.journal.setMinimumWidth(aside if two else 0)
        self.journal.setMaximumWidth(aside if two else UNBOUND)
        low = theme.length(wizard.journalLow)
        self.journal.setMinimumHeight(low)
        self.journal.setMaximumHeight(UNBOUND if two else low)


def _go_word(status: MoveStatus, rehearses: bool) -> str:
    if rehearses and status.state == "done":
        return "Move now"
    if status.state == "failed":
        return "Try again"
    if status.state in ("done", "undone"):
        return "See the report"
    return "Go on"


def _held(status: MoveStatus) -> str:
    if status.worker:
        return f"Worked on by {status.worker}."
    if status.state in ("done", "undone"):
        return ""
    return "Nothing is lost. It waits here until you go on."
