"""What was taken apart can be joined again; what was hidden can be seen."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from app.feed.rows import Card
from app.services.open_timeline import OpenTimeline
from app.ui.shell.popovers import HiddenPopover
from app.ui.shell.words import hidden_text
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

JOIN = "Show together again"


def _opened(demo: Demo) -> OpenTimeline:
    timeline = demo.live.timeline.opened
    assert timeline is not None
    return timeline


def _cards(demo: Demo) -> list[Card]:
    timeline = _opened(demo)
    rows = [timeline.row(index) for index in range(min(len(timeline), 20))]
    return [row for row in rows if isinstance(row, Card)]


def _card(demo: Demo, uri: str, copies: int) -> Card | None:
    mine = (card for card in _cards(demo) if card.post.uri == uri)
    return next((card for card in mine if len(card.copies) == copies), None)


def _menu(demo: Demo, card: Card) -> dict[str, QAction]:
    """The entries of a post's menu."""
    menu = QMenu(demo.front.window)
    demo.front.view.menu_opening.emit(menu, card)
    return {action.text(): action for action in menu.actions()}


def test_what_was_shown_apart_can_be_joined_again(demo: Demo, run: Scenario) -> None:
    """The menu of a post taken out of its echo offers to put it back; others' do not."""

    async def scenario(demo: Demo) -> None:
        await until(lambda: _cards(demo))
        whole = next(card for card in _cards(demo) if len(card.copies) > 1)
        uri, copies = whole.post.uri, len(whole.copies)
        assert JOIN not in _menu(demo, whole)

        demo.front.view.show_apart.emit(whole)
        await until(lambda: _card(demo, uri, 1))
        alone = _card(demo, uri, 1)
        assert alone is not None
        _menu(demo, alone)[JOIN].trigger()

        await until(lambda: _card(demo, uri, copies))
        again = _card(demo, uri, copies)
        assert again is not None
        assert JOIN not in _menu(demo, again)

    run(opened(demo, scenario))


def test_what_was_hidden_can_be_seen_where_it_stands(demo: Demo, run: Scenario) -> None:
    """Show lets the posts of one cause in, and goes to one of them."""

    async def scenario(demo: Demo) -> None:
        view, header = demo.front.view, demo.front.window.header
        view.scroll_by(4000)
        await until(lambda: header.why.isVisible())
        cause = next(iter(_opened(demo).header.hidden.by))
        header.why.click()
        popover = next(
            one for one in QApplication.topLevelWidgets() if isinstance(one, HiddenPopover)
        )
        shows = {one.accessibleName(): one for one in popover.findChildren(QPushButton)}
        shows[f"Show {hidden_text(cause)}"].click()

        await until(lambda: cause not in _opened(demo).header.hidden.by)

        def there() -> bool:
            anchor = view.anchor()
            card = view.card(anchor[0]) if anchor is not None else None
            return card is not None and card.verdict.action == "hide"

        await until(there)
        [(first, _), *_] = view.visible_rows()
        assert view.shelf.layout(first).kind == "hidden"

    run(opened(demo, scenario))


def test_the_menu_opens_with_icons_in_one_column(demo: Demo, run: Scenario) -> None:
    """Every entry of a post's menu has an icon, also those that others add."""

    async def scenario(demo: Demo) -> None:
        await until(lambda: _cards(demo))
        view = demo.front.view
        view.pointer.open_menu(_cards(demo)[0], QPoint(0, 0))
        menu = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu))
        entries = [action for action in menu.actions() if not action.isSeparator()]
        assert entries
        assert not [action.text() for action in entries if action.icon().isNull()]
        menu.close()

    run(opened(demo, scenario))
