"""The focus ring: around a control, with a gap, only when keys brought it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.ui.theme.look import Look

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QFocusEvent, QPaintEvent

BY_KEYS = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
_AWAY = frozenset({Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason})
"""A menu or another window has the keys for a while."""
_FOLLOWED = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show})


class FocusRing(QWidget):
    """Lies over the window and draws around one control of it."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._radius = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("")
        self.hide()

    def follow(self, target: QWidget, radius: float) -> None:
        """Show around *target* until it loses the focus."""
        self.leave()
        self._target, self._radius = target, radius
        # A page that goes takes the control along without a word to its focus.
        target.destroyed.connect(self.leave)
        widget: QWidget | None = target
        while widget is not None and widget is not self.parentWidget():
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()
        self._place()

    def leave(self) -> None:
        """Show nothing."""
        if not isValid(self):
            return
        target, self._target = self._target, None
        if target is not None and isValid(target):
            target.destroyed.disconnect(self.leave)
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched.clear()
        self.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        width = theme.stroke("focus")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("focus"), width))
        half = width / 2
        radius = self._radius + theme.tokens.button.focusOffset + half
        area = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(area, radius, radius)
        painter.end()

    def _place(self) -> None:
        target, window = self._target, self.parentWidget()
        if target is None or not isValid(target):
            self.leave()
            return
        if window is None or not target.isVisibleTo(window):
            self.hide()
            return
        theme = self._look.theme
        out = theme.tokens.button.focusOffset + theme.stroke("focus")
        corner = target.mapTo(window, QPoint(0, 0))
        self.setGeometry(
            corner.x() - out,
            corner.y() - out,
            target.width() + 2 * out,
            target.height() + 2 * out,
        )
        self.show()
        self.raise_()


class KeyFocus:
    """
    Mixin of controls: knows whether keys brought the focus, and shows the ring.

    Comes before the Qt class; needs ``_look`` there.
    """

    _look: Look
    by_keys = _stays = False
    ring_inside = False
    """The control draws the ring itself, inset (rows)."""

    def ring_radius(self) -> float:
        """Corner radius of the control."""
        return float(self._look.theme.tokens.button.radius)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)  # type: ignore[misc]
        back = self._stays and event.reason() in _AWAY
        self.by_keys = back or event.reason() in BY_KEYS
        if self.by_keys and not self.ring_inside:
            assert isinstance(self, QWidget)
            ring_of(self, self._look).follow(self, self.ring_radius())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)  # type: ignore[misc]
        if self.by_keys and not self.ring_inside:
            assert isinstance(self, QWidget)
            ring_of(self, self._look).leave()
        self._stays = self.by_keys and event.reason() in _AWAY
        self.by_keys = False


def draw_inside(painter: QPainter, widget: QWidget, look: Look, radius: float = 0) -> None:
    """The ring of a row, which has no room around it. *radius*: of its corners, px."""
    width = look.theme.stroke("focus")
    painter.setPen(QPen(look.theme.color("focus"), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width / 2 + 1
    area = QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(area, radius, radius)


def ring_of(widget: QWidget, look: Look) -> FocusRing:
    """The ring of *widget*'s window; made when first needed."""
    window = widget.window()
    found = window.findChild(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, FocusRing) else FocusRing(look, window)
