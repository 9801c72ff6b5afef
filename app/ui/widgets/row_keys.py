"""The keys that lead from row to row in a list of widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_J: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_K: -1}


def step_of(event: QKeyEvent) -> int | None:
    """1: to the next row, -1: to the one before; None: it is another key."""
    return _STEPS.get(Qt.Key(event.key()))
