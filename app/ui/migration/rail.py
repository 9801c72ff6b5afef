"""The rail of the wizard: where one is, what was chosen, and what comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.panel import Glyph, Panel, Spinner, along
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

StopState = Literal["done", "now", "busy", "todo", "trouble"]


class Stop(Struct, frozen=True, omit_defaults=True):
    """A stage of the wizard. *note*: what was chosen there, or how it stands."""

    key: str
    title: str
    state: StopState = "todo"
    note: str = ""


_SIGNS: dict[str, tuple[str, str]] = {
    "done": ("check-circle-fill", "ok"),
    "now": ("record-fill", "accent"),
    "busy": ("record-fill", "accent"),
    "todo": ("circle", "textTertiary"),
    "trouble": ("warning-circle", "danger"),
}
_SAID = {"done": "done", "now": "you are here", "busy": "under way", "todo": "to come"}


class _StopRow(QWidget):
    """One stage: sign, title, note."""

    def __init__(self, look: Look, stop: Stop) -> None:
        super().__init__()
        self._look, self.stop = look, stop
        wizard, side = look.theme.tokens.wizard, look.theme.tokens.sidebar
        row = QHBoxLayout(self)
        row.setContentsMargins(*along(side.rowPadLeft, side.rowPadRight))
        row.setSpacing(side.gap)
        self.setMinimumHeight(look.theme.length(wizard.railRow))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row.addWidget(sign(look, *_SIGNS[stop.state], busy=stop.state == "busy"))
        here = stop.state in ("now", "busy", "trouble")
        color = "onAccentSoft" if here else "text" if stop.state == "done" else "textSecondary"
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch()
        title = Words(look, stop.title, "metaStrong", color, weight=600 if here else None)
        column.addWidget(title)
        if stop.note:
            note = Words(look, stop.note, "small", color if here else "textSecondary")
            note.setToolTip(plain_tip(stop.note))
            column.addWidget(note)
        column.addStretch()
        row.addLayout(column, 1)
        said = _SAID.get(stop.state, "needs you")
        self.setAccessibleName(f"{stop.title}, {said}. {stop.note}".strip())
        self.setToolTip(plain_tip(stop.note))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.stop.state not in ("now", "busy", "trouble"):
            return
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if theme.high_contrast:
            bar = theme.stroke("selectedBar")
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            x = self.width() - bar if rtl else 0
            painter.fillRect(QRectF(x, 0, bar, self.height()), theme.color("accent"))
        else:
            painter.setBrush(theme.color("accentSoft"))
            radius = theme.tokens.radius.row
            painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.end()


class Rail(Panel):
    """Stages from top to bottom, and a line at the foot."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "window")
        self._stops: tuple[Stop, ...] = ()
        self.setAccessibleName("Where you are")
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        side, space = tokens.sidebar, tokens.space
        column.setContentsMargins(0, space.l, 0, space.l)
        column.setSpacing(0)
        self._title = Words(look, "", "title")
        column.addWidget(_inset(self._title, space.xl))
        column.addSpacing(space.m)
        held = QWidget()
        self._rows = QVBoxLayout(held)
        self._rows.setContentsMargins(side.rowPadLeft, 0, side.rowPadLeft, 0)
        self._rows.setSpacing(tokens.wizard.railGap)
        column.addWidget(held)
        column.addStretch(1)
        self._foot = Words(look, "", "small", "textTertiary", wrap=True)
        column.addWidget(_inset(self._foot, space.xl))
        look.changed.connect(self._fit)
        self._fit()

    def show_stops(self, title: str, stops: Sequence[Stop], foot: str) -> None:
        """Show these; unchanged ones stay."""
        self._title.say(title)
        self._foot.say(foot)
        if tuple(stops) == self._stops:
            return
        self._stops = tuple(stops)
        self._draw()

    def wanted_width(self) -> int:
        """px at this text size."""
        theme = self._look.theme
        return theme.length(theme.tokens.wizard.rail, capped=True)

    def _fit(self) -> None:
        self.setFixedWidth(self.wanted_width())
        self._draw()

    def _draw(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for stop in self._stops:
            self._rows.addWidget(_StopRow(self._look, stop))


def sign(look: Look, icon: str, color: str, *, busy: bool = False) -> QWidget:
    """The state of a stage or step, as large as its line wants it."""
    size = look.theme.tokens.icon.action
    return Spinner(look, size) if busy else Glyph(look, icon, size, color)


def _inset(widget: QWidget, pad: int) -> QWidget:
    held = QWidget()
    row = QHBoxLayout(held)
    row.setContentsMargins(pad, 0, pad, 0)
    row.addWidget(widget, 1)
    return held
