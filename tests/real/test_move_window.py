"""A whole move by the wizard on real servers, as somebody does it: typed, clicked, taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from app.model import Account
from app.portability.plan import MoveStatus, Need
from app.services.house import House
from app.ui.migration.home import BeginPage, HomePage
from app.ui.migration.key import KeyPage
from app.ui.migration.needs import NeedsForm
from app.ui.migration.plan_page import PlanPage
from app.ui.migration.report import ReportPage
from app.ui.migration.running import RunningPage
from app.ui.presenters.live import Live
from app.ui.presenters.moving_wizard import MovingWizard
from app.ui.widgets.choices import Radio, Switch
from tests.real.movers import (
    NEW_PASSWORD,
    PASSWORD,
    Resident,
    blobs,
    newest_code,
    plc_data,
    records,
    repo_status,
    resident,
)
from tests.real.window import in_window, until
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


class Hand:
    """Answers whatever the wizard asks, through its fields."""

    def __init__(self, who: Resident, key_file: Path) -> None:
        self.who, self.asked = who, list[str]()
        self._says = {
            "old_password": PASSWORD,
            "new_password": NEW_PASSWORD,
            "email": f"new-{who.name}@example.com",
            "handle": who.name,
            "own_key_file": str(key_file),
        }

    async def answer(self, form: NeedsForm) -> None:
        """Fill the form in and go on."""
        for need in form.needs:
            self.asked.append(need.key)
            _give(form, need, await self._said(need))
        assert form.go.isEnabled(), [need.key for need in form.needs]
        form.go.click()
        assert all(one.text() not in (PASSWORD, NEW_PASSWORD) for one in _fields(form))

    async def _said(self, need: Need) -> str:
        if need.key in self._says:
            return self._says[need.key]
        if need.choices:
            return need.choices[0][0]  # the first is the one that does least
        assert need.key.endswith("_code"), need
        email = self._says["email"] if need.key == "undo_code" else self.who.email
        return await asyncio.to_thread(newest_code, self.who.rig, email)

    async def until_over(self, wizard: MovingWizard) -> MoveStatus:
        """Answer what is asked until the report is there, or nothing goes on."""
        while True:
            await until(lambda: _stands(wizard), "it neither asks nor ends")
            page, work = wizard.frame.page, wizard.work
            assert work is not None
            if isinstance(page, RunningPage) and page.steps.form is not None:
                await self.answer(page.steps.form)
                continue
            return work.status


def _stands(wizard: MovingWizard) -> bool:
    page, work = wizard.frame.page, wizard.work
    if isinstance(page, ReportPage):
        return True
    return work is not None and not work.runs and isinstance(page, RunningPage)


def _fields(root: QWidget) -> list[QLineEdit]:
    return root.findChildren(QLineEdit)


def _give(form: NeedsForm, need: Need, value: str) -> None:
    asked = form._asked[need.key]
    if need.kind == "choice":
        number = [key for key, _ in need.choices].index(value)
        asked.findChildren(Radio)[number].click()
    elif need.kind == "confirm":
        asked.findChildren(Switch)[0].setChecked(value == "yes")
    else:
        (field,) = _fields(asked)
        field.setText(value)
        asked.changed.emit()


async def _page(wizard: MovingWizard, kind: type) -> QWidget:
    await until(lambda: isinstance(wizard.frame.page, kind), f"no {kind.__name__}")
    page = wizard.frame.page
    assert page is not None
    return page


async def _planned(wizard: MovingWizard, address: str, key_file: Path) -> PlanPage:
    home = await _page(wizard, HomePage)
    assert isinstance(home, HomePage)
    home.field.input.setText(address)
    home.address_changed.emit(address)
    await until(home.main.isEnabled, "the server does not answer")
    home.main.click()
    key = await _page(wizard, KeyPage)
    assert isinstance(key, KeyPage)
    key.field.input.setText(str(key_file))
    key.field.changed.emit("")
    key.main.click()
    plan = await _page(wizard, PlanPage)
    assert isinstance(plan, PlanPage)
    return plan


def _holds(folder: Path, secret: str) -> bool:
    files = (path for path in folder.rglob("*") if path.is_file())
    return any(secret.encode() in path.read_bytes() for path in files)


def test_the_wizard_moves_an_account_there_and_back(
    atproto_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rehearsed, moved, seen from outside, undone; nothing that was typed is in the profile."""
    monkeypatch.setenv("GODWIT_PLC_URL", atproto_rig["plc"])
    monkeypatch.setenv("GODWIT_APPVIEW_URL", atproto_rig["appview"] or "")
    old, new = atproto_rig["pds"]
    who = resident(atproto_rig)
    lived = records(old, who.did), blobs(old, who.did)
    key_file = tmp_path / "my.key"
    profile = tmp_path / "profile"

    async def join(house: House) -> None:
        network = house.registry().network("bluesky")
        options = {"plc": atproto_rig["plc"], "pds": old}
        handle = f"{who.name}.pds-a.test"
        await house.accounts.add(await network.sign_in_secret(handle, PASSWORD, options=options))

    async def act(live: Live) -> None:
        account: Account = live.house.accounts.all()[0]
        live.moving.open(account.id)
        await until(lambda: live.moving.wizard)
        wizard = live.moving.wizard
        assert wizard is not None
        hand = Hand(who, key_file)
        plan = await _planned(wizard, new, key_file)
        plan.main.click()
        await _page(wizard, RunningPage)
        rehearsed = await hand.until_over(wizard)
        assert (rehearsed.state, rehearsed.error) == ("done", "")
        assert repo_status(new, who.did) is None
        running = wizard.frame.page
        assert isinstance(running, RunningPage) and running.main.text() == "Move now"
        running.main.click()
        if isinstance(begin := wizard.frame.page, BeginPage):
            await hand.answer(begin.form)
        status = await hand.until_over(wizard)
        assert (status.state, status.error) == ("done", "")
        _moved(atproto_rig, who, lived)
        report = await _page(wizard, ReportPage)
        assert isinstance(report, ReportPage)
        assert report.undo.button.isVisible()
        await wizard._undo()
        status = await hand.until_over(wizard)
        assert (status.state, status.error) == ("undone", "")

    in_window(profile, join, act)

    _lives_at(atproto_rig, who, old)
    assert lived[0].items() <= records(old, who.did).items()
    assert key_file.exists()
    for secret in (PASSWORD, NEW_PASSWORD, key_file.read_text().split("private key: ")[1].strip()):
        assert not _holds(profile, secret)


def _moved(rig: Rig, who: Resident, lived: tuple[dict[str, str], dict[str, int]]) -> None:
    new = rig["pds"][1]
    assert lived == (records(new, who.did), blobs(new, who.did))
    _lives_at(rig, who, new)


def _lives_at(rig: Rig, who: Resident, home: str) -> None:
    other = next(pds for pds in rig["pds"] if pds != home)
    assert plc_data(rig, who.did)["services"]["atproto_pds"]["endpoint"] == home
    assert (repo_status(home, who.did) or {})["active"] is True
    assert (repo_status(other, who.did) or {})["active"] is False
