"""The composer in the window, on the demo: opened, popped out, sent, taken back, restored."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.feed.rows import Card
from app.ui.composer.schedule import ScheduleDialog
from app.ui.presenters.outbox_watch import OPEN_DRAFT
from app.ui.presenters.writing import Open, Writing
from tests.ui.shell.conftest import Demo, opened
from tests.waiting import until


def only(writing: Writing) -> Open:
    """The one composer that is open."""
    (one,) = writing.open_ones.values()
    return one


def write(one: Open, text: str) -> None:
    """At the cursor."""
    one.presenter.view.master.editor.insertPlainText(text)


def echo(demo: Demo) -> Card:
    """A card with copies on both networks."""
    source = demo.front.view.shelf.source
    assert source is not None
    rows = [source.row(index) for index in range(len(source))]
    return next(row for row in rows if isinstance(row, Card) and len(row.copies) > 1)


def test_nothing_of_the_composer_is_loaded_before_it_is_opened(run: Any, demo: Demo) -> None:
    """N opens it in the pane, with a lane on each network; a second N finds it."""

    async def scenario(demo: Demo) -> None:
        assert not demo.live.is_made("writing")
        QTest.keyClick(demo.front.view, Qt.Key.Key_N)
        await until(lambda: demo.live.is_made("writing"))
        writing = demo.live.writing
        QTest.keyClick(demo.front.view, Qt.Key.Key_N)

        assert demo.front.window.right.page is only(writing).presenter.view
        assert len(only(writing).presenter.draft.lanes) == 2

    run(opened(demo, scenario))


def test_letters_in_the_pane_are_text_not_shortcuts(run: Any, demo: Demo) -> None:
    """n, 1 and ? are written."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        editor = only(writing).presenter.view.master.editor
        editor.setFocus()
        await until(editor.hasFocus)
        QTest.keyClicks(editor, "n1?")

        assert only(writing).presenter.draft.text == "n1?"
        assert demo.live._shell.current == "all"

    run(opened(demo, scenario))


def test_an_answer_to_an_echo_asks_where(run: Any, demo: Demo) -> None:
    """R on the card; both sides are offered, with who answers there."""

    async def scenario(demo: Demo) -> None:
        card = echo(demo)
        demo.front.view.react.emit(card, "reply")
        one = only(demo.live.writing)

        assert one.presenter.draft.reply_to.author == card.post.author  # type: ignore[union-attr]
        assert {network for network, _ in one.presenter.sides} == {"mastodon", "bluesky"}
        assert one.presenter.view.master.context.sides is not None

    run(opened(demo, scenario))


def test_a_quote_goes_where_the_quoted_post_is(run: Any, demo: Demo) -> None:
    """Without asking: each lane quotes its network's copy."""

    async def scenario(demo: Demo) -> None:
        card = echo(demo)
        demo.front.view.react.emit(card, "quote")
        one = only(demo.live.writing)

        assert one.presenter.draft.quote is not None
        assert len(one.presenter.draft.lanes) == 2

    run(opened(demo, scenario))


def test_popping_out_takes_the_text_along(run: Any, demo: Demo) -> None:
    """The same draft, in a window of its own; the pane is empty."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        id = only(writing).presenter.draft.id
        write(only(writing), "Words")
        only(writing).presenter.view.head.pop_out_wanted.emit()
        one = only(writing)

        assert (id, "Words") == (one.presenter.draft.id, one.presenter.view.master.editor.text())
        assert one.window is not None and one.window.isVisible()
        assert demo.front.window.right.page is None
        one.window.close()
        await until(lambda: not writing.open_ones)
        assert demo.house.drafts.find(id).text == "Words"

    run(opened(demo, scenario))


def test_what_was_sent_can_be_taken_back(run: Any, demo: Demo) -> None:
    """The toast gives the same draft back, with its lanes; nothing has left."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        write(only(writing), "Too early")
        id = only(writing).presenter.draft.id
        await until(lambda: len(only(writing).presenter.book.plans) == 2)
        only(writing).presenter.send()
        await until(writing.after.toast.isVisible)
        assert not writing.open_ones
        assert writing.after.toast.words.text() == "Posting to two accounts in 10 s"
        writing.after.toast.act.click()
        await until(lambda: writing.open_ones)

        one = only(writing)
        assert (id, "Too early", 2) == (
            one.presenter.draft.id,
            one.presenter.draft.text,
            len(one.presenter.draft.lanes),
        )
        states = {lane.state for lane in demo.house.outbox.deliveries(id)}
        assert states <= {"cancelled"}

    run(opened(demo, scenario))


def test_what_is_under_way_is_counted_and_shown(run: Any, demo: Demo) -> None:
    """The sidebar's row leads to the outbox, which takes the timeline's place."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        write(only(writing), "Under way")
        await until(lambda: len(only(writing).presenter.book.plans) == 2)
        only(writing).presenter.send()
        await until(lambda: demo.house.outbox.deliveries())
        row = demo.front.window.sidebar._outbox
        assert row is not None and row.accessibleName() == "Outbox: 1 under way"
        row.click()
        assert writing.outbox is not None
        assert demo.front.window.right.page is writing.outbox.view
        assert len(writing.outbox.view.lanes.panels) == 2
        QTest.keyClick(writing.outbox.view, Qt.Key.Key_Escape)

        assert writing.outbox is None and demo.front.window.right.page is None

    run(opened(demo, scenario))


def test_another_draft_in_the_pane_keeps_the_first(run: Any, demo: Demo) -> None:
    """One pane, one composer; nothing is lost."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        write(only(writing), "First")
        first = only(writing).presenter.draft.id
        demo.front.view.react.emit(echo(demo), "quote")
        await until(lambda: any(d.id == first for d in demo.house.drafts.all()))

        assert only(writing).presenter.draft.quote is not None
        assert demo.house.drafts.find(first).text == "First"

    run(opened(demo, scenario))


def test_the_open_draft_is_there_after_a_crash(run: Any, demo: Demo) -> None:
    """What was kept comes back by itself, in the pane."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        write(only(writing), "Half a thought")
        one = only(writing)
        one.presenter.keeping.now()
        reader = demo.house.store.reader
        await until(lambda: reader.setting(OPEN_DRAFT, "") == one.presenter.draft.id)
        await until(lambda: demo.house.drafts.all())
        # As after a crash: nobody has closed anything.
        again = Writing(
            demo.front.look, demo.front.window, demo.house, demo.front.pictures, demo.live.scope
        )
        again.restore()

        assert only(again).presenter.draft.text == "Half a thought"
        await again.close()

    run(opened(demo, scenario))


def test_closing_the_window_keeps_what_was_typed_a_moment_ago(run: Any, demo: Demo) -> None:
    """Not even the second until the next save is lost."""

    async def scenario() -> None:
        await demo.open()
        demo.live.writing.new()
        write(only(demo.live.writing), "Last words")
        await demo.live.end()
        kept = [draft.text for draft in demo.house.drafts.all()]
        await demo.house.close()
        demo.front.window.deleteLater()
        await asyncio.sleep(0)

        assert kept == ["Last words"]

    run(scenario())


def test_a_picture_that_was_pasted_a_moment_ago_is_kept(run: Any, demo: Demo) -> None:
    """Although nothing else was written, and it is still on its way into the profile."""

    async def scenario() -> None:
        await demo.open()
        demo.live.writing.new()
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        image.fill(0x336699)
        only(demo.live.writing).presenter.view.master.editor.picture_given.emit(image)
        await demo.live.end()
        kept = [[one.name for one in draft.media] for draft in demo.house.drafts.all()]
        await demo.house.close()
        demo.front.window.deleteLater()
        await asyncio.sleep(0)

        assert kept == [["pasted.png"]]

    run(scenario())


def test_another_text_size_lays_out_anew_what_was_written(run: Any, demo: Demo) -> None:
    """The same draft, in larger letters; it is kept."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        write(only(writing), "Words")
        before = only(writing)
        demo.front.look.wish(replace(demo.front.look.wishes, scale=1.5))
        after = only(writing)

        assert after.presenter.view is not before.presenter.view
        assert after.presenter.view.master.editor.text() == "Words"
        await until(lambda: demo.house.drafts.all())
        demo.front.look.wish(replace(demo.front.look.wishes, scale=1.0))

    run(opened(demo, scenario))


def test_a_file_that_is_still_being_copied_finds_its_draft(run: Any, demo: Demo) -> None:
    """Popped out meanwhile: into the new window; closed meanwhile: into what was kept."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        write(only(writing), "With a picture")
        first = only(writing)
        image = QImage(9, 9, QImage.Format.Format_RGB32)
        image.fill(0x336699)
        first.presenter.view.master.editor.picture_given.emit(image)
        first.presenter.view.head.pop_out_wanted.emit()
        second = only(writing)
        await until(lambda: second.presenter.draft.media)
        assert second.presenter is not first.presenter

        image.fill(0x993366)
        second.presenter.view.master.editor.picture_given.emit(image)
        writing._close(second.presenter.draft.id)
        id = second.presenter.draft.id
        await until(lambda: len(demo.house.drafts.find(id).media) == 2)

    run(opened(demo, scenario))


def test_another_time_is_asked_for_at_once(run: Any, demo: Demo) -> None:
    """From the outbox: the draft comes back, with the question when it leaves."""

    async def scenario(demo: Demo) -> None:
        writing = demo.live.writing
        writing.new()
        write(only(writing), "Later")
        await until(lambda: len(only(writing).presenter.book.plans) == 2)
        only(writing).presenter.change(send_at=demo.house.clock.now() + timedelta(days=1))
        only(writing).presenter.send()
        await until(lambda: demo.house.outbox.deliveries())
        writing.show_outbox()
        assert writing.outbox is not None
        (draft,) = writing.outbox.view.list.entries
        writing.outbox.view.item_acted.emit(draft, "time")
        await until(lambda: writing.open_ones)
        dialogs = demo.front.window.findChildren(ScheduleDialog)

        assert [dialog.isVisible() for dialog in dialogs] == [True]
        dialogs[0].close()

    run(opened(demo, scenario))
