"""The header of a conversation: how much there is, how it is sorted, where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.shell.words import count_text
from app.ui.theme import marks
from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.panel import Panel, along
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class CountsPill(QWidget):
    """How many answers there are on each network, beside its mark."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._counts: tuple[tuple[str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.hide()

    def show_counts(self, counts: Sequence[tuple[str, str, int]]) -> None:
        """(mark, name of the network, answers) of each; nothing when there are none."""
        self._counts = tuple((mark, count) for mark, _, count in counts)
        said = ", ".join(
            f"{count_text(count)} {'reply' if count == 1 else 'replies'} on {name}"
            for _, name, count in counts
        )
        self.setAccessibleName(said)
        self.setToolTip(plain_tip(said))
        self.setVisible(any(count for _, count in self._counts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme, tokens = self._look.theme, self._look.theme.tokens
        wide = 2 * tokens.space.s + sum(self._width(count) for _, count in self._counts)
        wide += max(0, len(self._counts) - 1) * tokens.space.s
        return QSize(round(wide), theme.length(tokens.thread.pill))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _mark(self) -> float:
        return self._look.theme.px(self._look.theme.tokens.icon.markEcho, capped=True)

    def _width(self, count: int) -> float:
        theme = self._look.theme
        text = QFontMetricsF(theme.font("meta", tabular=True)).horizontalAdvance(count_text(count))
        return float(self._mark() + theme.tokens.space.xs + text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = theme.stroke("hairline")
        painter.setPen(QPen(theme.color("border"), line))
        painter.setBrush(theme.color("sunken"))
        area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        font = theme.font("meta", tabular=True)
        metrics = QFontMetricsF(font)
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        painter.setFont(font)
        painter.setPen(theme.color("textSecondary"))
        size, x = self._mark(), float(tokens.space.s)
        for mark, count in self._counts:
            wide = self._width(count)
            left = self.width() - x - size if rtl else x
            marks.paint(painter, QRectF(left, (self.height() - size) / 2, size, size), mark, theme)
            text = self.width() - x - wide if rtl else x + size + tokens.space.xs
            painter.drawText(QPointF(text, base), count_text(count))
            x += wide + tokens.space.s
        painter.end()


class ThreadHead(Panel):
    """One bar over the conversation."""

    back_wanted = Signal()
    sort_wanted = Signal(QPoint)
    pop_out_wanted = Signal()
    leaving = Signal()

    def __init__(self, look: Look, *, alone: bool = False) -> None:
        super().__init__(look, "surface")
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        row.setSpacing(tokens.space.xs)
        self.back = IconButton(look, "arrow-left", "Back (Alt+Left)")
        self.back.clicked.connect(self.back_wanted)
        self.back.hide()
        row.addWidget(self.back)
        self.title = Words(look, "Conversation", "title")
        row.addWidget(self.title)
        row.addSpacing(tokens.space.s)
        self.pill = CountsPill(look)
        row.addWidget(self.pill)
        row.addStretch(1)
        self.sort = IconButton(look, "sort-ascending", "Order of replies")
        self.sort.clicked.connect(lambda: self.sort_wanted.emit(self._under(self.sort)))
        row.addWidget(self.sort)
        self.pop_out = IconButton(look, "arrow-square-out", "In a window of its own")
        self.pop_out.clicked.connect(self.pop_out_wanted)
        row.addWidget(self.pop_out)
        self.pop_out.setVisible(not alone)
        self.close_button = IconButton(look, "x", "Close (Esc)")
        self.close_button.clicked.connect(self.leaving)
        row.addWidget(self.close_button)
        look.changed.connect(self._reshape)
        self._reshape()

    def show_back(self, on: bool) -> None:
        """Whether there is somewhere to go back to."""
        self.back.setVisible(on)
        theme = self._look.theme
        start = theme.tokens.space.s if on else theme.length(theme.tokens.card.padLeft, capped=True)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(*along(start, theme.tokens.header.padRight))

    def _under(self, widget: QWidget) -> QPoint:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = widget.rect().bottomRight() if rtl else widget.rect().bottomLeft()
        return widget.mapToGlobal(corner)

    def _reshape(self) -> None:
        theme = self._look.theme
        tall = theme.length(theme.tokens.header.tall)
        self.setFixedHeight(max(int(theme.tokens.window.header), tall))
