"""The wizard on the demo: from a wish to a report, and back; with keys alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from app.portability.demo.world import CODE, INVITE, PASSWORD
from app.protocols.demo import JUNO, SKY
from app.ui.migration.home import BeginPage, HomePage
from app.ui.migration.key import SKIP, KeyPage
from app.ui.migration.overview import MovesPage
from app.ui.migration.plan_page import PlanPage
from app.ui.migration.report import ReportPage
from app.ui.migration.running import RunningPage
from app.ui.migration.undo_dialog import UndoDialog
from app.ui.presenters.moving_wizard import MovingWizard
from app.ui.settings.owning import OwningPage
from app.ui.widgets.words import Words
from tests.ui.migration import samples as s
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

Act = Callable[[Demo, MovingWizard], Awaitable[None]]


def _moving(demo: Demo, account: str, act: Act) -> Awaitable[None]:
    async def scenario(demo: Demo) -> None:
        demo.live.moving.open(account)
        await until(lambda: demo.live.moving.wizard)
        wizard = demo.live.moving.wizard
        assert wizard is not None
        await until(lambda: wizard.frame.page)
        await act(demo, wizard)

    return opened(demo, scenario)


def _type(field: QLineEdit, text: str) -> None:
    field.setFocus()
    QTest.keyClicks(field, text)


async def _page(wizard: MovingWizard, kind: type) -> QWidget:
    await until(lambda: isinstance(wizard.frame.page, kind))
    page = wizard.frame.page
    assert page is not None
    return page


async def _plan(wizard: MovingWizard, address: str = "boathouse.example") -> PlanPage:
    page = await _page(wizard, HomePage)
    assert isinstance(page, HomePage)
    _type(page.field.input, address)
    await until(page.main.isEnabled)
    QTest.keyClick(page.field.input, Qt.Key.Key_Return)
    await until(lambda: isinstance(wizard.frame.page, KeyPage | PlanPage))
    if isinstance(key := wizard.frame.page, KeyPage):
        key._radios[SKIP].click()
        key.main.click()
    made = await _page(wizard, PlanPage)
    assert isinstance(made, PlanPage)
    return made


async def _asked(page: RunningPage, key: str, answer: str) -> None:
    await until(lambda: page.steps.form and page.steps.form.needs[0].key == key)
    form = page.steps.form
    assert form is not None
    (field,) = form.findChildren(QLineEdit)
    _type(field, answer)
    form.go.click()


def test_a_whole_move_and_the_way_back(demo: Demo, run: Scenario) -> None:
    """Plan, rehearsal, move, report; undone by one button; every page says where one is."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard)
        assert plan.plan.target.server == "boathouse.example"
        plan.main.click()
        running = await _page(wizard, RunningPage)
        assert isinstance(running, RunningPage)
        assert wizard.stage == "rehearse"
        await _asked(running, "old_password", PASSWORD)
        await _hurry(demo, wizard, running)
        assert running.main.text() == "Move now"
        # What was answered for the rehearsal is not asked again.
        running.main.click()
        running = await _page(wizard, RunningPage)
        assert isinstance(running, RunningPage)
        await _hurry(demo, wizard, running)
        await _asked(running, "mail_code", CODE)
        await _hurry(demo, wizard, running)
        report = await _page(wizard, ReportPage)
        assert isinstance(report, ReportPage)
        assert wizard.work is not None and wizard.work.status.state == "done"
        assert _plain(report.headline.text()) == "You live on boathouse.example now"
        assert report.undo.button.isVisible()
        report.undo.button.click()
        (dialog,) = _shown(UndoDialog)
        dialog.accept()  # type: ignore[attr-defined]
        await until(lambda: wizard.work and wizard.work.status.state == "undone")

    run(_moving(demo, SKY, act))


def test_a_server_that_is_not_there_is_said_in_place(demo: Demo, run: Scenario) -> None:
    """What was typed stays, and nothing can be planned."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        page = await _page(wizard, HomePage)
        assert isinstance(page, HomePage)
        _type(page.field.input, "nowhere.example")
        await until(lambda: "no server" in page.field.input.accessibleDescription())
        assert not page.main.isEnabled()
        assert page.field.text() == "nowhere.example"

    run(_moving(demo, SKY, act))


def test_a_server_that_refuses_fails_with_a_next_step(demo: Demo, run: Scenario) -> None:
    """The old account is as it was; the move stands still, and can be taken back."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard, "lighthouse.example")
        plan.skip_wanted.emit()
        await _asked_begin(wizard)
        running = await _page(wizard, RunningPage)
        assert isinstance(running, RunningPage)
        await _hurry(demo, wizard, running)
        assert wizard.work is not None and wizard.work.status.state == "failed"
        assert "disk is full" in running.trouble.words.text()
        assert running.main.text() == "Try again"
        assert running.undo.button.isVisible()

    run(_moving(demo, SKY, act))


def test_a_wrong_password_is_asked_again(demo: Demo, run: Scenario) -> None:
    """Where it was asked, with why; what was typed is nowhere any more."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard)
        plan.main.click()
        running = await _page(wizard, RunningPage)
        assert isinstance(running, RunningPage)
        await _asked(running, "old_password", "a wrong one")
        await until(lambda: "does not know this password" in _texts(running))
        form = running.steps.form
        assert form is not None
        assert all(one.text() == "" for one in form.findChildren(QLineEdit))
        assert "a wrong one" not in _texts(running)
        assert not _holds(demo.house.profile, b"a wrong one")

    run(_moving(demo, SKY, act))


def test_a_guided_move_waits_for_a_page(demo: Demo, run: Scenario) -> None:
    """Without a recovery key; the page is named, and looking is enough here."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard, "tidepool.example")
        assert [stop.key for stop in wizard.frame.rail._stops][:2] == ["home", "plan"]
        plan.skip_wanted.emit()
        begin = await _page(wizard, BeginPage)
        assert isinstance(begin, BeginPage)
        secret, invite = begin.form.findChildren(QLineEdit)
        _type(secret, PASSWORD)
        _type(invite, INVITE)
        begin.form.go.click()
        running = await _page(wizard, RunningPage)
        assert isinstance(running, RunningPage)
        await _hurry(demo, wizard, running)
        assert running.steps.form is not None
        assert running.steps.form.needs[0].kind == "page"
        assert "Godwit watches" in _texts(running)
        running.look_wanted.emit()
        await _hurry(demo, wizard, running)
        await _page(wizard, ReportPage)

    run(_moving(demo, JUNO, act))


def test_it_goes_on_when_the_page_is_closed(demo: Demo, run: Scenario) -> None:
    """A banner says so, and leads back; Escape loses nothing."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard)
        plan.skip_wanted.emit()
        await _asked_begin(wizard)
        running = await _page(wizard, RunningPage)
        assert isinstance(running, RunningPage)
        await _hurry(demo, wizard, running)
        work = wizard.work
        assert work is not None and work.status.needs
        QTest.keyClick(wizard.frame, Qt.Key.Key_Escape)
        assert not demo.front.window.is_covered
        shell = demo.live._shell
        await until(lambda: shell.moving)
        assert shell.moving is not None
        assert _plain(shell.moving.subject) == "Moving to boathouse.example waits."
        demo.live._on_banner(shell.moving.key)
        await until(lambda: demo.live.moving.wizard)
        again = demo.live.moving.wizard
        assert again is not None
        page = await _page(again, RunningPage)
        assert isinstance(page, RunningPage)
        assert again.work is work and page.steps.form is not None
        assert len(page.journal.lines) == len(work.lines) > 0

    run(_moving(demo, SKY, act))


def test_a_move_that_was_only_planned_is_found_again(demo: Demo, run: Scenario) -> None:
    """The list of moves leads back to its plan."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard)
        plan.main.click()
        running = await _page(wizard, RunningPage)
        assert isinstance(running, RunningPage)
        await until(lambda: running.steps.form)
        demo.live.moving.close()
        demo.live.moving.open(SKY)
        await until(lambda: demo.live.moving.wizard)
        again = demo.live.moving.wizard
        assert again is not None
        page = await _page(again, MovesPage)
        assert isinstance(page, MovesPage)
        (button,) = page.rows.values()
        assert button.text() == "See the plan"
        button.click()
        await _page(again, PlanPage)

    run(_moving(demo, SKY, act))


def test_the_report_is_kept_where_one_wants_it(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """As a page or as text, and without a secret."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard)
        plan.skip_wanted.emit()
        await _asked_begin(wizard)
        running = await _page(wizard, RunningPage)
        assert isinstance(running, RunningPage)
        await _hurry(demo, wizard, running)
        await _asked(running, "mail_code", CODE)
        await _hurry(demo, wizard, running)
        report = await _page(wizard, ReportPage)
        asked: list[tuple[str, str]] = []
        demo.live.accounts.add = lambda *told: asked.append(told)  # type: ignore[method-assign]
        report.sign_in_wanted.emit()  # type: ignore[attr-defined]
        assert asked == [("demo", "juno.example.org")]
        for name in ("report.html", "report.txt"):
            await wizard.save_report(tmp_path / name)
            assert "boathouse.example" in (tmp_path / name).read_text()
            assert CODE not in (tmp_path / name).read_text()
        assert "<" not in (tmp_path / "report.txt").read_text()[:20]

    run(_moving(demo, SKY, act))


def test_the_menu_of_an_account_leads_there(demo: Demo, run: Scenario) -> None:
    """ "Move house…" opens the wizard for that account."""

    async def scenario(demo: Demo) -> None:
        demo.live.accounts.own_wanted.emit("move", SKY)
        await until(lambda: demo.live.moving.wizard)
        wizard = demo.live.moving.wizard
        assert wizard is not None
        page = await _page(wizard, HomePage)
        assert isinstance(page, HomePage)
        assert page.account == SKY
        assert demo.front.window.is_covered
        demo.live._on_back()
        assert not demo.front.window.is_covered

    run(opened(demo, scenario))


def _plain(text: str) -> str:
    """Without what keeps names from turning a sentence round."""
    return text.replace("\u2066", "").replace("\u2069", "")


def _texts(root: QWidget) -> str:
    return " ".join(one.text() for one in root.findChildren(Words) if one.isVisibleTo(root))


def _holds(folder: Path, secret: bytes) -> bool:
    return any(secret in path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def _asked_begin(wizard: MovingWizard) -> None:
    """What is needed is asked before it begins, unless it is known already."""
    await until(lambda: isinstance(wizard.frame.page, BeginPage))
    page = wizard.frame.page
    assert isinstance(page, BeginPage)
    (field,) = page.form.findChildren(QLineEdit)
    _type(field, PASSWORD)
    page.form.go.click()


async def _hurry(demo: Demo, wizard: MovingWizard, page: RunningPage) -> None:
    """The demo's clock stands still: every pause is ended by looking at once."""

    def over() -> bool:
        assert wizard.work is not None
        wizard.work.look_now()
        asked = page.steps.form is not None and not wizard.work.runs
        return wizard.frame.page is not page or asked or page.main.isVisible()

    await until(over)


def _shown(kind: type) -> list[QWidget]:
    return [
        one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()
    ]


def test_the_settings_say_what_is_yours(demo: Demo, run: Scenario) -> None:
    """One row for each account; its buttons lead to backups, moves and imports."""

    async def scenario(demo: Demo) -> None:
        demo.live.settings.open("own")
        await until(lambda: demo.live.settings.dialog)
        dialog = demo.live.settings.dialog
        assert dialog is not None
        page = dialog.findChild(OwningPage)
        assert page is not None
        assert _texts(page).count("Never backed up yet") == len(demo.house.accounts.all())
        names = [one.accessibleName() for one in page.findChildren(QPushButton)]
        assert "Move house… juno.example.org" in names
        assert "An account from its backup" in _texts(page)
        page.wanted.emit("backup", SKY)
        await until(lambda: demo.live.backups.page)
        assert demo.live.settings.dialog is None or not dialog.isVisible()

    run(opened(demo, scenario))


def test_a_move_that_waits_is_told_at_the_start(demo: Demo, run: Scenario) -> None:
    """Begun elsewhere; the banner leads to what it asks, and the list says how it stands."""

    async def scenario(demo: Demo) -> None:
        live = demo.live
        account = next(one for one in demo.house.accounts.all() if one.id == SKY)
        moves = live.belongings.moves
        plan = await moves.plan(account, "boathouse.example", {"own_key": "skip"})
        status = await moves.run(plan.id)
        assert status.needs
        live.moving.show_waiting()
        await until(lambda: live._shell.moving)
        banner = live._shell.moving
        assert banner is not None and banner.action == "Go on"
        live._on_banner(banner.key)
        await until(lambda: live.moving.wizard)
        wizard = live.moving.wizard
        assert wizard is not None
        page = await _page(wizard, RunningPage)
        assert isinstance(page, RunningPage)
        assert page.steps.form is not None
        assert page.steps.form.needs[0].key == "old_password"
        live.moving.open(SKY)
        moves_page = await _page(wizard, MovesPage)
        assert "Waits at step 1 of 10" in _texts(moves_page)

    run(opened(demo, scenario))


def test_a_limit_can_be_tried_at_once(demo: Demo, run: Scenario) -> None:
    """Somebody who knows better need not wait for the clock."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard)
        plan.skip_wanted.emit()
        await _asked_begin(wizard)
        page = await _page(wizard, RunningPage)
        assert isinstance(page, RunningPage)
        looked: list[bool] = []
        page.look_wanted.connect(lambda: looked.append(True))
        page.show_status(s.LIMITED, "Moving", s.NOW, runs=True)
        assert page.hurry.isVisible()
        page.hurry.click()
        assert looked == [True]

    run(_moving(demo, SKY, act))


def test_closing_the_window_in_the_middle_loses_nothing(demo: Demo, run: Scenario) -> None:
    """It waits where it was; what was typed is not in the profile."""

    async def act(demo: Demo, wizard: MovingWizard) -> None:
        plan = await _plan(wizard)
        plan.skip_wanted.emit()
        await _asked_begin(wizard)
        work = wizard.work
        assert work is not None

        def in_the_middle() -> bool:
            work.look_now()
            return work.status.step == "import" and work.last is not None and work.last.done > 0

        await until(in_the_middle)
        demo.live.moving.close()
        await demo.live.scope.close()
        status = demo.live.belongings.moves.status(work.plan.id)
        assert (status.state, status.step, status.worker) == ("waiting", "import", "")
        journal = (demo.house.profile / "moves" / work.plan.id / "journal.jsonl").read_text()
        assert f'"{PASSWORD}"' not in journal

    run(_moving(demo, SKY, act))
