"""The search in the window: typed, asked, narrowed, opened, left; by keys alone."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from shiboken6 import isValid

from app.feed.rows import Card
from app.model.timeline import ALL
from app.ui.feeds.market_rows import OfferRow
from app.ui.search.page import SearchPage
from app.ui.search.source import FoundSource
from app.ui.search.start import SearchStart
from app.ui.shell.states import State
from app.ui.theme.look import Look
from app.ui.timeline.pictures import NoPictures
from app.ui.widgets.button import Button
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.ui.timeline import samples
from tests.waiting import until


async def _opened(demo: Demo) -> SearchPage:
    """By its key."""
    QTest.keyClick(demo.front.view, Qt.Key.Key_Slash)
    await until(lambda: demo.live.is_made("search") and demo.live.search.page is not None)
    page = demo.live.search.page
    assert page is not None
    await until(page.field.hasFocus)
    return page


def _found(demo: Demo) -> FoundSource:
    return demo.live.search.found


async def _typed(demo: Demo, page: SearchPage, text: str) -> None:
    page.field.setText("")
    QTest.keyClicks(page.field, text)
    search = demo.live.search
    await until(lambda: not search._timer.isActive() and search._seen.done)


def test_what_narrows_it_moves_closer_before_it_takes_a_second_line(look: Look) -> None:
    """Wide letters in a usual window; where it takes two lines in any case, it does not."""
    page = SearchPage(look, NoPictures(), clock=lambda: samples.NOW)
    page.resize(2000, 700)
    page.show()
    edges = 2 * look.theme.tokens.space.l
    wanted = page._flow.sizeHint().width() + edges
    lines = {}
    for width in (wanted, wanted - 30, wanted - 120):
        page.resize(width, 700)
        QApplication.processEvents()
        chips = page._narrowing.findChildren(Button)
        tops = sorted({chip.y() for chip in chips})
        lines[wanted - width] = len(tops), chips[1].x() - chips[0].geometry().right() - 1
    space = look.theme.tokens.space
    assert lines == {0: (1, space.s), 30: (1, space.xs), 120: (2, space.s)}
    page.deleteLater()


def test_what_was_read_is_found_while_one_types(demo: Demo, run: Scenario) -> None:
    """Nothing is asked of servers; people and tags stand above; Esc leads back."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        assert isinstance(page.left.state, SearchStart)
        await _typed(demo, page, "tide")
        assert len(_found(demo)) > 10
        assert page.left.state is None
        assert not demo.live.search.servers._answers
        QTest.keyClick(page.field, Qt.Key.Key_Down)
        assert page.left.view.current == _found(demo).key(0)
        QTest.keyClick(page.left.view, Qt.Key.Key_Escape)
        assert demo.live.search.page is None
        await until(demo.front.view.hasFocus)

    run(opened(demo, scenario))


def test_servers_are_asked_by_enter_and_what_was_read_is_left_out(
    demo: Demo, run: Scenario
) -> None:
    """Each has its line; what waits says so; seen posts come when they are wanted."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        QTest.keyClick(page.field, Qt.Key.Key_Return)
        servers = demo.live.search.servers
        await until(lambda: all(one.state != "asking" for one in servers._answers.values()))
        assert len(servers._answers) == 3
        few = len(servers.found)
        page.seen.click()
        assert len(servers.found) > few
        await _typed(demo, page, "other")
        assert not servers._answers

    run(opened(demo, scenario))


def test_servers_tell_of_tags_and_feeds(demo: Demo, run: Scenario) -> None:
    """Above the posts, and alone where only they are wanted; a feed is looked at, and left again."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "boat")
        QTest.keyClick(page.field, Qt.Key.Key_Return)

        def feeds() -> list[OfferRow]:
            return [
                one for one in page.right.findChildren(OfferRow) if one.item.name == "Small boats"
            ]

        await until(feeds, "no feed was told of")

        def chips() -> list[str]:
            return [one.accessibleName() for one in page.right.findChildren(Button)]

        await until(lambda: any(name.startswith("#Boats") for name in chips()), "no tag came")
        page.kinds.choose("feeds")
        page.kinds.chosen.emit("feeds")
        row = feeds()[0]
        assert row.isVisible()
        assert not page.right.view.isVisible()
        QTest.mouseClick(row, Qt.MouseButton.LeftButton)
        market = demo.live.feeds.market
        await until(lambda: market._chosen)
        assert "boats" in market._chosen
        market.leave()
        assert demo.live.search.page is page

    run(opened(demo, scenario))


def test_servers_are_asked_on_where_nothing_is_left_to_show(demo: Demo, run: Scenario) -> None:
    """What they found was seen, and they have more."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "the")
        QTest.keyClick(page.field, Qt.Key.Key_Return)
        servers = demo.live.search.servers
        await until(lambda: all(one.state != "asking" for one in servers._answers.values()))
        going_on = {
            account: replace(one, seen=frozenset(c.post.uri for c in one.cards))
            for account, one in servers._answers.items()
            if one.older is not None
        }
        assert going_on
        servers._answers = dict(going_on)
        servers._show()
        [further] = [
            one
            for one in page.right.findChildren(Button)
            if one.text() == "Look further" and one.isVisible()
        ]
        further.click()
        await until(
            lambda: any(
                len(one.cards) > len(going_on[account].cards)
                for account, one in servers._answers.items()
            )
        )

    run(opened(demo, scenario))


def test_nonsense_is_told_and_what_was_found_stays(demo: Demo, run: Scenario) -> None:
    """No operator is an error until it is finished wrong; words follow at once."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        QTest.keyClicks(page.field, " has:feathers")
        await until(lambda: "feathers" in page.trouble.text())
        assert len(_found(demo)) > 10
        page.field.setText("tide has:poll")
        await until(lambda: not page.trouble.isVisible())
        await until(lambda: all(card.post.poll for card in _found(demo).cards))

    run(opened(demo, scenario))


def test_a_word_that_nothing_has_says_so(demo: Demo, run: Scenario) -> None:
    """And an emptied field is the beginning again."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "zzyzx")
        assert isinstance(page.left.state, State)
        assert "Nothing" in page.left.state.accessibleName()
        page.field.clear()
        await until(lambda: "everything" in (page.left.state or page).accessibleName())

    run(opened(demo, scenario))


def test_an_address_opens_the_conversation(demo: Demo, run: Scenario) -> None:
    """Pasted into the field; a profile is shown; a wrong one is told."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        post = next(card.post for card in _found(demo).cards if card.post.url)
        assert page.left._said
        page.field.setText(post.url)
        demo.live.search._on_typed()
        # What was found by other words does not stand above it.
        assert not (page.left._said or page.left._people_told or len(_found(demo)))
        QTest.keyClick(page.field, Qt.Key.Key_Return)
        await until(lambda: demo.live.is_made("threads") and demo.live.threads.current is not None)
        page.field.setText(f"@{post.author.handle}")
        page.asked.emit(page.field.text())
        await until(lambda: demo.live.is_made("persons"))
        page.field.setText("https://nowhere.example/@x/1")
        page.asked.emit(page.field.text())
        await until(lambda: "could not" in getattr(page.left.state, "accessibleName", str)())
        demo.live.search._more()  # as a short list asks by itself
        assert _found(demo)._edge.state != "loading"
        # The same words are looked for again, though they were the last ones.
        await _typed(demo, page, "tide")
        assert len(_found(demo)) > 1
        assert page.left.state is None

    run(opened(demo, scenario))


def test_operators_are_put_behind_what_is_there(demo: Demo, run: Scenario) -> None:
    """The cursor stands where one goes on; people and tags narrow it."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        page.add("from:")
        assert page.field.text() == "from:"
        page.add('""')
        assert page.field.text() == 'from: ""'
        assert page.field.cursorPosition() == len('from: "')
        page.left.tag_chosen.emit("Tide")
        assert page.field.text() == "#Tide "
        await until(lambda: len(_found(demo)) > 0)
        assert all("Tide" in card.post.tags for card in _found(demo).cards)

    run(opened(demo, scenario))


def test_a_like_shows_in_what_was_found(demo: Demo, run: Scenario) -> None:
    """At once, and when it is settled."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        view = page.left.view
        fresh = next(
            index
            for index, card in enumerate(_found(demo).cards)
            if not any(state.liked for state in card.viewers.values())
        )
        view.focus_row(_found(demo).key(fresh))
        QTest.keyClick(view, Qt.Key.Key_F)
        liked = lambda: any(s.liked for s in _found(demo).cards[fresh].viewers.values())  # noqa: E731
        await until(liked)
        await until(lambda: not demo.house.reactions._lines)
        await until(liked)

    run(opened(demo, scenario))


def test_where_there_is_no_room_one_column_stands_alone(demo: Demo, run: Scenario) -> None:
    """Asking the servers shows theirs."""

    async def scenario(demo: Demo) -> None:
        demo.front.window.resize(700, 700)
        page = await _opened(demo)
        await until(lambda: page.is_narrow and page.left.isVisible())
        assert not page.right.isVisible()
        await _typed(demo, page, "tide")
        QTest.keyClick(page.field, Qt.Key.Key_Return)
        await until(page.right.isVisible)
        assert not page.left.isVisible()

    run(opened(demo, scenario))


def test_a_feed_is_made_of_a_search(demo: Demo, run: Scenario) -> None:
    """The lab opens with its words as a source."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        page.feed.click()
        await until(lambda: demo.live.feeds.lab.draft is not None)
        draft = demo.live.feeds.lab.draft
        assert draft is not None
        assert [(one.kind, one.arg) for one in draft.recipe.sources] == [("search", "tide")]

    run(opened(demo, scenario))


def test_bookmarks_have_a_place_of_their_own(demo: Demo, run: Scenario) -> None:
    """All accounts' are fetched and stand together; the sidebar says where one is."""

    async def scenario(demo: Demo) -> None:
        QTest.keyClick(demo.front.view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: demo.live.is_made("search") and demo.live.search.page is not None)
        rooms = demo.front.window.sidebar._rooms
        assert (rooms["bookmarks"].isChecked(), rooms["search"].isChecked()) == (True, False)
        await until(lambda: demo.live.search._seen.done)
        cards = (await demo.house.timelines.read(ALL, limit=20)).rows
        post = next(card.post for card in cards if isinstance(card, Card))
        await demo.house.bookmarks.file(post, folder="Later")
        page = demo.live.search.page
        assert page is not None
        page.field.setText("folder:later ")
        await until(lambda: [c.post.uri for c in _found(demo).cards] == [post.uri])
        demo.live.search.leave()
        assert not any(room.isChecked() for room in rooms.values())

    run(opened(demo, scenario))


def test_a_post_is_kept_in_a_folder_with_a_note(demo: Demo, run: Scenario) -> None:
    """From its menu; what was kept is there when it is opened again, and can be forgotten."""

    async def scenario(demo: Demo) -> None:
        view, filing = demo.front.view, demo.live.filing
        card = view.card(view.shelf.key(0))
        assert card is not None
        menu = QMenu()
        view.menu_opening.emit(menu, card)
        entry = next(act for act in menu.actions() if "folder" in act.text())
        entry.trigger()
        dialog = filing.dialog
        assert dialog is not None
        dialog.folder.input.setText("x" * 200)
        dialog.done_button.click()
        await until(dialog.done_button.isEnabled)
        dialog.folder.input.setText("Birds")
        dialog.note.input.setText("Read this")
        QTest.keyClick(dialog.note.input, Qt.Key.Key_Return)
        await until(lambda: not isValid(dialog), "it is never gone")
        assert demo.house.bookmarks.folders() == (("Birds", 1),)
        filing.open(view, card)
        again = filing.dialog
        assert again is not None
        assert (again.folder.text(), again.note.text()) == ("Birds", "Read this")
        again.forgotten.emit()
        await until(lambda: not demo.house.bookmarks.folders())

    run(opened(demo, scenario))


def test_a_number_and_back_lead_out_of_it(demo: Demo, run: Scenario) -> None:
    """To that timeline, and to the one that was there."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        QTest.keyClick(page.field, Qt.Key.Key_Down)
        QTest.keyClick(page.left.view, Qt.Key.Key_2)
        await until(lambda: demo.live.search.page is None)
        await until(demo.front.view.hasFocus)
        await until(lambda: demo.live.travel.is_settled)
        await _opened(demo)
        QTest.keyClick(demo.front.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        await until(lambda: demo.live.search.page is None)

    run(opened(demo, scenario))


def test_likes_stand_alone_and_older_ones_are_fetched(demo: Demo, run: Scenario) -> None:
    """What servers keep comes by itself; with no likes it is said what would stand there."""

    async def scenario(demo: Demo) -> None:
        demo.live.open_room("likes")
        page = demo.live.search.page
        assert page is not None
        await until(lambda: len(_found(demo)) > 1)
        await until(lambda: "boatyard.example" in page.trouble.text())  # it asks us to wait
        assert page.left.isVisible()
        assert not page.right.isVisible()
        assert demo.front.window.sidebar._rooms["bookmarks"].isChecked()
        assert page.kept.key == "likes"
        shown = {card.post.uri for card in _found(demo).cards}
        for card in _found(demo).cards:
            for account, viewer in card.viewers.items():
                if viewer.liked:
                    post = next(c.post for c in card.copies if account in c.accounts)
                    await demo.house.reactions.react(post, "unlike", account)
        demo.live.search.leave()
        demo.live.open_room("likes")
        page = demo.live.search.page
        assert page is not None
        await until(lambda: isinstance(page.left.state, State) and demo.live.search._seen.done)
        assert "No likes here yet" in (page.left.state or page).accessibleName()
        assert shown
        await _typed(demo, page, "tide")
        assert page.right.isVisible()

    run(opened(demo, scenario))
