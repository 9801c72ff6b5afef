"""
What the desktop itself shows: a notification, by whichever way there is.

On Linux the portal (org.freedesktop.portal.Notification: plain text, inside and outside
of sandboxes); where there is none, and everywhere else, the icon beside the clock, which is
only shown when it is needed. Another interface, org.freedesktop.Notifications, needs unsigned
numbers, which PySide6 cannot send.
"""

from __future__ import annotations

import html
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCall,
    QDBusPendingCallWatcher,
)
from PySide6.QtWidgets import QSystemTrayIcon

from app.services.announcing import Announcement

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

log = logging.getLogger(__name__)

_NAME, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_FACE = "org.freedesktop.portal.Notification"
SHOWN_MS = 8_000


class Desktop(QObject):
    """
    Shows notifications on the desktop.

    Args:
        icon: Beside the clock.
        pressed: Somebody has pressed one.
    """

    def __init__(
        self,
        parent: QObject,
        icon: Callable[[], QIcon],
        pressed: Callable[[], None],
        *,
        bus: QDBusConnection | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._pressed = icon, pressed
        self._bus = bus or (QDBusConnection.sessionBus() if sys.platform == "linux" else None)
        self._tray: QSystemTrayIcon | None = None
        self._asked: dict[QDBusPendingCallWatcher, Announcement] = {}
        if self._bus is not None and self._bus.isConnected():
            slot: Any = SLOT("_on_action(QDBusMessage)")  # a str, whatever the stub says
            self._bus.connect(_NAME, _PATH, _FACE, "ActionInvoked", self, slot)
        else:
            self._bus = None

    def show(self, one: Announcement) -> None:
        """Show *one*, in place of an earlier one with its key."""
        if self._bus is None:
            self._show_beside_the_clock(one)
            return
        message = QDBusMessage.createMethodCall(_NAME, _PATH, _FACE, "AddNotification")
        about: dict[str, Any] = {"title": one.title, "priority": "normal", "default-action": "open"}
        if one.body:
            about["body"] = one.body
        message.setArguments([one.key, about])
        call: QDBusPendingCall = self._bus.asyncCall(message)
        watcher = QDBusPendingCallWatcher(call, self)
        self._asked[watcher] = one
        watcher.finished.connect(self._on_answered)

    def _on_answered(self, watcher: QDBusPendingCallWatcher) -> None:
        one = self._asked.pop(watcher, None)
        watcher.deleteLater()
        if watcher.isError() and one is not None:
            log.info("no portal for notifications: %s", watcher.error().name())
            self._bus = None
            self._show_beside_the_clock(one)

    @Slot(QDBusMessage)
    def _on_action(self, message: QDBusMessage) -> None:
        if message.arguments()[1:2] == ["open"]:
            self._pressed()

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
