"""Conversations in the window, on the demo: opened, gone back in, popped out, answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.feed.rows import Card
from app.model.errors import NotFound
from app.protocols import demo as protocol
from app.protocols.demo import JUNO, SKY, DemoNetwork
from app.ui.presenters.thread import ThreadPresenter
from app.ui.shell.popovers import HiddenPopover
from app.ui.shell.states import State
from app.ui.thread.pane import ThreadWindow
from app.ui.thread.rows import ThreadRow
from tests.ui.shell.conftest import Demo, opened
from tests.waiting import until


def cards(demo: Demo) -> list[Card]:
    """What the timeline has in memory."""
    source = demo.front.view.shelf.source
    assert source is not None
    rows = [source.row(index) for index in range(len(source))]
    return [row for row in rows if isinstance(row, Card)]


def echo(demo: Demo) -> Card:
    """The post that was written on both networks, and answered on both."""
    return next(card for card in cards(demo) if "high-tide roost" in card.post.text.text)


def network(demo: Demo) -> DemoNetwork:
    """What stands behind the demo."""
    found = demo.house.registry().network(protocol.ID)
    assert isinstance(found, DemoNetwork)
    return found


def rows(presenter: ThreadPresenter) -> list[ThreadRow]:
    """What the pane shows."""
    source = presenter.pane.view.shelf.source
    assert source is not None
    return [source.row(index) for index in range(len(source))]  # type: ignore[misc]


async def shown(demo: Demo, card: Card | None = None) -> ThreadPresenter:
    """Open the conversation and wait for both servers."""
    demo.live.threads.open(card or echo(demo))
    presenter = demo.live.threads.current
    assert presenter is not None
    await until(lambda: loaded(presenter))
    return presenter


def loaded(presenter: ThreadPresenter) -> bool:
    """All servers have said what they have."""
    conversation = presenter._conversation
    sides = conversation.sides if conversation is not None else ()
    return bool(sides) and all(side.state != "loading" for side in sides)


def test_an_echo_opens_both_conversations_as_one(run: Any, demo: Demo) -> None:
    """Answers of both networks stand in one list; the pill counts each."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        networks = {row.card.post.network for row in rows(presenter) if row.card}

        assert len(networks) == 2
        assert presenter.pane.isVisible()
        assert "on Mastodon" in presenter.pane.head.pill.accessibleName()
        assert "on Bluesky" in presenter.pane.head.pill.accessibleName()

    run(opened(demo, scenario))


def test_the_post_is_there_in_the_frame_of_the_click(run: Any, demo: Demo) -> None:
    """Nothing is waited for: the servers' answers come below it."""

    async def scenario(demo: Demo) -> None:
        card = echo(demo)
        demo.front.view.card_activated.emit(card)
        presenter = demo.live.threads.current

        assert presenter is not None
        assert [row.card.post.uri for row in rows(presenter) if row.card] == [card.post.uri]

    run(opened(demo, scenario))


def test_a_click_opens_and_a_drag_selects(run: Any, demo: Demo) -> None:
    """What is dragged over is text; what is clicked on is a post."""

    async def scenario(demo: Demo) -> None:
        view = demo.front.view
        await until(view.visible_rows)
        (index, y), port = view.visible_rows()[0], view.viewport()
        flow = view.shelf.layout(index).flow
        assert flow is not None
        at = QPoint(int(flow.box.x) + 4, y + int(flow.box.y) + 8)
        QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseMove(port, at + QPoint(60, 0))
        event_end = at + QPoint(61, 0)
        QTest.mouseMove(port, event_end)
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=event_end)
        dragged = demo.live.is_made("threads")
        view.pointer.selection = None
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=at)

        assert not dragged or view.pointer.selection is None
        assert demo.live.threads.current is not None

    run(opened(demo, scenario))


def test_o_opens_and_escape_closes(run: Any, demo: Demo) -> None:
    """The focus goes along, and comes back to the timeline."""

    async def scenario(demo: Demo) -> None:
        view, window = demo.front.view, demo.front.window
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_J)
        QTest.keyClick(view, Qt.Key.Key_O)
        presenter = demo.live.threads.current
        assert presenter is not None
        await until(lambda: presenter.pane.view.hasFocusInside())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)

        assert demo.live.threads.current is None
        assert window.right.page is None
        assert view.hasFocusInside()

    run(opened(demo, scenario))


def test_back_and_forward_return_to_where_one_was(run: Any, demo: Demo) -> None:
    """Alt+Left goes to the conversation before, at its place."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        first = presenter.visit
        presenter.pane.view.scroll_by(400)
        place = presenter.pane.view.anchor()
        inner = next(row.card for row in rows(presenter) if row.place == "answer" and row.card)
        presenter.pane.view.card_activated.emit(inner)
        assert presenter.focus is not None
        inside = presenter.focus.post.uri
        window = demo.front.window
        QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        await until(lambda: presenter.visit is first)
        back = presenter.visit
        after = presenter.pane.view.anchor()
        presenter.go_forward()

        assert inside == inner.post.uri
        assert back is first
        assert after == place
        assert presenter.focus.post.uri == inner.post.uri

    run(opened(demo, scenario))


def test_a_narrow_window_shows_one_or_the_other(run: Any, demo: Demo) -> None:
    """Below 1120 the pane covers the timeline, with Back; wider both stand side by side."""

    async def scenario(demo: Demo) -> None:
        window = demo.front.window
        presenter = await shown(demo)
        wide = (demo.front.view.isVisible(), presenter.pane.head.back.isHidden())
        window.resize(700, 800)
        await until(lambda: not presenter.pane.head.back.isHidden())
        narrow = (demo.front.view.isVisible(), presenter.pane.head.back.isHidden())
        presenter.pane.head.back.click()

        assert wide == (True, True)
        assert narrow == (False, False)
        assert demo.front.view.isVisible()

    run(opened(demo, scenario))


def test_a_conversation_pops_out(run: Any, demo: Demo) -> None:
    """It goes on in a window of its own, and closes with it."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        presenter.pane.head.pop_out.click()
        [window] = [w for w in QApplication.topLevelWidgets() if isinstance(w, ThreadWindow)]
        await until(lambda: len(window.pane.view.shelf) > 3)
        seen = window.isVisible()
        window.close()

        assert seen
        assert demo.live.threads.current is None
        assert not window.isVisible()

    run(opened(demo, scenario))


def test_one_network_that_fails_is_said_and_the_other_shows(run: Any, demo: Demo) -> None:
    """A line above the list names it; Try again asks once more."""

    async def scenario(demo: Demo) -> None:
        faults = network(demo).faults[SKY]
        faults.down = True
        presenter = await shown(demo)
        notice = presenter.pane.notice
        said = notice.words.text()
        networks = {row.card.post.network for row in rows(presenter) if row.card}
        faults.down = False
        notice.again.click()
        await until(lambda: notice.isHidden() and loaded(presenter))

        assert said.startswith("Bluesky: ")
        assert len(networks) >= 1

    run(opened(demo, scenario))


def test_a_post_that_nobody_knows_is_a_state_with_a_way_on(run: Any, demo: Demo) -> None:
    """No empty list: what happened, and Try again."""

    async def scenario(demo: Demo) -> None:
        from app.model.draft import PostAddress

        card = echo(demo)
        await shown(demo)
        presenter = demo.live.threads.current
        assert presenter is not None
        presenter.show([PostAddress(card.post.network, "https://nowhere.example/1")])
        await until(lambda: presenter.pane.findChild(State))

        assert presenter.pane.bar.isHidden()

    run(opened(demo, scenario))


def test_what_rules_hide_can_be_looked_at(run: Any, demo: Demo) -> None:
    """The last row counts it; Show lets it in."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        before = rows(presenter)
        presenter.pane.view.hidden_asked.emit(QPoint())
        [popover] = [
            w
            for w in QApplication.topLevelWidgets()
            if isinstance(w, HiddenPopover) and w.isVisible()
        ]
        conversation = presenter._conversation
        assert conversation is not None and conversation.tree is not None
        [cause] = conversation.tree.hidden.by
        popover.show_wanted.emit(cause)
        popover.close()
        await until(lambda: rows(presenter)[-1].place != "hidden")

        assert before[-1].place == "hidden"

    run(opened(demo, scenario))


def test_an_answer_asks_once_where_an_echo_is_answered(run: Any, demo: Demo) -> None:
    """It is sent there, with its draft kept meanwhile, and can be taken back."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        bar = presenter.pane.bar
        bar.write()
        await until(lambda: bar.asks)
        bar.editor.insert("The queue for the toast.")
        bar.send_wanted.emit()
        waits = demo.house.outbox.deliveries()
        bar.side_chosen.emit(echo(demo).copies[0].post.network)
        presenter.reply.save()
        await until(demo.house.drafts.all)
        bar.send_wanted.emit()
        await until(demo.house.outbox.deliveries)
        [lane] = demo.house.outbox.deliveries()

        assert not waits
        assert lane.account == JUNO
        assert lane.parts[0].post.reply_to == echo(demo).post.uri
        assert bar.editor.text() == ""
        bar.undo_wanted.emit()
        await until(lambda: bar.editor.text() == "The queue for the toast.")

    run(opened(demo, scenario))


def test_both_sides_make_two_lanes(run: Any, demo: Demo) -> None:
    """Each answers the copy of its own network."""

    async def scenario(demo: Demo) -> None:
        card = echo(demo)
        presenter = await shown(demo, card)
        bar = presenter.pane.bar
        bar.editor.insert("Both of you.")
        bar.side_chosen.emit("both")
        bar.send_wanted.emit()
        await until(lambda: len(demo.house.outbox.deliveries()) == 2)

        answered = {lane.parts[0].post.reply_to for lane in demo.house.outbox.deliveries()}
        assert answered == {copy.post.uri for copy in card.copies}

    run(opened(demo, scenario))


def test_what_was_begun_is_there_again(run: Any, demo: Demo) -> None:
    """Another conversation in between, or the pane closed: the words stay with their post."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        presenter.pane.bar.editor.insert("Begun")
        presenter.pane.leaving.emit()
        await until(demo.house.drafts.all)
        again = await shown(demo)

        assert again.pane.bar.editor.text() == "Begun"

    run(opened(demo, scenario))


@pytest.mark.parametrize("refused", [True, False])
def test_an_answer_is_not_lost_with_the_pane(run: Any, demo: Demo, *, refused: bool) -> None:
    """Closed while the server is asked what it takes: it leaves, or is a draft."""

    async def scenario(demo: Demo) -> None:
        card = echo(demo)
        presenter = await shown(demo, card)
        faults, bar = network(demo).faults[JUNO], presenter.pane.bar
        bar.editor.insert("Said in haste")
        bar.side_chosen.emit(card.copies[0].post.network)
        hold = faults.hold = asyncio.Event()
        bar.send_wanted.emit()
        await until(lambda: hold._waiters)
        presenter.pane.leaving.emit()
        QCoreApplication.sendPostedEvents(presenter.pane, QEvent.Type.DeferredDelete)
        faults.signed_out, faults.hold = refused, None
        hold.set()
        await until(demo.house.drafts.all if refused else demo.house.outbox.deliveries)
        await demo.live.scope.finish("keep", 5)

        assert not demo.front.shell.problem
        if refused:
            [draft] = demo.house.drafts.all()
            assert draft.text == "Said in haste"

    run(opened(demo, scenario))


def test_it_grows_into_the_composer_with_its_words(run: Any, demo: Demo) -> None:
    """The composer goes on with the same draft; the bar is empty."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        bar = presenter.pane.bar
        bar.editor.insert("Longer than I thought")
        bar.side_chosen.emit("both")
        bar.grow.click()
        [one] = demo.live.writing.open_ones.values()

        assert one.presenter.draft.text == "Longer than I thought"
        assert len(one.presenter.draft.lanes) == 2
        assert bar.editor.text() == ""

    run(opened(demo, scenario))


def test_answering_another_post_of_the_conversation_names_it(run: Any, demo: Demo) -> None:
    """R on an answer aims the bar at it; the cross goes back to the first post."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        bar = presenter.pane.bar
        inner = next(row.card for row in rows(presenter) if row.place == "answer" and row.card)
        presenter.pane.view.react.emit(inner, "reply")
        named = bar.editor.accessibleName()
        other = not bar.to.isHidden()
        bar.target_removed.emit()

        assert named == f"Reply to {inner.post.author.shown_name}"
        assert other
        assert bar.to.isHidden()

    run(opened(demo, scenario))


def test_the_window_ends_while_a_conversation_is_asked_for(run: Any, demo: Demo) -> None:
    """Nothing is left behind, and nothing is told to what is gone."""

    async def scenario(demo: Demo) -> None:
        hold = asyncio.Event()
        network(demo).faults[SKY].hold = hold
        demo.live.threads.open(echo(demo))
        await until(lambda: hold._waiters)  # the server is asked, and does not answer

    run(opened(demo, scenario))


def test_not_found_is_told_apart(run: Any, demo: Demo) -> None:
    """A deleted post is said by the server's own words."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        presenter._visits[0].source = None
        presenter._fail(NotFound("It was deleted."))
        state = presenter.pane.findChild(State)

        assert state is not None
        assert "It was deleted." in state.accessibleName()

    run(opened(demo, scenario))


def test_who_may_not_answer_is_told_before_writing_in_vain(run: Any, demo: Demo) -> None:
    """The author lets only some answer: the button stays off, and says why."""

    async def scenario(demo: Demo) -> None:
        from msgspec.structs import replace

        presenter = await shown(demo)
        card = presenter.focus
        assert card is not None
        presenter._leave()  # the server has nothing more to say
        shut = {id: replace(one, can_reply=False) for id, one in card.viewers.items()}
        presenter.reply.show(replace(card, viewers=shut))
        bar = presenter.pane.bar
        bar.editor.insert("May I?")
        bar.side_chosen.emit("both")
        bar.send_wanted.emit()

        await until(lambda: "does not let" in bar.trouble.text())
        assert not bar.send.isEnabled()
        assert not demo.house.outbox.deliveries()

    run(opened(demo, scenario))


def test_a_draft_is_written_in_one_place_at_a_time(run: Any, demo: Demo) -> None:
    """What went on in the composer does not stand in the bar again while it is open there."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo)
        bar = presenter.pane.bar
        bar.editor.insert("In the composer")
        bar.side_chosen.emit("both")
        presenter.reply.save()
        await until(demo.house.drafts.all)
        bar.grow.click()
        again = await shown(demo)
        again.reply.show(echo(demo))

        assert demo.live.writing.open_ones
        assert again.pane.bar.editor.text() == ""

    run(opened(demo, scenario))


def test_what_is_gone_cannot_be_answered(run: Any, demo: Demo) -> None:
    """A deleted post has words in its place, and no bar."""

    async def scenario(demo: Demo) -> None:
        from app.feed.threads import Line, Tree
        from app.model.thread import Absent

        presenter = await shown(demo)
        gone = Absent(uri="https://north.example/gone", state="deleted")
        presenter._show_tree(Tree(focus=Line(kind="absent", absent=gone)))

        assert presenter.pane.bar.isHidden()

    run(opened(demo, scenario))


def test_the_pane_can_be_drawn_wider_and_stays_so(run: Any, demo: Demo) -> None:
    """As far as the timeline keeps its least; pressed twice it is as it was; it is kept."""

    async def scenario(demo: Demo) -> None:
        window = demo.front.window
        window.resize(1400, 800)
        await shown(demo)
        usual = window.right.width()
        window._grip.moved.emit(100)
        wider = window.right.width()
        window._grip.moved.emit(5_000)
        widest = window.right.width()
        least = demo.front.view.width()
        await until(lambda: demo.house.store.reader.setting("ui.right.width", 0) == widest)
        window._grip.reset.emit()

        assert wider == usual + 100
        assert least >= 440
        assert window.right.width() == usual == 440

    run(opened(demo, scenario))
