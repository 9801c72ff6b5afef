"""The marks of the networks: shapes of our own, drawn in a 14 × 14 box (look.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from app.ui.theme.theme import Theme
from app.ui.theme.tokens import load_tokens

_UNKNOWN = "textTertiary"
"""Colour of a network whose mark this Godwit does not know: a plain disc."""


def paint(painter: QPainter, rect: QRectF, mark: str, theme: Theme) -> None:
    """Draw *mark* (``NetworkInfo.mark``) into *rect*, a square."""
    shape, dots = _paths(mark)
    box = load_tokens().marks.box
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / box, rect.height() / box)
    painter.fillPath(shape, theme.color(mark if mark in load_tokens().marks else _UNKNOWN))
    if not dots.isEmpty():
        painter.fillPath(dots, theme.color("onMark"))
    painter.restore()


def badge(painter: QPainter, rect: QRectF, mark: str, theme: Theme, ground: str) -> None:
    """Draw *mark* with a ring in the colour behind it: on an avatar's corner."""
    ring = theme.tokens.marks.badgeRing
    outer = rect.adjusted(-ring, -ring, ring, ring)
    radius = _corner(mark) * rect.width() / theme.tokens.marks.box + ring
    path = QPainterPath()
    path.addRoundedRect(outer, radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(path, theme.color(ground))
    painter.restore()
    paint(painter, rect, mark, theme)


def capsule_width(theme: Theme, count: int) -> float:
    """Width of a capsule holding *count* marks, px."""
    echo = theme.tokens.echo
    size = theme.px(theme.tokens.icon.markEcho, capped=True)
    return float(2 * echo.capsulePad + count * size + max(count - 1, 0) * echo.markGap)


def capsule(
    painter: QPainter,
    rect: QRectF,
    marks: Sequence[str],
    theme: Theme,
    *,
    hovered: bool = False,
) -> None:
    """Draw the capsule of an echo: its networks' *marks* side by side, in order."""
    echo = theme.tokens.echo
    size = theme.px(theme.tokens.icon.markEcho, capped=True)
    line = theme.stroke("hairline")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("controlBorder" if hovered else "border"), line))
    painter.setBrush(theme.color("raised"))
    inner = rect.adjusted(line / 2, line / 2, -line / 2, -line / 2)
    painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
    painter.restore()
    x = rect.x() + (rect.width() - (capsule_width(theme, len(marks)) - 2 * echo.capsulePad)) / 2
    y = rect.y() + (rect.height() - size) / 2
    for mark in marks:
        paint(painter, QRectF(x, y, size, size), mark, theme)
        x += size + echo.markGap


def _corner(mark: str) -> float:
    tokens = load_tokens().marks
    if mark in tokens and tokens[mark].shape == "square":
        return float(tokens[mark].radius)
    return float(tokens.box / 2)


@cache
def _paths(mark: str) -> tuple[QPainterPath, QPainterPath]:
    """What is filled in the mark's colour, and what lies on it."""
    tokens = load_tokens().marks
    shape, dots = QPainterPath(), QPainterPath()
    whole = QRectF(0, 0, tokens.box, tokens.box)
    if mark not in tokens:
        shape.addEllipse(whole)
        return shape, dots
    spec = tokens[mark]
    if spec.shape == "square":
        shape.addRoundedRect(whole, spec.radius, spec.radius)
        for x, y in spec.discs:
            dots.addEllipse(QPointF(x, y), spec.discRadius, spec.discRadius)
    else:
        shape.setFillRule(Qt.FillRule.WindingFill)
        shape.addEllipse(whole)
        top, bottom = spec.band
        band = QPainterPath()
        band.addRect(QRectF(0, top, tokens.box, bottom - top))
        shape = shape.subtracted(band)
    return shape, dots
