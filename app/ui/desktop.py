"""
What the desktop itself shows: a notification, by whichever way there is.

On Linux its portal; where there is none, and everywhere else, the icon beside the clock,
which is only shown when it is needed.
"""

from __future__ import annotations

import html
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon

from app.services.announcing import Announcement

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from app.ui.desktop_portal import Portal

log = logging.getLogger(__name__)

SHOWN_MS = 8_000


class Desktop(QObject):
    """
    Shows notifications on the desktop.

    Args:
        icon: Beside the clock.
        pressed: Somebody has pressed one.
    """

    def __init__(
        self, parent: QObject, icon: Callable[[], QIcon], pressed: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self._icon, self._pressed = icon, pressed
        self._tray: QSystemTrayIcon | None = None
        self._portal: Portal | None = None
        if sys.platform == "linux":
            from app.ui.desktop_portal import Portal

            portal = Portal(self, pressed, self._on_refused)
            self._portal = portal if portal.is_there else None

    def show(self, one: Announcement) -> None:
        """Show *one*, in place of an earlier one with its key where that is possible."""
        if self._portal is not None:
            self._portal.show(one)
        else:
            self._show_beside_the_clock(one)

    def _on_refused(self, one: Announcement) -> None:
        self._portal = None
        self._show_beside_the_clock(one)

    def _show_beside_the_clock(self, one: Announcement) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            log.info("this desktop shows no notifications of ours")
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon(), self)
            self._tray.messageClicked.connect(self._pressed)
            self._tray.activated.connect(lambda _: self._pressed())
            self._tray.setToolTip("Godwit")
            self._tray.show()
        # There a body may be markup: what strangers wrote must not be.
        body = html.escape(one.body, quote=False) if sys.platform == "linux" else one.body
        self._tray.showMessage(one.title, body, self._icon(), SHOWN_MS)
