"""Everything can be reached and pressed by key, and is named for screen readers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.timeline.proxies import PartProxy, RowProxy
from tests.ui.timeline import samples
from tests.ui.timeline.conftest import Stage
from tests.ui.timeline.test_view import heard

Make = Callable[..., Stage]


def key(which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, which, modifier)


def test_j_and_k_walk_over_rows(stage: Make) -> None:
    """Next, next, previous; the focus is on a widget that says the row."""
    here = stage(samples.many(20))
    here.view.setFocus()

    key(Qt.Key.Key_J)
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_K)

    assert here.view.current == here.source.key(0)
    focused = QApplication.focusWidget()
    assert isinstance(focused, RowProxy)
    assert focused.accessibleName() == here.view.shelf.layout(0).accessible


def test_a_row_stepped_on_comes_into_sight(stage: Make) -> None:
    """Whole, when it fits."""
    here = stage(samples.many(60))
    here.view.setFocus()
    for _ in range(12):
        key(Qt.Key.Key_J)

        place = here.view.place_of(here.view.current)  # type: ignore[arg-type]
        assert place is not None
        layout, y = place
        assert y >= 0
        assert y + layout.height <= here.view.viewport().height() or y == 0


def test_tab_goes_through_all_parts_then_leaves(stage: Make) -> None:
    """Every part of the row in the order of reading, and on to the next widget."""
    here = stage([samples.echo(), samples.reposted()])
    here.above.setFocus()
    key(Qt.Key.Key_Tab)
    assert here.view.current == here.source.key(0)

    names = []
    for _ in here.view.shelf.layout(0).parts:
        key(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert isinstance(focused, PartProxy)
        names.append(focused.accessibleName())
    key(Qt.Key.Key_Tab)

    assert names == [part.name for part in here.view.shelf.layout(0).parts]
    assert QApplication.focusWidget() is here.below


def test_shift_tab_goes_back_the_same_way(stage: Make) -> None:
    """From a part to the one before, to the row, and out."""
    here = stage([samples.echo()])
    here.above.setFocus()
    key(Qt.Key.Key_Tab)
    key(Qt.Key.Key_Tab)
    assert here.view.focus_part == 0

    key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert isinstance(QApplication.focusWidget(), RowProxy)
    key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)

    assert QApplication.focusWidget() is here.above


@pytest.mark.parametrize("press", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_enter_and_space_press_the_focused_part(stage: Make, press: Qt.Key) -> None:
    """The part, not the row."""
    here = stage([samples.echo()])
    said = heard(here.view.react)
    here.view.setFocus()
    here.view.focus_row(here.source.key(0), here.part(0, "react", "repost"))

    key(press)

    assert said == [(here.source.row(0), "repost")]


def test_enter_on_the_row_opens_it(stage: Make) -> None:
    """As o does."""
    here = stage([samples.echo()])
    said = heard(here.view.card_activated)
    here.view.setFocus()
    key(Qt.Key.Key_J)

    key(Qt.Key.Key_Return)
    key(Qt.Key.Key_O)

    assert said == [(here.source.row(0),)] * 2


def test_x_lifts_the_cover_and_the_focus_stays(stage: Make) -> None:
    """Without leaving the keys."""
    here = stage([samples.warned()])
    here.view.setFocus()
    key(Qt.Key.Key_J)

    key(Qt.Key.Key_X)

    assert here.view.shelf.layout(0).flow is not None
    assert isinstance(QApplication.focusWidget(), RowProxy)


def test_home_end_and_pages_move(stage: Make) -> None:
    """Top, bottom, a page down and up."""
    here = stage(samples.many(60))
    here.view.setFocus()

    key(Qt.Key.Key_Space)
    assert here.view.shelf.column.top > 0
    key(Qt.Key.Key_End)
    assert here.view.current == here.source.key(59)
    key(Qt.Key.Key_Home)

    assert here.view.shelf.column.top == 0
    assert here.view.current == here.source.key(0)


def test_the_focus_stays_in_the_view_when_its_row_scrolls_away(stage: Make) -> None:
    """Keys keep working after a long scroll."""
    here = stage(samples.many(60))
    here.view.setFocus()
    key(Qt.Key.Key_J)
    here.view.scroll_by(5000)
    here.view._on_settled()

    assert here.view.hasFocusInside()


def test_screen_readers_see_rows_and_their_parts(stage: Make) -> None:
    """A list item with all its text, and children with name, role and place."""
    here = stage([samples.echo(), samples.poll_open()])
    here.view._on_settled()
    row = here.view.proxies.row(here.source.key(1))
    assert row is not None

    item = QAccessible.queryAccessibleInterface(row)

    assert item.role() == QAccessible.Role.ListItem
    assert "Poll: Tuesday, Thursday" in item.text(QAccessible.Text.Name)
    children = [item.child(n) for n in range(item.childCount())]
    names = [child.text(QAccessible.Text.Name) for child in children]
    assert names == [part.name for part in here.view.shelf.layout(1).parts]
    assert all(not child.rect().isEmpty() for child in children)
    assert {child.role() for child in children} <= {
        QAccessible.Role.Button,
        QAccessible.Role.CheckBox,
        QAccessible.Role.PushButton,
    }


def test_every_target_of_the_action_row_is_large_enough(stage: Make) -> None:
    """28 × 28 at least."""
    here = stage([samples.echo()])
    for part in here.view.shelf.layout(0).parts:
        if part.intent.kind in ("react", "menu", "why"):
            assert part.boxes[0].w >= 28
            assert part.boxes[0].h >= 28


def test_widgets_for_rows_are_used_again(stage: Make) -> None:
    """However far one reads, only the rows in sight have widgets."""
    here = stage(samples.many(300))
    for _ in range(60):
        here.view.scroll_by(700)
        here.view._on_settled()

    assert len(here.view.viewport().findChildren(RowProxy)) <= 16
