"""The people book in the window: by keyboard alone; suggestions answered, people parted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.protocols.demo.people import PEOPLE
from app.ui.people.book import BookPage
from tests.ui.people.test_person import said
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

PIM, PIM_SKY = PEOPLE["pim"], PEOPLE["pim/sky"]


async def shown(demo: Demo) -> BookPage:
    """The room, opened by its key."""
    QTest.keyClick(demo.front.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: demo.live.is_made("people_room") and demo.live.people_room.page)
    page = demo.live.people_room.page
    assert page is not None and demo.front.window.right.page is page
    return page


def test_suggestions_are_found_and_answered(demo: Demo, run: Scenario) -> None:
    """Only what is confirmed comes into the book; what is rejected does not come back."""

    async def scenario(demo: Demo) -> None:
        page = await shown(demo)
        assert "Nobody is in the people book yet" in said(page)
        page.look.click()
        await until(lambda: len(page.boxes) > 1 and page.look.text() == "Find more")
        first, second = page.boxes[0].suggested, page.boxes[1].suggested
        assert page.boxes[0].suggested.evidence[0].text in said(page)
        # One of the demo's servers asks to wait; this search does not go on by itself.
        assert "Find more after" in said(page)
        page.boxes[0].same.click()
        await until(lambda: first.key not in [box.suggested.key for box in page.boxes])
        assert any(
            known.profile.uri == first.one.profile.uri
            for row in page.rows
            for known in row.person.profiles
        )
        box = next(one for one in page.boxes if one.suggested.key == second.key)
        box.other.click()
        await until(lambda: second.key not in [one.suggested.key for one in page.boxes])
        page.look.click()
        await until(lambda: page.look.text() == "Find more")
        assert second.key not in [one.suggested.key for one in page.boxes]

    run(opened(demo, scenario))


def test_the_book_is_searched_opened_and_parted_by_keys(demo: Demo, run: Scenario) -> None:
    """Down into the list, Enter opens, Back returns, Delete parts; Escape leaves."""

    async def scenario(demo: Demo) -> None:
        await demo.house.people.link(PIM.handle, PIM_SKY.handle)
        await demo.house.people.link(PEOPLE["kaj"].handle, PEOPLE["kaj/sky"].handle)
        page = await shown(demo)
        assert len(page.rows) == 2
        page.field.setText("polder")
        await until(lambda: len(page.rows) == 1)
        page.field.setText("nobody at all")
        assert "Nobody is called like that" in said(page)
        page.field.setText("pim")
        await until(lambda: len(page.rows) == 1)
        QTest.keyClick(page.field, Qt.Key.Key_Down)
        assert page.rows[0].hasFocus()
        QTest.keyClick(page.rows[0], Qt.Key.Key_Return)
        await until(lambda: demo.live.is_made("persons") and demo.live.persons.page)
        assert demo.live.persons.page is demo.front.window.right.page
        demo.live.persons.leave()
        await until(lambda: demo.front.window.right.page is page)
        QTest.keyClick(page.rows[0], Qt.Key.Key_Delete)
        await until(lambda: not page.rows)
        assert len(demo.house.people.all()) == 1
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert demo.live.people_room.page is None

    run(opened(demo, scenario))
