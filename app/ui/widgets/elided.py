"""One line of text at a place, cut with "…" when it is too long."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from app.ui.theme.theme import Theme


def draw_line(
    painter: QPainter,
    area: QRectF,
    text: str,
    theme: Theme,
    role: str,
    color: str,
    *,
    weight: int | None = None,
    tabular: bool = False,
    rtl: bool = False,
) -> float:
    """Draw *text* in *area*, at the reading side, in its middle. Returns the width it took."""
    font = theme.font(role, weight, tabular=tabular)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(
        text.replace("\n", " "), Qt.TextElideMode.ElideRight, area.width() + 1
    )
    base = area.y() + (area.height() - metrics.height()) / 2 + metrics.ascent()
    width = metrics.horizontalAdvance(shown)
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.setFont(font)
    painter.setPen(theme.color(color))
    painter.drawText(QPointF(area.right() - width if rtl else area.x(), base), shown)
    return float(width)
