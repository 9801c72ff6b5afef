"""What the window says of troubles, and what it keeps of itself."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.model import AccountId
from app.model.errors import ServiceError
from app.ui.presenters import first_frame, troubles
from app.ui.presenters.behind import Behind
from app.ui.shell.items import Banner

if TYPE_CHECKING:
    from app.model.timeline import TimelineId
    from app.ui.presenters.dates import DateJump
    from app.ui.presenters.feed_counts import FeedCounts
    from app.ui.presenters.place import ReadingPlace
    from app.ui.presenters.shell import ShellPresenter
    from app.ui.presenters.since_left import SinceLeft

log = logging.getLogger(__name__)


class Telling(Behind):
    """A part of ``Live``."""

    _shell: ShellPresenter

    # --------------------------------------------------------------- trouble

    def _on_banner(self, key: str) -> None:
        what, _, whom = key.partition(":")
        if what == troubles.SIGN_IN:
            self.accounts.renew(AccountId(whom))
        elif what == troubles.UNLOCK:
            self.accounts.unlock()
        elif what == troubles.RETRY:
            self._sync(whom)
        elif what == troubles.MOVE:
            self.moving.go_on(whom)
        elif what == troubles.ELSEWHERE:
            self.place.go_there()
        elif what == troubles.LEFT:
            self.since_left.catch_up()
        elif what == troubles.DISMISS:
            self._shell.recovered = ""
            self._shell.refresh()

    def _follow_reader(self) -> None:
        """Where they read, and whether they were away."""
        self.place.start()
        self.since_left.start()
        self.feed_counts.start()
        self._read_on(self._shell.current)

    def _read_on(self, timeline: TimelineId) -> None:
        """*timeline* is shown."""
        if self.is_made("place"):
            self.place.check()
            self.since_left.shown(timeline)
            self.feed_counts.shown(timeline)

    def _leave_reader(self) -> None:
        for name in ("place", "since_left", "feed_counts"):
            if self.is_made(name):
                getattr(self, name).stop()

    def _on_banner_closed(self, key: str) -> None:
        if key == troubles.ELSEWHERE:
            self.place.put_away()
        elif key == troubles.LEFT:
            self.since_left.put_away()

    @cached_property
    def place(self) -> ReadingPlace:
        """Where one reads, here and on other devices."""
        from app.ui.presenters.place import ReadingPlace

        return ReadingPlace(self._window, self._shell, self.house, self.scope, self.timeline)

    @cached_property
    def since_left(self) -> SinceLeft:
        """What came while one was away."""
        from app.ui.presenters.since_left import SinceLeft

        return SinceLeft(self._window, self._shell, self.house, self.scope, self._go, self._look)

    @cached_property
    def feed_counts(self) -> FeedCounts:
        """What is new in feeds that are not shown."""
        from app.ui.presenters.feed_counts import FeedCounts

        return FeedCounts(self._window, self._shell, self.house, self.scope)

    @cached_property
    def dates(self) -> DateJump:
        """Going to a date."""
        from app.ui.presenters.dates import DateJump

        return DateJump(self._look, self._window, self.house, self.scope, self.timeline, self._go)

    def _go(self, timeline: TimelineId) -> None:
        raise NotImplementedError

    def show_moving(self, banner: object) -> None:
        self._shell.moving = banner if isinstance(banner, Banner) else None
        self._shell.refresh_soon()

    def tell(self, error: ServiceError) -> None:
        self._on_trouble(error)

    def _on_trouble(self, error: ServiceError) -> None:
        self._say(f"{error.message} {error.next_step}".strip())

    def _say(self, words: str) -> None:
        self._shell.problem = words
        self._shell.refresh()

    def _sync(self, account: str = "") -> None:
        self.house.loop.request(AccountId(account) if account else None)

    # --------------------------------------------------------------- keeping

    def _keep_networks(self) -> None:
        self._keep_setting(first_frame.NETWORKS, first_frame.kept(self._shell.networks))

    def _keep_setting(self, name: str, value: Any) -> None:
        async def keep() -> None:
            try:
                await self.house.store.keep(lambda keeper: keeper.set_setting(name, value))
            except ServiceError as error:
                log.warning("setting %s not kept: %s", name, error.kind)

        self.scope.start(keep(), name=f"keep {name}")
