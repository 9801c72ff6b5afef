"""A few pictures of the sizes that servers hand out, drawn on the spot."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

SIZES = (QSize(400, 400), QSize(640, 427), QSize(600, 800), QSize(480, 480))
"""Avatar first, then previews."""


def draw_samples(folder: Path) -> list[Path]:
    """JPEG files of ``SIZES``, made if they are not there."""
    folder.mkdir(exist_ok=True)
    made = []
    for number, size in enumerate(SIZES):
        path = folder / f"{number}.jpeg"
        if not path.exists():
            image = QImage(size, QImage.Format.Format_RGB32)
            painter = QPainter(image)
            sweep = QLinearGradient(0, 0, size.width(), size.height())
            sweep.setColorAt(0, QColor.fromHsv(number * 80, 160, 220))
            sweep.setColorAt(1, QColor.fromHsv(number * 80 + 60, 90, 120))
            painter.fillRect(image.rect(), sweep)
            painter.end()
            image.save(str(path), "JPEG", 85)
        made.append(path)
    return made
