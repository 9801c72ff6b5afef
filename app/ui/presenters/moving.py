"""Moving house in the window: every move has one work, whoever looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from app.model import Account, AccountId, NetworkInfo
from app.model.errors import ServiceError
from app.ui.migration import words
from app.ui.presenters.moving_work import MovesDoor, MoveWork
from app.ui.presenters.travel import Visit
from app.ui.presenters.travel_over import Over
from app.ui.presenters.troubles import MOVE
from app.ui.shell.items import Banner
from app.ui.shell.links import open_in_browser

if TYPE_CHECKING:
    from app.portability.plan import Plan
    from app.protocols.base import Preview
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.moving_wizard import MovingWizard
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures

OPEN = ("running", "waiting", "failed")
"""States of a move that somebody should know of."""


class MovingServices(Struct, kw_only=True):
    """
    Everything behind the wizard.

    Attributes:
        preview: What a server says of itself, by network.
        add_account: Signs somebody in: the protocol, and where.
    """

    moves: MovesDoor
    accounts: Callable[[], Sequence[Account]]
    networks: Callable[[], Mapping[str, NetworkInfo]]
    preview: Callable[[str, str], Awaitable[Preview]]
    now: Callable[[], datetime]
    add_account: Callable[[str, str], None]
    open_url: Callable[[str], bool] = open_in_browser


class MovingRoom(QObject):
    """
    Opens the wizard; tells of moves that wait or go on while it is closed.

    Args:
        say: Tells of a trouble that has no place of its own.
    """

    banner_changed = Signal(object)
    """Banner, or None."""

    def __init__(
        self,
        look: Look,
        window: Window,
        services: MovingServices,
        scope: TaskScope,
        pictures: Pictures,
        say: Callable[[ServiceError], None],
    ) -> None:
        super().__init__(window)
        self._look, self._window, self.services = look, window, services
        self._scope, self._pictures, self._say = scope, pictures, say
        self.works: dict[str, MoveWork] = {}
        self.wizard: MovingWizard | None = None
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.timeout.connect(self._tell)
        self._dismissed: set[str] = set()

    # ------------------------------------------------------------- opening

    def open(self, account: str = "") -> None:
        """What there is of moves, or a new one; *account*: who was meant."""
        self._scope.restart(self._open(AccountId(account)), name="moving house")

    def go_on(self, id: str) -> None:
        """The page of that move."""
        self._scope.restart(self._go_on(id), name="moving house")

    def restore(self, folder: Path, network: str) -> None:
        """A move from the archive in *folder*."""
        self._show().show_archive(folder, network)

    def as_room(self) -> Over:
        """For back and forward, which lead through its pages up to the plan as well."""
        return Over(
            self._window,
            lambda: self.wizard.frame if self.wizard is not None else None,
            lambda: self.wizard.visit() if self.wizard is not None else Visit(),
            self._again,
            self._step_back,
        )

    def _step_back(self) -> None:
        if self.wizard is not None and not self.wizard.step_back():
            self.close()

    def _again(self, visit: Visit) -> None:
        if visit.what:
            self.go_on(str(visit.what))
        else:
            account, archive, chosen, options = visit.state
            self._scope.restart(self._open(account, archive, chosen, options), name="moving house")

    async def _open(
        self,
        account: AccountId,
        archive: tuple[str, str] | None = None,
        chosen: Mapping[str, str] = {},
        options: Mapping[str, str] = {},
    ) -> None:
        listed = await asyncio.to_thread(self.services.moves.all)
        wizard = self._show()
        wizard.choose(chosen, options)
        if archive is not None:
            wizard.show_archive(Path(archive[0]), archive[1])
            return
        mine = [
            one
            for one in listed
            if not account or one.plan is None or one.plan.source.account == account
        ]
        if mine and not chosen:
            wizard.show_moves(mine, account)
        else:
            wizard.show_home(account)

    async def _go_on(self, id: str) -> None:
        listed = await asyncio.to_thread(self.services.moves.all)
        plan = next((one.plan for one in listed if one.id == id), None)
        if plan is not None:
            await self._show().resume(plan)

    def _show(self) -> MovingWizard:
        from app.ui.presenters.moving_wizard import MovingWizard  # loaded when it is opened

        if self.wizard is None:
            self.wizard = MovingWizard(self._look, self, self._scope, self._pictures, self._window)
            self.wizard.frame.close_wanted.connect(self.close)
            self._window.cover(self.wizard.frame)
        return self.wizard

    def close(self) -> None:
        """Put the wizard away; what is under way goes on."""
        if self.wizard is None:
            return
        self._window.room_changing.emit()
        wizard, self.wizard = self.wizard, None
        wizard.end()
        self._window.uncover()
        wizard.deleteLater()
        self._tell()

    # --------------------------------------------------------------- works

    def work(self, plan: Plan) -> MoveWork:
        """The one that works on it."""
        found = self.works.get(plan.id)
        if found is None:
            found = self.works[plan.id] = MoveWork(self.services.moves, plan, self._scope, self)
            found.changed.connect(lambda: self._told.start(_SOON))
        return found

    def show_waiting(self) -> None:
        """At the start: tell of moves that wait. Reads their folders on another thread."""
        self._scope.start(self._show_waiting(), name="moves that wait")

    async def _show_waiting(self) -> None:
        for one in await asyncio.to_thread(self.services.moves.all):
            if one.plan is not None and one.status.state in OPEN and not one.status.worker:
                work = self.work(one.plan)
                work.status = one.status
        self._tell()

    def dismiss(self, id: str) -> None:
        """Do not tell of it again, in this run."""
        self._dismissed.add(id)
        self._tell()

    def _tell(self) -> None:
        """A banner about what is under way or waits, while its page is closed."""
        self.banner_changed.emit(self._banner() if self.wizard is None else None)

    def _banner(self) -> Banner | None:
        for id, work in self.works.items():
            status = work.status
            if status.state not in OPEN or id in self._dismissed:
                continue
            subject = f"Moving to {words.server_text(work.plan.target.server)}"
            about = words.move_about(work.plan, replace(status, worker=""), self.services.now())
            if work.runs and not status.needs:
                return Banner(f"{MOVE}:{id}", "ok", "suitcase", f"{subject}.", about, "Open")
            if status.state == "failed":
                head = f"{subject} has stopped."
                return Banner(f"{MOVE}:{id}", "danger", "warning-circle", head, about, "Look")
            return Banner(f"{MOVE}:{id}", "warn", "suitcase", f"{subject} waits.", about, "Go on")
        return None

    # -------------------------------------------------------------- asking

    def say(self, error: ServiceError) -> None:
        """Tell of a trouble."""
        self._say(error)


_SOON = 200
"""ms: a banner need not follow every file."""
