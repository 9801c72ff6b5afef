"""What the wizard's pages stand on: the frame, the move that is looked at, pictures."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPixmap

from app.model import AccountId
from app.portability.plan import Plan, Progress
from app.ui.migration.frame import PageBody, WizardFrame
from app.ui.migration.home import HomePage
from app.ui.migration.plan_page import PlanPage
from app.ui.presenters.moving_cover import place_picture
from app.ui.presenters.moving_stops import CLOSING, Stage, foot, stops
from app.ui.presenters.moving_work import MoveWork

if TYPE_CHECKING:
    from app.portability.plan import JournalLine
    from app.protocols.base import Preview
    from app.ui.asyncqt import TaskScope
    from app.ui.migration.parts import PlaceCard
    from app.ui.presenters.moving import MovingRoom
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures

PATIENCE = 0.4
"""Seconds after the last key before a server is asked (look.md §8)."""

TICK_MS = 1_000


class WizardBase(QObject):
    """
    Shows pages; keeps no secret: what is asked goes straight to the move.

    Attributes:
        chosen: What was decided before the plan: address, own_key, own_key_file.
        work: The move that is looked at.
    """

    def __init__(
        self,
        look: Look,
        room: MovingRoom,
        scope: TaskScope,
        pictures: Pictures,
        window: Window,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(room)
        self._look, self._room, self._scope = look, room, scope
        self._pictures, self._window, self._patience = pictures, window, patience
        self._services = room.services
        self.frame = WizardFrame(look, "Moving house")
        self.stage: Stage = "home"
        self.work: MoveWork | None = None
        self.chosen: dict[str, str] = {}
        self._options: dict[str, str] = {}
        self._account = AccountId("")
        self._archive: tuple[str, str] | None = None
        """Folder and network of the archive that is to live on, instead of an account."""
        self._preview: Preview | None = None
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self._tick)
        pictures.arrived.connect(self._draw)

    def end(self) -> None:
        """The page goes; the work stays."""
        self._leave_work()
        self._ticks.stop()
        for name in ("look up home", "make plan"):
            self._scope.stop(name)
        self._pictures.arrived.disconnect(self._draw)

    def _now(self) -> datetime:
        return self._services.now()

    # -------------------------------------------------------------- the page

    def _to(self, stage: Stage, page: PageBody) -> None:
        self.stage = stage
        self._ticks.stop()
        self.frame.show_page(page)
        self._show_stops()

    def _show_stops(self) -> None:
        work = self.work
        if work is None:
            shown = stops(self.stage, None, None, self.chosen, rehearsed=False, runs=False)
            self.frame.show_stops(shown, CLOSING)
            return
        rehearsed = work.rehearsed is not None
        shown = stops(
            self.stage, work.plan, work.status, self.chosen, rehearsed=rehearsed, runs=work.runs
        )
        self.frame.show_stops(shown, foot(work.status, self._now(), runs=work.runs))

    def _tick(self) -> None:
        """A second is over."""

    # -------------------------------------------------------------- the move

    def _take(self, work: MoveWork) -> None:
        self._leave_work()
        self.work = work
        work.changed.connect(self._on_changed)
        work.progressed.connect(self._on_progress)
        work.written.connect(self._on_line)

    def _leave_work(self) -> None:
        work, self.work = self.work, None
        if work is not None:
            work.changed.disconnect(self._on_changed)
            work.progressed.disconnect(self._on_progress)
            work.written.disconnect(self._on_line)

    def _on_changed(self) -> None:
        """It stands otherwise."""

    def _on_progress(self, step: str, progress: Progress) -> None:
        """A step got on."""

    def _on_line(self, line: JournalLine) -> None:
        """Something was written into its journal."""

    def _work(self) -> MoveWork:
        assert self.work is not None
        return self.work

    def _plan(self) -> Plan:
        return self._work().plan

    # -------------------------------------------------------------- pictures

    def _draw(self, _url: str = "") -> None:
        """Pictures, as far as they are there."""
        page = self.frame.page
        if isinstance(page, PlanPage):
            self._draw_place(page.source)
            self._draw_place(page.target)
        elif isinstance(page, HomePage) and self._preview:
            picture = self._request(self._preview.picture)
            if picture is not None:
                page.show_picture(picture)

    def _draw_place(self, card: PlaceCard) -> None:
        if (picture := self._request(card.place.avatar)) is not None:
            card.show_picture(picture)

    def _request(self, url: str) -> QPixmap | None:
        return place_picture(self._look, self._pictures, url, self.frame.devicePixelRatioF())
