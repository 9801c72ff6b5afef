"""
The portal of a Linux desktop for notifications: plain text, inside and outside of sandboxes.

Source: org.freedesktop.portal.Notification, version 1. (org.freedesktop.Notifications needs
unsigned numbers, which PySide6 cannot send.)
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCall,
    QDBusPendingCallWatcher,
)

from app.services.announcing import Announcement

log = logging.getLogger(__name__)

_NAME, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_FACE = "org.freedesktop.portal.Notification"


class Portal(QObject):
    """
    Args:
        pressed: Somebody has pressed one.
        refused: There is no such portal: this one was not shown.
    """

    def __init__(
        self,
        parent: QObject,
        pressed: Callable[[], None],
        refused: Callable[[Announcement], None],
    ) -> None:
        super().__init__(parent)
        self._pressed, self._refused = pressed, refused
        self._bus = QDBusConnection.sessionBus()
        self._asked: dict[QDBusPendingCallWatcher, Announcement] = {}
        slot: Any = SLOT("_on_action(QDBusMessage)")  # a str, whatever the stub says
        self._bus.connect(_NAME, _PATH, _FACE, "ActionInvoked", self, slot)

    @property
    def is_there(self) -> bool:
        """There is a bus to ask."""
        return self._bus.isConnected()

    def show(self, one: Announcement) -> None:
        """Show *one*, in place of an earlier one with its key; or ``refused`` hears of it."""
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
            self._refused(one)

    @Slot(QDBusMessage)
    def _on_action(self, message: QDBusMessage) -> None:
        if message.arguments()[1:2] == ["open"]:
            self._pressed()
