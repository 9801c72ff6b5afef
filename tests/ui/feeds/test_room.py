"""Feeds in the window: switched with keys, explained, empty, broken, back after a restart."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.feed.recipe import Condition, Group, Recipe, RecipeSource
from app.feed.rows import Card, FoldRow
from app.model.timeline import ALL
from app.services.ranked_timeline import RankedTimeline
from app.store.feeds import KeptFeed, save_feed
from app.ui.feeds.why import WhyPopover
from app.ui.presenters import first_frame
from app.ui.presenters.feeds import RANKED
from app.ui.shell.popovers import HiddenPopover
from app.ui.shell.states import State
from app.ui.shell.switcher import ActRow, Switcher
from app.ui.start import Front
from app.ui.theme.look import Look
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


def _find(kind: type) -> list[object]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind)]


async def _go(demo: Demo, key: str) -> RankedTimeline:
    QTest.keyClick(demo.front.window, key)
    return await until(lambda: _ranked(demo))


def _ranked(demo: Demo) -> RankedTimeline | None:
    shown = demo.live.timeline.opened
    return shown if isinstance(shown, RankedTimeline) and len(shown) else None


def test_three_feeds_are_switched_while_scrolling_and_each_keeps_its_place(
    demo: Demo, run: Scenario
) -> None:
    """Away and back again, each stands where it stood."""

    async def scenario(demo: Demo) -> None:
        view = demo.front.view
        await until(lambda: len(view.shelf.source or ()) > 20)
        places = {}
        for key in "1", "2", "6":
            QTest.keyClick(demo.front.window, key)
            await until(lambda: len(demo.live.timeline.opened or ()) > 5)
            view.scroll_by(700)
            await until(
                lambda: all(view.shelf.row_of(view.shelf.key(i)) for i, _ in view.visible_rows())
            )
            places[key] = view.anchor()
        for key in "2", "1", "6":
            QTest.keyClick(demo.front.window, key)
            await until(lambda key=key: view.anchor() == places[key], f"{key} has lost its place")

    run(opened(demo, scenario))


def test_the_order_stands_still_until_the_new_one_is_asked_for(demo: Demo, run: Scenario) -> None:
    """What comes in is announced beside the name; a press shows it."""

    async def scenario(demo: Demo) -> None:
        feed = await _go(demo, "2")
        before = [feed.key(index) for index in range(len(feed))]
        feed.note_saved(None)
        await until(lambda: not feed._outdated)
        assert [feed.key(index) for index in range(len(feed))] == before
        assert demo.front.window.header.edit.isVisible()

    run(opened(demo, scenario))


def test_the_switcher_lists_every_feed_and_leads_to_the_lab(demo: Demo, run: Scenario) -> None:
    """Arrow keys reach also what stands below the list."""

    async def scenario(demo: Demo) -> None:
        demo.front.window.header.title.click()
        (switcher,) = _find(Switcher)
        assert isinstance(switcher, Switcher)
        names = [row.place.name for row in switcher._rows]
        assert [info.name for info in demo.house.feeds.list()] == names[: len(names) - 5]
        for _ in range(2):
            QTest.keyClick(switcher, Qt.Key.Key_Up)
        at = switcher._focused()
        assert at is not None
        row = switcher._all[at]
        assert isinstance(row, ActRow)
        switcher._act("lab")
        assert demo.front.window.is_covered
        assert demo.live.feeds.lab.draft is not None
        assert demo.live.feeds.lab.draft.recipe.id == "newest"

    run(opened(demo, scenario))


def test_why_is_told_beside_the_card_and_its_marks_are_learned(demo: Demo, run: Scenario) -> None:
    """Its numbers are those of the service; more like this goes there."""

    async def scenario(demo: Demo) -> None:
        feed = await _go(demo, "2")
        card = feed.row(0)
        assert isinstance(card, Card)
        demo.front.view.why_asked.emit(card, QPoint(300, 300))
        await until(lambda: _find(WhyPopover))
        (popover,) = _find(WhyPopover)
        assert isinstance(popover, WhyPopover)
        told = await demo.house.feeds.why(card.post.uri, "friends")
        total = sum(part.amount for part in told.parts) * told.decay * told.author_factor
        assert abs(total - told.score) < 1e-6
        shown = {one.text() for one in popover.findChildren(Words)}
        assert {"Score", f"{told.score:.2f}"} <= shown
        popover._on_marked("more")
        await until(lambda: demo.house.feeds.learning.lessons())

    run(opened(demo, scenario))


def test_the_menu_of_a_post_teaches_only_in_feeds(demo: Demo, run: Scenario) -> None:
    """In the plain timeline there is nothing to learn for."""

    async def scenario(demo: Demo) -> None:
        view = demo.front.view
        await until(lambda: len(view.shelf.source or ()) > 3)

        def offers(card: Card) -> set[str]:
            menu = QMenu(view)
            view.menu_opening.emit(menu, card)
            return {act.text() for act in menu.actions()}

        card = view.card(view.shelf.key(0))
        assert card is not None
        assert "Less like this" not in offers(card)
        feed = await _go(demo, "2")
        card = feed.row(0)
        assert isinstance(card, Card)
        assert {"More like this", "Less like this", "Why is this here?"} <= offers(card)

    run(opened(demo, scenario))


def test_an_empty_feed_says_so_and_how_to_change_it(demo: Demo, run: Scenario) -> None:
    """Not that one is up to date: nothing matches its rules."""

    async def scenario(demo: Demo) -> None:
        never = Condition(field="text", op="has_word", value="qqqqq")
        await demo.house.feeds.save(Recipe(id="none", name="None", where=Group(all=(never,))))
        await until(lambda: any(one.name == "None" for one in demo.front.shell.feeds))
        demo.live._go("feed:none")  # type: ignore[arg-type]
        state = await until(lambda: demo.front.window.findChild(State))
        assert "Nothing in “None”" in state.accessibleName()

    run(opened(demo, scenario))


def test_a_dead_source_is_named_and_the_rest_goes_on(demo: Demo, run: Scenario) -> None:
    """A banner over a feed that has rows."""

    async def scenario(demo: Demo) -> None:
        sources = (RecipeSource(kind="home"), RecipeSource(kind="list", arg="404404"))
        terms = demo.house.feeds.recipe("friends").rank
        await demo.house.feeds.save(Recipe(id="mixed", name="Mixed", sources=sources, rank=terms))
        demo.live._go("feed:mixed")  # type: ignore[arg-type]
        await until(lambda: _ranked(demo))
        await demo.house.feeds.refresh("mixed")
        demo.live.feeds.show_middle()
        shell = demo.front.shell
        assert demo.house.feeds.troubles("mixed")
        assert shell.notice is not None
        assert "goes on without it" in shell.notice.text
        demo.live._go(ALL)
        assert shell.notice is None

    run(opened(demo, scenario))


def test_a_broken_document_is_listed_and_opens_as_text(demo: Demo, run: Scenario) -> None:
    """The line and key are said; the plain timeline stands in its place."""

    async def scenario(demo: Demo) -> None:
        bad = KeptFeed("bad", '{"format": "godwit-feed",\n "version": 1,\n "id": 7}')
        await demo.house.store.keep(lambda keeper: save_feed(keeper, bad))
        demo.house.feeds.book._own = None
        demo.live.feeds.show_list()
        place = next(one for one in demo.front.shell.feeds if one.id == "feed:bad")
        assert "cannot be used" in place.name
        assert "Line 3, id" in place.sentence
        demo.live._go(place.id)
        assert demo.front.shell.current == ALL
        assert "Line 3, id" in demo.front.shell.problem

    run(opened(demo, scenario))


def test_feeds_stand_in_the_first_frame_of_the_next_start(
    demo: Demo, run: Scenario, qapp: QApplication, look: Look
) -> None:
    """Nothing in the sidebar moves when the recipes have been read, and keys are the same."""

    async def scenario(demo: Demo) -> None:
        await _go(demo, "3")
        reader = demo.site.store.reader
        await until(lambda: any(place.pinned for place in demo.front.shell.places))
        await until(
            lambda: len(reader.setting(first_frame.FEEDS, [])) == len(demo.front.shell.feeds)
        )
        await until(lambda: reader.setting(first_frame.PLACE, ALL) == "feed:slow-lane")
        # Who has read one finds what makes it loaded the next time.
        assert reader.setting(RANKED, False)
        again = Front(qapp, demo.site, look)
        assert again.shell.places == demo.front.shell.places
        assert again.window.header.title.text() == "Slow lane"
        again.window.deleteLater()

    run(opened(demo, scenario))


def test_an_icon_that_there_is_not_is_another(demo: Demo, run: Scenario) -> None:
    """Whatever a stranger's recipe calls it, the rail can draw it."""

    async def scenario(demo: Demo) -> None:
        await demo.house.feeds.save(Recipe(id="odd", name="Odd", icon='moon":"f0"'))
        await demo.house.feeds.order(("odd",))
        places = {place.id: place.icon for place in demo.front.shell.feeds}
        assert places["feed:odd"] == "stack"
        assert places["feed:friends"] == "users"
        demo.front.window.resize(1000, 700)
        assert not demo.front.window.sidebar.grab().isNull()

    run(opened(demo, scenario))


def test_what_a_feed_folds_is_opened_in_its_row(demo: Demo, run: Scenario) -> None:
    """A press on Unfold shows it below, another puts it away; the place is kept."""

    async def scenario(demo: Demo) -> None:
        feed = await _go(demo, "4")
        view = demo.front.view
        at = next(index for index in range(len(feed)) if isinstance(feed.row(index), FoldRow))
        fold = feed.row(at)
        assert isinstance(fold, FoldRow)
        count = len(feed)
        view.intents.press(fold.key, view.shelf.layout(at).parts[0])
        assert len(feed) == count + int(fold.text.split()[0])
        await until(lambda: isinstance(feed.row(at + 1), Card))
        assert view.shelf.layout(at).parts[0].name == "Fold"
        view.intents.press(fold.key, view.shelf.layout(at).parts[0])
        assert len(feed) == count

    run(opened(demo, scenario))


def test_what_a_feed_leaves_out_is_told_and_shown_once(demo: Demo, run: Scenario) -> None:
    """By its own rules, with numbers; Show lets it in until one leaves."""

    async def scenario(demo: Demo) -> None:
        feed = await _go(demo, "7")
        assert demo.front.window.header.why.isVisible()
        demo.front.window.header.why.click()
        await until(lambda: _find(HiddenPopover))
        (popover,) = _find(HiddenPopover)
        assert isinstance(popover, HiddenPopover)
        out = await feed.left_out()
        texts = [one.text() for one in popover.findChildren(Words)]
        assert set(out) <= set(texts)
        before = len(feed)
        popover.show_wanted.emit(next(iter(out)))
        await until(lambda: len(feed) > before)
        popover.close()

    run(opened(demo, scenario))
