"""A few strokes that all the demo's pictures are made of."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen


class Brush:
    """A canvas whose coordinates run from 0 to 1 in both directions."""

    def __init__(self, width: int, height: int, *, clear: bool = False) -> None:
        kind = QImage.Format.Format_ARGB32 if clear else QImage.Format.Format_RGB32
        self.image = QImage(width, height, kind)
        self.image.fill(Qt.GlobalColor.transparent if clear else Qt.GlobalColor.white)
        self.width, self.height = width, height
        self._painter = QPainter(self.image)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def done(self) -> QImage:
        """The finished picture."""
        self._painter.end()
        return self.image

    def at(self, x: float, y: float) -> QPointF:
        """A point in pixels."""
        return QPointF(x * self.width, y * self.height)

    def sky(self, *colors: str, top: float = 0.0, bottom: float = 1.0) -> None:
        """A band from *top* to *bottom* that runs through *colors*."""
        gradient = QLinearGradient(self.at(0, top), self.at(0, bottom))
        for index, color in enumerate(colors):
            gradient.setColorAt(index / max(len(colors) - 1, 1), QColor(color))
        rect = QRectF(self.at(0, top), self.at(1, bottom))
        self._painter.fillRect(rect, QBrush(gradient))

    def disc(self, x: float, y: float, radius: float, color: str) -> None:
        """A disc; *radius* is a share of the height."""
        self._fill(color)
        r = radius * self.height
        self._painter.drawEllipse(self.at(x, y), r, r)

    def shape(self, points: Sequence[tuple[float, float]], color: str) -> None:
        """A polygon."""
        self._fill(color)
        self._painter.drawPolygon([self.at(x, y) for x, y in points])

    def box(self, x: float, y: float, w: float, h: float, color: str) -> None:
        """A rectangle."""
        self.shape([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], color)

    def hill(self, points: Sequence[tuple[float, float]], color: str) -> None:
        """Soft land through *points*, down to the lower edge."""
        path = QPainterPath(self.at(points[0][0], 1.0))
        path.lineTo(self.at(*points[0]))
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            middle = (x0 + x1) / 2
            path.cubicTo(self.at(middle, y0), self.at(middle, y1), self.at(x1, y1))
        path.lineTo(self.at(points[-1][0], 1.0))
        path.closeSubpath()
        self._fill(color)
        self._painter.drawPath(path)

    def leaf(self, x: float, y: float, size: float, angle: float, color: str) -> None:
        """A pointed leaf that grows from (*x*, *y*)."""
        with self._moved(x, y, angle):
            length = size * self.height
            path = QPainterPath(QPointF(0, 0))
            path.cubicTo(
                QPointF(length * 0.2, -length * 0.5),
                QPointF(length * 0.8, -length * 0.5),
                QPointF(length, 0),
            )
            path.cubicTo(
                QPointF(length * 0.8, length * 0.4),
                QPointF(length * 0.2, length * 0.4),
                QPointF(0, 0),
            )
            self._fill(color)
            self._painter.drawPath(path)

    def bird(self, x: float, y: float, span: float, color: str) -> None:
        """Two wings, as one draws birds far away."""
        self._pen(color, span * 0.09)
        path = QPainterPath(self.at(x - span, y - span * 0.5))
        path.quadTo(self.at(x - span * 0.4, y - span * 0.6), self.at(x, y))
        path.quadTo(self.at(x + span * 0.4, y - span * 0.6), self.at(x + span, y - span * 0.3))
        self._painter.drawPath(path)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        color: str,
        width: float,
        *,
        dashed: bool = False,
    ) -> None:
        """A stroke; *width* is a share of the height."""
        self._pen(color, width, dashed=dashed)
        self._painter.drawPolyline([self.at(x, y) for x, y in points])

    def wave(
        self, y: float, swing: float, turns: float, color: str, width: float, **more: bool
    ) -> None:
        """A sine over the whole width."""
        points = [(n / 200, y - swing * math.sin(n / 200 * turns * math.tau)) for n in range(201)]
        self.line(points, color, width, **more)

    def _fill(self, color: str) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(color))

    def _pen(self, color: str, width: float, *, dashed: bool = False) -> None:
        pen = QPen(QColor(color), width * self.height)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dashed:
            pen.setDashPattern([2.5, 2.5])
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    @contextmanager
    def _moved(self, x: float, y: float, angle: float) -> Iterator[None]:
        self._painter.save()
        self._painter.translate(self.at(x, y))
        self._painter.rotate(angle)
        try:
            yield
        finally:
            self._painter.restore()
