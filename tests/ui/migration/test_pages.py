"""The pages of the wizard: what they show, ask, tell and forget."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from app.portability.plan import Progress
from app.ui.migration import words
from app.ui.migration.frame import WizardFrame
from app.ui.migration.needs import NeedsForm
from app.ui.migration.plan_page import PlanPage
from app.ui.migration.running import RunningPage
from app.ui.theme.look import Look
from app.ui.widgets.words import Words
from tests.ui.migration import samples as s


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Numbers as in the samples."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def running(look: Look, qapp: object) -> Iterator[RunningPage]:
    """A page of a move that is under way."""
    frame = WizardFrame(look, "Moving house")
    frame.resize(1280, 800)
    page = RunningPage(look, "Moving")
    frame.show_page(page)
    frame.show()
    yield page
    frame.close()
    frame.deleteLater()


def _said(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(Words) if one.isVisibleTo(widget)]


def _show(page: RunningPage, status: object, *, runs: bool = False) -> None:
    page.show_status(status, "Moving", s.NOW, runs=runs)  # type: ignore[arg-type]


def test_the_plan_says_what_goes_what_stays_and_what_is_needed(look: Look) -> None:
    """Every line of it is on the page, and in the text that is taken along."""
    page = PlanPage(look, s.PLAN, s.MARKS, s.BEFORE)
    page.resize(1000, 700)
    said = " ".join(_said(page))
    text = words.plan_as_text(s.PLAN, s.BEFORE)
    for goes in s.PLAN.goes:
        assert goes.title in said and goes.detail in said
        assert f"{goes.title}: {goes.detail}" in text
    for need in s.PLAN.needs:
        assert need.prompt in said and need.prompt in text
    assert s.PLAN.warnings[0] in said and s.PLAN.warnings[0] in text
    assert "8. Switch identity (seen by others)" in text
    assert s.BEFORE.text in text
    page.deleteLater()


def test_progress_is_told_in_counts_rate_and_time(running: RunningPage) -> None:
    """And without a total there is no bar that lies."""
    _show(running, s.RUNNING, runs=True)
    said = _said(running)
    assert "2,481 of 3,962 files · 742 MB of 1.2 GB" in said
    assert "3.1 MB/s · 2 min 30 s left" in said
    assert words.share_of(Progress(done=3, unit="files")) == -1
    running.show_progress("media", Progress(done=3, unit="files"), s.NOW)
    assert "3 files" in _said(running)


def test_what_is_asked_is_answered_in_its_step_and_forgotten(running: RunningPage) -> None:
    """The answer goes out once; nothing of it stays in a field or in an accessible name."""
    _show(running, s.ASKING)
    heard: list[dict[str, str]] = []
    running.answered.connect(heard.append)
    form = running.steps.form
    assert form is not None and not form.go.isEnabled()
    (field,) = form.findChildren(QLineEdit)
    QTest.keyClicks(field, "ABCDE-FGHIJ")
    assert form.go.isEnabled()
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert heard == [{"code": "ABCDE-FGHIJ"}]
    assert field.text() == ""
    named = [one.accessibleName() + one.accessibleDescription() for one in _all(running)]
    assert not any("ABCDE" in name for name in named)


def _all(root: QWidget) -> list[QWidget]:
    return [root, *root.findChildren(QWidget)]


def test_a_password_is_never_echoed(look: Look) -> None:
    """Nor stays in its field after it was given."""
    form = NeedsForm(look, (s.PASSWORD, s.INVITE))
    secret, invite = form.findChildren(QLineEdit)
    assert secret.echoMode() == QLineEdit.EchoMode.Password
    assert invite.echoMode() == QLineEdit.EchoMode.Normal
    heard: list[dict[str, str]] = []
    form.answered.connect(heard.append)
    QTest.keyClicks(secret, " with blanks ")
    QTest.keyClicks(invite, " ab-cd ")
    form.go.click()

    assert heard == [{"old-password": " with blanks ", "invite": "ab-cd"}]
    assert secret.text() == "" and invite.text() == " ab-cd "
    form.deleteLater()


def test_what_was_typed_survives_a_look_at_the_same_question(running: RunningPage) -> None:
    """A state that comes again with the same question leaves the field alone."""
    _show(running, s.ASKING)
    form = running.steps.form
    assert form is not None
    (field,) = form.findChildren(QLineEdit)
    QTest.keyClicks(field, "ABC")
    _show(running, s.ASKING)

    assert running.steps.form is form
    assert field.text() == "ABC"


def test_a_wrong_answer_is_said_where_it_is_asked(running: RunningPage) -> None:
    """And the question stands there anew."""
    _show(running, s.ASKING)
    _show(running, s.WRONG)
    said = _said(running)
    assert any("The code is wrong or used up." in text for text in said)
    assert running.steps.form is not None


def test_a_guided_page_opens_copies_and_watches(running: RunningPage) -> None:
    """What to paste is shown; there is nothing to type."""
    _show(running, s.GUIDED)
    form = running.steps.form
    assert form is not None and not form.findChildren(QLineEdit)
    opened: list[str] = []
    looked: list[bool] = []
    running.open_wanted.connect(opened.append)
    running.look_wanted.connect(lambda: looked.append(True))
    by_name = {one.text(): one for one in form.findChildren(QPushButton)}
    by_name["Open the page"].click()
    by_name["Look now"].click()
    assert opened == [s.PAGE.url] and looked == [True]
    assert s.PAGE.copy in _said(form)
    assert any("Godwit watches" in text for text in _said(form))


def test_the_way_back_is_said_with_its_clock(running: RunningPage) -> None:
    """Free before others see anything; with the time that is left afterwards."""
    _show(running, s.RUNNING, runs=True)
    assert running.undo.button.isVisible()
    assert s.FREE.text in running.undo.accessibleName()
    assert "Nothing that others see changes before step 8." in _said(running)
    _show(running, s.SWITCHED, runs=True)
    assert "71 h 12 min left" in running.undo.accessibleName()


def test_a_failure_says_what_happened_and_what_to_do(running: RunningPage) -> None:
    """And the filled button tries again."""
    _show(running, s.FAILED)
    assert "boathouse.example takes no imports. Ask its operator, or choose another home." in _said(
        running
    )
    assert running.main.text() == "Try again" and running.main.isVisible()


def test_a_limit_says_when_it_goes_on(running: RunningPage) -> None:
    """Nobody has to look at the clock."""
    _show(running, s.LIMITED, runs=True)
    assert any("goes on by itself" in text.lower() for text in _said(running))
    assert any("in 9 h" in text for text in _said(running))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.6, "1 min"), (150, "2 min 30 s"), (3600, "1 h"), (90_000, "1 day 1 h")],
)
def test_spans_are_told_in_two_units_at_most(seconds: float, said: str) -> None:
    """From seconds to days."""
    assert words.span_text(seconds) == said


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 B"), (999, "999 B"), (1_500, "2 kB"), (34_100_000, "34 MB"), (1_210_000_000, "1.2 GB")],
)
def test_sizes_are_told_for_people(size: int, said: str) -> None:
    """With a decimal only where it says something."""
    assert words.size_text(size) == said
