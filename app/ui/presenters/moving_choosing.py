"""The wizard up to the plan: who, where to, with which key, and what will be done."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication

from app.model import AccountId
from app.model.errors import NotFound, ServiceError
from app.portability.plan import MoveStatus, Need, Plan
from app.ui.migration import words
from app.ui.migration.home import BeginPage, HomePage
from app.ui.migration.key import SKIP, KeyPage
from app.ui.migration.overview import Known, MovesPage
from app.ui.migration.plan_page import PlanPage
from app.ui.presenters.moving_base import WizardBase
from app.ui.presenters.moving_stops import OWN_KEY, OWN_KEY_FILE, asks_for_key
from app.ui.presenters.moving_work import ListedMove, Mode
from app.ui.presenters.travel import Visit

if TYPE_CHECKING:
    from app.model import Account

NOBODY = AccountId("")


class Choosing(WizardBase):
    """Nothing of it changes anything but the plan."""

    # ------------------------------------------------------ back and forward

    def visit(self) -> Visit:
        """The move that is looked at; before there is one, what was chosen for it."""
        if self.work is not None:
            return Visit(self.work.plan.id)
        page = self.frame.page
        if isinstance(page, HomePage):
            self.chosen["address"] = page.address()
            self._options = page.options()
        return Visit("", (self._account, self._archive, dict(self.chosen), dict(self._options)))

    def choose(self, chosen: Mapping[str, str], options: Mapping[str, str]) -> None:
        """Begin with what was chosen before."""
        self.chosen, self._options = dict(chosen), dict(options)

    def step_back(self) -> bool:
        """To the page before, while nothing is done yet. False: there is none."""
        page = self.frame.page
        if isinstance(page, (KeyPage, PlanPage, BeginPage)):
            page.back_wanted.emit()
            return True
        return False

    # ------------------------------------------------------------- overview

    def show_moves(self, moves: Sequence[ListedMove], account: AccountId) -> None:
        """All that were planned or begun."""
        self._leave_work()
        known = [Known(one.id, one.plan, self._status_of(one)) for one in moves]
        page = MovesPage(self._look, known, self._now())
        plans = {one.id: one.plan for one in moves}
        page.open_wanted.connect(lambda id: self._resume_soon(plans[id]))
        page.go_wanted.connect(lambda: self.show_home(account))
        page.back_wanted.connect(self.frame.close_wanted)
        self.frame.show_stops(())
        self.frame.show_page(page)

    def _status_of(self, one: ListedMove) -> MoveStatus:
        work = self._room.works.get(one.id)
        return replace(work.status, worker="") if work is not None and work.runs else one.status

    def _resume_soon(self, plan: Plan | None) -> None:
        if plan is not None:
            self._scope.restart(self.resume(plan), name="moving house")

    # ------------------------------------------------------------- the home

    def show_home(self, account: AccountId = NOBODY) -> None:
        """Who, and where to."""
        mine = self._services.accounts()
        if not mine and self._archive is None:
            self._room.say(NotFound("There is no account that could move.", "Add one first."))
            self.frame.close_wanted.emit()
            return
        names = [(one.id, words.handle_text(one.handle)) for one in mine]
        if self._archive is None:
            self._account = account or self._account or mine[0].id
        self._leave_work()
        folder = self._archive[0] if self._archive is not None else ""
        page = HomePage(self._look, names, self._account, folder)
        page.put(self.chosen.get("address", ""), self._options)
        page.address_changed.connect(self._on_address)
        page.account_changed.connect(self._on_account)
        page.sign_in_wanted.connect(self._on_sign_in)
        page.go_wanted.connect(self._on_home)
        page.back_wanted.connect(self.frame.close_wanted)
        self._to("home", page)
        if page.address():
            self._on_address(page.address())

    def show_archive(self, folder: Path, network: str) -> None:
        """What is in an archive shall live on elsewhere."""
        self._archive = (str(folder), network)
        self.show_home()

    def _on_account(self, account: str) -> None:
        self._account = AccountId(account)

    def _mine(self) -> Account | None:
        return next((o for o in self._services.accounts() if o.id == self._account), None)

    def _network(self) -> str:
        if self._archive is not None:
            return self._archive[1]
        mine = self._mine()
        return mine.network if mine is not None else ""

    def _on_address(self, address: str) -> None:
        self._preview = None
        if address:
            self._scope.restart(self._look_up(address), name="look up home")
        else:
            self._scope.stop("look up home")

    async def _look_up(self, address: str) -> None:
        await asyncio.sleep(self._patience)
        page, network = self.frame.page, self._network()
        if not isinstance(page, HomePage):
            return
        page.show_looking()
        try:
            self._preview = await self._services.preview(network, address)
        except ServiceError as error:
            page.show_trouble(error)
            return
        page.show_preview(self._preview)
        self._draw()

    def _on_sign_in(self, address: str) -> None:
        mine = self._mine()
        if mine is not None:
            self._services.add_account(mine.protocol, address)

    def _on_home(self) -> None:
        page = self.frame.page
        source = self._archive[0] if self._archive is not None else self._mine()
        if isinstance(page, HomePage) and source is not None:
            self.chosen = {"address": page.address()}
            self._options = page.options()
            page.set_busy(True)
            self._scope.restart(self._make_plan(page, source), name="make plan")

    async def _make_plan(self, page: HomePage, source: Account | str) -> None:
        address = self._preview.address if self._preview else page.address()
        try:
            plan = await self._services.moves.plan(source, address, self._options)
            work = self._room.work(plan)
            await work.load()
        except ServiceError as error:
            if self.frame.page is page:
                page.refuse(error)
            return
        if self.frame.page is not page:
            return  # one has gone elsewhere meanwhile
        self._take(work)
        if asks_for_key(plan):
            self.show_key()
        else:
            self.show_plan()

    # -------------------------------------------------------- key and plan

    def show_key(self) -> None:
        """A recovery key of one's own."""
        plan = self._plan()
        said = self.chosen.get(OWN_KEY, ""), self.chosen.get(OWN_KEY_FILE, "")
        page = KeyPage(self._look, plan.source.handle, *said)
        page.go_wanted.connect(self._on_key)
        page.back_wanted.connect(lambda: self.show_home())
        self._to("key", page)

    def _on_key(self) -> None:
        page = self.frame.page
        if isinstance(page, KeyPage):
            self.chosen[OWN_KEY] = page.choice
            self.chosen.pop(OWN_KEY_FILE, None)
            if page.choice != SKIP:
                self.chosen[OWN_KEY_FILE] = page.path()
            self.show_plan()

    def show_plan(self) -> None:
        """What will be done; nothing is yet."""
        work, plan = self._work(), self._plan()
        marks = {name: info.mark for name, info in self._services.networks().items()}
        page = PlanPage(
            self._look,
            plan,
            marks,
            work.status.undo,
            rehearsed=work.rehearsed is not None,
        )
        page.copy_wanted.connect(self._copy_plan)
        page.go_wanted.connect(
            lambda: self._begin("run" if work.rehearsed is not None else "rehearse")
        )
        page.skip_wanted.connect(lambda: self._begin("run"))
        back = self.show_key if asks_for_key(plan) and self.chosen else self.show_home
        page.back_wanted.connect(lambda: back())
        self._to("plan", page)
        self._draw()

    def _copy_plan(self) -> None:
        text = words.plan_as_text(self._plan(), self._work().status.undo)
        QGuiApplication.clipboard().setText(text)

    def _begin(self, mode: Mode) -> None:
        """Ask at once for what is needed now, then go."""
        needs = self._asked_first(mode)
        if not needs:
            self._go(mode, {})
            return
        page = BeginPage(self._look, needs, "Rehearse" if mode == "rehearse" else "Move now")
        page.answered.connect(lambda answers: self._go(mode, answers))
        page.back_wanted.connect(self.show_plan)
        self._to("rehearse" if mode == "rehearse" else "move", page)

    def _asked_first(self, mode: Mode) -> tuple[Need, ...]:
        """
        What the plan names, can be typed, and was not yet said.

        Decisions are asked where they are due; a rehearsal asks for what it needs itself.
        """
        if mode == "rehearse":
            return ()
        plan = self._plan()
        said = {key for key, value in {**plan.options, **self.chosen}.items() if value}
        known = said | self._work().answered
        return tuple(
            need for need in plan.needs if need.key not in known and need.kind in ("text", "secret")
        )

    async def resume(self, plan: Plan) -> None:
        """Show a move where it stands."""
        raise NotImplementedError

    def _go(self, mode: Mode, answers: dict[str, str]) -> None:
        """Begin, or go on."""
        raise NotImplementedError
