"""The steps of a move: done, under way, to come; what is asked stands in its step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.portability.plan import Need, Progress, StepView
from app.ui.migration import words
from app.ui.migration.needs import NeedsForm
from app.ui.migration.parts import Bar, grows_with_words, in_line, row_pad
from app.ui.theme.look import Look
from app.ui.widgets.panel import UNBOUND, Glyph, Hairline, Panel, Spinner
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class StepRow(QWidget):
    """One step. Open while it is under way: bar, counts, rate, what is asked."""

    def __init__(self, look: Look, number: int) -> None:
        super().__init__()
        self._look, self._number = look, number
        self._open = False
        self._first = self._last = False
        self.step: StepView | None = None
        tokens = look.theme.tokens
        self._row = QHBoxLayout(self)
        pad = row_pad(look, tokens.wizard.stepRow)
        self._row.setContentsMargins(tokens.space.m, pad, tokens.space.m, pad)
        self._row.setSpacing(tokens.space.m)
        size = tokens.icon.action
        self._glyph = Glyph(look, "circle", size, "textTertiary")
        self._spinner = Spinner(look, size)
        self._spinner.hide()
        signs = QWidget()
        both = QHBoxLayout(signs)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(self._glyph)
        both.addWidget(self._spinner)
        self._row.addWidget(in_line(look, signs), 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout()
        self._column.setSpacing(tokens.space.xs)
        self._row.addLayout(self._column, 1)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(tokens.space.m)
        self._column.addLayout(self._head)
        self._title = Words(look, "", "metaStrong", wrap=True)
        # What wraps has no width of its own; beside a note it is as wide as its words.
        self._held = QWidget()
        held = QVBoxLayout(self._held)
        held.setContentsMargins(0, 0, 0, 0)
        held.addWidget(self._title)
        self._head.addWidget(self._held, 0, Qt.AlignmentFlag.AlignTop)
        self._about = Words(look, "", "small", "textTertiary", wrap=True)
        self._about.setMinimumHeight(round(look.theme.line("metaStrong")))
        self._head.addWidget(self._about, 1, Qt.AlignmentFlag.AlignTop)
        self._more: QWidget | None = None
        self._time = Words(look, "", "small", "textTertiary", tabular=True)
        self._row.addWidget(in_line(look, self._time), 0, Qt.AlignmentFlag.AlignTop)
        self.form: NeedsForm | None = None
        grows_with_words(self)

    def mark_ends(self, *, first: bool, last: bool) -> None:
        """Its corners are those of the panel there."""
        self._first, self._last = first, last

    def show_step(self, step: StepView, *, here: bool) -> None:
        """As it stands now. *here*: the move is at it."""
        if step != self.step:
            self.step = step
            icon, color, _ = words.sign_of(step)
            busy = step.state == "doing"
            self._glyph.setVisible(not busy)
            self._spinner.setVisible(busy)
            self._glyph.show_icon(icon, color)
            self._show_title(step)
            self._time.say(words.span_text(step.seconds) if step.seconds >= 1 else "")
            self.setAccessibleName(words.step_as_said(step, self._number))
        self._open = here and step.state in ("doing", "waiting", "failed")
        if step.progress is None or not self._open:
            self._drop_progress()
        self.update()

    def _show_title(self, step: StepView) -> None:
        ahead = step.state in ("todo", "skipped", "undone")
        self._title.tint("textSecondary" if ahead else "text")
        weight = 600 if step.state in ("doing", "waiting", "failed") else None
        self._title.weigh(weight)
        self._title.say(step.title)
        self._about.say(words.note_of(step))
        self._about.tint("danger" if step.state == "failed" else "textTertiary")
        self._place_note()

    def _place_note(self) -> None:
        """Beside the title where both have room on one line, else below it."""
        space = self._look.theme.tokens.space
        title, note = self._title.sizeHint().width(), self._about.sizeHint().width()
        room = self.width() - 2 * space.m - self._time.sizeHint().width()
        room -= self._glyph.sizeHint().width() + 3 * space.m
        beside = title + space.m + note <= room
        ways = QBoxLayout.Direction
        self._head.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        self._head.setSpacing(space.m if beside else 0)
        self._held.setMinimumWidth(title if beside else 0)
        self._held.setMaximumWidth(title if beside else UNBOUND)
        self._about.setVisible(beside or bool(self._about.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_note()

    def show_progress(self, progress: Progress, now: datetime) -> None:
        """How far it is."""
        if not self._open:
            return
        if not isinstance(self._more, _Progress):
            self._drop_progress()
            self._more = _Progress(self._look)
            self._column.insertWidget(1, self._more)
            self._more.show()
        self._more.show_progress(progress, now)

    def _drop_progress(self) -> None:
        if self._more is not None:
            self._column.removeWidget(self._more)
            self._more.hide()
            self._more.deleteLater()
            self._more = None

    def ask(self, needs: Sequence[Need], trouble: str) -> NeedsForm | None:
        """Ask for these; what is asked already stays, with what was typed. () = nothing."""
        if self.form is not None and self.form.needs == tuple(needs) and not trouble:
            return self.form
        if self.form is not None:
            self.form.wipe()
            self._column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        if needs:
            self.form = NeedsForm(self._look, needs, trouble)
            self._column.addWidget(self.form)
            # Now, not when Qt comes to it: it is to have the focus.
            self.form.show()
        self.updateGeometry()
        return self.form

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._open:
            return
        theme = self._look.theme
        radius = theme.tokens.radius.panel - theme.stroke("hairline")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("selected"))
        painter.setClipRect(self.rect())
        # Where it does not end the panel, its corners lie outside.
        area = QRectF(self.rect()).adjusted(
            0, 0 if self._first else -radius, 0, 0 if self._last else radius
        )
        painter.drawRoundedRect(area, radius, radius)
        painter.end()


class _Progress(QWidget):
    """Bar, counts at one side, rate and time left at the other."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, tokens.space.half, 0, 0)
        column.setSpacing(tokens.space.xs)
        self._bar = Bar(look)
        column.addWidget(self._bar)
        row = QHBoxLayout()
        row.setSpacing(tokens.space.m)
        self._counts = Words(look, "", "small", "textSecondary", tabular=True)
        self._pace = Words(look, "", "small", "textSecondary", tabular=True)
        row.addWidget(self._counts, 1)
        row.addWidget(self._pace)
        column.addLayout(row)

    def show_progress(self, progress: Progress, now: datetime) -> None:
        """How far it is."""
        counts, pace = words.counts_text(progress), words.pace_text(progress, now)
        self._counts.say(counts)
        self._counts.setToolTip(plain_tip(counts))
        self._pace.say(pace)
        waits = progress.resumes_at is not None and progress.resumes_at > now
        self._pace.tint("warn" if waits else "textSecondary")
        self._bar.show_share(words.share_of(progress), f"{counts}. {pace}")


class StepsPanel(Panel):
    """All steps in one box."""

    answered = Signal(dict)
    open_wanted = Signal(str)
    look_wanted = Signal()

    def __init__(self, look: Look) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="border", radius=tokens.radius.panel)
        self.setAccessibleName("Steps")
        line = look.theme.stroke("hairline")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(line, line, line, line)
        self._column.setSpacing(0)
        self.rows: dict[str, StepRow] = {}

    def show_steps(
        self,
        steps: Sequence[StepView],
        here: str,
        now: datetime,
        *,
        needs: Sequence[Need] = (),
        trouble: str = "",
    ) -> None:
        """
        As they stand.

        Args:
            here: The step that is under way, waits or has failed.
            needs: What is asked in it.
            trouble: What was wrong with the last answer.
        """
        if list(self.rows) != [step.id for step in steps]:
            self._make(steps)
        for step in steps:
            row = self.rows[step.id]
            row.show_step(step, here=step.id == here)
            if step.progress is not None and step.id == here:
                row.show_progress(step.progress, now)
            self._ask(row, needs if step.id == here else (), trouble)

    def _ask(self, row: StepRow, needs: Sequence[Need], trouble: str) -> None:
        before = row.form
        form = row.ask(needs, trouble)
        if form is None or form is before:
            return
        form.answered.connect(self.answered)
        form.open_wanted.connect(self.open_wanted)
        form.look_wanted.connect(self.look_wanted)

    def show_progress(self, step: str, progress: Progress, now: datetime) -> None:
        """Of one step, ten times a second."""
        if (row := self.rows.get(step)) is not None:
            row.show_progress(progress, now)

    @property
    def form(self) -> NeedsForm | None:
        """What is asked now."""
        return next((row.form for row in self.rows.values() if row.form is not None), None)

    def _make(self, steps: Sequence[StepView]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = {}
        for number, step in enumerate(steps, 1):
            if number > 1:
                self._column.addWidget(Hairline(self._look))
            row = StepRow(self._look, number)
            row.mark_ends(first=number == 1, last=number == len(steps))
            self.rows[step.id] = row
            self._column.addWidget(row)
            row.show()
