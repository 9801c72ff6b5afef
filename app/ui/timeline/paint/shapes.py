"""Rounded rectangles, rings and triangles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen

from app.ui.timeline.layout.values import ROUND, Box, Corners

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QColor, QPainter


def fill_round(
    painter: QPainter, box: Box, color: QColor, radius: float, corners: Corners = ROUND
) -> None:
    """Fill *box*, its *corners* rounded."""
    if radius <= 0 or not any(corners):
        painter.fillRect(box.rect(), color)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if all(corners):
        radius = min(radius, box.w / 2, box.h / 2)
        painter.drawRoundedRect(box.rect(), radius, radius)
    else:
        painter.drawPath(round_path(box, radius, corners))


def stroke_round(
    painter: QPainter,
    box: Box,
    color: QColor,
    radius: float,
    line: float,
    corners: Corners = ROUND,
) -> None:
    """A line of width *line* inside the edge of *box*."""
    inner = box.grown(-line / 2)
    painter.setPen(QPen(color, line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = max(0.0, min(radius, box.w / 2, box.h / 2) - line / 2)
    if all(corners):
        painter.drawRoundedRect(inner.rect(), radius, radius)
    else:
        painter.drawPath(round_path(inner, radius, corners))


def ring(painter: QPainter, rect: QRectF, color: QColor, line: float, radius: float) -> None:
    """A focus ring: *line* px inside the edge of *rect*."""
    painter.setPen(QPen(color, line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = line / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


def round_path(box: Box, radius: float, corners: Corners) -> QPainterPath:
    """Outline of *box* with some corners rounded."""
    x, y, right, bottom = box.x, box.y, box.right, box.bottom
    tl, tr, br, bl = (radius if wanted else 0.0 for wanted in corners)
    path = QPainterPath(QPointF(x + tl, y))
    path.lineTo(right - tr, y)
    path.arcTo(right - 2 * tr, y, 2 * tr, 2 * tr, 90, -90)
    path.lineTo(right, bottom - br)
    path.arcTo(right - 2 * br, bottom - 2 * br, 2 * br, 2 * br, 0, -90)
    path.lineTo(x + bl, bottom)
    path.arcTo(x, bottom - 2 * bl, 2 * bl, 2 * bl, 270, -90)
    path.lineTo(x, y + tl)
    path.arcTo(x, y, 2 * tl, 2 * tl, 180, -90)
    path.closeSubpath()
    return path


def triangle(painter: QPainter, box: Box, size: float, color: QColor) -> None:
    """The sign for "plays", in the middle of *box*; the same in every direction of reading."""
    x, y = box.x + box.w / 2, box.y + box.h / 2
    half = size / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    # Two thirds to the right: the centre of gravity, not of the box, is in the middle.
    painter.drawPolygon(
        [
            QPointF(x - half * 0.6, y - half * 0.9),
            QPointF(x + half * 0.95, y),
            QPointF(x - half * 0.6, y + half * 0.9),
        ]
    )


def elbow(
    painter: QPainter, box: Box, color: QColor, line: float, radius: float, *, mirrored: bool
) -> None:
    """Down the start edge of *box*, round its corner, along its foot to the end."""
    half = line / 2
    start, end = (box.right - half, box.x) if mirrored else (box.x + half, box.right)
    foot, way = box.bottom - half, -radius if mirrored else radius
    path = QPainterPath(QPointF(start, box.y))
    path.lineTo(start, foot - radius)
    path.quadTo(start, foot, start + way, foot)
    path.lineTo(end, foot)
    painter.setPen(QPen(color, line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
