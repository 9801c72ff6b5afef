"""Why a post stands where it stands: a sentence, a bar per scorer, the sum, the rule."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from app.ui.feeds.why_words import Bar, WhyValue
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.dialog import Popover
from app.ui.widgets.panel import Hairline
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class BarLine(QWidget):
    """How much a scorer adds, beside the largest."""

    def __init__(self, look: Look, bar: Bar) -> None:
        super().__init__()
        self._look, self._bar = look, bar
        lab = look.theme.tokens.lab
        self.setFixedSize(lab.bar, look.theme.length(look.theme.tokens.type.meta.line))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        thick = theme.tokens.lab.barThick
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, (self.height() - thick) / 2, self.width(), thick)
        painter.setBrush(theme.color("hairline" if theme.high_contrast else "sunken"))
        painter.drawRoundedRect(track, thick / 2, thick / 2)
        width = self.width() * self._bar.share
        if width >= 1:
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            x = self.width() - width if rtl else 0
            painter.setBrush(theme.color("danger" if self._bar.negative else "accent"))
            done = QRectF(x, track.y(), max(width, thick), thick)
            painter.drawRoundedRect(done, thick / 2, thick / 2)
        painter.end()


class WhyPanel(QWidget):
    """Shows one ``WhyValue``; says what is to be learned from it."""

    marked = Signal(str)
    """ "more" or "less"."""
    close_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_value(self, value: WhyValue) -> None:
        """Show this one in place of what is shown."""
        _empty(self._column)
        look, space = self._look, self._look.theme.tokens.space
        self.setAccessibleName(f"{value.title} {value.sentence}")
        head = QHBoxLayout()
        head.addWidget(Words(look, value.title, "name"), 1)
        close = IconButton(look, "x", "Close", target=look.theme.tokens.target.min)
        close.clicked.connect(self.close_wanted)
        head.addWidget(close)
        self._column.addLayout(head)
        self._column.addWidget(Words(look, value.sentence, "meta", "textSecondary", wrap=True))
        self._column.addSpacing(space.s)
        if value.bars:
            self._column.addLayout(self._numbers(value))
            self._line()
        for note in value.notes:
            self._column.addWidget(Words(look, note, "small", "textSecondary", wrap=True))
        if value.can_mark:
            self._column.addSpacing(space.m)
            self._column.addLayout(self._buttons())

    def _numbers(self, value: WhyValue) -> QVBoxLayout:
        look, tokens = self._look, self._look.theme.tokens
        column = QVBoxLayout()
        column.setSpacing(0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(tokens.space.m)
        grid.setVerticalSpacing(tokens.space.s)
        grid.setColumnStretch(0, 1)
        for row, bar in enumerate(value.bars):
            name = Words(look, bar.name, "meta", wrap=True)
            name.setToolTip(plain_tip(bar.name))
            name.setAccessibleName(f"{bar.name}: {bar.number}")
            grid.addWidget(name, row, 0)
            grid.addWidget(BarLine(look, bar), row, 1)
            grid.addWidget(_number(look, bar.number), row, 2, _FAR)
        for row, (name_text, number) in enumerate(value.factors, start=len(value.bars)):
            grid.addWidget(Words(look, name_text, "meta", wrap=True), row, 0, 1, 2)
            grid.addWidget(_number(look, number), row, 2, _FAR)
        column.addLayout(grid)
        column.addSpacing(tokens.space.s)
        column.addWidget(Hairline(look))
        column.addSpacing(tokens.space.xs)
        total = QHBoxLayout()
        total.addWidget(Words(look, "Score", "metaStrong", weight=600), 1)
        total.addWidget(_number(look, value.score))
        column.addLayout(total)
        return column

    def _line(self) -> None:
        space = self._look.theme.tokens.space
        self._column.addSpacing(space.xs)
        self._column.addWidget(Hairline(self._look))
        self._column.addSpacing(space.s)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self._look.theme.tokens.button.gap)
        for icon, words, what in (
            ("thumbs-up", "More like this", "more"),
            ("thumbs-down", "Less", "less"),
        ):
            button = Button(self._look, words, size="small", icon=icon)
            button.setAccessibleName(f"{what.title()} like this")
            button.clicked.connect(lambda _=False, what=what: self.marked.emit(what))
            row.addWidget(button)
        row.addStretch()
        return row


class WhyPopover(Popover):
    """The panel beside a card."""

    marked = Signal(str)

    def __init__(self, look: Look, value: WhyValue, parent: QWidget) -> None:
        super().__init__(look, parent, width=look.theme.tokens.lab.why)
        self.setAccessibleName(value.title)
        self.panel = WhyPanel(look)
        self.panel.show_value(value)
        self.panel.close_wanted.connect(self.close)
        self.panel.marked.connect(self._on_marked)
        self.content.addWidget(self.panel)

    def _on_marked(self, what: str) -> None:
        self.close()
        self.marked.emit(what)


_FAR = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _number(look: Look, text: str) -> Words:
    words = Words(look, text, "metaStrong", weight=600, tabular=True)
    words.setMinimumWidth(words.sizeHint().width())
    return words


def _empty(layout: QLayout) -> None:
    """Take everything out of it, and of what stands in it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _empty(inner)
