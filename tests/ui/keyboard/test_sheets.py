"""Dialogs, menus and narrow windows by keys alone: nothing is out of reach, and all lead back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QScrollArea

from app.ui.shell.header import TitleButton
from app.ui.shell.rows import PlaceRow, RoomRow
from app.ui.shell.shortcuts import groups_in
from app.ui.timeline.proxies import RowProxy
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words
from tests.ui.keyboard.hands import CTRL, ENTER, ESC, TAB, focused, press, shows_focus, walk
from tests.ui.keyboard.test_rooms import enter, stand
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

NONE = Qt.KeyboardModifier.NoModifier
SHEETS: dict[str, tuple[Qt.Key | str, Qt.KeyboardModifier]] = {
    "settings": (Qt.Key.Key_Comma, CTRL),
    "help": ("?", NONE),
    "date": (Qt.Key.Key_G, CTRL),
    "account": (Qt.Key.Key_N, CTRL),
}


async def _sheet(demo: Demo, name: str) -> Dialog:
    press(demo.front.window, *SHEETS[name])
    found = await until(
        lambda: [one for one in demo.front.window.findChildren(Dialog) if one.isVisible()],
        f"{name} does not open",
    )
    return found[0]


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_leads_back(demo: Demo, run: Scenario, name: str) -> None:
    """Tab goes round in it; Esc closes it, and one is on the same post."""

    async def scenario(demo: Demo) -> None:
        row = await stand(demo)
        dialog = await _sheet(demo, name)
        assert len(walk(dialog)) > 2
        press(dialog, ESC)
        await until(lambda: not dialog.isVisible(), "Esc does not close it")
        assert focused(demo.front.window) is row

    run(opened(demo, scenario))


def test_the_list_of_keys_is_read_by_keys(demo: Demo, run: Scenario) -> None:
    """One is at its name, not at the way out; pages down to its end, and up again."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        dialog = await _sheet(demo, "help")
        assert focused(dialog).accessibleName() == "Keyboard"
        [bar] = [
            one.verticalScrollBar()
            for one in dialog.findChildren(QScrollArea)
            if one.verticalScrollBar().maximum()
        ]
        press(dialog, Qt.Key.Key_PageDown)
        assert 0 < bar.value() < bar.maximum()
        press(dialog, Qt.Key.Key_End)
        assert bar.value() == bar.maximum()
        press(dialog, Qt.Key.Key_Home)
        assert bar.value() == 0

    run(opened(demo, scenario))


def test_the_keys_of_where_one_is_come_first(demo: Demo, run: Scenario) -> None:
    """In a conversation over the timeline its own; all others below."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        titles = [title for title, _ in groups_in(())]
        assert titles[0] == "Everywhere"
        press(demo.front.window, ENTER)
        await until(lambda: demo.live.threads.page, "the conversation does not open")
        dialog = await _sheet(demo, "help")
        shown = [one.text() for one in dialog.findChildren(Words) if one.text() in titles]
        assert shown[:2] == ["Conversation", "Everywhere"]
        assert sorted(shown) == sorted(titles)

    run(opened(demo, scenario))


def test_a_menu_gives_the_ring_back(demo: Demo, run: Scenario) -> None:
    """Whoever opened it with a key still sees where the keys are when it is closed."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window = demo.front.window
        title = next(one for one in walk(window) if isinstance(one, TitleButton))
        title.setFocus(Qt.FocusReason.TabFocusReason)
        press(window, Qt.Key.Key_Space)
        popup = await until(QApplication.activePopupWidget, "the switcher does not open")
        assert popup is not None
        press(window, ESC)
        await until(lambda: not popup.isVisible())
        assert focused(window) is title
        await until(lambda: shows_focus(title), "the ring is gone")

    run(opened(demo, scenario))


def test_what_can_be_done_with_a_post_is_a_menu(demo: Demo, run: Scenario) -> None:
    """The Menu key; Esc is on the post again."""

    async def scenario(demo: Demo) -> None:
        row = await stand(demo)
        window = demo.front.window
        press(window, Qt.Key.Key_Menu)
        menu = await until(QApplication.activePopupWidget, "there is no menu")
        assert isinstance(menu, QMenu)
        assert len(menu.actions()) > 3
        press(window, ESC)
        await until(lambda: not menu.isVisible())
        assert focused(window) is row

    run(opened(demo, scenario))


@pytest.mark.parametrize("room", ["messages", "notifications", "people"])
def test_the_sidebar_over_a_room_shows_where_the_keys_are(
    demo: Demo, run: Scenario, room: str
) -> None:
    """On the room's own row; then on its button for the sidebar, or where they were."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window = demo.front.window
        window.resize(520, 800)
        await until(lambda: window.width() == 520 and window.sidebar.isHidden())
        page = await enter(demo, room)
        before = press(window, TAB)
        assert page.isAncestorOf(before)
        row = press(window, Qt.Key.Key_F9)
        assert isinstance(row, RoomRow) and row.isChecked()
        assert shows_focus(row)
        back = press(window, ESC)
        assert window.sidebar.isHidden()
        assert back is getattr(page, "menu", before)
        assert shows_focus(back)

    run(opened(demo, scenario))


def test_a_narrow_window_is_no_trap(demo: Demo, run: Scenario) -> None:
    """Its menu is drawn out and put back; a conversation over everything leads back, too."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window, view = demo.front.window, demo.front.view
        window.resize(520, 800)
        await until(lambda: window.width() == 520 and window.sidebar.isHidden())
        row = press(window, Qt.Key.Key_F9)
        assert window.sidebar.isVisible()
        assert isinstance(row, PlaceRow) and row.isChecked()
        assert shows_focus(row)
        assert window.sidebar.isAncestorOf(press(window, TAB))
        assert press(window, ESC) is window.header.menu
        assert window.sidebar.isHidden()
        assert shows_focus(window.header.menu)
        view.setFocus()
        before = view.current
        press(window, ENTER)
        await until(lambda: demo.live.threads.page, "the conversation does not open")
        assert shows_focus(focused(window))
        press(window, ESC)
        await until(view.hasFocusInside)
        assert view.current == before
        assert isinstance(press(window, "J"), RowProxy)

    run(opened(demo, scenario))
