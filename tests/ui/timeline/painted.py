"""Pictures that are drawn on the spot, the same on every machine."""

from __future__ import annotations

from zlib import crc32

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPixmap

from app.ui.timeline.layout.values import Box
from app.ui.timeline.paint.shapes import round_path
from app.ui.timeline.pictures import Form


class PaintedPictures(QObject):
    """
    A gradient with a sun, coloured by the address.

    *flat*: no gradient, for pictures that are kept and compared.
    """

    arrived = Signal(str)

    def __init__(self, *, flat: bool = False) -> None:
        super().__init__()
        self._flat = flat
        self._made: dict[tuple[str, Form], QPixmap] = {}

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """Always there; nothing for an address that is none."""
        if not url:
            return None
        if (url, form) not in self._made:
            self._made[url, form] = _draw(url, form, self._flat)
        return self._made[url, form]

    def failed(self, url: str) -> bool:
        """Never."""
        return False


def _draw(url: str, form: Form, flat: bool) -> QPixmap:
    image = QImage(
        round(form.width * form.dpr),
        round(form.height * form.dpr),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(form.dpr)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = Box(0, 0, form.width, form.height)
    if form.radius:
        painter.setClipPath(round_path(whole, form.radius, form.corners))
    hue = crc32(url.encode()) % 360
    sky = QLinearGradient(0, 0, 0, form.height)
    sky.setColorAt(0, QColor.fromHsv(hue, 90, 150))
    sky.setColorAt(1, QColor.fromHsv((hue + 40) % 360, 60, 230))
    painter.fillRect(whole.rect(), QColor.fromHsv(hue, 70, 170) if flat else sky)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromHsv((hue + 60) % 360, 40, 255))
    side = form.height * 0.35
    painter.drawEllipse(QRectF(form.width * 0.6, form.height * 0.3, side, side))
    painter.end()
    return QPixmap.fromImage(image)
