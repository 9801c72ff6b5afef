"""The line between timeline and right pane, to be drawn along (look.md §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent


class Grip(QWidget):
    """Paints nothing: it lies over the line, wide enough for a pointer."""

    moved = Signal(int)
    """By so many px towards the timeline (negative: away from it)."""
    reset = Signal()
    """Pressed twice: as it was at first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._x: float | None = None
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Width of the right pane")

    def _towards(self, by: float) -> int:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return round(by if rtl else -by)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._x = event.globalPosition().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._x is not None:
            now = event.globalPosition().x()
            by, self._x = now - self._x, now
            self.moved.emit(self._towards(by))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._x = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.reset.emit()
