"""Pictures that somebody has looked at: how they are kept, and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.theme import icons
from app.ui.theme.look import Look, Wishes
from app.ui.theme.theme import Scheme
from app.ui.timeline.layout.values import RowLayout
from app.ui.timeline.paint.painter import Look as Stand
from app.ui.timeline.paint.painter import RowPainter

FOLDER = Path(__file__).parent / "images"
MARGIN = 12
"""px between rows that are shown beside each other."""


@dataclass(frozen=True)
class Gallery:
    """
    Of one kind of pictures.

    Attributes:
        digests: Name of the file that has the digest of each.
        kept: Cases whose picture is kept too, to compare by eye.
        prefix: Of the names of those.
    """

    digests: str
    kept: Collection[str]
    prefix: str = ""

    def check(self, case: str, made: QImage, folder: Path, *, regold: bool = False) -> None:
        """
        Every pixel is as it was. What differs is written to *folder*, beside the kept picture.

        Args:
            regold: It is right from now on.
        """
        seen = hashlib.sha256(made.constBits()).hexdigest()
        if regold:
            self._keep(case, made, seen)
        if self._known().get(case) == seen:
            return
        made.save(str(folder / f"{case}-got.png"))
        if case in self.kept:
            want = QImage(self._picture(case)).convertToFormat(made.format())
            want.save(str(folder / f"{case}-want.png"))
            _difference(made, want).save(str(folder / f"{case}-difference.png"))
        raise AssertionError(f"look at {folder}")

    def _known(self) -> dict[str, str]:
        path = FOLDER / self.digests
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return dict(line.split() for line in lines)

    def _keep(self, case: str, made: QImage, seen: str) -> None:
        FOLDER.mkdir(exist_ok=True)
        known = self._known() | {case: seen}
        lines = [f"{name} {known[name]}\n" for name in sorted(known)]
        (FOLDER / self.digests).write_text("".join(lines), "utf-8")
        if case in self.kept:
            made.save(self._picture(case), None, 0)

    def _picture(self, case: str) -> str:
        return str(FOLDER / f"{self.prefix}{case}.png")


LookedAt = Callable[[Gallery, str, Callable[[str, str], QImage]], None]
"""Takes a gallery, a case, and what paints a case in a family of fonts."""


def _difference(made: QImage, want: QImage) -> QImage:
    """Black where both agree."""
    image = made.copy()
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, want)
    painter.end()
    return image


def look_of(scheme: Scheme, scale: float, family: str, *, rtl: bool = False) -> Look:
    """The pinned font in a scheme, size and direction; without motion."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    right = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
    app.setLayoutDirection(right)
    icons.clear()
    return Look(app, Wishes(scale=scale, reduce_motion=True), family=family, scheme=scheme)


def in_columns(
    rows: Sequence[tuple[RowLayout, Stand]],
    painter_of_rows: RowPainter,
    ground: QColor,
    columns: int,
    dpr: float = 1.0,
) -> QImage:
    """Rows of one width below each other, in columns on the colour *ground*."""
    width = round(rows[0][0].width)
    total = sum(layout.height + MARGIN for layout, _ in rows)
    height = ceil(total / columns) + max(layout.height for layout, _ in rows) + MARGIN
    image = QImage(
        round((columns * (width + MARGIN) + MARGIN) * dpr),
        round(height * dpr),
        QImage.Format.Format_RGB32,
    )
    image.setDevicePixelRatio(dpr)
    image.fill(ground)
    painter = QPainter(image)
    x, y, lowest = MARGIN, MARGIN, 0
    for layout, stand in rows:
        if y > total / columns:
            x, y = x + width + MARGIN, MARGIN
        painter.save()
        painter.translate(x, y)
        painter_of_rows.paint(painter, layout, stand)
        painter.restore()
        y += layout.height + MARGIN
        lowest = max(lowest, y)
    painter.end()
    made = image.copy(0, 0, image.width(), round(lowest * dpr))
    made.setDevicePixelRatio(1.0)
    return made


def settle(rounds: int) -> None:
    """Let everything that is posted happen, so many times."""
    for _ in range(rounds):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def picture_of(view: QWidget, look: Look, ground: str) -> QImage:
    """What it looks like now, on the colour *ground*; the view and its look end with that."""
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    image.fill(look.theme.color(ground))
    view.render(image)
    view.close()
    view.deleteLater()
    look.deleteLater()
    QApplication.sendPostedEvents()
    return image
