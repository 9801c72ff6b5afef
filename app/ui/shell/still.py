"""A room comes or goes in one turn of the window's thread, and is painted in the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.ui.shell.window import Window


class Still:
    """
    Holds the picture of the window while another page comes into it.

    Qt paints at the end of the turn in which something has changed: making a page and
    its first painting would be one. Meanwhile what was seen stays.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        # A timer: a single shot of no time is an event, and comes before the painting.
        self._next = QTimer(window)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._release)
        window.room_changing.connect(self.hold)

    def hold(self) -> None:
        """Until the next turn."""
        if not self._next.isActive():
            # Of the window alone: what its parts ask for meanwhile is noted as ever, and
            # nothing else is painted afterwards (``setUpdatesEnabled`` has all painted anew).
            self._window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, True)
            self._next.start(0)

    def _release(self) -> None:
        self._window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
        for part in self._window.children():
            # What came into it meanwhile has taken that over, with all that is in it.
            if isinstance(part, QWidget) and not part.updatesEnabled():
                part.setUpdatesEnabled(True)
        # Theirs came in vain, and Qt asks once for a region that is not painted yet.
        request = QEvent(QEvent.Type.UpdateRequest)
        QCoreApplication.postEvent(self._window, request, Qt.EventPriority.LowEventPriority.value)
