"""The counter: a ring that fills, and what it says in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.composer.values import Count
from app.ui.theme.look import Look
from app.ui.theme.theme import Theme
from app.ui.widgets.elided import draw_line

_TOP, _FULL = 90 * 16, 360 * 16


def draw_ring(painter: QPainter, area: QRectF, count: Count, theme: Theme) -> None:
    """The ring in *area*, a square."""
    stroke = theme.tokens.composer.ringStroke
    inner = area.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("hairline"), stroke))
    painter.drawEllipse(inner)
    if count.share > 0:
        pen = QPen(theme.color(count.color), stroke)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        if count.share >= 1:
            painter.drawEllipse(inner)
        else:
            painter.drawArc(inner, _TOP, -round(count.share * _FULL))
    painter.restore()


class Gauge(QWidget):
    """
    Ring and words. Painted: a label would lay out its whole window with each letter.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._count: Count | None = None
        self._lines: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._fit)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._count.text if self._count is not None else ""

    def show_count(self, count: Count | None) -> None:
        """Say how long it is; the same again costs nothing."""
        if count == self._count:
            return
        self._count = count
        if (count is None) != self.isHidden():
            self.setVisible(count is not None)
        self.setAccessibleName(self.text)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._count is None:
            return
        theme, count = self._look.theme, self._count
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        side = theme.px(theme.tokens.composer.ring, capped=True)
        pitch = theme.line("metaStrong")
        ring = QRectF(self.width() - side if rtl else 0, (pitch - side) / 2, side, side)
        draw_ring(painter, ring, count, theme)
        color = "textSecondary" if count.color == "accent" else count.color
        start = side + theme.tokens.space.s
        area = QRectF(0 if rtl else start, 0, self.width() - start, pitch)
        for line in self._lines:
            draw_line(painter, area, line, theme, "metaStrong", color, tabular=True, rtl=rtl)
            area.translate(0, pitch)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its words are at this width."""
        theme = self._look.theme
        side = theme.px(theme.tokens.composer.ring, capped=True)
        room = self.width() - side - theme.tokens.space.s
        metrics = QFontMetricsF(theme.font("metaStrong", tabular=True))
        lines: list[str] = []
        for word in self.text.split(" "):
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and metrics.horizontalAdvance(joined) <= room:
                lines[-1] = joined
            else:
                lines.append(word)
        self._lines = lines
        height = round(theme.line("metaStrong") * max(1, len(lines)))
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        self.update()
