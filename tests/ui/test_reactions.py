"""Reactions in the window, on the demo: at once, taken back with a word, done once."""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from app.feed.rows import Card
from app.model import Media, ViewerState
from app.model.draft import Lane
from app.model.post import EmojiCount
from app.model.text import Emoji
from app.protocols.demo import JUNO, SKY
from app.protocols.demo.people import ROPE
from app.ui.composer.emoji import EmojiPopover
from app.ui.presenters.reactions import ReactionsPresenter
from app.ui.thread.questions import BlockQuestion, DeleteQuestion, ReportQuestion
from tests.ui.shell.conftest import Demo, demo, look, opened, run
from tests.ui.thread.test_pane import cards, echo, network, shown
from tests.waiting import until

__all__ = ["demo", "look", "run"]


def plain(demo: Demo) -> Card:
    """Somebody else's post that nobody has reacted to yet."""
    mine = {account.uri for account in demo.house.accounts.all()}
    return next(
        card
        for card in cards(demo)
        if not any(one.liked or one.reposted for one in card.viewers.values())
        and card.post.author.uri not in mine
        and not card.post.media
        and JUNO in card.viewers
    )


def now(demo: Demo, card: Card) -> Card:
    """The same row as it is shown now."""
    found = demo.front.view.card(card.key)
    assert found is not None
    return found


def liked(card: Card) -> bool:
    """Some account of mine likes it."""
    return any(viewer.liked for viewer in card.viewers.values())


def entry(menu: QMenu, text: str) -> Any:
    """An entry of *menu* by the beginning of its words."""
    return next(act for act in menu.actions() if act.text().startswith(text))


class Clock:
    """Seconds, as they are set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def presenter(demo: Demo) -> tuple[ReactionsPresenter, Clock]:
    """The window's own, its clock in our hands."""
    clock = Clock()
    made = demo.live.reactions
    made._clock = clock
    return made, clock


def test_a_like_shows_at_once_and_goes_with_the_next(run: Any, demo: Demo) -> None:
    """Before any server has answered; F once more takes it back."""

    async def scenario(demo: Demo) -> None:
        _, clock = presenter(demo)
        card = plain(demo)
        likes = card.post.counts.likes
        demo.front.view.react.emit(card, "like")
        await asyncio.sleep(0)
        at_once = liked(now(demo, card))
        await until(lambda: liked(now(demo, card)))
        after = now(demo, card).post.counts.likes
        clock.now += 5
        demo.front.view.react.emit(now(demo, card), "like")
        await until(lambda: not liked(now(demo, card)))

        assert at_once
        assert after == likes + 1
        assert now(demo, card).post.counts.likes == likes

    run(opened(demo, scenario))


def test_a_double_click_is_one_like(run: Any, demo: Demo) -> None:
    """The second half of it does not take the like back."""

    async def scenario(demo: Demo) -> None:
        _, clock = presenter(demo)
        card = plain(demo)
        demo.front.view.react.emit(card, "like")
        clock.now += 0.1
        demo.front.view.react.emit(now(demo, card), "like")
        await until(lambda: liked(now(demo, card)))
        clock.now += 0.1
        demo.front.view.react.emit(now(demo, card), "like")

        assert liked(now(demo, card))

    run(opened(demo, scenario))


def test_what_is_refused_goes_back_with_a_word(run: Any, demo: Demo) -> None:
    """In its own row, with Try again, which works once the server is in a better mood."""

    async def scenario(demo: Demo) -> None:
        _, clock = presenter(demo)
        view, card = demo.front.view, plain(demo)
        network(demo).faults[JUNO].refuses = 1
        view.react.emit(card, "like")
        await until(lambda: view.shelf.state(card.key).refused)
        state = view.shelf.state(card.key)
        await until(lambda: not liked(now(demo, card)))
        clock.now += 5
        view.react.emit(now(demo, card), state.retry)
        await until(lambda: liked(now(demo, card)))

        assert state.retry == "like"
        assert not view.shelf.state(card.key).refused

    run(opened(demo, scenario))


def test_without_a_network_it_is_kept(run: Any, demo: Demo) -> None:
    """It stays as wished, and a quiet line says that it waits."""

    async def scenario(demo: Demo) -> None:
        made, _ = presenter(demo)
        card = plain(demo)
        network(demo).faults[JUNO].offline = True
        demo.front.view.react.emit(card, "like")
        await until(lambda: made._toasts)
        [toast] = made._toasts.values()

        assert liked(now(demo, card))
        assert toast.words.text() == "Kept until saltmarsh.example can be asked"
        network(demo).faults[JUNO].offline = False

    run(opened(demo, scenario))


def test_what_comes_when_its_row_is_gone_is_said_in_the_window(run: Any, demo: Demo) -> None:
    """The conversation was closed meanwhile: refused, or kept until the server can be asked."""

    async def scenario(demo: Demo) -> None:
        made, clock = presenter(demo)
        told: list[str] = []
        for fault in ("refuses", "offline"):
            conversation = await shown(demo, plain(demo))
            clock.now += 5
            faults = network(demo).faults[JUNO]
            setattr(faults, fault, 1)
            conversation.pane.view.react.emit(plain(demo), "like")
            conversation.pane.leaving.emit()
            QCoreApplication.sendPostedEvents(conversation.pane, QEvent.Type.DeferredDelete)
            await until(lambda: [one.words.text() for one in made._toasts.values()][-1:] != told)
            told = [one.words.text() for one in made._toasts.values()]
            setattr(faults, fault, 0)
            assert not demo.front.shell.problem

        assert told == ["Kept until saltmarsh.example can be asked"]

    run(opened(demo, scenario))


async def with_emoji(demo: Demo) -> Card:
    """A post under which people have put some, at a server that takes them."""
    card, world = plain(demo), network(demo).world
    post = replace(card.post, reactions=(EmojiCount("🌊", 9), EmojiCount("👀", 2)))
    world.change(post)
    world.set_viewer(JUNO, post.uri, ViewerState(can_react=True, emoji=("🌊",)))
    await demo.house.sync.run()
    await until(lambda: under(now(demo, card)))
    return now(demo, card)


def under(card: Card) -> dict[str, int]:
    """What stands under it, and how often."""
    return {one.name: one.count for one in card.post.reactions}


def test_emoji_are_put_there_from_a_pill_the_menu_and_a_picker(run: Any, demo: Demo) -> None:
    """Each shows at once; pressed again it goes; the chosen one stands at the end."""

    async def scenario(demo: Demo) -> None:
        made, clock = presenter(demo)
        view, card = demo.front.view, await with_emoji(demo)
        view.put_emoji.emit(card, "👀", QPoint(0, 0))
        await asyncio.sleep(0)
        at_once = under(now(demo, card))
        await until(lambda: not made._house.reactions.kept())
        clock.now += 5
        view.put_emoji.emit(now(demo, card), "🌊", QPoint(0, 0))
        await until(lambda: under(now(demo, card))["🌊"] == 8)

        menu = QMenu(view)
        made.fill(menu, view, now(demo, card))
        entry(menu, "React with emoji").trigger()
        popover = next(iter(demo.front.window.findChildren(EmojiPopover)))
        await until(lambda: Emoji("rope", ROPE.url) in popover.grid.signs, "its server's own")
        popover.chosen.emit("🦀")
        popover.close()
        await until(lambda: under(now(demo, card)).get("🦀") == 1)

        assert at_once["👀"] == 3
        assert under(now(demo, card)) == {"🌊": 8, "👀": 3, "🦀": 1}

    run(opened(demo, scenario))


def test_an_emoji_that_is_refused_goes_back_with_a_word(run: Any, demo: Demo) -> None:
    """And where no server takes them the menu does not speak of them."""

    async def scenario(demo: Demo) -> None:
        made, _ = presenter(demo)
        view, card = demo.front.view, await with_emoji(demo)
        before = under(card)
        network(demo).faults[JUNO].refuses = 1
        view.put_emoji.emit(card, "👀", QPoint(0, 0))
        await until(lambda: view.shelf.state(card.key).refused)
        await until(lambda: under(now(demo, card)) == before)

        menu = QMenu(view)
        other = next(one for one in cards(demo) if one.post.author.uri != card.post.author.uri)
        made.fill(menu, view, other)
        assert not any("emoji" in act.text() for act in menu.actions())

    run(opened(demo, scenario))


def test_pictures_without_words_are_thought_of_before_they_are_passed_on(
    run: Any, demo: Demo
) -> None:
    """The row asks first; pressing once more passes it on."""

    async def scenario(demo: Demo) -> None:
        _, clock = presenter(demo)
        view, card = demo.front.view, plain(demo)
        bare = replace(card.post, media=(Media(kind="image", url="https://a.example/1"),))
        asked = replace(card, post=bare)
        view.react.emit(asked, "repost")
        state = view.shelf.state(card.key)
        clock.now += 5
        view.react.emit(asked, "repost")
        await until(lambda: any(one.reposted for one in now(demo, card).viewers.values()))

        assert state.reminder
        assert "no description" in state.refused

    run(opened(demo, scenario))


def test_what_is_for_a_few_is_refused_before_anything_is_thought_of(run: Any, demo: Demo) -> None:
    """The first press says why."""

    async def scenario(demo: Demo) -> None:
        view, card = demo.front.view, plain(demo)
        bare = (Media(kind="image", url="https://a.example/1"),)
        post = replace(card.post, media=bare, visibility="direct")
        view.react.emit(
            replace(card, post=post, copies=(replace(card.copies[0], post=post),)), "repost"
        )
        await until(lambda: view.shelf.state(card.key).refused)
        state = view.shelf.state(card.key)
        assert not state.reminder
        assert "cannot be reposted" in state.refused

    run(opened(demo, scenario))


def test_the_menu_acts_as_another_account(run: Any, demo: Demo) -> None:
    """An echo is kept on the other network, by the account that is there."""

    async def scenario(demo: Demo) -> None:
        card = echo(demo)
        menu = QMenu()
        demo.live.reactions.fill(menu, demo.front.view, card)
        handle = demo.house.accounts.find(SKY).handle
        sub = entry(menu, f"As \u2066@{handle}").menu()
        assert isinstance(sub, QMenu)
        entry(sub, "Bookmark").trigger()
        await until(lambda: now(demo, card).viewers[SKY].bookmarked)
        menu.deleteLater()

        assert not now(demo, card).viewers[JUNO].bookmarked

    run(opened(demo, scenario))


def test_what_is_for_a_few_is_not_offered_to_be_passed_on(run: Any, demo: Demo) -> None:
    """Neither in the menu nor as somebody else; held down, the button says why."""

    async def scenario(demo: Demo) -> None:
        await demo.house.outbox.limits(JUNO)
        whole = echo(demo)
        kept = [replace(one, post=replace(one.post, visibility="direct")) for one in whole.copies]
        for card, may in ((whole, True), (replace(whole, copies=tuple(kept)), False)):
            menu = QMenu()
            demo.live.reactions.fill(menu, demo.front.view, card)
            subs = [act.menu() for act in menu.actions() if act.text().startswith("As ")]
            assert subs
            for sub in subs:
                assert isinstance(sub, QMenu)
                assert ("Repost" in [act.text() for act in sub.actions()]) == may
            assert any(act.text() == "Repost for" for act in menu.actions()) == may
            demo.live.reactions.offer(demo.front.view, card, "repost", QPoint(10, 10))
            held = QApplication.activePopupWidget()
            assert isinstance(held, QMenu)
            assert any(act.isEnabled() for act in held.actions()) == may
            if not may:
                [why] = held.actions()
                assert "cannot be reposted" in why.text()
            held.close()

    run(opened(demo, scenario))


def test_following_from_the_menu(run: Any, demo: Demo) -> None:
    """Done, and said; the menu then offers the contrary."""

    async def scenario(demo: Demo) -> None:
        card = plain(demo)
        view, author = demo.front.view, card.post.author
        menu = QMenu()
        demo.live.reactions.fill(menu, view, card)
        entry(menu, "Follow").trigger()
        known = demo.house.reactions.known_relation
        await until(lambda: (r := known(author.uri, JUNO)) and (r.following or r.requested))
        again = QMenu()
        demo.live.reactions.fill(again, view, card)

        assert entry(again, "Unfollow")
        for one in (menu, again):
            one.deleteLater()

    run(opened(demo, scenario))


def test_hearing_of_every_post_from_the_menu(run: Any, demo: Demo) -> None:
    """Offered of who is followed, once that is known; done, said, and taken back there."""

    async def scenario(demo: Demo) -> None:
        card = plain(demo)
        view, author = demo.front.view, card.post.author
        known = demo.house.reactions.known_relation
        await demo.house.reactions.relate(author, "follow", JUNO)
        menu, again = QMenu(), QMenu()
        demo.live.reactions.fill(menu, view, card)
        entry(menu, "Tell me of every post").trigger()
        await until(lambda: (r := known(author.uri, JUNO)) and r.notifying)
        entry(menu, "Hide reposts").trigger()
        await until(lambda: (r := known(author.uri, JUNO)) and r.reposts is False)
        demo.live.reactions.fill(again, view, card)
        seen = [act.text() for act in again.actions() if act.isVisible()]

        assert any(text.startswith("Stop telling me") for text in seen)
        assert any(text.startswith("Show reposts") for text in seen)
        assert not any(text.startswith("Tell me of every post") for text in seen)
        for one in (menu, again):
            one.deleteLater()

    run(opened(demo, scenario))


def dialog(kind: type) -> Any:
    """The question that is open."""
    return next(
        (w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None
    )


def test_blocking_asks_first_and_says_who_sees_it(run: Any, demo: Demo) -> None:
    """Escape does nothing; the button does it."""

    async def scenario(demo: Demo) -> None:
        card = plain(demo)
        account = demo.house.accounts.find(JUNO)
        view, known = demo.front.view, demo.house.reactions.known_relation
        demo.live.reactions.block(view, card.post, account)
        await until(lambda: dialog(BlockQuestion))
        dialog(BlockQuestion).reject()
        await until(lambda: not dialog(BlockQuestion))
        untouched = known(card.post.author.uri, JUNO)
        demo.live.reactions.block(view, card.post, account)
        await until(lambda: dialog(BlockQuestion))
        dialog(BlockQuestion).accept()
        await until(lambda: (r := known(card.post.author.uri, JUNO)) and r.blocked)

        assert untouched is None or not untouched.blocked

    run(opened(demo, scenario))


def test_a_report_goes_to_the_moderators(run: Any, demo: Demo) -> None:
    """With the reason that was chosen."""

    async def scenario(demo: Demo) -> None:
        card = plain(demo)
        account = demo.house.accounts.find(JUNO)
        demo.live.reactions.report(demo.front.view, card.post, account)
        await until(lambda: dialog(ReportQuestion))
        question = dialog(ReportQuestion)
        question._radios["spam"].setChecked(True)
        question.done(QDialog.DialogCode.Accepted)
        reports = network(demo).world.ledger.reports
        await until(lambda: reports)

        [(_, report)] = reports
        assert (report.reason, report.posts) == ("spam", (card.post.uri,))

    run(opened(demo, scenario))


def test_a_report_goes_to_the_moderation_service_that_was_chosen(run: Any, demo: Demo) -> None:
    """Those that the account has subscribed to; its server's moderators as long as none is chosen."""

    async def scenario(demo: Demo) -> None:
        card = next(card for card in cards(demo) if SKY in card.viewers)
        await demo.house.moderation.refresh(SKY, force=True)
        account = demo.house.accounts.find(SKY)
        post = next(copy.post for copy in card.copies if copy.post.network == account.network)
        services = {one.labeler.uri for one in demo.house.moderation.labelers(SKY)}
        demo.live.reactions.report(demo.front.view, post, account)
        await until(lambda: dialog(ReportQuestion))
        question = dialog(ReportQuestion)
        assert question.to == ""
        assert services == question._to.keys() - {""}
        chosen = sorted(services)[0]
        question._to[chosen].setChecked(True)
        question._radios["rude"].setChecked(True)
        question.done(QDialog.DialogCode.Accepted)
        reports = network(demo).world.ledger.reports
        await until(lambda: reports)

        [(_, report)] = reports
        assert (report.reason, report.to) == ("rude", chosen)

    run(opened(demo, scenario))


def test_deleting_asks_once_for_every_copy(run: Any, demo: Demo) -> None:
    """My own post is gone from the timeline when the servers have said so."""

    async def scenario(demo: Demo) -> None:
        house = demo.house
        draft = house.drafts.new(text="Low tide at nine.", lanes=[Lane(account=JUNO)])
        await house.outbox.send(draft, await house.planning.plans(draft), undo=0)
        await house.outbox.flush(draft.id)
        await house.sync.run()
        mine = {account.uri for account in house.accounts.all()}
        await until(lambda: any(card.post.author.uri in mine for card in cards(demo)))
        card = next(card for card in cards(demo) if card.post.author.uri in mine)
        demo.live.reactions.delete(demo.front.view, card, card.post)
        await until(lambda: dialog(DeleteQuestion))
        dialog(DeleteQuestion).accept()
        await until(lambda: demo.front.view.card(card.key) is None)

    run(opened(demo, scenario))


def test_a_vote_is_counted_at_once(run: Any, demo: Demo) -> None:
    """And cannot be cast twice."""

    async def scenario(demo: Demo) -> None:
        card = next(
            card
            for card in cards(demo)
            if card.post.poll is not None
            and not card.post.poll.closed
            and all(viewer.own_votes is None for viewer in card.viewers.values())
        )
        demo.front.view.vote.emit(card, (0,))
        await until(lambda: any(v.own_votes == (0,) for v in now(demo, card).viewers.values()))
        await until(lambda: not demo.house.reactions._lines)  # the server has it
        voted = now(demo, card)
        demo.front.view.vote.emit(voted, (1,))
        await until(lambda: demo.front.view.shelf.state(card.key).refused)

        assert {v.own_votes for v in now(demo, card).viewers.values()} == {(0,)}

    run(opened(demo, scenario))


def test_holding_the_repost_button_offers_for_whom(run: Any, demo: Demo) -> None:
    """For everybody, quietly, for followers; as each account that can."""

    async def scenario(demo: Demo) -> None:
        card = plain(demo)
        await demo.house.outbox.limits(JUNO)
        demo.front.view.react_menu.emit(card, "repost", QPoint(10, 10))
        menu = next(
            w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()
        )
        said = [act.text() for act in menu.actions()]
        menu.close()

        assert any(text.endswith("followers only") for text in said)
        assert all(text.startswith("Repost as") for text in said)

    run(opened(demo, scenario))


def test_a_reaction_in_a_conversation_shows_in_the_timeline_too(run: Any, demo: Demo) -> None:
    """One post, wherever it stands."""

    async def scenario(demo: Demo) -> None:
        card = echo(demo)
        pane = await shown(demo, card)
        focus = pane.focus
        assert focus is not None
        pane.pane.view.react.emit(focus, "bookmark")
        await until(lambda: any(v.bookmarked for v in now(demo, card).viewers.values()))
        await until(lambda: pane.focus and any(v.bookmarked for v in pane.focus.viewers.values()))

    run(opened(demo, scenario))
