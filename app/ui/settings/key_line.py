"""One line of the list of keys: what it does, and the keys, drawn as such."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.shell.items import Key
from app.ui.theme.look import Look


class KeyLine(QWidget):
    """
    Paints all of itself, the line below too.

    There are a hundred: of labels, caps and layouts they would be five hundred
    widgets, and the page would take four times as long to open.
    """

    def __init__(self, look: Look, key: Key) -> None:
        super().__init__()
        self._look, self._key = look, key
        self.setAccessibleName(f"{key.does}: {' '.join(key.keys)}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        height = theme.length(theme.tokens.target.action) + theme.stroke("hairline")
        return QSize(theme.length(theme.tokens.settings.sideBySide, capped=True), round(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def caps(self) -> list[QRectF]:
        """Where each key is drawn, at the end of the line."""
        theme, cap = self._look.theme, self._look.theme.tokens.keycap
        metrics = QFontMetricsF(theme.font("badge"))
        height = theme.length(cap.height)
        widths = [
            max(height, round(metrics.horizontalAdvance(text)) + 2 * cap.pad)
            for text in self._key.keys
        ]
        gap = theme.tokens.space.xs
        x = self.width() - sum(widths) - gap * (len(widths) - 1)
        top = (self.height() - theme.stroke("hairline") - height) / 2
        found = []
        for width in widths:
            left = self.width() - x - width if self._rtl else x
            found.append(QRectF(left, round(top), width, height))
            x += width + gap
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        line = theme.stroke("hairline")
        bottom = QRectF(0, self.height() - line, self.width(), line)
        painter.fillRect(bottom, theme.color("hairline"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        caps = self.caps()
        self._draw_words(painter, caps, bottom.top())
        painter.setPen(QPen(theme.color("border"), line))
        painter.setBrush(theme.color("surface"))
        radius = theme.tokens.radius.chip
        for area in caps:
            inner = area.adjusted(line / 2, line / 2, -line / 2, -line / 2)
            painter.drawRoundedRect(inner, radius, radius)
        painter.setFont(theme.font("badge"))
        painter.setPen(theme.color("textSecondary"))
        for area, text in zip(caps, self._key.keys, strict=True):
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _draw_words(self, painter: QPainter, caps: list[QRectF], height: float) -> None:
        theme = self._look.theme
        font = theme.font("meta")
        metrics = QFontMetricsF(font)
        gap = theme.tokens.space.xs
        edges = [area.right() if self._rtl else self.width() - area.x() for area in caps]
        room = self.width() - max(edges, default=0.0) - gap
        shown = metrics.elidedText(self._key.does, Qt.TextElideMode.ElideRight, room)
        x = self.width() - metrics.horizontalAdvance(shown) if self._rtl else 0.0
        base = (height - metrics.height()) / 2 + metrics.ascent()
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(QPointF(x, base), shown)

    @property
    def _rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft
