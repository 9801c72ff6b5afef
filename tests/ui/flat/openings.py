"""Everything that can be opened in the window, opened and put away once, as its presenters do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from app.feed.rows import Card
from app.model.timeline import TimelineId
from app.ui.presenters.places import feed_timeline
from app.ui.timeline.shelf import card_of
from app.ui.widgets.dialog import Dialog
from tests.ui.shell.conftest import Demo
from tests.waiting import until

Opening = Callable[[Demo], Awaitable[None]]
Shown = TypeVar("Shown", bound=QWidget)
WHO, FEED = "ottilie@saltmarsh.example", "friends"
OPENINGS: dict[str, Opening] = {}
"""By name."""


def opening(work: Opening) -> Opening:
    """Add it."""
    OPENINGS[work.__name__] = work
    return work


def card(demo: Demo, fits: Callable[[Card], bool] = lambda _: True) -> Card:
    """The first of the timeline that is so."""
    source = demo.front.view.shelf.source
    assert source is not None
    rows = (card_of(source.row(index)) for index in range(len(source)))
    return next(row for row in rows if row is not None and fits(row))


async def gone(widget: QWidget) -> None:
    """Until it is no more, or out of sight for good."""
    await until(lambda: not isValid(widget) or not widget.isVisible(), f"{widget!r} stays")


async def shut(demo: Demo, kind: type[Shown]) -> None:
    """Press Esc in the dialog of that kind, once it is there."""
    dialog = await until(lambda: _shown(demo, kind), f"no {kind.__name__}")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await gone(dialog)


async def shut_popup() -> None:
    """Put the menu away that is open, once it is there."""
    menu = await until(QApplication.activePopupWidget, "no menu opens")
    menu.close()
    await until(lambda: QApplication.activePopupWidget() is None, "the menu stays")


async def bare(demo: Demo) -> None:
    """Until nothing lies over the timeline."""
    await until(lambda: not demo.front.window.pages, "a page stays")


def _shown(demo: Demo, kind: type[Shown]) -> Shown | None:
    found = demo.front.window.findChildren(kind)
    return next((one for one in found if one.isVisible()), None)


def _middle(demo: Demo) -> QPoint:
    window = demo.front.window
    return window.mapToGlobal(window.rect().center())


# ----------------------------------------------------------------- rooms


@opening
async def notifications(demo: Demo) -> None:
    """With its rows, and who gets through."""
    notices = demo.live.notices
    notices.open()
    await until(lambda: notices.page and notices.page.rows)
    notices.open_gate()
    gate = await until(lambda: notices.gate)
    gate.close()
    notices.leave()
    await bare(demo)


@opening
async def messages(demo: Demo) -> None:
    """A conversation, and the search for somebody: twice on one page."""
    room = demo.live.messages
    demo.live.open_room("messages")
    inbox = await demo.house.messages.inbox()
    row = inbox.rows[0]
    room.show(f"{row.account} {row.conversation.id}")
    await until(lambda: room.page and room.page.pane.bubbles)
    for _ in range(2):
        room.write()
        assert room.picker is not None
        dialog = room.picker.dialog
        dialog.reject()
        await gone(dialog)
    room.leave()
    await bare(demo)


@opening
async def search(demo: Demo) -> None:
    """With what it finds here."""
    demo.live.open_search("tide ")
    await until(lambda: len(demo.live.search.found) and demo.live.search._seen.done)
    demo.live.search.leave()
    await bare(demo)


@opening
async def bookmarks(demo: Demo) -> None:
    """What was kept."""
    demo.live.open_search("in:bookmarks ")
    await until(lambda: demo.live.search._seen.done)
    demo.live.search.leave()
    await bare(demo)


@opening
async def lists(demo: Demo) -> None:
    """Their page, and the question how a new one is called."""
    from app.ui.shelves.dialogs import ListNameDialog

    shelves = demo.live.shelves
    for part in ("tags", "trends", "lists"):
        shelves.open(part)
    await until(lambda: shelves.lists.item())
    shelves.lists.make()
    await shut(demo, ListNameDialog)
    shelves.lists._on_act("rename")
    await shut(demo, ListNameDialog)
    shelves.leave()
    await bare(demo)


@opening
async def people(demo: Demo) -> None:
    """The book."""
    demo.live.open_room("people")
    await until(lambda: demo.live.people_room.page)
    demo.live.people_room.leave()
    await bare(demo)


@opening
async def person(demo: Demo) -> None:
    """Their page in the right pane, with their posts."""
    persons = demo.live.persons
    who = await demo.house.people.find(WHO)
    demo.live.open_person(who.profile, who.network)
    await until(lambda: persons.page and persons.page.head._faces)
    persons.leave()
    await bare(demo)


@opening
async def conversation(demo: Demo) -> None:
    """Around the second post."""
    threads = demo.live.threads
    threads.open(card(demo))
    await until(lambda: threads.page)
    threads.leave()
    await bare(demo)


@opening
async def lab(demo: Demo) -> None:
    """A feed's recipe, and the dialogs that belong to it."""
    from app.ui.feeds.dialogs import TextDialog
    from app.ui.feeds.publish import PublishDialog
    from app.ui.feeds.rule_dialog import RuleDialog

    room = demo.live.feeds.lab
    room.open(FEED)
    page = await until(lambda: room.page)
    page.why.json.emit()
    await shut(demo, TextDialog)
    page.recipe.edit_rule.emit(0)
    await shut(demo, RuleDialog)
    room.files.publish(FEED)
    await shut(demo, PublishDialog)
    room.close()
    demo.front.window.uncover()
    await bare(demo)


@opening
async def market(demo: Demo) -> None:
    """What others offer."""
    room = demo.live.feeds.market
    room.open()
    await until(lambda: room.page and room.page.list.rows)
    room.leave()
    await bare(demo)


@opening
async def composer(demo: Demo) -> None:
    """In the pane, then in a window of its own."""
    writing = demo.live.writing
    for alone in (False, True):
        writing.open(demo.house.drafts.new(), alone=alone)
        [id] = writing.open_ones
        writing._close(id)
        await until(lambda: not writing.open_ones)
    await bare(demo)


@opening
async def outbox(demo: Demo) -> None:
    """What is under way."""
    writing = demo.live.writing
    writing.show_outbox()
    assert writing.outbox is not None
    writing.outbox.leaving.emit()
    await bare(demo)


@opening
async def pictures(demo: Demo) -> None:
    """The viewer on a picture."""
    room = demo.live.media_room
    room.open(demo.front.view, card(demo, _has_picture), 0)
    await until(lambda: room.viewer is not None and room.viewer.stage.has_picture)
    room.close()
    await until(lambda: room.viewer is None)


def _has_picture(row: Card) -> bool:
    return bool(row.post.media) and row.post.media[0].kind == "image"


@opening
async def about_a_post(demo: Demo) -> None:
    """Who reacted to it, its former text, a translation."""
    live, house = demo.live, demo.house
    post = card(demo, lambda row: bool(house.histories.sides(row.copies)))
    live.reacted.open(post)
    await until(lambda: demo.front.window.pages)
    live.reacted.leave()
    live.edits.open(house.histories.sides(post.copies)[0])
    await until(lambda: live.edits.page)
    live.edits.leave()
    live.translation.open(house.translating.sides(post.copies)[0], "en")
    await until(lambda: live.translation.page)
    live.translation.leave()
    await bare(demo)


@opening
async def places(demo: Demo) -> None:
    """One account's timeline, a feed, and all again."""
    timeline, account = demo.live.timeline, demo.house.accounts.all()[0].id
    for place in (TimelineId(f"account:{account}"), feed_timeline(FEED), TimelineId("all")):
        demo.live._go(place)
        await until(lambda: timeline.opened and len(timeline.opened))


# ------------------------------------------------------------- what one owns


@opening
async def moving(demo: Demo) -> None:
    """The choice of a home."""
    room = demo.live.moving
    room.open(demo.house.accounts.all()[1].id)
    await until(lambda: room.wizard is not None and room.wizard.frame.page)
    room.close()
    await bare(demo)


@opening
async def backups(demo: Demo) -> None:
    """Of all accounts."""
    room = demo.live.backups
    room.open()
    await until(lambda: room.page)
    room.close()
    await bare(demo)


@opening
async def imports(demo: Demo) -> None:
    """What others have exported."""
    room = demo.live.imports
    room.open(demo.house.accounts.all()[0].id)
    await until(lambda: demo.front.window.is_covered)
    room.close()
    await until(lambda: not demo.front.window.is_covered)


@opening
async def carry_over(demo: Demo) -> None:
    """The same people elsewhere."""
    room = demo.live.carry_over
    room.open(demo.house.accounts.all()[0].id)
    await until(lambda: demo.front.window.is_covered)
    room.close()
    await until(lambda: not demo.front.window.is_covered)


# ------------------------------------------------------------------- sheets


@opening
async def settings(demo: Demo) -> None:
    """All of its pages."""
    room = demo.live.settings
    room.open()
    dialog = await until(lambda: room.dialog)
    for entry in room._entries():
        dialog.show_page(entry.key)
    dialog.reject()
    await until(lambda: room.dialog is None)


@opening
async def date(demo: Demo) -> None:
    """Where to go in time."""
    dates = demo.live.dates
    dates.open()
    dialog = await until(lambda: dates.dialog)
    dialog.reject()
    await until(lambda: dates.dialog is None)


@opening
async def sign_in(demo: Demo) -> None:
    """For another account."""
    demo.live.accounts.add(demo.house.accounts.all()[0].protocol)
    await shut(demo, QDialog)
    await until(lambda: demo.live.accounts.sign_in is None)


@opening
async def filing(demo: Demo) -> None:
    """The folder of a bookmark."""
    demo.live.filing.open(demo.front.view, card(demo))
    await shut(demo, Dialog)


@opening
async def list_picker(demo: Demo) -> None:
    """On which lists somebody is."""
    post = card(demo).post
    demo.live.list_picker.open(post.author, post.network)
    await shut(demo, Dialog)


@opening
async def full_text(demo: Demo) -> None:
    """Of a post that is shown in part."""
    demo.live.cards._on_all_text(card(demo))
    await shut(demo, Dialog)


@opening
async def feed_switcher(demo: Demo) -> None:
    """The list of feeds."""
    demo.live.feeds.switch()
    await shut_popup()


@opening
async def why(demo: Demo) -> None:
    """Why a post is here."""
    demo.live._go(feed_timeline(FEED))
    await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened))
    demo.live.feeds.why(card(demo), _middle(demo))
    await shut_popup()


@opening
async def post_menu(demo: Demo) -> None:
    """What can be done to a post."""
    demo.front.view.pointer.open_menu(card(demo), _middle(demo))
    await shut_popup()


@opening
async def account_menu(demo: Demo) -> None:
    """What can be done with an account."""
    demo.live.accounts.show_menu(demo.house.accounts.all()[0].id, _middle(demo))
    await shut_popup()
