"""What a screen reader meets in every room: all that can be focused has a name and a role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

from app.feed.rows import Card
from app.ui.media.stage import Stage
from app.ui.media.viewer import MediaViewer
from app.ui.timeline.proxies import RowProxy
from app.ui.timeline.view import TimelineView
from tests.ui.keyboard.hands import ESC, focused, press
from tests.ui.keyboard.test_rooms import KEYS, enter, stand
from tests.ui.keyboard.test_sheets import SHEETS, _sheet
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

MUTE_ROLES = {QAccessible.Role.NoRole, QAccessible.Role.Client}
"""A bare widget: a reader says "panel" of it, or nothing."""

GROUNDS = (TimelineView, MediaViewer, Stage)
"""
Panels by nature: rows are list items in the first, the others hold a picture that is their name.
An interface of our own for a view that is destroyed ends the process (PySide6 6.11.3).
"""


def met(widget: QWidget) -> Iterator[QAccessibleInterface]:
    """Everything a reader comes to in *widget*, from the top."""
    todo = [QAccessible.queryAccessibleInterface(widget)]
    while todo:
        one = todo.pop()
        if one is None or not one.isValid() or one.state().invisible:
            continue
        yield one
        todo += [one.child(number) for number in reversed(range(one.childCount()))]


def unsaid(widget: QWidget) -> list[str]:
    """What can be focused in *widget* and says nothing, or not what it is."""
    found = []
    for one in met(widget):
        thing: QObject | None = one.object()
        if not isinstance(thing, QWidget) or not _takes_keys(thing):
            continue
        mute = one.role() in MUTE_ROLES and not isinstance(thing, GROUNDS)
        if mute or not one.text(QAccessible.Text.Name).strip():
            found.append(
                f"{type(thing).__name__} {one.role().name} in {type(thing.parentWidget()).__name__}"
            )
    return found


def _takes_keys(widget: QWidget) -> bool:
    by_keys = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) or isinstance(widget, RowProxy)
    return by_keys and widget.isVisible() and widget.isEnabled()


@pytest.mark.parametrize("name", KEYS)
def test_a_room_is_read_out(demo: Demo, run: Scenario, name: str) -> None:
    """Each thing that has the keys for a moment says what it is called, and what it is."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        await enter(demo, name)
        window = demo.front.window
        assert sum(1 for _ in met(window)) > 30, "the reader meets nothing"

        assert unsaid(window) == []

    run(opened(demo, scenario))


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_read_out(demo: Demo, run: Scenario, name: str) -> None:
    """All its pages, where it has some."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        dialog = await _sheet(demo, name)
        said = {name: unsaid(dialog)}
        if name == "settings":
            settings = demo.live.settings
            for entry in settings._entries():
                assert settings.dialog is not None
                settings.dialog.show_page(entry.key)
                said[entry.key] = unsaid(dialog)
        press(dialog, ESC)

        assert {page: found for page, found in said.items() if found} == {}

    run(opened(demo, scenario))


def test_a_person_and_a_picture_are_read_out(demo: Demo, run: Scenario) -> None:
    """Somebody's page, with what I noted of them; the viewer over the window."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        live, window = demo.live, demo.front.window
        who = await demo.house.people.find("ottilie@saltmarsh.example")
        live.open_person(who.profile, who.network)
        await until(lambda: live.persons.page is not None and bool(live.persons.page.head._faces))
        assert unsaid(window) == []
        live.persons.leave()
        row = next(card for card in _cards(demo).values() if card.post.media)
        live.media_room.open(demo.front.view, row, 0)
        viewer = live.media_room.viewer
        assert viewer is not None
        assert unsaid(viewer) == []
        live.media_room.close()

    run(opened(demo, scenario))


def _cards(demo: Demo) -> dict[RowProxy, Card]:
    """The cards in sight, and who speaks for them."""
    view = demo.front.view
    found = {}
    for one in met(view):
        proxy = one.object()
        card = view.card(proxy.key) if isinstance(proxy, RowProxy) else None
        if card is not None:
            found[proxy] = card
    return found


def test_a_card_says_all_that_is_seen_of_it(demo: Demo, run: Scenario) -> None:
    """Who, when, what, how many, and what I did: an item of a list, its buttons within it."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        cards = _cards(demo)
        assert len(cards) >= 2
        for proxy, card in cards.items():
            one = QAccessible.queryAccessibleInterface(proxy)
            said = one.text(QAccessible.Text.Name)
            assert one.role() == QAccessible.Role.ListItem
            assert card.post.author.shown_name in said
            assert card.post.author.handle in said
            assert " min" in said or " h" in said or " d" in said or "now" in said
            if card.verdict.action == "show":
                assert card.post.text.text.split("\n")[0][:30] in said
            for copy in card.copies:
                likes = copy.post.counts.likes
                assert not likes or f"{likes} like" in said.replace("\u202f", "")
            assert one.childCount() >= 4, "its buttons are out of reach"

    run(opened(demo, scenario))


def test_going_on_to_a_card_makes_it_speak(demo: Demo, run: Scenario) -> None:
    """J and K: the reader's focus is on that row, which says other words than the one before."""

    async def scenario(demo: Demo) -> None:
        await stand(demo)
        window, said = demo.front.window, []
        for key in ("J", "J", "K"):
            press(window, key)
            here = QAccessible.queryAccessibleInterface(focused(window))
            assert here.state().focused
            said.append(here.text(QAccessible.Text.Name))
        assert len(set(said)) == 2
        assert said[0] == said[2]

    run(opened(demo, scenario))
