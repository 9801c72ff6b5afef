"""The counter: a ring that fills, and what it says in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.composer.values import Count
from app.ui.theme.look import Look
from app.ui.theme.theme import Theme
from app.ui.widgets.words import Words

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


class Ring(QWidget):
    """The ring alone: its words stand beside it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._count = look, Count(0.0, "accent", "")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._fit()
        look.changed.connect(self._fit)

    def show_count(self, count: Count) -> None:
        """Fill it so far."""
        self._count = count
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_ring(painter, QRectF(self.rect()), self._count, self._look.theme)
        painter.end()

    def _fit(self) -> None:
        theme = self._look.theme
        side = theme.length(theme.tokens.composer.ring, capped=True)
        self.setFixedSize(side, side)


class Gauge(QWidget):
    """Ring and words."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._count: Count | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.theme.tokens.space.s)
        self.ring = Ring(look)
        # In the middle of the first line, however many there are.
        self._lead = QVBoxLayout()
        self._lead.setSpacing(0)
        self._lead.addWidget(self.ring)
        self._lead.addStretch()
        row.addLayout(self._lead)
        self.words = Words(look, "", "metaStrong", "textSecondary", wrap=True, tabular=True)
        row.addWidget(self.words, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._fit()
        look.changed.connect(self._fit)

    def _fit(self) -> None:
        theme = self._look.theme
        ring = theme.length(theme.tokens.composer.ring, capped=True)
        self._lead.setContentsMargins(0, max(0, round(theme.line("metaStrong")) - ring) // 2, 0, 0)

    def show_count(self, count: Count | None) -> None:
        """Say how long it is; the same again costs nothing."""
        if count == self._count:
            return
        self._count = count
        self.setVisible(count is not None)
        if count is None:
            return
        self.ring.show_count(count)
        self.words.say(count.text)
        self.words.tint("textSecondary" if count.color == "accent" else count.color)
        self.setAccessibleName(count.text)
