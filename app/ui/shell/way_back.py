"""Who had the keys before a page came, so that they have them again when it goes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from shiboken6 import isValid


class WayBack:
    """Remembers it for each page, and leads back."""

    def __init__(self) -> None:
        self._before: dict[QWidget, tuple[QWidget, bool]] = {}

    def note(self, page: QWidget, focused: QWidget | None) -> None:
        """*page* is about to be seen, while *focused* has the keys."""
        if focused is not None and focused is not page and not page.isAncestorOf(focused):
            self._before[page] = _keeper(focused), came_by_keys(focused)

    def forget(self, page: QWidget) -> tuple[QWidget, bool] | None:
        """*page* is gone, and the keys are elsewhere already. Returns what was remembered."""
        return self._before.pop(page, None)

    def lead(self, page: QWidget) -> bool:
        """*page* is gone: the keys are where they were. False: that is not there any more."""
        widget, by_keys = self.forget(page) or (None, False)
        if widget is None or not isValid(widget):
            return False
        if not (widget.isVisible() and widget.isEnabled()):
            return False
        # With the ring, if it had one; only lists keep theirs themselves.
        rings = by_keys and not isinstance(widget, QAbstractScrollArea)
        reason = Qt.FocusReason.TabFocusReason if rings else Qt.FocusReason.OtherFocusReason
        widget.setFocus(reason)
        return True


def came_by_keys(widget: QWidget | None) -> bool:
    """Whether keys brought the focus there, as controls and lists of posts remember it."""
    while widget is not None:
        if getattr(widget, "by_keys", False) or getattr(widget, "by_keyboard", False):
            return True
        widget = widget.parentWidget()
    return False


def _keeper(focused: QWidget) -> QWidget:
    """What to give the keys to: the list, where *focused* stands for another row tomorrow."""
    widget: QWidget | None = focused
    while widget is not None:
        is_list = isinstance(widget, QAbstractScrollArea)
        if is_list and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            return widget
        widget = widget.parentWidget()
    return focused
