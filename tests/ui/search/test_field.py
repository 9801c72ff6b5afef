"""The field of the search: operators seen and offered, nonsense marked; by keys, and in any script."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.ui.search.field import CURSOR_PAD, SearchField
from app.ui.search.page import SearchPage
from app.ui.theme.look import Look
from tests.ui.search.test_search import _found, _opened, _typed
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


async def _ready(demo: Demo) -> SearchPage:
    """Open, and what is known was read."""
    page = await _opened(demo)
    await until(lambda: demo.live.search._typing._known.people)
    return page


def _offered(field: SearchField) -> list[str]:
    if field.list.isHidden():
        return []
    return [offer.text for offer in field.list._offers]


def test_operators_and_their_values_are_chosen_by_keys(demo: Demo, run: Scenario) -> None:
    """Two letters, Tab, and whoever was read; ↓ chooses, and only then Enter takes."""

    async def scenario(demo: Demo) -> None:
        page = await _ready(demo)
        field = page.field
        QTest.keyClicks(field, "fr")
        assert _offered(field) == ["from:"]
        QTest.keyClick(field, Qt.Key.Key_Tab)
        assert field.text() == "from:"
        assert field.hasFocus()
        people = _offered(field)
        assert people[0] == "me"
        assert len(people) == 8
        QTest.keyClick(field, Qt.Key.Key_Down)
        QTest.keyClick(field, Qt.Key.Key_Down)
        assert people[1] in field.list.accessibleDescription() or field.list.current == 1
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert field.text() == f"from:{people[1]} "
        field.undo()
        assert field.text() == "fr"  # what was typed
        field.redo()
        assert field.text() == f"from:{people[1]} "
        assert not _offered(field)
        await until(lambda: _found(demo).cards)
        assert {card.post.author.handle for card in _found(demo).cards} == {people[1]}
        assert not demo.live.search.servers._answers  # Enter was for the list

    run(opened(demo, scenario))


def test_enter_and_escape_are_not_taken_by_a_list_one_has_not_gone_to(
    demo: Demo, run: Scenario
) -> None:
    """A word that looks like an operator is looked for; Esc closes the list alone."""

    async def scenario(demo: Demo) -> None:
        page = await _ready(demo)
        field = page.field
        QTest.keyClicks(field, "be")
        assert _offered(field) == ["before:"]
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert not _offered(field)
        assert demo.live.search.page is page
        QTest.keyClick(field, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
        assert _offered(field) == ["before:"]
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert demo.live.search.servers._answers
        QTest.keyClick(field, Qt.Key.Key_Escape)
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert demo.live.search.page is None

    run(opened(demo, scenario))


def test_nonsense_is_left_out_and_keeps_nothing_from_being_found(demo: Demo, run: Scenario) -> None:
    """It is marked where it stands and told; servers are asked for the rest."""

    async def scenario(demo: Demo) -> None:
        page = await _ready(demo)
        await _typed(demo, page, "tide has:feathers")
        await until(lambda: "left out" in page.trouble.text())
        assert len(_found(demo)) > 10
        field = page.field
        wrong = [one for one in field._parts if one.problem is not None]
        assert [field.text()[one.value_start : one.end] for one in wrong] == ["feathers"]
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert demo.live.search.servers._answers
        # What is only begun is not wrong yet.
        await _typed(demo, page, "tide has:im")
        await until(lambda: not page.trouble.isVisible())
        field.home(False)
        field.insert("x")
        await until(page.trouble.isVisible)

    run(opened(demo, scenario))


WRITTEN = ("גאות from:me ", "tide from:me ", f"{'long ' * 60}from:me ")
"""From right to left, from left to right, and longer than the field."""


def _inks(field: SearchField) -> QImage:
    return field.grab().toImage()


def test_operators_are_seen_as_such(demo: Demo, run: Scenario) -> None:
    """In light and in dark, and where the field reads from right to left."""

    async def scenario(demo: Demo) -> None:
        page = await _ready(demo)
        field = page.field
        ways = Qt.LayoutDirection
        for direction, text in product((ways.LeftToRight, ways.RightToLeft), WRITTEN):
            field.setLayoutDirection(direction)
            field.setText(text)
            dressed = _inks(field)
            parts, field._parts = field._parts, ()
            at = next(at for at, one in enumerate(parts) if one.name)
            field.update()
            assert _inks(field) != dressed
            field._parts = parts
            left, right = field._ends(parts[at].start, parts[at].end, field._layout())
            assert 0 < left < right < field.width()
            for place in (parts[at].start, parts[at].end):
                field.setCursorPosition(place)
                assert min(abs(field.cursorRect().center().x() - x) for x in (left, right)) < 4

    run(opened(demo, scenario))


def test_what_is_being_composed_is_no_word_yet(demo: Demo, run: Scenario) -> None:
    """Input methods show it in the field; nothing is offered or marked until it is settled."""

    async def scenario(demo: Demo) -> None:
        page = await _ready(demo)
        field = page.field
        field.setText("from:")
        field.offer()
        assert _offered(field)
        QCoreApplication.sendEvent(field, QInputMethodEvent("あ", []))
        assert not _offered(field)
        assert not field._parts
        settled = QInputMethodEvent()
        settled.setCommitString("me")
        QCoreApplication.sendEvent(field, settled)
        assert field.text() == "from:me"
        assert [one.name for one in field._parts] == ["from"]

    run(opened(demo, scenario))


def test_places_are_counted_as_people_see_them(demo: Demo, run: Scenario) -> None:
    """A letter outside the first plane before an operator moves nothing."""

    async def scenario(demo: Demo) -> None:
        page = await _ready(demo)
        field = page.field
        field.setText("🐦🐦 has:feathers")
        await until(page.trouble.isVisible)
        field.setText("🐦🐦 has:im")  # only begun, and so no trouble
        await until(lambda: not page.trouble.isVisible())
        field.setText("🐦🐦 ha")
        field.offer()
        assert _offered(field) == ["has:"]
        QTest.keyClick(field, Qt.Key.Key_Tab)
        assert field.text() == "🐦🐦 has:"
        QTest.keyClick(field, Qt.Key.Key_Tab)
        assert field.text() == "🐦🐦 has:media "
        assert field.cursorPosition() == len("🐦🐦 has:media ".encode("utf-16-le")) // 2

    run(opened(demo, scenario))


@pytest.mark.parametrize("between", [" ", "\t", "\n", "\u2028"])
def test_what_was_pasted_is_marked_where_it_is_drawn(
    look: Look, parent: QWidget, between: str
) -> None:
    """A field draws the end of a line as a space."""
    field = SearchField(look, parent)
    field.setText(f"x{between}from:ana")
    field.setCursorPosition(0)
    left, _ = field._ends(2, 10, field._layout())
    field.setCursorPosition(2)

    assert abs(left - field.cursorRect().x() - CURSOR_PAD) <= 1


def test_what_is_offered_follows_the_field(demo: Demo, run: Scenario) -> None:
    """A window of another size: the list stays under what is typed, on the page, as it was."""

    async def scenario(demo: Demo) -> None:
        page = await _ready(demo)
        field, window = page.field, demo.front.window
        window.resize(1280, 800)
        QTest.keyClicks(field, "from:")
        QTest.keyClick(field, Qt.Key.Key_Down)
        people, current = _offered(field), field.list.current
        assert current >= 0
        for size in ((520, 800), (1000, 700), (520, 400), (1280, 800)):
            window.resize(*size)
            await until(lambda size=size: window.width() == size[0] and page.width() <= size[0])
            place = field.list.geometry()
            assert page.rect().contains(place)
            at = field.mapTo(page, QPoint(0, field.height() + 2))
            assert place.y() == at.y() or place.bottom() < at.y() or place.y() == 4
            assert (_offered(field), field.list.current) == (people, current)

    run(opened(demo, scenario))
