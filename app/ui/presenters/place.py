"""
Where one reads: what counts as read here, what servers are told, what is offered.

What stands in view for a moment, while the window is the one in use, was read.
Where it rests longer, servers are told, so that other devices may follow. Is one
further elsewhere, that is offered; the view goes there by itself only when nobody
has touched anything since the start (technotes/place.md).
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from app.model.errors import ServiceError
from app.services.markers import MOST
from app.ui.presenters.behind import KEEP
from app.ui.presenters.places import is_feed
from app.ui.presenters.troubles import ELSEWHERE
from app.ui.shell.items import Banner

if TYPE_CHECKING:
    from app.services.house import House
    from app.services.markers import Ahead
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.shell import ShellPresenter
    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.shell.window import Window

log = logging.getLogger(__name__)

SEEN_MS, REST_MS = 700, 2_500
"""ms that a place stands in view until it was read, and until servers hear of it."""

LOOK_MS, PAUSE = 300_000, 15.0
"""ms between two looks at servers while the window is used; least seconds between any two."""


class ReadingPlace(QObject):
    """Follows the reader of the window, and the readers on other devices."""

    def __init__(
        self,
        window: Window,
        shell: ShellPresenter,
        house: House,
        scope: TaskScope,
        timeline: TimelinePresenter,
    ) -> None:
        super().__init__(window)
        self._window, self._shell, self._house = window, shell, house
        self._scope, self._timeline = scope, timeline
        self._is_touched = self.is_looking = False
        self._looked = -PAUSE
        self._ahead: Ahead | None = None
        self._put_away: int = 0
        self._seen = QTimer(self, singleShot=True, interval=SEEN_MS)
        self._seen.timeout.connect(self._on_seen)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self._looks = QTimer(self, interval=LOOK_MS)
        self._looks.timeout.connect(self.look)
        timeline.moved.connect(self._on_moved)
        for touched in (window.room_changing, timeline.view.current_changed):
            touched.connect(self._on_touched)
        self._leave = house.markers.subscribe(lambda _: self.check())
        window.installEventFilter(self)

    def start(self) -> None:
        """The window is open: has somebody read on elsewhere?"""
        self._looks.start()
        self.look()

    def stop(self) -> None:
        """At the end."""
        self._leave()
        for timer in (self._seen, self._rest, self._looks):
            timer.stop()

    # ------------------------------------------------------------------ read here

    @property
    def _is_read(self) -> bool:
        """Somebody sits in front of the timeline."""
        view = self._timeline.view
        return self._window.isActiveWindow() and view.isVisible()

    def _on_touched(self, _what: object = None) -> None:
        self._is_touched = True

    def _on_moved(self) -> None:
        self._is_touched = True
        self._seen.start()
        self._rest.start()

    def _on_seen(self) -> None:
        if self._is_read:
            self._timeline.note_seen()

    def _on_rest(self) -> None:
        opened, anchor = self._timeline.opened, self._timeline.view.anchor()
        if not self._is_read or opened is None or anchor is None or is_feed(opened.id):
            return
        self.check()
        work = self._tell(opened.id, anchor[0].at)
        self._scope.restart(work, name=f"{KEEP}place on servers")

    async def _tell(self, timeline: str, at: int) -> None:
        try:
            await self._house.markers.read_to(timeline, at)  # type: ignore[arg-type]
        except ServiceError as error:
            log.warning("place not told: %s", error.kind)

    # -------------------------------------------------------------- read elsewhere

    def look(self) -> None:
        """Ask servers, unless that was done just now."""
        if monotonic() - self._looked >= PAUSE:
            self._looked = monotonic()
            self._scope.restart(self._look(), name="place on servers")

    async def _look(self) -> None:
        self.is_looking = True
        try:
            await self._house.markers.look()
        except ServiceError as error:
            log.warning("place not looked up: %s", error.kind)
        finally:
            self.is_looking = False
        await self.looked()

    def check(self) -> None:
        """Is somebody further in what is shown?"""
        if self.is_looking:
            return  # when all servers have told
        self._scope.restart(self.looked(), name="place elsewhere")

    async def looked(self) -> None:
        """The same; what is offered is known afterwards."""
        opened, self._ahead = self._timeline.opened, None
        anchor = self._timeline.view.anchor()
        if opened is None or is_feed(opened.id) or anchor is None:
            self._shell.offer(ELSEWHERE, None)
            return
        here = anchor[0]
        try:
            ahead = await self._house.markers.ahead(opened.id, here)
        except ServiceError as error:
            log.warning("place elsewhere: %s", error.kind)
            return
        if opened is not self._timeline.opened:
            return
        if ahead is None or ahead.key.at <= self._put_away:
            self._shell.offer(ELSEWHERE, None)
        elif ahead.whole and not self._is_touched:
            self._timeline.jump(ahead.key)
        else:
            self._ahead = ahead
            # Rows that are hidden count only where they are not in memory.
            at, there = opened.index_of(here), opened.index_of(ahead.key)
            rows = at - there if at is not None and there is not None else ahead.rows
            self._shell.offer(ELSEWHERE, banner_of(rows))

    def go_there(self) -> None:
        """To where somebody has read on."""
        if self._ahead is not None:
            self._timeline.jump(self._ahead.key)
            self._shell.offer(ELSEWHERE, None)

    def put_away(self) -> None:
        """One stays here."""
        if self._ahead is not None:
            self._put_away = self._ahead.key.at
            self._shell.offer(ELSEWHERE, None)

    # ---------------------------------------------------------- Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.look()
            self._seen.start()
        return super().eventFilter(watched, event)


def banner_of(rows: int) -> Banner:
    """What the offer says. *rows*: between here and there."""
    many = f"{MOST}+" if rows >= MOST else str(rows)
    posts = "newer post was" if rows == 1 else "newer posts were"
    return Banner(
        ELSEWHERE,
        "ok",
        "arrow-up",
        "You read on elsewhere.",
        f"{many} {posts} read on another device.",
        "Go there",
        closes=True,
    )
