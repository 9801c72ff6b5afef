"""The scroll bar and the wheel: they follow the column, and move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from app.ui.timeline.view import TimelineView


class Scroller:
    """Turns bar and wheel into px of the view's column."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self._last_value = 0
        view.verticalScrollBar().sliderReleased.connect(self.sync)

    def sync(self) -> None:
        """The column moved or grew: let the bar show it."""
        view, bar = self._view, self._view.verticalScrollBar()
        if bar.isSliderDown():
            return
        height = view.viewport().height()
        bar.blockSignals(True)
        bar.setRange(0, max(0, view.shelf.column.heights.total + view.tail() - height))
        bar.setPageStep(height)
        bar.setSingleStep(view.theme.tokens.timeline.wheelStep // 3)
        bar.setValue(view.shelf.column.top)
        bar.blockSignals(False)
        self._last_value = bar.value()
        # Blocked signals keep the bar from repainting itself.
        bar.update()

    def bar_moved(self) -> None:
        """The bar was moved by hand: by steps, or far away."""
        view, bar = self._view, self._view.verticalScrollBar()
        value = bar.value()
        by = value - self._last_value
        self._last_value = value
        if abs(by) <= 2 * view.viewport().height() and not bar.isSliderDown():
            view.scroll_by(by)
            return
        view.shelf.column.go_value(value)
        view.refresh()
        view.scrolled.emit()

    def wheel(self, event: QWheelEvent) -> None:
        """Whole px of a touch pad, or steps of a wheel; with Ctrl it is not ours."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        pixels = event.pixelDelta().y()
        if not pixels:
            step = self._view.theme.tokens.timeline.wheelStep
            pixels = round(event.angleDelta().y() / 120 * step)
        self._view.scroll_by(-pixels)
        event.accept()
