"""The wizard for who has no mouse or does not see: names, order, and what is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.ui.migration.frame import PageBody, WizardFrame
from app.ui.migration.home import BeginPage, HomePage
from app.ui.migration.key import KeyPage
from app.ui.migration.plan_page import PlanPage
from app.ui.migration.report import ReportPage
from app.ui.migration.running import RunningPage
from app.ui.presenters.moving_stops import stops
from app.ui.theme.look import Look
from tests.ui.migration import samples as s

ACCOUNTS = (("a", "@juno@saltmarsh.example"), ("b", "juno.example.org"))


def _running(look: Look) -> RunningPage:
    page = RunningPage(look, "")
    page.show_journal(s.JOURNAL)
    page.show_status(s.ASKING, "Moving", s.NOW, runs=False)
    return page


PAGES = {
    "home": lambda look: HomePage(look, ACCOUNTS, "b"),
    "key": lambda look: KeyPage(look, "juno.example.org"),
    "plan": lambda look: PlanPage(look, s.PLAN, s.MARKS, s.BEFORE),
    "begin": lambda look: BeginPage(
        look, (s.PASSWORD, s.INVITE, s.CHOICE, s.CONFIRM, s.FILE, s.PAGE), "Move now"
    ),
    "running": _running,
    "report": lambda look: ReportPage(look, s.PLAN, s.DONE, s.NOW),
}


@pytest.fixture
def frame(look: Look, qapp: QApplication) -> Iterator[WizardFrame]:
    """An empty wizard on the screen."""
    made = WizardFrame(look, "Moving house")
    made.resize(1280, 800)
    made.show_stops(stops("plan", s.PLAN, None, {}, rehearsed=False, runs=False))
    made.show()
    QTest.qWaitForWindowActive(made)
    yield made
    made.close()
    made.deleteLater()


def _reached(frame: WizardFrame) -> list[QWidget]:
    """What Tab comes to, once around."""
    first = frame.focusWidget()
    assert first is not None
    found = [first]
    for _ in range(60):
        QTest.keyClick(frame.focusWidget(), Qt.Key.Key_Tab)
        now = frame.focusWidget()
        if now is None or now is first:
            break
        found.append(now)
    return found


@pytest.mark.parametrize("name", list(PAGES))
def test_tab_comes_to_everything_and_everything_has_a_name(
    name: str, frame: WizardFrame, look: Look
) -> None:
    """In one round, without the mouse; no name holds what was typed."""
    page: PageBody = PAGES[name](look)
    frame.show_page(page)
    QApplication.processEvents()
    reached = _reached(frame)

    assert all(one.accessibleName() for one in reached), reached
    wanted = [
        one
        for one in (*page.left, *page.right)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible() and one.isEnabled()
    ]
    assert all(one in reached for one in (*wanted, frame.closing))
    # A group of choices is one stop; its arrows do the rest.
    fields = [one for one in page.findChildren(QLineEdit) if one.isVisible()]
    assert all(one in reached for one in fields)


def test_one_begins_where_something_is_asked(frame: WizardFrame, look: Look) -> None:
    """A question has the focus; a page without one its filled button."""
    running = _running(look)
    frame.show_page(running)
    assert isinstance(frame.focusWidget(), QLineEdit)
    plan = PlanPage(look, s.PLAN, s.MARKS, s.BEFORE)
    frame.show_page(plan)
    assert frame.focusWidget() is plan.main


def test_steps_are_said_with_their_state(frame: WizardFrame, look: Look) -> None:
    """Number, title, state, result, time; where one is, too."""
    running = _running(look)
    frame.show_page(running)
    names = [row.accessibleName() for row in running.steps.rows.values()]

    assert names[2] == "Step 3: Export and verify, done, 41 207 blocks, 9 s"
    assert names[6] == "Step 7: Code by e-mail, needs you"
    rail = [one.accessibleName() for one in frame.rail.findChildren(QWidget)]
    assert any(one.startswith("Plan, you are here") for one in rail)


def test_escape_leaves_and_nothing_is_pressed_by_it(frame: WizardFrame, look: Look) -> None:
    """Also from a field."""
    left: list[bool] = []
    frame.close_wanted.connect(lambda: left.append(True))
    page = HomePage(look, ACCOUNTS, "b")
    frame.show_page(page)
    QTest.keyClicks(page.field.input, "boathouse")
    QTest.keyClick(page.field.input, Qt.Key.Key_Escape)

    assert left == [True]
    assert page.field.text() == "boathouse"


def test_what_is_asked_is_scrolled_to_in_a_small_window(frame: WizardFrame, look: Look) -> None:
    """The field with the focus is in sight, however many steps stand above it."""
    frame.resize(440, 560)
    page = _running(look)
    frame.show_page(page)
    for _ in range(4):
        QApplication.processEvents()
    field = frame.focusWidget()
    assert isinstance(field, QLineEdit)
    assert not field.visibleRegion().isEmpty()
