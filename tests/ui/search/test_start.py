"""Before anything is looked for: earlier searches, and what narrows one; by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.presenters.search_recent import MOST, RECENT
from app.ui.search.page import SearchPage
from app.ui.search.start import SearchStart
from tests.ui.search.test_search import _found, _opened, _typed
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


def _start(page: SearchPage) -> SearchStart:
    state = page.left.state
    assert isinstance(state, SearchStart)
    return state


def _before(page: SearchPage) -> list[str]:
    return [str(one.property("sought")) for one in _start(page).before]


def test_what_was_looked_for_is_there_again_and_can_be_forgotten(demo: Demo, run: Scenario) -> None:
    """By Enter or by leaving what was found; the latest first, each once, in words as typed."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        assert _before(page) == []
        await _typed(demo, page, "ring has:link")
        QTest.keyClick(page.field, Qt.Key.Key_Return)
        await _typed(demo, page, "Tide")
        demo.live.search.leave()
        kept = demo.house.store.reader.setting
        await until(lambda: kept(RECENT, []) == ["Tide", "ring has:link"])
        page = await _opened(demo)
        assert _before(page) == ["Tide", "ring has:link"]
        QTest.keyClick(page.field, Qt.Key.Key_Down)
        QTest.keyClick(_start(page).before[0], Qt.Key.Key_Down)
        assert _start(page).before[1].hasFocus()
        QTest.keyClick(_start(page).before[1], Qt.Key.Key_Space)
        assert page.field.text() == "ring has:link "
        assert page.field.hasFocus()
        await until(lambda: demo.live.search._seen.done)
        page.field.clear()
        await until(lambda: isinstance(page.left.state, SearchStart))
        QTest.keyClick(page.field, Qt.Key.Key_Down)
        QTest.keyClick(_start(page).before[0], Qt.Key.Key_Delete)
        assert _before(page) == ["ring has:link"]
        await until(lambda: kept(RECENT, []) == ["ring has:link"])
        _start(page).forgotten.emit("")
        assert _before(page) == []
        await until(lambda: kept(RECENT, []) == [])

    run(opened(demo, scenario))


def test_few_are_kept_and_no_places(demo: Demo, run: Scenario) -> None:
    """Bookmarks are a room; nonsense and what nothing was found by are not noted by leaving."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        for number in range(MOST + 3):
            await _typed(demo, page, f"tide -word{number}")
            QTest.keyClick(page.field, Qt.Key.Key_Return)
        recent = demo.live.search._recent
        assert len(recent.texts) == MOST
        await _typed(demo, page, "in:bookmarks ")
        demo.live.search.leave()
        page = await _opened(demo)
        await _typed(demo, page, "zzyzx")
        demo.live.search.leave()
        assert recent.texts[0] == f"tide -word{MOST + 2}"

    run(opened(demo, scenario))


def test_an_empty_search_teaches_what_narrows_it(demo: Demo, run: Scenario) -> None:
    """Each operator is put into the field, ready to go on; quotes with the cursor between."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await until(lambda: demo.live.search._typing._known.people)
        QTest.keyClick(page.field, Qt.Key.Key_Down)
        start = _start(page)
        assert start.examples[0].hasFocus()
        QTest.keyClick(start.examples[0], Qt.Key.Key_Space)
        assert page.field.text() == "from:"
        assert page.field.hasFocus()
        assert not page.field.list.isHidden()  # who it may be is offered at once
        page.field.clear()
        await until(lambda: isinstance(page.left.state, SearchStart))
        quotes = next(one for one in _start(page).examples if "“" in one.text())
        quotes.click()
        assert page.field.text() == '""'
        assert page.field.cursorPosition() == 1
        page.field.clear()
        for image in (one for one in _start(page).examples if one.text() == "has:image"):
            image.click()
        await until(lambda: len(_found(demo)) > 0)

    run(opened(demo, scenario))
