"""Pictures of the wizard: schemes, directions, widths, text sizes, and every state of a move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFontDatabase, QFontInfo, QImage
from PySide6.QtWidgets import QApplication

from app.portability.plan import MoveStatus
from app.ui.migration.frame import PageBody, WizardFrame
from app.ui.migration.home import BeginPage
from app.ui.migration.key import KeyPage
from app.ui.migration.plan_page import PlanPage
from app.ui.migration.report import ReportPage
from app.ui.migration.running import RunningPage
from app.ui.presenters.moving_stops import Stage, foot, stops
from app.ui.theme.look import Look
from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle
from tests.ui.migration import samples as s
from tests.ui.migration import samples_owning

FIXED = "Noto Sans Mono"
"""The system's fixed font where the pictures were made: it cannot be pinned."""

WIDE, NARROW, HIGH = (1280, 800), (520, 1100), (1280, 1500)
# page, scheme, right to left, text size, width and height
CASES: dict[str, tuple[str, Scheme, bool, float, tuple[int, int]]] = {
    "plan-light": ("plan", "light", False, 1.0, WIDE),
    "plan-dark": ("plan", "dark", False, 1.0, WIDE),
    "plan-rtl": ("plan", "light", True, 1.0, WIDE),
    "plan-contrast": ("plan", "hcDark", False, 1.0, WIDE),
    "plan-text-125": ("plan", "dark", False, 1.25, WIDE),
    "plan-text-200": ("plan", "light", False, 2.0, HIGH),
    "plan-narrow": ("plan", "light", False, 1.0, NARROW),
    "running-light": ("running", "light", False, 1.0, WIDE),
    "running-dark": ("running", "dark", False, 1.0, WIDE),
    "running-rtl": ("running", "dark", True, 1.0, WIDE),
    "running-contrast": ("switched", "hcLight", False, 1.0, WIDE),
    "running-text-200": ("running", "light", False, 2.0, HIGH),
    "running-narrow": ("running", "light", False, 1.0, NARROW),
    "asking-light": ("asking", "light", False, 1.0, WIDE),
    "wrong-dark": ("wrong", "dark", False, 1.0, WIDE),
    "guided-light": ("guided", "light", False, 1.0, WIDE),
    "limited-light": ("limited", "light", False, 1.0, WIDE),
    "failed-dark": ("failed", "dark", False, 1.0, WIDE),
    "switched-light": ("switched", "light", False, 1.0, WIDE),
    "key-light": ("key", "light", False, 1.0, WIDE),
    "begin-dark": ("begin", "dark", False, 1.0, WIDE),
    "report-light": ("report", "light", False, 1.0, WIDE),
    "undone-dark": ("undone", "dark", False, 1.0, WIDE),
    "home-light": ("home", "light", False, 1.0, WIDE),
    "home-rtl": ("home", "dark", True, 1.0, WIDE),
    "backups-light": ("backups", "light", False, 1.0, (1280, 1250)),
    "backups-narrow": ("backups", "dark", False, 1.0, (520, 1700)),
    "backups-text-200": ("backups", "light", False, 2.0, (1280, 2400)),
    "imports-light": ("imports", "light", False, 1.0, WIDE),
    "imports-over-dark": ("imports-over", "dark", False, 1.0, WIDE),
    "moves-light": ("moves", "light", False, 1.0, WIDE),
}
GALLERY = Gallery("moving-digests.txt", ("plan-light", "running-dark"), "moving-")
STATES: dict[str, MoveStatus] = {
    "running": s.RUNNING,
    "asking": s.ASKING,
    "wrong": s.WRONG,
    "guided": s.GUIDED,
    "limited": s.LIMITED,
    "failed": s.FAILED,
    "switched": s.SWITCHED,
}


@pytest.fixture
def english() -> Iterator[None]:
    """Numbers and directions as everywhere."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.parametrize("case", list(CASES))
def test_moving_is_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    if CASES[case][0] == "guided" and (fixed := _fixed_font()) != FIXED:
        pytest.skip(f"what is to be pasted was painted in {FIXED}, this machine has {fixed}")
    looked_at(GALLERY, case, painted)


def _fixed_font() -> str:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    return QFontInfo(font).family()


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    kind, scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    frame = WizardFrame(look, "Moving house")
    frame.resize(*size)
    frame.show()
    status = STATES.get(kind, s.DONE if kind == "report" else s.RUNNING)
    runs = status.state == "running" or kind == "limited"
    frame.show_page(_page(kind, look, status, runs))
    if kind in ALONE:
        frame.show_stops(())
    else:
        _show_stops(frame, kind, status, runs)
    settle(8)
    if (focused := frame.focusWidget()) is not None:
        focused.clearFocus()
    image = picture_of(frame, look, "surface")
    assert (image.width(), image.height()) == size
    return image


ALONE = ("backups", "imports", "imports-over", "moves")
"""Pages without stages."""


def _show_stops(frame: WizardFrame, kind: str, status: MoveStatus, runs: bool) -> None:
    shown = stops(
        _stage(kind),
        s.PLAN,
        status if kind in STATES else None,
        {"own_key": "make", "own_key_file": "/media/stick/juno-key.txt"},
        rehearsed=True,
        runs=runs,
    )
    frame.show_stops(shown, foot(status, s.NOW, runs=runs))


def _stage(kind: str) -> Stage:
    by_kind: dict[str, Stage] = {
        "home": "home",
        "plan": "plan",
        "key": "key",
        "begin": "move",
        "report": "report",
        "undone": "report",
    }
    return by_kind.get(kind, "move")


def _page(kind: str, look: Look, status: MoveStatus, runs: bool) -> PageBody:
    if kind in samples_owning.PAGES:
        return samples_owning.PAGES[kind](look)
    if kind == "plan":
        return PlanPage(look, s.PLAN, s.MARKS, s.BEFORE)
    if kind == "key":
        return KeyPage(look, "juno.example.org", "make", "/media/stick/juno-key.txt")
    if kind == "begin":
        return BeginPage(
            look, (s.PASSWORD, s.NEW_PASSWORD, s.INVITE, s.CHOICE, s.CONFIRM, s.FILE), "Move now"
        )
    if kind in ("report", "undone"):
        ended = s.DONE if kind == "report" else s.UNDONE
        return ReportPage(look, s.PLAN, ended, s.NOW)
    page = RunningPage(look, "")
    page.show_journal(s.JOURNAL)
    page.show_status(status, "Moving to boathouse.example", s.NOW, runs=runs)
    return page
