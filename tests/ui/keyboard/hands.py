"""Hands on a keyboard: each key goes to whoever has the focus, as a user's does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.shell.way_back import came_by_keys
from app.ui.timeline.view import TimelineView

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ESC, ENTER, TAB = Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Tab
UP, DOWN, LEFT, RIGHT = Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right


def focused(window: QWidget) -> QWidget:
    """Who has the keys: always somebody, and somebody who is seen."""
    found = QApplication.activePopupWidget() or window.focusWidget() or window
    assert found.isVisible(), f"the keys are lost in {found!r} {found.accessibleName()}"
    return found


def press(
    window: QWidget,
    key: Qt.Key | str,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> QWidget:
    """Press one key. Returns who has the focus then."""
    if not window.isActiveWindow():
        # Without a screen a dialog that closes leaves no window active.
        window.activateWindow()
        QApplication.processEvents()
    QTest.keyClick(focused(window), key, modifiers)  # type: ignore[arg-type]
    return focused(window) if window.isVisible() else window


def write(window: QWidget, text: str) -> None:
    """Press the keys of *text*."""
    for letter in text:
        press(window, letter)


def shows_focus(widget: QWidget) -> bool:
    """Whether one sees where the keys are: a ring, a row that is marked, or a cursor."""
    if widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
        return True
    parent: QWidget | None = widget
    while parent is not None:
        if isinstance(parent, TimelineView):
            return parent.by_keyboard and parent.current is not None
        parent = parent.parentWidget()
    return came_by_keys(widget)


def walk(window: QWidget, *, most: int = 200) -> list[QWidget]:
    """Press Tab until one comes back to where one began; who had the focus, in order."""
    found: list[QWidget] = []
    for _ in range(most):
        now = press(window, TAB)
        if now in found:
            # A list may have scrolled, and its rows stand for others now.
            return found
        assert shows_focus(now), f"one does not see the focus on {now!r} {now.accessibleName()}"
        found.append(now)
    raise AssertionError("Tab never comes round")
