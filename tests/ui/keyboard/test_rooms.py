"""Every room by keys alone: entered, walked through, seen where one is, and left again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from app.ui.composer.editor import Editor
from app.ui.notifications.rows import NoticeRow
from app.ui.shell.rows import AccountRow, PlaceRow, RoomRow
from app.ui.timeline.proxies import RowProxy
from tests.ui.keyboard.hands import CTRL, DOWN, ENTER, ESC, SHIFT, focused, press, shows_focus, walk
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

KEYS: dict[str, tuple[Qt.Key | str, Qt.KeyboardModifier]] = {
    "notifications": ("0", Qt.KeyboardModifier.NoModifier),
    "messages": ("M", Qt.KeyboardModifier.NoModifier),
    "search": ("/", Qt.KeyboardModifier.NoModifier),
    "bookmarks": (Qt.Key.Key_D, CTRL),
    "shelves": (Qt.Key.Key_L, CTRL),
    "people": (Qt.Key.Key_P, CTRL),
    "lab": (Qt.Key.Key_E, CTRL),
    "composer": ("N", Qt.KeyboardModifier.NoModifier),
    "conversation": ("O", Qt.KeyboardModifier.NoModifier),
}
"""What leads into each room from a post of the timeline."""


async def stand(demo: Demo) -> RowProxy:
    """On the second post of the timeline, with everything fetched."""
    live, window = demo.live, demo.front.window
    await until(lambda: live.timeline.opened and len(live.timeline.opened) > 20)
    await demo.house.notifications.sync()
    await demo.house.messages.sync()
    press(window, "J")
    stands = press(window, "J")
    assert isinstance(stands, RowProxy)
    return stands


def _page(demo: Demo) -> QWidget | None:
    """What stands over the timeline, if something does."""
    window = demo.front.window
    return window.pages[-1] if window.pages else None


async def enter(demo: Demo, name: str) -> QWidget:
    press(demo.front.window, *KEYS[name])
    await until(lambda: _page(demo), f"{name} does not open")
    page = _page(demo)
    assert page is not None
    # What it shows comes a moment later, and its rows with it.
    await until(lambda: _at_rest(demo), f"{name} never rests")
    return page


def _at_rest(demo: Demo) -> bool:
    live = demo.live
    return not live.is_made("notices") or live.notices.page is None or bool(live.notices.page.rows)


def _reachable(page: QWidget) -> list[QAbstractButton]:
    """Buttons that keys should come to: seen, and of use; of those that are one choice, one."""
    found = []
    for button in page.findChildren(QAbstractButton):
        group = button.group()
        one_of = group is not None and group.exclusive() and button is not group.checkedButton()
        part = isinstance(button.parentWidget(), QLineEdit)  # Esc clears as well
        in_sight = not part and button.isVisible() and not button.visibleRegion().isEmpty()
        if in_sight and button.isEnabled() and not one_of:
            found.append(button)
    return found


@pytest.mark.parametrize("name", KEYS)
def test_no_room_is_a_trap(demo: Demo, run: Scenario, name: str) -> None:
    """Tab shows where it is, comes to every button, and round; Esc leads to the same post."""

    async def scenario(demo: Demo) -> None:
        stands = (await stand(demo)).accessibleName()
        window = demo.front.window
        page = await enter(demo, name)
        wanted = _reachable(page)
        came = walk(window)
        missed = [one.accessibleName() or one.text() for one in wanted if one not in came]
        assert missed == []
        if not window.is_covered:
            assert any(isinstance(one, RoomRow) for one in came), "the sidebar is out of reach"
        if isinstance(focused(window), Editor) and name == "conversation":
            press(window, ESC)  # out of the answer, where the walk ended
        press(window, ESC)
        await until(lambda: _page(demo) is None, "Esc does not lead out")
        view = demo.front.view
        await until(view.hasFocusInside, "the timeline does not have the keys")
        row = view.shelf.index_of(view.current)
        # Who comes from the lab may have another feed before them.
        assert name == "lab" or (row is not None and view.shelf.layout(row).accessible == stands)

    run(opened(demo, scenario))


def test_tab_goes_from_the_top_to_the_foot_of_the_sidebar(demo: Demo, run: Scenario) -> None:
    """In the order in which one reads it, whenever its rows were made."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        sidebar = demo.front.window.sidebar
        came = [one for one in walk(demo.front.window) if sidebar.isAncestorOf(one)]
        rows = [one.mapTo(sidebar, one.rect().center()).y() for one in came]
        assert rows == sorted(rows)
        kinds = [type(one) for one in came]
        assert kinds.index(PlaceRow) < kinds.index(RoomRow) < kinds.index(AccountRow)

    run(opened(demo, scenario))


def test_a_conversation_leads_back_to_the_notification(demo: Demo, run: Scenario) -> None:
    """Opened from the list: Esc is there again, on the row, with its ring; then the timeline."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window = demo.front.window
        await enter(demo, "notifications")
        row = press(window, "J")
        assert isinstance(row, NoticeRow)
        assert shows_focus(row)
        press(window, ENTER)
        await until(lambda: demo.live.threads.page, "it does not open")
        assert shows_focus(focused(window))
        assert press(window, ESC) is row
        assert shows_focus(row)
        assert press(window, "J") is not row
        press(window, ESC)
        await until(lambda: demo.front.view.hasFocusInside() and not window.pages)

    run(opened(demo, scenario))


def test_a_conversation_leads_back_to_what_was_found(demo: Demo, run: Scenario) -> None:
    """Search, down, open, Esc: on the same row of the list, not in the words."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window = demo.front.window
        await enter(demo, "search")
        for letter in "low tide":
            press(window, letter)
        search = demo.live.search
        await until(
            lambda: not search._timer.isActive() and search._seen.done and len(search.found)
        )
        assert search.page is not None
        view = search.page.left.view
        press(window, DOWN)
        first = view.current
        press(window, "J")
        assert view.current != first
        second = view.current
        press(window, ENTER)
        await until(lambda: demo.live.threads.page, "it does not open")
        press(window, ESC)
        assert view.hasFocusInside()
        assert view.current == second
        press(window, "K")
        assert view.current == first
        press(window, ESC)
        await until(lambda: demo.front.view.hasFocusInside() and not window.pages)

    run(opened(demo, scenario))


def test_bookmarks_are_read_at_once(demo: Demo, run: Scenario) -> None:
    """The keys are the list's as soon as there is one."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window = demo.front.window
        await enter(demo, "bookmarks")
        page = demo.live.search.page
        assert page is not None
        await until(page.left.view.hasFocusInside, "the list does not have the keys")
        press(window, "J")
        assert page.left.view.current is not None

    run(opened(demo, scenario))


def test_one_room_is_marked_at_a_time(demo: Demo, run: Scenario) -> None:
    """A search over the notifications: one is in the search, and back in them after it."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window = demo.front.window
        rows = window.sidebar.findChildren(RoomRow)

        def marked() -> list[str]:
            return [row.accessibleName().split(",")[0] for row in rows if row.isChecked()]

        await enter(demo, "notifications")
        assert marked() == ["Notifications"]
        press(window, "/")
        await until(lambda: demo.live.search.page)
        assert marked() == ["Search"]
        press(window, ESC)
        assert marked() == ["Notifications"]

    run(opened(demo, scenario))


def test_all_read_clears_the_badge(demo: Demo, run: Scenario) -> None:
    """One key; no row keeps its dot."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window = demo.front.window
        await enter(demo, "notifications")
        notices = window.sidebar.notices
        await until(lambda: "unread" in notices.accessibleName())
        press(window, Qt.Key.Key_A, SHIFT)
        await until(lambda: "unread" not in notices.accessibleName(), "the badge stays")
        page = demo.live.notices.page
        assert page is not None
        await until(lambda: not any(row.item.unread for row in page.rows))
        assert not page.read.isEnabled()

    run(opened(demo, scenario))
