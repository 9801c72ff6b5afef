"""Going to a date in a timeline: in the cache at once, further back when servers are asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTime

from app.feed.when import NoTime, moment_of
from app.model.errors import ServiceError
from app.model.timeline import ALL, TimelineId
from app.services.jumping import Jumping, Spot
from app.ui.presenters.places import is_feed
from app.ui.shell.go_to import GoToDialog

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look

_LOOK, _FETCH = "date", "date fetch"


class DateJump(QObject):
    """
    One dialog at a time.

    Args:
        go: Shows a timeline: feeds have an order of their own, so one goes in all posts.
    """

    def __init__(
        self,
        look: Look,
        window: Window,
        house: House,
        scope: TaskScope,
        timeline: TimelinePresenter,
        go: Callable[[TimelineId], None],
        local: Callable[[datetime], datetime] = datetime.astimezone,
    ) -> None:
        super().__init__(window)
        self._look, self._window, self._house = look, window, house
        self._scope, self._timeline, self._go, self._local = scope, timeline, go, local
        self._jumping = Jumping(house.store, house.accounts, house.sync)
        self.dialog: GoToDialog | None = None
        self._at: datetime | None = None
        self._spot: Spot | None = None

    def open(self) -> None:
        """Ask where to."""
        window = self._window
        if window.in_first_run or window.is_covered or self._timeline.opened is None:
            return
        about = "This feed has an order of its own: you go there in all posts, by time."
        ranked = is_feed(self._timeline.opened.id)
        dialog = self.dialog = GoToDialog(self._look, window, about if ranked else "")
        dialog.typed.connect(self._on_typed)
        dialog.go_wanted.connect(self._on_go)
        dialog.fetch_wanted.connect(self._on_fetch)
        dialog.stop_wanted.connect(lambda: self._scope.stop(_FETCH))
        dialog.finished.connect(self._on_finished)
        self._at = self._spot = None
        dialog.open()

    def _on_finished(self, _code: int) -> None:
        self._scope.stop(_LOOK)
        self._scope.stop(_FETCH)
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    @property
    def _where(self) -> TimelineId:
        opened = self._timeline.opened
        return opened.id if opened is not None and not is_feed(opened.id) else ALL

    # ------------------------------------------------------------------ looking

    def _on_typed(self, text: str) -> None:
        self._scope.restart(self._look_up(text), name=_LOOK)

    async def _look_up(self, text: str) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        self._at = self._spot = None
        if not text.strip():
            dialog.show_spot("")
            return
        try:
            at = moment_of(text, self._local(self._house.clock.now()), self._local)
            self._at = at
            self._show(await self._jumping.find(self._where, at))
        except NoTime as error:
            dialog.show_trouble(str(error))
        except ServiceError as error:
            dialog.show_trouble(f"{error.message} {error.next_step}".strip())

    def _show(self, spot: Spot) -> None:
        dialog, at = self.dialog, self._at
        if dialog is None or at is None:
            return
        self._spot = spot
        offline = self._house.options.offline
        if spot.key is None:
            dialog.show_spot("There is nothing here yet.")
            return
        if spot.is_there:
            assert spot.at is not None
            dialog.show_spot(f"The last post until then: {self._said(spot.at)}.", go=True)
            return
        assert spot.reaches is not None
        words = f"What is here goes back to {self._said(spot.reaches)}."
        if spot.trouble is not None:
            words = f"{spot.trouble.message} {words}"
        elif not spot.more:
            words += " Your servers have nothing older."
        elif offline:
            words += " Offline no server is asked for more."
        dialog.show_spot(words, oldest=True, fetch=spot.more and not offline)

    def _said(self, at: datetime) -> str:
        here = self._local(at)
        today = self._local(self._house.clock.now())
        clock = QLocale().toString(QTime(here.hour, here.minute), QLocale.FormatType.ShortFormat)
        year = f" {here.year}" if here.year != today.year else ""
        return f"{here:%A} {here.day} {here:%B}{year}, {clock}"

    # -------------------------------------------------------------------- going

    def _on_go(self) -> None:
        spot, where = self._spot, self._where
        if spot is None or spot.key is None or self.dialog is None:
            return
        self.dialog.accept()
        opened = self._timeline.opened
        if opened is not None and opened.id != where:
            self._go(where)
        self._timeline.jump(spot.key)

    def _on_fetch(self) -> None:
        self._scope.restart(self._fetch(), name=_FETCH)

    async def _fetch(self) -> None:
        at, where = self._at, self._where
        if at is None or self.dialog is None:
            return
        self.dialog.show_fetching("Asking your servers…")
        last = self._spot
        try:
            async for spot in self._jumping.fetch(where, at):
                last = spot
                if self.dialog is not None and spot.reaches is not None:
                    self.dialog.show_fetching(f"Fetched back to {self._said(spot.reaches)}…")
        except ServiceError as error:
            if self.dialog is not None:
                self.dialog.show_trouble(f"{error.message} {error.next_step}".strip())
            return
        finally:
            # Also when it was stopped: what came is here.
            if last is not None:
                self._show(last)
        if last is not None and last.is_there:
            self._on_go()
