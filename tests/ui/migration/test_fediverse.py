"""A move that is done in part on pages of the servers: shown, copied, watched, gone on with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from app.protocols.base import Preview
from app.ui.migration.home import BeginPage, HomePage
from app.ui.migration.plan_page import PlanPage
from app.ui.migration.report import ReportPage
from app.ui.migration.running import RunningPage
from app.ui.presenters.moving import MovingRoom, MovingServices
from app.ui.presenters.moving_wizard import MovingWizard
from app.ui.shell.window import Window
from app.ui.widgets.choices import Radio, Switch
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.unit.portability.activitypub.house import SURE, Mover, mover
from tests.waiting import until


async def _look(network: str, address: str) -> Preview:
    """A town says nothing of itself; that it is there is enough."""
    return Preview(address=address, title=address)


def _room(demo: Demo, here: Mover) -> MovingRoom:
    live = demo.live
    assert isinstance(live._window, Window)
    services = MovingServices(
        moves=here.moves,
        accounts=here.accounts,
        networks=live.networks,
        preview=_look,
        now=here.clock.now,
        add_account=lambda protocol, address: None,
        open_url=lambda url: True,
    )
    return MovingRoom(live._look, live._window, services, live.scope, live._pictures, live.tell)


async def _planned(wizard: MovingWizard, address: str) -> PlanPage:
    page = wizard.frame.page
    assert isinstance(page, HomePage)
    page.field.input.setText(address)
    page.address_changed.emit(address)
    await until(page.main.isEnabled)
    page.main.click()
    await until(lambda: isinstance(wizard.frame.page, PlanPage))
    plan = wizard.frame.page
    assert isinstance(plan, PlanPage)
    return plan


def _answer(page: BeginPage | RunningPage, says: dict[str, str]) -> list[str]:
    """Give the answers that are asked for; what was asked."""
    form = page.form if isinstance(page, BeginPage) else page.steps.form
    assert form is not None
    for need in form.needs:
        asked = form._asked[need.key]
        if need.kind == "confirm":
            asked.findChildren(Switch)[0].setChecked(says[need.key] == "yes")
        elif need.kind == "choice":
            keys = [key for key, _ in need.choices]
            asked.findChildren(Radio)[keys.index(says[need.key])].click()
        elif need.kind != "page":
            asked.findChildren(QLineEdit)[0].setText(says[need.key])
            asked.changed.emit()
    keys = [need.key for need in form.needs]
    if form.go.isEnabled() and not form.go.isHidden():
        form.go.click()
    return keys


def _scenario(act: Callable[[MovingWizard, Mover], Awaitable[None]], folder: Path) -> object:
    async def scenario(demo: Demo) -> None:
        async with mover(folder) as here:
            room = _room(demo, here)
            room.open(here.signed_in[0].id)
            await until(lambda: room.wizard and room.wizard.frame.page)
            assert room.wizard is not None
            await act(room.wizard, here)
            room.close()

    return scenario


def test_pages_are_shown_and_it_goes_on_by_itself(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """What to paste is on the screen; the user's act on the page is seen; the end is reported."""

    async def act(wizard: MovingWizard, here: Mover) -> None:
        plan = await _planned(wizard, here.new.origin)
        said = " ".join(one.text() for one in plan.findChildren(Words))
        assert "What you take along yourself, with help" in said
        plan.skip_wanted.emit()
        shown: list[str] = []

        def on_pages() -> None:
            page = wizard.frame.page
            form = page.steps.form if isinstance(page, RunningPage) else None
            for need in form.needs if form is not None else ():
                if need.kind == "page" and need.key not in shown:
                    shown.append(need.key)
                    _do(here, need.key)

        here.clock.tick = on_pages

        def over() -> bool:
            page, work = wizard.frame.page, wizard.work
            if isinstance(page, ReportPage):
                return True
            asks = isinstance(page, BeginPage) or (
                isinstance(page, RunningPage) and page.steps.form is not None
            )
            if asks and work is not None and not work.runs:
                assert isinstance(page, BeginPage | RunningPage)
                _answer(page, SURE)
            return False

        await until(over, seconds=25)
        assert wizard.work is not None
        assert (wizard.work.status.state, wizard.work.status.error) == ("done", "")
        assert shown[0] == "alias"
        assert here.was.moved == here.new.uri("ana2")

    run(opened(demo, _scenario(act, tmp_path)))  # type: ignore[arg-type]


def _do(here: Mover, key: str) -> None:
    """What the user does on a page of a server."""
    if key == "alias":
        here.is_now.aliases.append(here.old.uri("ana"))
    elif key == "move":
        here.old.move(here.was, here.new.uri("ana2"))


def test_nobody_at_the_new_server_leads_to_signing_in(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """The trouble has a button for it."""

    async def act(wizard: MovingWizard, here: Mover) -> None:
        del here.signed_in[1]
        page = wizard.frame.page
        assert isinstance(page, HomePage)
        asked: list[str] = []
        page.sign_in_wanted.connect(asked.append)
        page.field.input.setText(here.new.origin)
        page.address_changed.emit(here.new.origin)
        await until(page.main.isEnabled)
        page.main.click()
        await until(lambda: "Nobody is signed in" in page.field.input.accessibleDescription())
        page.field.mended.emit()
        assert asked == [here.new.origin]

    run(opened(demo, _scenario(act, tmp_path)))  # type: ignore[arg-type]
