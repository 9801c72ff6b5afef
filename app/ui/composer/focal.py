"""Choosing what must stay in sight when a picture is cropped."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.model.draft import Attachment
from app.ui.composer.blocks import KEPT
from app.ui.theme.look import Look
from app.ui.theme.theme import parse_color
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Popover
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.words import Words

STEP = 0.05
"""Of the half width or height, for each press of an arrow key."""


class FocalArea(KeyFocus, QWidget):
    """The whole picture with a movable ring."""

    moved = Signal(float, float)

    def __init__(self, look: Look, media: Attachment, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._media, self._pictures = look, media, pictures
        self.focus = media.focus
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What must stay in sight: move with the arrow keys")
        pictures.arrived.connect(self._on_picture)
        self._say()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        wide, high = theme.tokens.composer.focal
        wide, high = theme.length(wide, capped=True), theme.length(high, capped=True)
        if not self._media.width or not self._media.height:
            return QSize(wide, high)
        scale = min(wide / self._media.width, high / self._media.height)
        return QSize(
            max(60, round(self._media.width * scale)), max(60, round(self._media.height * scale))
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme.tokens.radius.row
        form = Form(self.width(), self.height(), self.devicePixelRatioF(), radius)
        picture = self._pictures.request(KEPT + self._media.id, form)
        if picture is not None:
            painter.drawPixmap(0, 0, picture)
        else:
            painter.fillRect(self.rect(), theme.color("sunken"))
        side = theme.px(theme.tokens.composer.focalDot, capped=True)
        centre = self._place()
        ring = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        # White within dark: seen on every picture.
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(parse_color(theme.tokens.media.badgeBg), theme.stroke("focus") + 2))
        painter.drawEllipse(ring)
        painter.setPen(QPen(parse_color(theme.tokens.media.badgeText), theme.stroke("focus")))
        painter.drawEllipse(ring)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-STEP, 0.0),
            Qt.Key.Key_Right: (STEP, 0.0),
            Qt.Key.Key_Up: (0.0, STEP),
            Qt.Key.Key_Down: (0.0, -STEP),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.move_to(self.focus[0] + step[0], self.focus[1] + step[1])

    def move_to(self, x: float, y: float) -> None:
        """−1 … 1 from the middle, y up."""
        self.focus = (_clamped(x), _clamped(y))
        self._say()
        self.update()
        self.moved.emit(*self.focus)

    def _go_to(self, at: QPointF) -> None:
        x = at.x() / max(1, self.width()) * 2 - 1
        y = 1 - at.y() / max(1, self.height()) * 2
        self.move_to(x, y)

    def _place(self) -> QPointF:
        x, y = self.focus
        return QPointF((x + 1) / 2 * self.width(), (1 - y) / 2 * self.height())

    def _on_picture(self, _url: str) -> None:
        self.update()

    def _say(self) -> None:
        x, y = (round(value * 100) for value in self.focus)
        self.setAccessibleDescription(f"{x} % to the right, {y} % up from the middle")


def _clamped(value: float) -> float:
    return round(min(max(value, -1.0), 1.0), 2)


class FocalPopover(Popover):
    """The picture, its ring, and a way back to the middle."""

    chosen = Signal(float, float)

    def __init__(self, look: Look, media: Attachment, pictures: Pictures, parent: QWidget) -> None:
        tokens = look.theme.tokens
        super().__init__(look, parent, width=tokens.composer.focal[0] + 2 * tokens.popover.pad)
        title = Words(look, "What must stay in sight", "name")
        self.setAccessibleName(title.text())
        self.content.addWidget(title)
        note = "Where a picture is cropped, this point stays visible."
        self.content.addWidget(Words(look, note, "small", "textSecondary", wrap=True))
        self.content.addSpacing(tokens.space.s)
        self.area = FocalArea(look, media, pictures)
        self.area.moved.connect(self.chosen)
        self.content.addWidget(self.area, 0, Qt.AlignmentFlag.AlignHCenter)
        self.content.addSpacing(tokens.space.s)
        row = QHBoxLayout()
        middle = Button(look, "Middle", size="small")
        middle.clicked.connect(lambda: self.area.move_to(0.0, 0.0))
        row.addWidget(middle)
        row.addStretch()
        done = Button(look, "Done", "tonal", size="small")
        done.clicked.connect(self.close)
        row.addWidget(done)
        self.content.addLayout(row)
        self.area.setFocus(Qt.FocusReason.PopupFocusReason)
