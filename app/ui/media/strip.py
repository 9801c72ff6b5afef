"""Everything that is in the post, small, in a row below the stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.media.stage import Dark
from app.ui.media.values import Slide
from app.ui.theme import icons
from app.ui.theme.theme import parse_color
from app.ui.timeline import words
from app.ui.timeline.pictures import Form
from app.ui.widgets.ring import KeyFocus

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures


class Thumb(KeyFocus, QPushButton):
    """One of them. The one that is looked at has a ring."""

    ring_inside = True

    def __init__(self, look: Look, slide: Slide, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._slide, self._pictures = look, slide, pictures
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words.media_name(slide.media, slide.number, slide.count))
        pictures.arrived.connect(self._on_picture)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        wide, high = theme.tokens.viewer.thumb
        out = 2 * (theme.tokens.button.focusOffset + theme.stroke("focus"))
        return QSize(wide + out, high + out)

    def _on_picture(self, url: str) -> None:
        if url in ("", self._slide.media.preview, self._slide.media.url):
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, viewer = self._look.theme, self._look.theme.tokens.viewer
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        out = theme.tokens.button.focusOffset + theme.stroke("focus")
        area = QRectF(self.rect()).adjusted(out, out, -out, -out)
        self._draw_picture(painter, area, viewer.thumbRadius)
        if self.isChecked() or self.by_keys:
            half = theme.stroke("focus") / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            color = theme.color("focus" if self.isChecked() else "text")
            painter.setPen(QPen(color, theme.stroke("focus")))
            ring = QRectF(self.rect()).adjusted(half, half, -half, -half)
            radius = viewer.thumbRadius + out - half
            painter.drawRoundedRect(ring, radius, radius)
        painter.end()

    def _draw_picture(self, painter: QPainter, area: QRectF, radius: float) -> None:
        theme, media = self._look.theme, self._slide.media
        url = media.preview or (media.url if media.kind == "image" else "")
        form = Form(
            round(area.width()), round(area.height()), self.devicePixelRatioF(), radius,
            focus=media.focus,
        )  # fmt: skip
        covered = bool(self._slide.covered)
        drawn = None if covered else self._pictures.request(url, form, media.blurhash)
        if drawn is not None:
            painter.drawPixmap(area.topLeft(), drawn)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(area, radius, radius)
        icon = _icon(self._slide, drawn is None)
        if not icon:
            return
        size = theme.tokens.icon.toolbar
        place = area.center() - QPointF(size / 2, size / 2)
        if drawn is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(parse_color(theme.tokens.timeline.discFill))
            painter.drawEllipse(area.center(), size * 0.8, size * 0.8)
        weight: icons.Weight = "fill" if icon == "play" else "regular"
        dpr = self.devicePixelRatioF()
        painter.drawPixmap(place, icons.pixmap(theme, icon, size, "text", weight=weight, dpr=dpr))


def _icon(slide: Slide, bare: bool) -> str:
    if slide.covered:
        return "eye-slash"
    kinds = {"video": "play", "gif": "gif", "audio": "speaker-high"}
    return kinds.get(slide.media.kind, "image-square" if bare else "")


class Strip(Dark):
    """The row; whoever has it leaves it out for a single one."""

    chosen = Signal(int)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look)
        self._pictures = pictures
        self._shown: tuple[Slide, ...] = ()
        self._thumbs: list[Thumb] = []
        inner = self._inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self._row.addStretch(1)
        # Some servers take twenty pictures for a post: those without room are scrolled to.
        self._list = QScrollArea()
        self._list.setViewport(QWidget())
        self._list.setWidgetResizable(True)
        self._list.setFrameShape(QScrollArea.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for bars in (
            self._list.setHorizontalScrollBarPolicy,
            self._list.setVerticalScrollBarPolicy,
        ):
            bars(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setWidget(inner)
        inner.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._list)
        self.setFixedHeight(look.theme.tokens.viewer.strip)

    def show_slides(self, slides: Sequence[Slide], current: int) -> None:
        """These, and a ring around the present one."""
        if tuple(slides) != self._shown:
            self._shown = tuple(slides)
            for thumb in self._thumbs:
                self._row.removeWidget(thumb)
                thumb.hide()
                thumb.deleteLater()
            self._thumbs = [self._make(number, slide) for number, slide in enumerate(slides)]
        for number, thumb in enumerate(self._thumbs):
            thumb.setChecked(number == current)
        self._reveal(current)

    def _reveal(self, current: int) -> None:
        """The present one is in sight, and one on each side of it."""
        if not 0 <= current < len(self._thumbs):
            return
        self._inner.adjustSize()
        thumb = self._thumbs[current]
        self._list.ensureWidgetVisible(thumb, 2 * thumb.sizeHint().width(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        current = next((n for n, thumb in enumerate(self._thumbs) if thumb.isChecked()), -1)
        self._reveal(current)

    def _make(self, number: int, slide: Slide) -> Thumb:
        thumb = Thumb(self._look, slide, self._pictures)
        thumb.clicked.connect(lambda _=False: self.chosen.emit(number))
        self._row.insertWidget(number + 1, thumb)
        return thumb
