"""Which key does what in the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_K = Qt.Key
_ALWAYS: Final = {
    _K.Key_Escape: "leave",
    _K.Key_Plus: "larger",
    _K.Key_Equal: "larger",
    _K.Key_Minus: "smaller",
    _K.Key_0: "fit",
    _K.Key_1: "natural",
    _K.Key_F11: "full",
    _K.Key_D: "text",
    _K.Key_J: "next_post",
    _K.Key_PageDown: "next_post",
    _K.Key_K: "previous_post",
    _K.Key_PageUp: "previous_post",
    _K.Key_Space: "toggle",
    _K.Key_Return: "toggle",
    _K.Key_Enter: "toggle",
    _K.Key_X: "reveal",
    _K.Key_R: "reply",
    _K.Key_B: "repost",
    _K.Key_F: "like",
    _K.Key_S: "bookmark",
    _K.Key_O: "thread",
}
_FILM: Final = {
    _K.Key_M: "mute",
    _K.Key_C: "captions",
    _K.Key_Up: "louder",
    _K.Key_Down: "quieter",
    _K.Key_Comma: "back",
    _K.Key_Period: "forth",
    _K.Key_Less: "slower",
    _K.Key_Greater: "faster",
    _K.Key_Home: "begin",
}
_HELD: Final = {
    _K.Key_Up: "up",
    _K.Key_Down: "down",
    _K.Key_Left: "left",
    _K.Key_Right: "right",
}
_CONTROL: Final = {
    _K.Key_S: "save",
    _K.Key_Return: "open",
    _K.Key_Enter: "open",
    _K.Key_0: "fit",
    _K.Key_Plus: "larger",
    _K.Key_Equal: "larger",
    _K.Key_Minus: "smaller",
}


def act_of(event: QKeyEvent, *, film: bool, fitted: bool, rtl: bool) -> str | None:
    """
    Name of what a key is for; None: nothing here.

    Args:
        film: There is something to steer.
        fitted: All of the picture is in sight; else Shift and the arrows move it.
    """
    if event.matches(QKeySequence.StandardKey.Copy):
        return "copy"
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if modifiers == Qt.KeyboardModifier.ControlModifier:
        return _CONTROL.get(key)
    shift = modifiers == Qt.KeyboardModifier.ShiftModifier
    if modifiers and not shift:
        return None
    if key in (_K.Key_Left, _K.Key_Right) and not shift:
        return "next" if (key == _K.Key_Right) != rtl else "previous"
    if film:
        if shift and key in (_K.Key_Left, _K.Key_Right):
            return "forth" if key == _K.Key_Right else "back"
        return _FILM.get(key) or _ALWAYS.get(key)
    if not fitted and key in _HELD:
        return _HELD[key]
    return _ALWAYS.get(key)
