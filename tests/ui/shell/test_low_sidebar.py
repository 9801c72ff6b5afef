"""A sidebar in a low window: accounts stay in sight, as pictures beside each other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from app.model import AccountId
from app.model.timeline import TimelineId
from app.ui.shell.items import AccountItem
from app.ui.shell.rows import AccountRow, RoomRow
from app.ui.shell.sidebar import Sidebar
from app.ui.theme.look import Look


def account(number: int) -> AccountItem:
    """One of several."""
    id = AccountId(f"ana{number}@north.example")
    return AccountItem(
        id=id, timeline=TimelineId(f"account:{id}"), name="Ana", host="north.example", mark=""
    )


@pytest.fixture
def sidebar(look: Look, qapp: QApplication) -> Sidebar:
    """Three accounts and no timelines."""
    made = Sidebar(look)
    made.show_accounts([account(number) for number in range(3)])
    made.resize(232, 800)
    made.show()
    qapp.processEvents()
    return made


def rows(sidebar: Sidebar) -> list[AccountRow]:
    """Of the accounts, from left to right or from above."""
    found = (sidebar.account_row(account(number).id) for number in range(9))
    return [row for row in found if row is not None]


def tops(sidebar: Sidebar) -> list[int]:
    """Where they begin."""
    return [row.mapTo(sidebar, QPoint()).y() for row in rows(sidebar)]


def test_where_there_is_room_each_account_has_a_row(sidebar: Sidebar) -> None:
    """Name and host below each other."""
    assert len(set(tops(sidebar))) == 3
    assert all(row.width() > 150 for row in rows(sidebar))


def test_in_a_low_window_accounts_stay_in_sight(sidebar: Sidebar, qapp: QApplication) -> None:
    """One line of pictures; with room again they are rows again."""
    sidebar.resize(232, 420)
    qapp.processEvents()
    assert len(set(tops(sidebar))) == 1
    assert all(row.isVisibleTo(sidebar) and row.width() < 60 for row in rows(sidebar))
    assert max(tops(sidebar)) + rows(sidebar)[0].height() <= sidebar.height()
    assert sidebar._plus.isVisibleTo(sidebar)
    sidebar.resize(232, 800)
    qapp.processEvents()
    assert len(set(tops(sidebar))) == 3
    assert sidebar._plus.isVisibleTo(sidebar)


def test_more_accounts_than_fit_beside_each_other_scroll(
    sidebar: Sidebar, qapp: QApplication
) -> None:
    """None is cut off."""
    sidebar.resize(232, 420)
    sidebar.show_accounts([account(number) for number in range(9)])
    qapp.processEvents()
    assert len(set(tops(sidebar))) == 9


@pytest.mark.parametrize("height", range(250, 340, 18))
def test_no_row_is_cut_through(sidebar: Sidebar, qapp: QApplication, height: int) -> None:
    """Where rows go on below, the last one in sight is whole, and nothing is lost above it."""
    sidebar.resize(232, height)
    for _ in range(3):
        qapp.processEvents()
    bar, inner = sidebar._scroll.verticalScrollBar(), sidebar._scroll.widget()
    assert bar.maximum(), "all is seen, and the test tests nothing"
    seen = sidebar._scroll.height()
    ends = [row.y() + row.height() for row in inner.findChildren(RoomRow)]
    assert seen in ends
    bar.setValue(bar.maximum())
    assert max(ends) - bar.value() <= seen
