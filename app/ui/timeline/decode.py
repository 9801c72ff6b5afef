"""
Bytes of a picture → an image of the wanted form. Runs in worker threads.

Only png, jpeg, webp and gif, each named to the decoder, which is never let
choose by itself (Qt also reads SVG and more); nothing is decoded larger than
it is shown.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader, QPainter

from app.services.picture_types import PictureType, picture_type
from app.ui.timeline.blurhash import decode_blurhash
from app.ui.timeline.layout.values import Box
from app.ui.timeline.paint.shapes import round_path
from app.ui.timeline.pictures import Form

FORMATS = frozenset({"png", "jpeg", "webp", "gif"})
MOST_PIXELS = 64_000_000
MOST_BYTES = 20_000_000
ALLOCATION_MB = 256
"""For the whole program: of ``MOST_PIXELS``."""
_MOST_SMALL = 16_000_000
"""Pixels of a picture that is shown small, where all of it must be decoded for that."""
BLUR = 20


class Undecodable(Exception):
    """It is no picture, or too large a one. Says why."""


def decode(source: Path | bytes, form: Form) -> QImage:
    """
    The picture, scaled to cover *form*, cropped around its focus, corners cut.

    Raises:
        Undecodable: It cannot be shown.
    """
    opened = picture_reader(source)
    if opened.kind.format != "jpeg" and opened.kind.pixels > _MOST_SMALL:
        raise Undecodable("too large to be decoded for so little")
    reader, size = opened.reader, opened.size
    turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
    reader.setScaledSize(_cover(size, form, bool(turned)))
    image = reader.read()
    if image.isNull():
        raise Undecodable(reader.errorString())
    return _formed(image, form)


class Opened(Struct, frozen=True):
    """
    A picture that is about to be decoded.

    Attributes:
        size: As it is stored; ``reader.transformation()`` tells how it is held.
        buffer: Its bytes, which the reader only borrows.
    """

    reader: QImageReader
    kind: PictureType
    size: QSize
    buffer: QBuffer


def picture_reader(source: Path | bytes) -> Opened:
    """
    What decodes *source*, told its format.

    Raises:
        Undecodable: It is no picture that is decoded here, or too large a one.
    """
    data = source if isinstance(source, bytes) else _read(source)
    kind = picture_type(data)
    if kind is None or kind.format not in FORMATS:
        raise Undecodable("not a png, jpeg, webp or gif")
    if kind.pixels > MOST_PIXELS:
        raise Undecodable(f"{kind.width} × {kind.height} is too large")
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind.format.encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        size = QSize(kind.width, kind.height)
    return Opened(reader, kind, size, buffer)


def rough(blurhash: str, form: Form) -> QImage | None:
    """A blurhash in the wanted form; None when it is none."""
    data = decode_blurhash(blurhash, BLUR, BLUR)
    if data is None:
        return None
    small = QImage(data, BLUR, BLUR, BLUR * 3, QImage.Format.Format_RGB888).copy()
    target = _target(form)
    large = small.scaled(
        target, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return _formed(large, form)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Undecodable("the file is too large")
    return data


def _target(form: Form) -> QSize:
    return QSize(max(1, round(form.width * form.dpr)), max(1, round(form.height * form.dpr)))


def _cover(size: QSize, form: Form, turned: bool) -> QSize:
    """What to scale to while reading: just covers the form, never larger than it is."""
    target = _target(form)
    if turned:
        target = target.transposed()
    scale = max(target.width() / size.width(), target.height() / size.height())
    if scale >= 1:
        return size
    return QSize(max(1, round(size.width() * scale)), max(1, round(size.height() * scale)))


def _formed(image: QImage, form: Form) -> QImage:
    target = _target(form)
    made = QImage(target, QImage.Format.Format_ARGB32_Premultiplied)
    made.setDevicePixelRatio(form.dpr)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    whole = QRectF(0, 0, target.width() / form.dpr, target.height() / form.dpr)
    if form.kind == "emoji":
        painter.drawImage(_inside(image, whole), image)
    elif form.radius > 0 and any(form.corners):
        _draw_clipped(painter, image, form, whole)
    else:
        painter.drawImage(whole, image, _crop(image, form))
    painter.end()
    return made


def _draw_clipped(painter: QPainter, image: QImage, form: Form, whole: QRectF) -> None:
    """Round corners by masking: a clip path would have steps."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)
    box = Box(0, 0, whole.width(), whole.height())
    painter.drawPath(round_path(box, form.radius, form.corners))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.drawImage(whole, image, _crop(image, form))


def _crop(image: QImage, form: Form) -> QRectF:
    """The part of the image that is shown, around its point of interest."""
    wide, high = float(image.width()), float(image.height())
    ratio = form.width / form.height
    if wide / high > ratio:
        part = high * ratio
        middle = (form.focus[0] + 1) / 2 * wide
        return QRectF(min(max(middle - part / 2, 0), wide - part), 0, part, high)
    part = wide / ratio
    middle = (1 - form.focus[1]) / 2 * high
    return QRectF(0, min(max(middle - part / 2, 0), high - part), wide, part)


def _inside(image: QImage, whole: QRectF) -> QRectF:
    """All of it, in the middle: emoji are not cropped."""
    scale = min(whole.width() / image.width(), whole.height() / image.height())
    wide, high = image.width() * scale, image.height() * scale
    return QRectF((whole.width() - wide) / 2, (whole.height() - high) / 2, wide, high)
