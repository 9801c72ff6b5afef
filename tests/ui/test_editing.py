"""Editing a post of mine from its menu, on the demo."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtWidgets import QMenu

from app.feed.rows import Card
from app.model.draft import Lane
from app.protocols.demo import JUNO, SKY
from app.ui.thread.editing import EditQuestion
from tests.ui.shell.conftest import Demo, demo, look, opened, run
from tests.ui.test_reactions import dialog, entry
from tests.ui.thread.test_pane import cards
from tests.waiting import until

__all__ = ["demo", "look", "run"]


async def posted(demo: Demo, *accounts: Any, text: str = "Low tide at nine.") -> Card:
    """A post of mine, sent from here and seen again."""
    house = demo.house
    draft = house.drafts.new(text=text, lanes=[Lane(account=one) for one in accounts])
    await house.outbox.send(draft, await house.planning.plans(draft), undo=0)
    await house.outbox.flush(draft.id)
    await house.sync.run()
    await until(lambda: any(card.post.text.text == text for card in cards(demo)))
    return next(card for card in cards(demo) if card.post.text.text == text)


def edit(demo: Demo, card: Card) -> None:
    """Choose it in the menu."""
    menu = QMenu()
    demo.live.reactions.fill(menu, demo.front.view, card)
    entry(menu, "Edit").trigger()
    menu.deleteLater()


def test_an_edit_shows_its_words_when_the_server_has_them(run: Any, demo: Demo) -> None:
    """Nothing can be saved that changes nothing; then the card says the new words."""

    async def scenario(demo: Demo) -> None:
        card = await posted(demo, JUNO)
        edit(demo, card)
        await until(lambda: dialog(EditQuestion))
        question = dialog(EditQuestion)
        assert question.text == "Low tide at nine."
        assert not question._save.isEnabled()
        question.editor.insert(" Bring boots.")
        await until(lambda: question._save.isEnabled())
        question._save.click()
        await until(
            lambda: any(c.post.text.text == "Low tide at nine. Bring boots." for c in cards(demo))
        )

    run(opened(demo, scenario))


def test_where_there_is_no_edit_it_stays_or_is_posted_anew(run: Any, demo: Demo) -> None:
    """Said before, with what is lost; chosen by a switch that is off at first."""

    async def scenario(demo: Demo) -> None:
        card = await posted(demo, JUNO, SKY)
        edit(demo, card)
        await until(lambda: dialog(EditQuestion))
        question = dialog(EditQuestion)
        assert question._anew is not None and not question.anew
        question.editor.show_text("High tide at nine.")
        question.editor.edited.emit()
        question._anew.setChecked(True)
        question._save.click()
        outbox = demo.house.outbox
        (draft,) = {copy.draft for copy in outbox.copies(card.post.uri)}

        def texts() -> set[str]:
            return {lane.parts[0].post.text.text for lane in outbox.deliveries(draft)}

        await until(lambda: texts() == {"High tide at nine."})
        lanes = await outbox.flush(draft)
        assert [lane.state for lane in lanes] == ["delivered", "delivered"]
        assert {copy.published.uri for copy in outbox.copies(card.post.uri)} >= {card.post.uri}

    run(opened(demo, scenario))


def test_another_text_that_a_lane_has_is_not_replaced_unsaid(run: Any, demo: Demo) -> None:
    """It says where the words differ now; who is called otherwise there says the same."""

    async def scenario(demo: Demo) -> None:
        house = demo.house
        lanes = [Lane(account=JUNO), Lane(account=SKY, text="Hello there")]
        draft = house.drafts.new(text="Hello here", lanes=lanes)
        await house.outbox.send(draft, await house.planning.plans(draft), undo=0)
        delivered = await house.outbox.flush(draft.id)
        here = next(one.parts[0].done for one in delivered if one.account == JUNO)
        assert here is not None
        copies = sorted(house.outbox.copies(here.uri), key=lambda copy: copy.account != JUNO)
        editing = demo.live.reactions.editing
        assert [False, True] == [editing._shown(copy, copies[0]).own for copy in copies]

    run(opened(demo, scenario))


def test_only_what_changes_something_is_offered_of_pinning(run: Any, demo: Demo) -> None:
    """Pinned, it can be unpinned; the menu asks the server meanwhile."""

    async def scenario(demo: Demo) -> None:
        card = await posted(demo, JUNO)

        def offered() -> list[str]:
            menu = QMenu()
            demo.live.reactions.fill(menu, demo.front.view, card)
            shown = [act.text() for act in menu.actions() if act.isVisible()]
            menu.deleteLater()
            return [text for text in shown if "your profile" in text]

        assert offered() == ["Pin to your profile"]
        await demo.house.reactions.react(card.post, "pin", JUNO)
        await until(lambda: fresh_pinned(demo, card))
        card = demo.front.view.card(card.key) or card
        assert offered() == ["Unpin from your profile"]

    def fresh_pinned(demo: Demo, card: Card) -> bool:
        shown = demo.front.view.card(card.key)
        return shown is not None and shown.viewers[JUNO].pinned

    run(opened(demo, scenario))


def test_what_was_not_sent_from_here_offers_no_edit(run: Any, demo: Demo) -> None:
    """Its words are not known as they were typed."""

    async def scenario(demo: Demo) -> None:
        mine = {account.uri for account in demo.house.accounts.all()}
        await until(lambda: any(card.post.author.uri in mine for card in cards(demo)))
        card = next(card for card in cards(demo) if card.post.author.uri in mine)
        menu = QMenu()
        demo.live.reactions.fill(menu, demo.front.view, card)
        names = [act.text() for act in menu.actions()]
        menu.deleteLater()
        await asyncio.sleep(0)
        assert "Delete…" in names and "Edit…" not in names

    run(opened(demo, scenario))
