"""The stage: one picture or frame before the dark, held, zoomed and moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from app.ui.media.geometry import STEP, Hold, fitted, is_fitted, least, moved, zoomed
from app.ui.theme.theme import parse_color

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from app.ui.theme.look import Look

_CALM = 120
"""ms after the last movement until the picture is drawn as well as it can be."""
_ENDLESS = 1e6
_NOTCH = 120.0
"""What Qt counts for one notch of a wheel."""


class Dark(QWidget):
    """The dark itself, for what stands beside the stage or in its place."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), parse_color(self._look.theme.tokens.viewer.stage))
        painter.end()


class Stage(QWidget):
    """Shows what it is given."""

    zoomed = Signal()
    sharper_wanted = Signal()
    """It is enlarged beyond what there is of it."""
    pressed = Signal()
    """A click that did not pull anything."""
    resized = Signal()
    stirred = Signal()
    """The pointer moved."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._image: QImage | None = None
        self._rough: QImage | None = None
        self._size = (0.0, 0.0)
        self._whole = True
        self._hold = Hold(1.0, 0, 0)
        self._fit = True
        self._fills = False
        self._grip: QPointF | None = None
        self._pulled = False
        self._hurried = False
        self._calm = QTimer(self, singleShot=True, interval=_CALM)
        self._calm.timeout.connect(self._on_calm)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # ------------------------------------------------------------- what is shown

    def clear(self, size: tuple[int, int] = (0, 0), *, fills: bool = False) -> None:
        """
        Show nothing.

        Args:
            size: Of what will come, px.
            fills: It takes all the room there is, also if it is smaller (films).
        """
        self._image = self._rough = None
        self._fills = fills
        self._size = (float(size[0]), float(size[1]))
        self._whole, self._fit = True, True
        self._place()

    def show_rough(self, image: QImage) -> None:
        """What stands there until the picture has come."""
        self._rough = image
        if not all(self._size):
            self._size = (float(image.width()), float(image.height()))
            self._place()
        self.update()

    def show_picture(self, image: QImage, size: tuple[int, int], *, whole: bool = True) -> None:
        """
        Show *image*; what is held stays held.

        Args:
            size: Of the picture itself, px; *image* may be smaller.
            whole: *image* is all there is of it.
        """
        new = (float(size[0]), float(size[1]))
        self._image, self._whole = image, whole
        if new != self._size:
            self._size = new
            self._place()
        self.update()

    @property
    def has_picture(self) -> bool:
        """The picture itself, not what stands for it."""
        return self._image is not None

    @property
    def area(self) -> QRectF:
        """Where the picture stands."""
        width, height = self._size
        hold = self._hold
        return QRectF(hold.x, hold.y, width * hold.scale, height * hold.scale)

    # ------------------------------------------------------------- zoom

    @property
    def percent(self) -> int:
        """100 = one pixel of the picture for one of the screen."""
        return round(self._hold.scale / self._natural * 100)

    @property
    def is_fitted(self) -> bool:
        """All of it is in sight."""
        return self._fit

    def box(self) -> tuple[int, int]:
        """px of the screen that are there for a picture."""
        dpr = self.devicePixelRatioF()
        return max(1, round(self.width() * dpr)), max(1, round(self.height() * dpr))

    def fit(self) -> None:
        """All of it in sight."""
        self._fit = True
        self._place()

    def zoom(self, steps: float, at: QPointF | None = None) -> None:
        """Larger (or smaller) by so many steps; what is at *at* stays there."""
        if self._image is None:
            return
        self._zoom_to(self._hold.scale * STEP**steps, at)

    def natural(self, at: QPointF | None = None) -> None:
        """100 %."""
        if self._image is not None:
            self._zoom_to(self._natural, at)

    def move_by(self, dx: float, dy: float) -> bool:
        """Pull it. False: there is nothing to see beyond."""
        before = self._hold
        self._hold = moved(self._hold, self._size, self._room, dx, dy)
        if self._hold == before:
            return False
        self._hurry()
        return True

    def _zoom_to(self, scale: float, at: QPointF | None) -> None:
        if at is None:
            at = self._here()
        place = (at.x(), at.y())
        self._hold = zoomed(self._hold, self._size, self._room, scale, place, self._natural)
        self._fit = is_fitted(self._hold, self._size, self._room, self._natural)
        if not self._whole and not self._fit:
            self.sharper_wanted.emit()
        self._hurry()
        self.zoomed.emit()

    def _here(self) -> QPointF:
        """The pointer, when it is over the stage; else the middle."""
        from PySide6.QtGui import QCursor

        here = QPointF(self.mapFromGlobal(QCursor.pos()))
        inside = self.underMouse() and QRectF(self.rect()).contains(here)
        return here if inside else QRectF(self.rect()).center()

    @property
    def _natural(self) -> float:
        return 1 / self.devicePixelRatioF()

    @property
    def _cap(self) -> float:
        """The largest scale at which something is fitted."""
        return _ENDLESS if self._fills else self._natural

    @property
    def _room(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    def _place(self) -> None:
        if self._fit:
            self._hold = fitted(self._size, self._room, self._cap)
        else:
            scale = max(self._hold.scale, least(self._size, self._room, self._cap))
            self._hold = zoomed(
                self._hold, self._size, self._room, scale, (0.0, 0.0), self._natural
            )
        self.update()
        self.zoomed.emit()

    def _hurry(self) -> None:
        self._hurried = True
        self._calm.start()
        self.update()

    def _on_calm(self) -> None:
        self._hurried = False
        self.update()

    # ------------------------------------------------------------- Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), parse_color(self._look.theme.tokens.viewer.stage))
        shown = self._image or self._rough
        if shown is not None:
            if not self._hurried:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            self._draw(painter, shown)
        painter.end()

    def _draw(self, painter: QPainter, shown: QImage) -> None:
        """Only the part that is in sight: of a large picture held close that is little."""
        area = self.area
        seen = area & QRectF(self.rect())
        if seen.isEmpty() or not area.width() or not area.height():
            return
        across, down = shown.width() / area.width(), shown.height() / area.height()
        part = QRectF(
            (seen.x() - area.x()) * across,
            (seen.y() - area.y()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        painter.drawImage(seen, shown, part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _NOTCH
        if notches:
            self.zoom(notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip, self._pulled = event.position(), False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.stirred.emit()
        if self._grip is None:
            return
        by = event.position() - self._grip
        if self._pulled or by.manhattanLength() > self._look.theme.tokens.space.s:
            self._pulled, self._grip = True, event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.move_by(by.x(), by.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grip, self._grip = self._grip, None
        self.unsetCursor()
        if grip is not None and not self._pulled:
            self.pressed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fit:
            self.natural(event.position())
        else:
            self.fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.NativeGesture:
            return self._on_gesture(event)
        if event.type() == QEvent.Type.Gesture:
            return self._on_pinch(event)
        return super().event(event)

    def _on_pinch(self, event: QEvent) -> bool:
        """Two fingers on the screen."""
        from PySide6.QtWidgets import QGestureEvent, QPinchGesture

        assert isinstance(event, QGestureEvent)
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if isinstance(pinch, QPinchGesture) and self._image is not None:
            at = self.mapFromGlobal(pinch.centerPoint())
            self._zoom_to(self._hold.scale * pinch.scaleFactor(), at)
        return True

    def _on_gesture(self, event: QEvent) -> bool:
        """Two fingers on a touchpad: apart or together."""
        from PySide6.QtGui import QNativeGestureEvent

        assert isinstance(event, QNativeGestureEvent)
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            if self._image is not None:
                self._zoom_to(self._hold.scale * (1 + event.value()), event.position())
            return True
        return False
