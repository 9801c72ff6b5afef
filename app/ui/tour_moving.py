"""Pictures of moving house: from the choice of a home to the report, on the demo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit

from app.ui.migration.home import BeginPage, HomePage
from app.ui.migration.key import KeyPage
from app.ui.migration.overview import MovesPage
from app.ui.migration.running import RunningPage

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.live import Live
    from app.ui.presenters.moving_wizard import MovingWizard
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = (
    "move-home",
    "move-key",
    "move-plan",
    "move-running",
    "move-asking",
    "move-report",
    "moves",
    "backups",
)

HOST, SECRET, CODE = "boathouse.example", "demo", "GULLS-TERNS"
"""Where the demo moves to, and what it answers: see ``portability/demo``."""
PATIENCE = 400
"""Looks at the clock until a page must be there."""


async def pictures(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind but a move that is done."""

    def look() -> QImage:
        return front.window.grab().toImage()

    # The account that lives on the network where all goes by itself.
    account = house.accounts.all()[1]
    live.moving.open(account.id)
    await _until(lambda: live.moving.wizard is not None and live.moving.wizard.frame.page)
    wizard = live.moving.wizard
    assert wizard is not None
    wizard.show_home(account.id)
    async for one in _before(wizard, house, settle, look):
        yield one
    async for one in _under_way(wizard, house, settle, look):
        yield one
    await _until(lambda: wizard.stage == "report")
    await settle(look)
    yield "move-report", look()
    live.moving.open(account.id)
    await _until(lambda: isinstance(wizard.frame.page, MovesPage))
    await settle(look)
    yield "moves", look()
    live.moving.close()
    async for one in _backups(live, house, settle, look):
        yield one


async def _before(
    wizard: MovingWizard, house: House, settle: Settle, look: Callable[[], QImage]
) -> AsyncIterator[tuple[str, QImage]]:
    page = wizard.frame.page
    assert isinstance(page, HomePage)
    page.field.input.setText(HOST)
    page.address_changed.emit(HOST)
    await _until(page.main.isEnabled)
    await settle(look)
    yield "move-home", look()
    page.main.click()
    await _until(lambda: isinstance(wizard.frame.page, KeyPage))
    key = wizard.frame.page
    assert isinstance(key, KeyPage)
    stick = house.profile / f"stick-{len(list(house.profile.glob('stick-*')))}"
    stick.mkdir()
    path = stick / "juno-recovery-key.txt"
    key.field.input.setText("/media/stick/juno-recovery-key.txt")
    key.field.changed.emit("")
    await settle(look)
    yield "move-key", look()
    key.field.input.setText(str(path))
    key.main.click()
    await settle(look)
    yield "move-plan", look()


async def _under_way(
    wizard: MovingWizard, house: House, settle: Settle, look: Callable[[], QImage]
) -> AsyncIterator[tuple[str, QImage]]:
    wizard._begin("run")
    begin = wizard.frame.page
    assert isinstance(begin, BeginPage)
    begin.form.findChildren(QLineEdit)[0].setText(SECRET)
    begin.form.go.setEnabled(True)
    begin.form.go.click()
    await _until(lambda: isinstance(wizard.frame.page, RunningPage))
    await _until(lambda: _hurried(wizard, "media", 0.6))
    page = wizard.frame.page
    last = wizard.work.last if wizard.work is not None else None
    if isinstance(page, RunningPage) and last is not None:
        # How fast it really was is another picture each time.
        page.show_progress("media", replace(last, rate=3.1e6, seconds_left=150), house.clock.now())
    await settle(look)
    yield "move-running", look()
    await _until(lambda: _hurried(wizard, "code", 0))
    await settle(look)
    yield "move-asking", look()
    page = wizard.frame.page
    assert isinstance(page, RunningPage)
    page.answered.emit({"mail_code": CODE})
    await _until(lambda: _hurried(wizard, "", 0) or wizard.stage == "report")


async def _backups(
    live: Live, house: House, settle: Settle, look: Callable[[], QImage]
) -> AsyncIterator[tuple[str, QImage]]:
    first, second = house.accounts.all()[0].id, house.accounts.all()[1].id
    live.backups.open()
    await _until(lambda: live.backups.page is not None)
    page = live.backups.page
    assert page is not None
    for account in (first, second):
        live.backups._on_folder(account, house.profile / "backups" / account)
    await _until(lambda: all(page.panels[one].backed.schedule for one in (first, second)))
    page.acted.emit(second, "verify")
    await _until(lambda: page.panels[second].backed.verified)
    await settle(look)
    yield "backups", look()
    live.backups.close()


def _hurried(wizard: MovingWizard, step: str, share: float) -> bool:
    """Whether it is at *step*, with that much done. The clock stands still: it is pushed on."""
    work = wizard.work
    if work is None:
        return False
    here = next((one for one in work.status.steps if one.id == work.status.step), None)
    if here is not None and here.id == step:
        if not share:
            return bool(work.status.needs)
        last = work.last
        if last is not None and last.total and last.done >= share * last.total:
            return True
    work.look_now()
    return False


async def _until(holds: Callable[[], object]) -> None:
    for _ in range(PATIENCE):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("a page of the tour did not come")
