"""Who reacted, how a post was before, a translation: from its menu, in the right pane."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.protocols import demo as network
from app.ui.about.edits import ChangedWords, EditsPage
from app.ui.about.reacted import ReactedPage
from app.ui.about.translated import TranslatedPage
from app.ui.shell.states import State
from app.ui.timeline.menu import fill_menu
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

if TYPE_CHECKING:
    from app.feed.rows import Card


def card_with(demo: Demo, words: str) -> Card:
    """A card of the timeline."""
    shelf = demo.front.view.shelf
    rows = (demo.front.view.card(shelf.key(index)) for index in range(len(shelf)))
    return next(one for one in rows if one is not None and words in one.post.text.text)


def entries(demo: Demo, card: Card) -> dict[str, object]:
    """What the menu of a post offers, by its words."""
    menu = QMenu(demo.front.view)
    fill_menu(menu, demo.front.view, card, None)
    demo.front.view.menu_opening.emit(menu, card)
    return {act.text(): act for act in menu.actions()}


def test_only_what_can_be_told_is_offered(demo: Demo, run: Scenario) -> None:
    """A post that nobody edited has no history; one in my language no translation."""

    async def scenario(demo: Demo) -> None:
        plain = entries(demo, card_with(demo, "kettle on"))
        assert "Who liked, reposted, quoted…" in plain
        assert not {"Edit history…", "Translate"} & plain.keys()
        edited = entries(demo, card_with(demo, "الطيور"))
        assert {"Edit history…", "Translate"} <= edited.keys()
        elsewhere = "Translate at translate.google.com"
        assert elsewhere not in {**plain, **edited}
        opened: list[str] = []
        demo.front.view.link_activated.connect(lambda url, _: opened.append(url))
        entries(demo, card_with(demo, "干潟"))[elsewhere].trigger()  # type: ignore[attr-defined]
        assert opened[0].startswith("https://translate.google.com/?sl=auto&tl=en&")

    run(opened(demo, scenario))


def test_both_pages_of_an_echo_are_copied_and_shared(demo: Demo, run: Scenario) -> None:
    """Each under its host; to share, it says who wrote it."""

    async def scenario(demo: Demo) -> None:
        card = card_with(demo, "bar-tailed godwits")
        offered = entries(demo, card)
        urls = [copy.post.url for copy in card.copies]
        offered["Copy link"].trigger()  # type: ignore[attr-defined]
        assert QGuiApplication.clipboard().text() == urls[0]
        other = next(words for words in offered if words.startswith("Copy link at"))
        offered[other].trigger()  # type: ignore[attr-defined]
        assert QGuiApplication.clipboard().text() == urls[1]
        offered["Copy to share"].trigger()  # type: ignore[attr-defined]
        shared = QGuiApplication.clipboard().text()
        assert shared.startswith(card.post.author.shown_name)
        assert shared.endswith(urls[0])
        assert len([words for words in offered if words.startswith("Open at")]) == 2

    run(opened(demo, scenario))


def test_who_reacted_is_told_by_network_and_leads_to_people(demo: Demo, run: Scenario) -> None:
    """More when it is wanted; Enter opens somebody; Esc leads back."""

    async def scenario(demo: Demo) -> None:
        room = demo.live.reacted
        room.open(card_with(demo, "bar-tailed godwits"))
        page = room.page
        assert isinstance(page, ReactedPage)
        await until(lambda: len(page.list.rows) >= 24)
        room._ask(room._sides[0].post.uri)
        await until(lambda: len(page.list.rows) > 24)
        room.choose("quote")
        await until(lambda: not any(kept.asking for kept in room._lists.values()))
        room.choose("like")
        row = page.list.rows[0]
        row.setFocus()
        QTest.keyClick(row, Qt.Key.Key_Space)
        await until(lambda: demo.live.is_made("persons"))
        demo.live.persons.leave()
        assert demo.front.window.right.page is page
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert room.page is None

    run(opened(demo, scenario))


def test_a_refusal_of_one_network_hides_no_other(demo: Demo, run: Scenario) -> None:
    """It is said under its name, and can be tried again."""

    async def scenario(demo: Demo) -> None:
        world = demo.house.registry().network(network.ID)
        world.faults[network.JUNO].wait = timedelta(minutes=3)  # type: ignore[attr-defined]
        room = demo.live.reacted
        room.open(card_with(demo, "bar-tailed godwits"))
        await until(lambda: not any(kept.asking for kept in room._lists.values()))
        troubles = [kept.trouble for kept in room._lists.values()]
        assert sorted(map(bool, troubles)) == [False, True]
        world.faults[network.JUNO].wait = None  # type: ignore[attr-defined]
        for uri, _ in list(room._lists):
            room._ask(uri)
        await until(lambda: not any(kept.trouble for kept in room._lists.values()))

    run(opened(demo, scenario))


def test_an_edit_is_shown_word_by_word(demo: Demo, run: Scenario) -> None:
    """For ears, too; what could not be had can be tried again."""

    async def scenario(demo: Demo) -> None:
        (side,) = demo.house.histories.sides(card_with(demo, "الطيور").copies)
        world = demo.house.registry().network(network.ID)
        world.faults[network.JUNO].wait = timedelta(minutes=3)  # type: ignore[attr-defined]
        room = demo.live.edits
        room.open(side)
        page = room.page
        assert isinstance(page, EditsPage)
        await until(lambda: isinstance(page.holder.state, State))
        world.faults[network.JUNO].wait = None  # type: ignore[attr-defined]
        room.open(side)
        await until(lambda: page.holder.state is None)
        changed = page.findChildren(ChangedWords)
        assert any("added:" in one.accessibleName() for one in changed)
        room.leave()
        assert demo.front.window.right.page is None

    run(opened(demo, scenario))


def test_a_translation_stands_beside_what_was_written(demo: Demo, run: Scenario) -> None:
    """Only when it is asked for; another language can be, and back leads back."""

    async def scenario(demo: Demo) -> None:
        card = card_with(demo, "الطيور")
        (side,) = demo.house.translating.sides(card.copies)
        room = demo.live.translation
        room.open(side, "en")
        page = room.page
        assert isinstance(page, TranslatedPage)
        await until(lambda: page.holder.state is None)
        shown = [label.text() for label in page.findChildren(type(page.title).__mro__[1])]
        assert any("Birds need no passport" in text for text in shown)
        assert card.post.text.text in shown
        page.to_wanted.emit("fr")
        await until(lambda: isinstance(page.holder.state, State))
        assert "language" in page.holder.state.accessibleName()  # type: ignore[union-attr]
        demo.live.travel.back()
        assert room.page is None

    run(opened(demo, scenario))


def test_tags_of_a_post_are_followed_from_its_menu(demo: Demo, run: Scenario) -> None:
    """Or looked for; what is followed already is left. A tag in the text looks for it, too."""

    async def scenario(demo: Demo) -> None:
        card = card_with(demo, "bar-tailed godwits")
        tag = card.post.tags[0]
        menu = QMenu(demo.front.view)
        demo.live.tag_menu.fill(menu, demo.front.view, card)
        (entry,) = menu.actions()
        sub = entry.menu()
        assert isinstance(sub, QMenu)
        sub.aboutToShow.emit()
        offered = {act.text(): act for act in sub.actions()}
        offered["Follow as @juno.example.org"].trigger()
        tags = demo.house.feeds.tags
        await until(lambda: tag in tags.known())
        sub.aboutToShow.emit()
        offered = {act.text(): act for act in sub.actions()}
        assert "Follow no more as @juno.example.org" in offered
        demo.front.view.tag_activated.emit(tag, card.post.network)
        assert demo.live.search.page is not None
        assert demo.live.search.page.field.text() == f"#{tag} "

    run(opened(demo, scenario))
