"""Back and forward: every room of the window is seen again as it was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.feed.rows import Card
from app.ui.presenters.travel import MOST, Visit
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


WAYS: dict[str, Callable[[Demo], Awaitable[None]]] = {
    "conversation": _conversation,
    "person": _person,
    "search": _search,
    "notifications": _notifications,
    "messages": _messages,
    "people": _people,
    "shelves": _shelves,
    "reacted": _reacted,
}
"""How each room is entered."""


def _room(demo: Demo, name: str) -> Visit | None:
    found = dict(demo.live.travel.scene().rooms)
    return found.get(name)


async def _press(demo: Demo, key: Qt.Key) -> None:
    await until(lambda: demo.live.travel.is_settled)
    # Without a screen a popup of another test may have taken it away.
    demo.front.window.activateWindow()
    await until(demo.front.window.isActiveWindow)
    QTest.keyClick(demo.front.window, key, Qt.KeyboardModifier.AltModifier)


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
        # A room that is made has said so: whoever adds one adds its way in here.
        assert set(travel.rooms) == set(WAYS)
        assert len(set(scenes)) == len(scenes)
        for expected in reversed(scenes[:-1]):
            await _press(demo, Qt.Key.Key_Left)
            assert travel.scene().what == expected
        for expected in scenes[1:]:
            await _press(demo, Qt.Key.Key_Right)
            assert travel.scene().what == expected

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
