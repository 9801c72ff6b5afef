"""How many posts are new in feeds that have an order of their own, while one reads elsewhere."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.feed.times import micros
from app.model.errors import ServiceError
from app.model.timeline import RowKey, TimelineId
from app.services.seen import keep_seen, read_seen
from app.ui.presenters.behind import KEEP
from app.ui.presenters.feeds import RANKED
from app.ui.presenters.places import feed_of, is_feed

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.shell import ShellPresenter
    from app.ui.shell.window import Window

log = logging.getLogger(__name__)

FIRST_MS, EVERY_MS = 45_000, 180_000
"""ms after the start until they are counted first, and between two times."""

PAUSE = 0.5
"""Seconds between two feeds: each keeps a processor busy for some frames."""


class FeedCounts(QObject):
    """
    What has come into a feed since it was read last, of the posts that it would show.

    Only of feeds that somebody has read, and only where feeds are read at all: making
    them takes 20 MB that others do not need.
    """

    def __init__(
        self, window: Window, shell: ShellPresenter, house: House, scope: TaskScope
    ) -> None:
        super().__init__(window)
        self._window, self._shell, self._house, self._scope = window, shell, house, scope
        self._current: TimelineId | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_time)

    def start(self) -> None:
        """From now on."""
        self._timer.start(FIRST_MS)

    def stop(self) -> None:
        """At the end: what was read is read."""
        self._timer.stop()
        self._leave()

    def shown(self, timeline: TimelineId) -> None:
        """*timeline* has been opened: what was open before was read."""
        if timeline != self._current:
            self._leave()
            self._current = timeline

    def _leave(self) -> None:
        left, self._current = self._current, None
        if left is None or not is_feed(left):
            return
        self._shell.unread[left] = 0
        now = RowKey(micros(self._house.clock.now()), 0)

        async def keep() -> None:
            try:
                await self._house.store.keep(lambda keeper: keep_seen(keeper, left, now))
            except ServiceError as error:
                log.info("when %s was read: %s", left, error.kind)

        self._scope.start(keep(), name=f"{KEEP}when a feed was read")

    def _on_time(self) -> None:
        self._timer.start(EVERY_MS)
        reader = self._house.store.reader
        if self._window.isActiveWindow() and reader.setting(RANKED, False):
            self._scope.restart(self.count(), name="count feeds")

    async def count(self) -> None:
        """All that stand in the sidebar, one after the other."""
        house, shell = self._house, self._shell
        feeds = [place.id for place in shell.places if is_feed(place.id)]
        for timeline in feeds:
            if timeline == self._current:
                continue
            try:
                since = read_seen(house.store.reader, timeline)
                new = await house.feeds.new_since(feed_of(timeline), since.at) if since else 0
            except ServiceError as error:
                log.info("new in %s: %s", timeline, error.kind)
                continue
            if timeline != self._current:
                shell.unread[timeline] = new
            await asyncio.sleep(PAUSE)
        shell.refresh_soon()
