"""After hours away: what has come meanwhile, in one line, and the way to the best of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from app.feed.times import micros
from app.model.errors import ServiceError
from app.model.timeline import ALL, TimelineId
from app.services.since_left import Came, came_since
from app.store.times import moment
from app.ui.presenters.behind import KEEP
from app.ui.presenters.places import feed_of, feed_timeline
from app.ui.presenters.troubles import LEFT
from app.ui.shell.items import Banner
from app.ui.shell.words import clock_text

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.shell import ShellPresenter
    from app.ui.shell.catch_up import CatchUpStrip
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look

log = logging.getLogger(__name__)

FEED = "catch-up"
"""The feed that is offered."""

WAYS = (
    (FEED, "By person"),
    ("catch-up-threads", "By conversation"),
    ("catch-up-links", "By link"),
)
"""It, and what else came since then is put together by."""

AWAY = timedelta(hours=3)
"""Who was away less long reads on where they were."""

LEAST = 20
"""Fewer posts are read faster than a feed of them is opened."""

SOON_MS = 1_500
"""After a page has come until it is counted: many come one after the other."""


class SinceLeft(QObject):
    """
    Notices that somebody was away, and says what came.

    Args:
        go: Shows a timeline; Back returns.
    """

    def __init__(
        self,
        window: Window,
        shell: ShellPresenter,
        house: House,
        scope: TaskScope,
        go: Callable[[TimelineId], None],
        look: Look,
    ) -> None:
        super().__init__(window)
        self._look, self._window = look, window
        self._shell, self._house, self._scope = shell, house, scope
        self._go = go
        self._strip: CatchUpStrip | None = None
        self._came_from: TimelineId = ALL
        self._since: int | None = None
        self._idle_since: int | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._count)
        self._leave = house.sync.subscribe(lambda _: self._note())
        window.installEventFilter(self)

    def start(self) -> None:
        """The window is open: was somebody away?"""
        moments = self._house.feeds.moments
        try:
            if moments.was_here():
                self._came_back(moments.left_at())
        except ServiceError as error:
            log.info("since when one was away: %s", error.kind)

    def stop(self) -> None:
        """At the end."""
        self._leave()
        self._soon.stop()
        self._note_leaving()

    def shown(self, timeline: TimelineId) -> None:
        """*timeline* has been opened: is it one of those?"""
        feed = feed_of(timeline)
        if feed not in dict(WAYS):
            self._came_from = timeline
            if self._strip is not None:
                self._strip = None
                self._window.banners.show_strip(None)
        elif self._strip is None:
            self._show_strip(feed)
        else:
            self._strip.ways.choose(feed)

    def _show_strip(self, feed: str) -> None:
        from app.ui.shell.catch_up import CatchUpStrip

        known = {info.id for info in self._house.feeds.list()}
        ways = [way for way in WAYS if way[0] in known]
        left = moment(self._house.feeds.moments.left_at()).astimezone()
        long_ago = self._house.clock.now() - left > timedelta(days=6)
        day = f"{left.day} {left:%B}" if long_ago else f"{left:%A}, {clock_text(left)}"
        since = f"since {day}"
        strip = self._strip = CatchUpStrip(self._look, ways, feed, since)
        strip.chosen.connect(lambda way: self._go(feed_timeline(way)))
        strip.back_wanted.connect(lambda: self._go(self._came_from))
        self._window.banners.show_strip(strip)

    def catch_up(self) -> None:
        """To the feed; what was offered is taken."""
        self.put_away()
        self._go(feed_timeline(FEED))

    def put_away(self) -> None:
        """No more of it, until somebody was away again."""
        self._since = None
        self._soon.stop()
        self._shell.offer(LEFT, None)

    # ------------------------------------------------------------------- private

    def _came_back(self, since: int) -> None:
        if micros(self._house.clock.now() - AWAY) >= since:
            self._since = since
            self._note()

    def _note_leaving(self) -> None:
        """For the next start, however this run ends."""

        async def keep() -> None:
            try:
                await self._house.feeds.moments.leave()
            except ServiceError as error:
                log.info("when one left: %s", error.kind)

        self._scope.restart(keep(), name=f"{KEEP}when one left")

    def _note(self) -> None:
        if self._since is not None and not self._soon.isActive():
            self._soon.start()

    def _count(self) -> None:
        self._scope.restart(self.counted(), name="since left")

    async def counted(self) -> None:
        """Say it, if it is much."""
        since, house = self._since, self._house
        if since is None or all(info.id != FEED for info in house.feeds.list()):
            return
        try:
            came = await came_since(house.store, house.timelines, house.clock, since)
        except ServiceError as error:
            log.info("since left: %s", error.kind)
            return
        if since == self._since and came.posts >= LEAST:
            self._shell.offer(LEFT, banner_of(came))

    # ---------------------------------------------------------- Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:
            self._idle_since = micros(self._house.clock.now())
            self._note_leaving()
        elif event.type() == QEvent.Type.WindowActivate and self._idle_since is not None:
            since, self._idle_since = self._idle_since, None
            if micros(self._house.clock.now() - AWAY) >= since:
                self._house.feeds.moments.come_back(since)
                self._came_back(since)
        return super().eventFilter(watched, event)


def banner_of(came: Came) -> Banner:
    """What it says."""
    posts = f"{came.posts}+" if came.many else str(came.posts)
    people = "one person" if came.people == 1 else f"{came.people} people"
    icon = "arrow-counter-clockwise"
    text = f"{posts} {'post' if posts == '1' else 'posts'} by {people}."
    return Banner(LEFT, "ok", icon, "Since you left:", text, "Catch up", closes=True)
