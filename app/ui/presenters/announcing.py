"""Tells on the desktop what has come, as far as that is wished."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QWidget

from app.model.errors import ServiceError
from app.services.announcing import Announcement, Announcer, AnnounceWishes

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.desktop import Desktop
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look

log = logging.getLogger(__name__)


class Announcing(QObject):
    """Lives as long as the window; loads what speaks to the desktop when there is something."""

    def __init__(self, window: Window, house: House, scope: TaskScope) -> None:
        super().__init__(window)
        self._window, self._house, self._scope = window, house, scope
        self._desktop: Desktop | None = None
        self.announcer = Announcer(
            house.store, house.notifications, house.clock, self._tell, self._is_looked_at
        )

    def start(self) -> None:
        """From now on."""
        self._scope.start(self.announcer.run(), name="announce")

    def make_page(self, look: Look) -> QWidget:
        """The page of the settings."""
        from app.ui.settings.announcing import AnnouncingPage

        page = AnnouncingPage(look, self.announcer.wishes, self._house.accounts.all())
        page.wished.connect(lambda wishes: self._scope.start(self._keep(wishes), name="keep"))
        return page

    async def _keep(self, wishes: AnnounceWishes) -> None:
        try:
            await self.announcer.choose(wishes)
        except ServiceError as error:
            log.warning("what is announced was not kept: %s", error.kind)

    def _is_looked_at(self) -> bool:
        return QGuiApplication.focusWindow() is not None

    def _tell(self, one: Announcement) -> None:
        if self._desktop is None:
            from app.ui.desktop import Desktop

            self._desktop = Desktop(self, self._icon, self._window.come_forward)
        self._desktop.show(one)

    def _icon(self) -> QIcon:
        return self._window.windowIcon()
