"""
A picture for the whole window, and pictures that move. Runs in worker threads.

As in timelines (``timeline/decode.py``) the format is named to the decoder; what is
announced is looked at before anything is made of it.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler

from app.ui.timeline.decode import Undecodable, picture_reader

MOST_FRAMES = 300
MOST_MOVING = 100_000_000
"""Bytes of all frames together."""
_LEAST_MS, _USUAL_MS = 20, 100
"""Browsers show frames that claim less than 20 ms for 100."""


class Still(Struct, frozen=True):
    """
    A picture, upright.

    Attributes:
        size: Its own, px, whatever *image* was scaled to.
        whole: *image* is as large as that.
        moving: It has more frames.
    """

    image: QImage
    size: tuple[int, int]
    whole: bool
    moving: bool = False


class Frames(Struct, frozen=True):
    """
    What moves.

    Attributes:
        images: In order, each with how long it stands, ms.
        cut: There is more, which was too much.
    """

    images: tuple[tuple[QImage, int], ...]
    size: tuple[int, int]
    cut: bool = False


def still(source: Path | bytes, most: tuple[int, int] | None = None) -> Still:
    """
    The picture, no larger than fits into *most* (px of the screen); None: all of it.

    Raises:
        Undecodable: It cannot be shown; says why.
    """
    opened = picture_reader(source)
    reader = opened.reader
    size = opened.size
    turned = bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)
    upright = size.transposed() if turned else size
    moving = opened.kind.format in ("gif", "webp") and reader.supportsAnimation()
    moving = moving and reader.imageCount() != 1
    whole = True
    # Only this format is decoded smaller in less time; of the others all is there anyway.
    if most is not None and opened.kind.format == "jpeg":
        wanted = _within(upright, most)
        whole = wanted == upright
        reader.setScaledSize(wanted.transposed() if turned else wanted)
    image = reader.read()
    if image.isNull():
        raise Undecodable(reader.errorString())
    natural = (upright.width(), upright.height())
    return Still(_paintable(image), natural, whole, moving)


def frames(source: Path | bytes, most: tuple[int, int]) -> Frames:
    """
    All frames of a picture that moves, none larger than fits into *most*.

    Raises:
        Undecodable: It cannot be shown; says why.
    """
    opened = picture_reader(source)
    reader, found, total, cut = opened.reader, [], 0, False
    wanted = _within(opened.size, most)
    while reader.canRead():
        image = reader.read()
        if image.isNull():
            break
        if image.size() != wanted:
            image = image.scaled(
                wanted,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        delay = reader.nextImageDelay()
        found.append((_paintable(image), delay if delay >= _LEAST_MS else _USUAL_MS))
        total += image.sizeInBytes()
        if len(found) >= MOST_FRAMES or total >= MOST_MOVING:
            cut = reader.canRead()
            break
    if not found:
        raise Undecodable(reader.errorString())
    return Frames(tuple(found), (opened.size.width(), opened.size.height()), cut)


def _within(size: QSize, most: tuple[int, int]) -> QSize:
    """As large as fits, in its own proportions, and never larger than it is."""
    if size.width() <= most[0] and size.height() <= most[1]:
        return size
    scale = min(most[0] / size.width(), most[1] / size.height())
    return QSize(max(1, round(size.width() * scale)), max(1, round(size.height() * scale)))


def _paintable(image: QImage) -> QImage:
    """In the form that is painted without another step: else each paint would make it anew."""
    forms = QImage.Format
    wanted = forms.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else forms.Format_RGB32
    return image if image.format() == wanted else image.convertToFormat(wanted)
