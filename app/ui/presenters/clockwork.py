"""What the window looks at again and again while it lives."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.model.errors import ServiceError
from app.ui.presenters.places import is_feed

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.shell import ShellPresenter

log = logging.getLogger(__name__)

TICK_MS = 15_000
"""Between two looks at the clock: "3 min ago", "Waiting, 4 min", what is unread."""


class Clockwork(QObject):
    """Keeps times and counts of the shell true, and whom we have spoken to on disk."""

    def __init__(
        self, parent: QObject, scope: TaskScope, shell: ShellPresenter, house: Callable[[], House]
    ) -> None:
        super().__init__(parent)
        self._scope, self._shell, self._house = scope, shell, house
        self._ticks = QTimer(self, interval=TICK_MS)
        self._ticks.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Now, and from now on."""
        self._ticks.start()
        self._on_tick()

    def stop(self) -> None:
        """No more."""
        self._ticks.stop()

    def _on_tick(self) -> None:
        self._shell.refresh_soon()
        self._scope.restart(self._count(), name="count")

    async def _count(self) -> None:
        """What is unread in the timelines that are not shown."""
        from app.ui.presenters.counts import count_unread  # after the first frame

        shell, house = self._shell, self._house()
        others = [
            place.id
            for place in shell.all_places()
            if place.id != shell.current and not is_feed(place.id)
        ]
        try:
            # Whom we have spoken to is known also after a crash.
            await house.hosts.keep()
            shell.unread |= await count_unread(house.store, others)
        except ServiceError as error:
            log.info("unread: %s", error.kind)
            return
        shell.refresh_soon()
