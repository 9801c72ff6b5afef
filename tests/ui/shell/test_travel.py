"""Back and forward: every room of the window is seen again as it was."""

from __future__ import annotations

import ast
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from app.feed.rows import Card
from app.services.sides import Side
from app.ui.feeds.dialogs import AskDialog
from app.ui.migration.home import HomePage
from app.ui.presenters import travel
from app.ui.presenters.travel import MOST, ROOMS, Visit
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


def _cards(demo: Demo) -> list[Card]:
    rows = [demo.front.view.shelf.row(index) for index, _ in demo.front.view.visible_rows()]
    return [row for row in rows if isinstance(row, Card)]


async def _read(demo: Demo) -> None:
    """There are rows, and one is somewhere among them."""
    view = demo.front.view
    await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened) > 20)
    view.scroll_by(900)
    await until(lambda: all(view.shelf.row(index) for index, _ in view.visible_rows()))


async def _conversation(demo: Demo) -> None:
    demo.live.threads.open(_cards(demo)[0])
    await until(lambda: demo.live.threads.current and demo.live.threads.current.focus)


async def _person(demo: Demo) -> None:
    post = _cards(demo)[0].post
    demo.live.open_person(post.author, post.network)


async def _search(demo: Demo) -> None:
    demo.live.open_search("tide")
    await until(lambda: demo.live.search.page and demo.live.search.found.cards)


async def _notifications(demo: Demo) -> None:
    await demo.house.notifications.sync()
    demo.live.notices.open()
    await until(lambda: demo.live.notices.page and len(demo.live.notices.page.rows) > 5)


async def _messages(demo: Demo) -> None:
    await demo.house.messages.sync()
    demo.live.open_room("messages")
    await until(lambda: demo.live.messages.page and len(demo.live.messages.page.rows) > 5)


async def _people(demo: Demo) -> None:
    demo.live.open_room("people")
    await until(lambda: demo.live.people_room.page)


async def _shelves(demo: Demo) -> None:
    demo.live.open_room("shelves")
    await until(lambda: demo.live.shelves.page)


async def _reacted(demo: Demo) -> None:
    demo.live.reacted.open(_cards(demo)[0])
    await until(lambda: demo.live.reacted.page)


async def _edits(demo: Demo) -> None:
    card = _cards(demo)[0]
    demo.live.edits.open(Side(card.copies[0].accounts[0], card.post))
    await until(lambda: demo.live.edits.page)


async def _translation(demo: Demo) -> None:
    card = _cards(demo)[0]
    demo.live.translation.open(Side(card.copies[0].accounts[0], card.post))
    await until(lambda: demo.live.translation.page)


async def _lab(demo: Demo) -> None:
    demo.live.feeds.open_lab()
    await until(lambda: demo.live.feeds.lab.page)


async def _market(demo: Demo) -> None:
    demo.live.feeds.open_market()
    await until(lambda: demo.live.feeds.market.page)


async def _moving(demo: Demo) -> None:
    demo.live.own("move", "")
    await until(lambda: demo.live.is_made("moving") and demo.live.moving.wizard)


async def _backups(demo: Demo) -> None:
    demo.live.own("backup", "")
    await until(lambda: demo.live.is_made("backups") and demo.live.backups.page)


async def _imports(demo: Demo) -> None:
    demo.live.own("import", "")
    await until(lambda: demo.live.is_made("imports") and demo.live.imports.page)


async def _carry_over(demo: Demo) -> None:
    demo.live.own("people", "")
    await until(lambda: demo.live.is_made("carry_over") and demo.live.carry_over.page)


async def _settings(demo: Demo) -> None:
    demo.live.settings.open("storage")
    await until(lambda: demo.live.settings.dialog)


WAYS: dict[str, Callable[[Demo], Awaitable[None]]] = {
    "conversation": _conversation,
    "person": _person,
    "search": _search,
    "notifications": _notifications,
    "messages": _messages,
    "people": _people,
    "shelves": _shelves,
    "reacted": _reacted,
    "edits": _edits,
    "translation": _translation,
    "lab": _lab,
    "market": _market,
    "moving": _moving,
    "backups": _backups,
    "imports": _imports,
    "carry over": _carry_over,
    "settings": _settings,
}
"""How each room is entered."""


def test_each_room_has_a_way() -> None:
    """A room that the window learns of is entered, left and entered again below."""
    assert set(WAYS) == set(ROOMS)


def _room(demo: Demo, name: str) -> Visit | None:
    found = dict(demo.live.travel.scene().rooms)
    return found.get(name)


async def _press(demo: Demo, key: Qt.Key) -> None:
    await until(lambda: demo.live.travel.is_settled)
    # Without a screen a popup of another test may have taken it away.
    window = QApplication.activeModalWidget() or demo.front.window
    window.activateWindow()
    await until(window.isActiveWindow)
    QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)


@pytest.mark.parametrize("name", WAYS)
def test_a_room_is_left_and_entered_again(demo: Demo, run: Scenario, name: str) -> None:
    """Back puts its page away, forward shows the same; the timeline has not moved."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        before = demo.front.view.anchor()
        await WAYS[name](demo)
        seen = _room(demo, name)
        assert seen is not None
        await _press(demo, Qt.Key.Key_Left)
        assert _room(demo, name) is None
        assert demo.front.view.anchor() == before
        await _press(demo, Qt.Key.Key_Right)
        await until(lambda: _room(demo, name))
        again = _room(demo, name)
        assert again is not None
        assert again.what == seen.what

    run(opened(demo, scenario))


@pytest.mark.parametrize("name", WAYS)
def test_closing_a_room_is_a_step_back(demo: Demo, run: Scenario, name: str) -> None:
    """Forward opens it again; nothing is left to go back to that is not elsewhere."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await WAYS[name](demo)
        travel = demo.live.travel
        await until(lambda: travel.is_settled)
        seen = _room(demo, name)
        assert seen is not None
        demo.live.travel.room(name).leave()
        await until(lambda: travel.is_settled)
        assert _room(demo, name) is None
        assert not travel.back()
        await _press(demo, Qt.Key.Key_Right)
        await until(lambda: _room(demo, name))
        again = _room(demo, name)
        assert again is not None
        assert again.what == seen.what

    run(opened(demo, scenario))


def test_all_rooms_can_be_come_back_to(demo: Demo, run: Scenario) -> None:
    """One through the other, and back to the very first; whatever room the window has."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        travel = demo.live.travel
        scenes = [travel.scene().what]
        for enter in WAYS.values():
            await until(lambda: travel.is_settled)
            await enter(demo)
            scenes.append(travel.scene().what)
            if demo.front.window.is_covered:
                # Nothing is opened over it but the settings.
                await _press(demo, Qt.Key.Key_Left)
                assert travel.scene().what == scenes[-2]
                del scenes[-1]
        assert set(travel.rooms) == set(ROOMS)
        assert len(set(scenes)) == len(scenes)
        for expected in reversed(scenes[:-1]):
            await _press(demo, Qt.Key.Key_Left)
            await until(lambda expected=expected: travel.scene().what == expected)
        for expected in scenes[1:]:
            await _press(demo, Qt.Key.Key_Right)
            await until(lambda expected=expected: travel.scene().what == expected)

    run(opened(demo, scenario))


def test_timelines_are_come_back_to_at_their_pixel(demo: Demo, run: Scenario) -> None:
    """Through feeds and the buttons of the mouse."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        window, view, travel = demo.front.window, demo.front.view, demo.live.travel
        before = view.anchor()
        QTest.keyClick(window, "2")
        await until(lambda: travel.is_settled and len(demo.live.timeline.opened or ()) > 5)
        QTest.keyClick(window, "3")
        await until(lambda: travel.is_settled and len(demo.live.timeline.opened or ()))
        corner = QPoint(30, 30)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.BackButton, pos=corner)
        assert window.header.title.text() == "Friends first"
        QTest.mouseClick(view.viewport(), Qt.MouseButton.BackButton, pos=corner)
        assert window.header.title.text() == "Newest first"
        assert view.anchor() == before
        QTest.mouseClick(view.viewport(), Qt.MouseButton.ForwardButton, pos=corner)
        assert window.header.title.text() == "Friends first"

    run(opened(demo, scenario))


def test_the_header_leads_back_and_forward(demo: Demo, run: Scenario) -> None:
    """Its buttons are there from the first step on, and those that lead nowhere are off."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        window, travel = demo.front.window, demo.live.travel
        header = window.header
        assert header.ways == ()
        before = demo.front.view.anchor()
        QTest.keyClick(window, "2")
        await until(lambda: header.ways and len(demo.live.timeline.opened or ()))
        back, forward = header.ways
        assert (back.isEnabled(), forward.isEnabled()) == (True, False)
        QTest.mouseClick(back, Qt.MouseButton.LeftButton)
        assert demo.front.view.anchor() == before
        assert (back.isEnabled(), forward.isEnabled()) == (False, True)
        QTest.mouseClick(forward, Qt.MouseButton.LeftButton)
        assert header.title.text() == "Friends first"
        await until(lambda: travel.is_settled)
        window.resize(500, 700)
        assert not back.isVisible()

    run(opened(demo, scenario))


def test_who_has_read_on_beside_a_pane_stays_there(demo: Demo, run: Scenario) -> None:
    """Back closes the pane; the timeline does not go up again."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await _conversation(demo)
        await until(lambda: demo.live.travel.is_settled)
        demo.front.view.scroll_by(500)
        before = demo.front.view.anchor()
        await _press(demo, Qt.Key.Key_Left)
        assert demo.live.threads.page is None
        assert demo.front.view.anchor() == before

    run(opened(demo, scenario))


def test_what_was_found_is_found_again_without_asking(demo: Demo, run: Scenario) -> None:
    """Words, posts of both columns, and the line at the top."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await _search(demo)
        search = demo.live.search
        assert search.page is not None
        QTest.keyClick(search.page.field, Qt.Key.Key_Return)
        await until(lambda: search.servers.found.cards and not search.servers.is_asking)
        search.page.left.view.scroll_by(200)
        there = search.visit()
        await until(lambda: demo.live.travel.is_settled)
        QTest.keyClick(search.page.left.view, "2")
        await until(lambda: search.page is None)
        await _press(demo, Qt.Key.Key_Left)
        again = search.visit()
        assert again.what == there.what == "tide"
        assert again.state.cards == there.state.cards
        assert again.state.asked == there.state.asked
        assert again.state.places == there.state.places

    run(opened(demo, scenario))


def test_notifications_stand_where_they_stood(demo: Demo, run: Scenario) -> None:
    """Which of them are shown, and how far down one was, also when rows are still to come."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await _notifications(demo)
        notices = demo.live.notices
        page = notices.page
        assert page is not None
        page.chips["likes"].click()
        await until(lambda: len(page.rows) > 2)
        page.chips["all"].click()
        await until(lambda: page.list.verticalScrollBar().maximum() > 300)
        page.list.verticalScrollBar().setValue(250)
        await until(lambda: demo.live.travel.is_settled)
        QTest.keyClick(page, "2")
        await until(lambda: notices.page is None)
        await _press(demo, Qt.Key.Key_Left)
        again = notices.page
        assert again is not None
        await until(lambda: again.list.verticalScrollBar().value() == 250)
        assert again.chips["all"].isChecked()

    run(opened(demo, scenario))


def test_back_leaves_the_keys_with_the_composer(demo: Demo, run: Scenario) -> None:
    """Whoever writes goes on writing; what is written stays."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await _conversation(demo)
        await until(lambda: demo.live.travel.is_settled)
        demo.live.writing.new()
        window = demo.front.window
        await until(lambda: window.right.page is not demo.live.threads.page)
        composer = window.right.page
        assert composer is not None
        await until(lambda: composer.isAncestorOf(window.focusWidget() or window))
        assert demo.live.travel.back()
        assert demo.live.threads.page is None
        assert window.right.page is composer
        assert composer.isAncestorOf(window.focusWidget() or window)

    run(opened(demo, scenario))


def test_history_is_bounded(demo: Demo, run: Scenario) -> None:
    """As many steps as are remembered, and no more."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        travel, steps = demo.live.travel, 0
        for at in range(MOST + 10):
            demo.live.open_search(f"word{at}")
            await until(lambda: travel.is_settled)
        while travel.back():
            steps += 1
        assert steps == MOST

    run(opened(demo, scenario))


def test_what_covers_the_timeline_gives_way(demo: Demo, run: Scenario) -> None:
    """A number, or another room in the timeline's place, is never behind it."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        window = demo.front.window
        for name in ("search", "people", "shelves"):
            await WAYS[name](demo)
            demo.live.notices.open()
            page = demo.live.notices.page
            assert page is not None
            assert page.isVisible()
            await WAYS[name](demo)
            window.activateWindow()
            await until(window.isActiveWindow)
            QTest.keyClick(window, "2")
            assert demo.front.view.isVisible()
            await until(lambda: demo.live.travel.is_settled)

    run(opened(demo, scenario))


def test_messages_of_the_window_stand_below_each_head(demo: Demo, run: Scenario) -> None:
    """In every room that takes the timeline's place, as in the timeline itself."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        window, banners = demo.front.window, demo.front.window.banners
        await until(banners.isVisible)
        home = banners.parentWidget()
        for name in ("search", "notifications", "messages", "people", "shelves"):
            await WAYS[name](demo)
            page = demo.live.travel.room(name).page
            assert page is not None
            await until(banners.isVisible)
            assert page.isAncestorOf(banners)
            top = banners.mapTo(page, QPoint(0, 0)).y()
            assert top >= window.header.height()
            demo.live.travel.room(name).leave()
            assert banners.parentWidget() is home
            await until(banners.isVisible)

    run(opened(demo, scenario))


def test_a_lab_that_is_not_saved_asks_and_comes_back_as_it_was(demo: Demo, run: Scenario) -> None:
    """Back asks, and nothing is lost meanwhile; forward shows what was not saved, with its steps."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await _lab(demo)
        lab, travel = demo.live.feeds.lab, demo.live.travel
        draft = lab.draft
        assert draft is not None
        lab._change(lambda recipe: replace(recipe, name="Quieter"))
        await _press(demo, Qt.Key.Key_Left)
        assert lab.page is not None
        asked = demo.front.window.findChild(AskDialog)
        assert asked is not None
        asked.close()
        demo.live.own("backup", "")  # nothing else takes its place without asking
        await until(lambda: (again := QApplication.activeModalWidget()) and again is not asked)
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, AskDialog)
        assert lab.page is not None
        asked.answered.emit("drop")
        asked.close()
        await until(lambda: lab.page is None and travel.is_settled)
        await _press(demo, Qt.Key.Key_Right)
        assert lab.draft is draft
        assert draft.recipe.name == "Quieter"
        assert draft.can_undo

    run(opened(demo, scenario))


def test_sections_of_the_settings_are_places(demo: Demo, run: Scenario) -> None:
    """By keys and by the mouse, in the dialog itself; then out of it, and in again."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        settings, travel = demo.live.settings, demo.live.travel
        await _settings(demo)
        dialog = settings.dialog
        assert dialog is not None
        for section in ("moderation", "hosts"):
            await until(lambda: travel.is_settled)
            dialog.show_page(section)
        await _press(demo, Qt.Key.Key_Left)
        await until(lambda: dialog.key == "moderation")
        QTest.mouseClick(dialog, Qt.MouseButton.BackButton, pos=QPoint(20, 20))
        await until(lambda: dialog.key == "storage")
        await _press(demo, Qt.Key.Key_Left)
        assert settings.dialog is None
        await _press(demo, Qt.Key.Key_Right)
        await until(lambda: settings.dialog)
        await _press(demo, Qt.Key.Key_Right)
        await until(lambda: settings.dialog and settings.dialog.key == "moderation")

    run(opened(demo, scenario))


def test_a_page_is_scrolled_and_focused_as_it_was(demo: Demo, run: Scenario) -> None:
    """Of the settings, whose pages are made anew; and of the lab, whose rows come late."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        settings, travel = demo.live.settings, demo.live.travel
        settings.open("keyboard")
        await until(lambda: settings.dialog)
        dialog = settings.dialog
        assert dialog is not None
        area = max(
            dialog.findChildren(QScrollArea), key=lambda one: one.verticalScrollBar().maximum()
        )
        await until(lambda: area.verticalScrollBar().maximum() > 150)
        area.verticalScrollBar().setValue(150)
        await until(lambda: travel.is_settled)
        dialog.show_page("appearance")
        await until(lambda: travel.is_settled)
        assert area.verticalScrollBar().value() != 150
        await _press(demo, Qt.Key.Key_Left)
        await until(lambda: area.verticalScrollBar().value() == 150)
        dialog.close()
        await until(lambda: settings.dialog is None and travel.is_settled)
        await _lab(demo)
        page = demo.live.feeds.lab.page
        assert page is not None
        page.head.key.setFocus()
        await _press(demo, Qt.Key.Key_Left)
        await _press(demo, Qt.Key.Key_Right)
        await until(lambda: (lab := demo.live.feeds.lab.page) and lab.head.key.hasFocus())

    run(opened(demo, scenario))


def test_back_closes_a_picture_and_leaves_what_is_behind_it(demo: Demo, run: Scenario) -> None:
    """Who looks at one has not gone anywhere."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await _people(demo)
        await until(lambda: demo.live.travel.is_settled)
        view = demo.front.view
        card = next(
            card
            for row in range(len(view.shelf))
            if isinstance(card := view.shelf.row(row), Card) and card.post.media
        )
        assert demo.live.media_room.open(view, card, 0)
        await _press(demo, Qt.Key.Key_Left)
        assert demo.live.media_room.viewer is None
        assert _room(demo, "people") is not None

    run(opened(demo, scenario))


def test_the_market_is_found_as_it_was_left(demo: Demo, run: Scenario) -> None:
    """Words, what was found without asking again, and the row that was looked at."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await _market(demo)
        market = demo.live.feeds.market
        assert market.page is not None
        market.page.search.setText("tide")
        market.search("tide")
        await until(lambda: not any(shelf.asking for shelf in market._shelves.values()))
        chosen = next(iter(market._stalls))
        market.look_at(chosen)
        shelves = dict(market._shelves)
        await _press(demo, Qt.Key.Key_Left)
        assert market.page is None
        await _press(demo, Qt.Key.Key_Right)
        again = market.page
        assert again is not None
        assert (again.search.text(), market._chosen) == ("tide", chosen)
        assert market._shelves == shelves

    run(opened(demo, scenario))


def test_back_in_the_wizard_goes_through_its_pages(demo: Demo, run: Scenario) -> None:
    """From the plan to where it was chosen, then out; the address that was typed is kept."""

    async def scenario(demo: Demo) -> None:
        await _read(demo)
        await _moving(demo)
        moving = demo.live.moving
        wizard = moving.wizard
        assert wizard is not None
        home = wizard.frame.page
        assert isinstance(home, HomePage)
        home.put("elsewhere.example", {})
        await _press(demo, Qt.Key.Key_Left)
        assert moving.wizard is None
        await _press(demo, Qt.Key.Key_Right)
        await until(lambda: moving.wizard)
        again = moving.wizard
        assert again is not None
        page = again.frame.page
        assert isinstance(page, HomePage)
        assert page.address() == "elsewhere.example"

    run(opened(demo, scenario))


NO_ROOMS = {
    "Writing": "what is written stays open, whatever is read beside it",
    "GatePresenter": "a part of the notifications",
}
"""Pages that back and forward do not lead to."""


def test_whatever_shows_a_page_is_a_room() -> None:
    """A presenter that puts one into the window can show it again, or is named above."""
    presenters = Path(travel.__file__).parent
    shown: dict[str, str] = {}
    for file in sorted(presenters.glob("*.py")):
        for part in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(part, ast.ClassDef):
                text = ast.unparse(part)
                shows = re.search(r"\.right\.show_page\(|\.show_room\([a-z]|_window\.cover\(", text)
                if shows and not re.search(r"def (revisit|as_room)\(", text):
                    shown[part.name] = file.name
    bases = {"AskedRoom"}  # those that are made of it have it
    assert set(shown) - bases == set(NO_ROOMS)
