"""Writing: what is typed, what opens, what is asked, what is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.model import Profile
from app.model.draft import PollDraft, PostAddress, Target
from app.model.errors import StoreError, Unreachable
from app.services.composing import ComposeWishes
from app.ui.composer.values import Suggestion
from app.ui.widgets.words import Words
from tests.ui.composer import samples
from tests.ui.composer.desk import SALT, SKY, YARD, Desk
from tests.waiting import until


@pytest.fixture
def desk(desks: Any) -> Desk:
    """Two lanes, nothing written."""
    made: Desk = desks()
    made.show()
    return made


def answered(*networks: str, days: int = 0) -> Target:
    """A post with copies there."""
    return Target(
        copies=tuple(PostAddress(network, f"{network}:1") for network in networks),
        author=samples.ottilie(),
        excerpt="Counted 4 210 bar-tailed godwits.",
        written_at=samples.NOW - timedelta(days=days),
    )


# -------------------------------------------------------------------- text


def test_text_is_kept_exactly_as_it_was_typed(desk: Desk) -> None:
    """No-break spaces, emoji, several blanks and empty lines."""
    text = "a\u00a0b  c\n\n👩‍👩‍👧 x\u202f1\n"
    desk.type(text)

    assert desk.draft.text == text


def test_formatted_text_is_pasted_as_plain_text(desk: Desk) -> None:
    """Nobody else's fonts come in."""
    mime = QMimeData()
    mime.setHtml("<b>Bold</b> words")
    mime.setText("Bold words")
    desk.view.master.editor.insertFromMimeData(mime)

    assert desk.draft.text == "Bold words"


def test_links_mentions_and_tags_are_coloured_as_one_types(desk: Desk) -> None:
    """In UTF-16 units, as Qt counts: an emoji before them moves nothing."""
    desk.type("🫖 says @ottilie about https://example.org and #WaderCount")
    layout = desk.view.master.editor.document().firstBlock().layout()
    text = desk.view.master.editor.document().firstBlock().text()
    coloured = [text.encode("utf-16-le")[2 * f.start : 2 * (f.start + f.length)].decode("utf-16-le")
                for f in layout.formats()]  # fmt: skip

    assert coloured == ["@ottilie", "https://example.org", "#WaderCount"]


def test_a_split_by_hand_is_a_line_of_its_own(desk: Desk) -> None:
    """In the middle of a line, too; the plan follows it."""
    desk.type("First part. Second part.")
    cursor = desk.view.master.editor.textCursor()
    cursor.setPosition(11)
    desk.view.master.editor.setTextCursor(cursor)
    desk.view.master.tools["split"].click()
    desk.presenter.refresh()

    assert desk.draft.text.splitlines()[:2] == ["First part.", "---"]
    assert len(desk.presenter.book.plans[SALT].posts) == 2


def test_undoing_goes_through_what_was_typed_only(desk: Desk) -> None:
    """Not through setting the pitch of lines."""
    desk.type("One")
    desk.view.master.editor.undo()

    assert desk.draft.text == ""
    assert not desk.view.master.editor.document().isUndoAvailable()


# ------------------------------------------------------------ parts of a draft


def test_the_warning_comes_and_goes(desk: Desk) -> None:
    """Its line takes the focus; removing it clears the draft's."""
    desk.view.master.tools["warning"].click()
    QTest.keyClicks(desk.view.master.warning.field, "Boats")
    assert desk.draft.warning == "Boats"

    desk.view.master.warning_removed.emit()
    assert (desk.draft.warning, desk.view.master.warning.isVisible()) == ("", False)


def test_a_poll_is_written_answer_by_answer(desk: Desk) -> None:
    """Enter adds one; two always stay."""
    desk.view.master.tools["poll"].click()
    poll = desk.view.master.poll
    assert poll is not None
    fields = poll._inputs
    QTest.keyClicks(fields[0], "Yes")
    QTest.keyClicks(fields[1], "No")
    QTest.keyClick(fields[1], Qt.Key.Key_Return)
    assert desk.draft.poll == PollDraft(options=("Yes", "No", ""))

    poll.removed.emit()
    assert desk.draft.poll is None and desk.view.master.poll is None


def test_typing_in_a_poll_keeps_its_field(desk: Desk) -> None:
    """The echo of the own change builds nothing anew."""
    desk.view.master.tools["poll"].click()
    poll = desk.view.master.poll
    assert poll is not None
    field = poll._inputs[0]
    QTest.keyClicks(field, "Ye")
    desk.presenter.refresh()
    desk.presenter._show_parts()

    assert poll._inputs[0] is field


def test_descriptions_are_counted_against_the_strictest_lane(desk: Desk) -> None:
    """And are the same in all lanes."""
    desk.presenter.take(replace(desk.draft, media=(replace(samples.PICTURE, alt=""),)))
    desk.presenter.refresh()
    tile = desk.view.master.tiles.tiles["dusk"]
    tile.alt.insertPlainText("A boat")
    desk.presenter.refresh()

    assert desk.draft.media[0].alt == "A boat"
    assert tile._count.text().replace("\u202f", "").replace(",", "") == "6 of 1500"
    plans = desk.presenter.book.plans
    assert {plans[lane].posts[0].media[0].alt for lane in (SALT, SKY)} == {"A boat"}


def test_the_point_of_interest_moves_with_keys(desk: Desk, qapp: QApplication) -> None:
    """Up is up; it stops at the edges."""
    desk.presenter.take(replace(desk.draft, media=(samples.PICTURE,)))
    desk.presenter.refresh()
    desk.tools._on_focus("dusk", QPoint(0, 0))
    from app.ui.composer.focal import FocalPopover

    popover = desk.view.findChildren(FocalPopover)[0]
    for _ in range(30):
        QTest.keyClick(popover.area, Qt.Key.Key_Up)
    QTest.keyClick(popover.area, Qt.Key.Key_Right)

    assert desk.draft.media[0].focus == (0.05, 1.0)


# ------------------------------------------------------------------ completion


def test_names_are_completed_with_the_keys_of_the_editor(desk: Desk) -> None:
    """Down and Enter choose; the name takes the place of what was begun."""
    people = [
        Suggestion(profile=Profile(uri=f"u{n}", handle=f"person{n}@x.example"), marks=())
        for n in range(3)
    ]
    editor = desk.view.master.editor
    desk.type("Ask @per")
    desk.tools.completion.show_people(people, QPoint(10, 10))
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert desk.draft.text == "Ask @person1@x.example "
    assert desk.tools.completion.isHidden()


def test_a_name_begins_only_after_a_blank(desk: Desk) -> None:
    """An address of e-mail is no mention."""
    editor = desk.view.master.editor
    found = []
    for text in ("mail@home", " @ott", "(@ott", "@a@b.example"):
        editor.show_text("")
        editor.insertPlainText(text)
        found.append(editor.begun())

    assert found == ["", "@ott", "@ott", "@a@b.example"]


def test_escape_puts_the_names_away_before_the_composer(desk: Desk) -> None:
    """One press, one thing."""
    people = [Suggestion(profile=Profile(uri="u", handle="p@x.example"))]
    desk.type("@p")
    desk.tools.completion.show_people(people, QPoint(10, 10))
    QTest.keyClick(desk.view.master.editor, Qt.Key.Key_Escape)

    assert desk.tools.completion.isHidden()
    assert desk.left == 0


# ----------------------------------------------------------------- before it leaves


def test_the_button_is_off_with_its_reason(desk: Desk) -> None:
    """And pressing the keys says the reason, sends nothing."""
    assert not desk.view.footer.send.isEnabled()
    QTest.keyClick(desk.view.master.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert desk.view.sheet.accessibleName() == "Nothing written yet."
    assert desk.sent == []


def test_a_missing_description_is_asked_for_once(desk: Desk) -> None:
    """Describe leads to its field."""
    desk.type("Look")
    desk.presenter.take(replace(desk.draft, media=(replace(samples.PICTURE, alt=""),)))
    desk.presenter.refresh()
    desk.presenter.send()
    assert not desk.view.sheet.isHidden() and not desk.presenter.sending

    desk.view.sheet.mended.emit("alt")
    assert desk.view.sheet.isHidden()


def test_what_was_asked_and_meant_is_sent(desk: Desk) -> None:
    """Pressing the button a second time is an answer; a compulsory one is not."""
    desk.type("Look")
    bare = replace(desk.draft, media=(replace(samples.PICTURE, alt=""),))
    desk.presenter.take(bare)
    desk.presenter.send()
    desk.presenter.send()
    assert desk.presenter.sending

    desk.presenter.sending = False
    desk.wishes = ComposeWishes(alt_required=True)
    desk.presenter.send(reminded=True)
    assert not desk.presenter.sending


def test_changing_the_draft_takes_the_question_away(desk: Desk) -> None:
    """It may not hold any more."""
    desk.type("Look")
    desk.presenter.take(replace(desk.draft, media=(replace(samples.PICTURE, alt=""),)))
    desk.presenter.send()
    desk.type("!")

    assert desk.view.sheet.isHidden()


def test_an_echo_asks_where_it_is_answered(desk: Desk) -> None:
    """Nothing leaves before that was said; then only those lanes are there."""
    target = answered("mastodon", "bluesky")
    desk.presenter._target = target
    desk.presenter.take(replace(desk.draft, reply_to=target))
    desk.presenter.show(sides=(("mastodon", "Mastodon"), ("bluesky", "Bluesky")), title="Reply")
    desk.type("Yes")
    desk.presenter.refresh()
    assert "where you answer" in desk.view.footer.words.text()

    desk.presenter.choose_side("bluesky")
    assert [lane.account for lane in desk.draft.lanes] == [SKY]
    assert desk.view.footer.send.isEnabled()

    desk.presenter.choose_side("both")
    assert {lane.account for lane in desk.draft.lanes} == {SALT, SKY}


def test_who_may_not_see_an_answer_is_said_over_it(desk: Desk) -> None:
    """As long as a lane answers there."""
    desk.services.unheard = lambda account, uri: "They may not see it." if account == SALT else ""
    desk.presenter.take(replace(desk.draft, reply_to=answered("mastodon", "bluesky")))
    desk.presenter.refresh()
    context = desk.view.master.context
    assert "They may not see it." in [one.text() for one in context.findChildren(Words)]

    left = tuple(lane for lane in desk.draft.lanes if lane.account != SALT)
    desk.presenter.take(replace(desk.draft, lanes=left))
    desk.presenter.refresh()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert "They may not see it." not in [one.text() for one in context.findChildren(Words)]


def test_a_lane_where_the_thread_is_not_visible_is_removed_on_demand(desk: Desk) -> None:
    """The reminder mends it."""
    desk.type("Yes")
    desk.presenter.take(replace(desk.draft, reply_to=answered("mastodon")))
    desk.presenter.send()
    desk.view.sheet.mended.emit("unseen")

    assert [lane.account for lane in desk.draft.lanes] == [SALT]


# ------------------------------------------------------------- with an event loop


def test_sending_puts_the_plans_into_the_outbox_once(run: Any, look: Any) -> None:
    """Two presses, one sending, with the undo window of the settings."""

    async def scenario() -> None:
        desk = Desk(look, wishes=ComposeWishes(undo=5))
        desk.show()
        desk.type("Words")
        desk.presenter.send()
        desk.presenter.send()
        await until(lambda: desk.sent)

        assert len(desk.outbox.sent) == 1
        draft, plans, undo = desk.outbox.sent[0]
        assert ("Words", [SALT, SKY], 5) == (draft.text, [one.account for one in plans], undo)
        await desk.close()

    run(scenario())


def test_what_the_outbox_refuses_stays_open_and_is_said(run: Any, look: Any) -> None:
    """Nothing is lost, nothing is doubled."""

    async def scenario() -> None:
        desk = Desk(look)
        desk.outbox.broken = StoreError("The disk is full.")
        desk.show()
        desk.type("Words")
        desk.presenter.send()
        await until(lambda: not desk.presenter.sending)

        assert "The disk is full." in desk.view.sheet.accessibleName()
        assert (desk.sent, desk.draft.text) == ([], "Words")
        await desk.close()

    run(scenario())


def test_typing_is_kept_within_two_seconds(run: Any, look: Any) -> None:
    """Also while one goes on typing; the pill says so, and versions are counted."""

    async def scenario() -> None:
        desk = Desk(look)
        desk.show()
        desk.type("One")
        assert desk.view.head.saved.words.text() == "Not saved yet"
        await until(lambda: desk.drafts.saves == 1)
        assert desk.view.head.saved.words.text() == "Draft saved"
        desk.type(" two")
        desk.view.master.editor.left.emit()
        await until(lambda: desk.drafts.saves == 2)

        assert desk.drafts.kept[desk.draft.id].text == "One two"
        await until(lambda: desk.view.head.versions.isVisible())
        await desk.close()

    run(scenario())


def test_a_draft_that_cannot_be_kept_stays_open(run: Any, look: Any) -> None:
    """Closing would lose it; when there is room again it is kept."""

    async def scenario() -> None:
        desk = Desk(look)
        desk.drafts.broken = StoreError("The disk is full.")
        desk.show()
        desk.type("Words")
        QTest.keyClick(desk.view.master.editor, Qt.Key.Key_Escape)
        await until(lambda: desk.view.head.saved.words.text() == "Not saved")
        assert desk.left == 0
        assert "stays open" in desk.view.sheet.accessibleName()

        desk.drafts.broken = None
        desk.view.sheet.left.emit()
        QTest.keyClick(desk.view.master.editor, Qt.Key.Key_Escape)
        await until(lambda: desk.left)
        assert desk.drafts.kept[desk.draft.id].text == "Words"
        await desk.close()

    run(scenario())


def test_an_empty_draft_leaves_nothing_behind(run: Any, look: Any) -> None:
    """Nobody would miss it."""

    async def scenario() -> None:
        desk = Desk(look)
        desk.show()
        desk.type("x")
        await until(lambda: desk.drafts.saves)
        desk.view.master.editor.undo()
        desk.presenter.leave()
        await until(lambda: desk.left)

        assert desk.drafts.kept == {}
        await desk.close()

    run(scenario())


def test_an_older_version_comes_back_and_the_newer_is_one_then(run: Any, look: Any) -> None:
    """Going back loses nothing."""

    async def scenario() -> None:
        desk = Desk(look)
        desk.show()
        desk.type("First words")
        desk.presenter.keeping.now()
        await until(lambda: desk.drafts.saves == 1)
        desk.view.master.editor.selectAll()
        desk.type("Others")
        desk.presenter.keeping.now()
        await until(lambda: desk.drafts.saves == 2)
        old = (await desk.drafts.versions(desk.draft.id))[-1]
        desk.tools._restore(old)
        desk.presenter.keeping.now()
        await until(lambda: desk.drafts.saves == 3)

        assert (desk.draft.text, desk.view.master.editor.text()) == ("First words", "First words")
        assert "Others" in [one.text for one in await desk.drafts.versions(desk.draft.id)]
        await desk.close()

    run(scenario())


def test_pictures_come_by_paste_and_files_by_drop(run: Any, look: Any, tmp_path: Any) -> None:
    """Into the profile, then into the draft; the text gets nothing of them."""

    async def scenario() -> None:
        desk = Desk(look)
        desk.show()
        image = QImage(8, 8, QImage.Format.Format_RGB32)
        image.fill(0xFF8800)
        mime = QMimeData()
        mime.setImageData(image)
        desk.view.master.editor.insertFromMimeData(mime)
        await until(lambda: len(desk.draft.media) == 1)
        file = tmp_path / "boat.png"
        file.write_bytes(b"another picture")
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        desk.view.master.editor.insertFromMimeData(mime)
        await until(lambda: len(desk.draft.media) == 2)

        assert [one.name for one in desk.draft.media] == ["pasted.png", "boat.png"]
        assert desk.draft.text == ""
        await desk.close()

    run(scenario())


def test_what_comes_late_never_disturbs_typing(run: Any, look: Any) -> None:
    """Limits that arrive, a language that is detected: the cursor stays where it is."""

    async def scenario() -> None:
        desk = Desk(look, limits={SALT: samples.SALT_LIMITS})
        desk.services.language = lambda text: _soon("de")
        desk.show()
        desk.type("Guten Morgen")
        cursor = desk.view.master.editor.textCursor()
        cursor.setPosition(5)
        desk.view.master.editor.setTextCursor(cursor)
        await until(lambda: desk.presenter.book.detected == "de")
        await until(lambda: SKY in desk.presenter.book.plans)

        assert desk.view.master.editor.textCursor().position() == 5
        row = desk.view.lanes.panels[SALT].settings.button("lang")
        await until(lambda: row is not None and row.accessibleName() == "Language: German")
        desk.presenter.refresh()
        assert desk.presenter.book.plans[SALT].posts[0].langs == ("de",)
        await desk.close()

    run(scenario())


def test_people_who_cannot_be_looked_up_do_not_stop_anybody(run: Any, look: Any) -> None:
    """Named, not pinged; asked again later."""

    async def scenario() -> None:
        desk = Desk(look)
        asked: list[Any] = []

        async def unreachable(handles: Any) -> Any:
            asked.append(tuple(handles))
            raise Unreachable("No network.")

        desk.services.acquaintances = unreachable
        desk.show()
        desk.type("Hello @ottilie")
        await until(lambda: asked)
        desk.presenter.refresh()

        assert desk.view.footer.send.isEnabled()
        assert asked == [("ottilie",)]
        await desk.close()

    run(scenario())


async def _soon(value: str) -> str:
    return value


def test_keys_reach_the_editor_first(desk: Desk) -> None:
    """Whoever captures a key keeps it from the text."""
    seen: list[int] = []

    def captures(event: QKeyEvent) -> bool:
        seen.append(event.key())
        return event.key() == Qt.Key.Key_X

    desk.view.master.editor.captures = captures
    QTest.keyClicks(desk.view.master.editor, "axb")

    assert desk.draft.text == "ab"
    assert len(seen) == 3
    assert YARD not in desk.view.lanes.panels


def test_a_time_that_has_passed_is_chosen_again(desk: Desk) -> None:
    """Nothing leaves late unasked."""
    desk.type("Words")
    desk.presenter.change(send_at=samples.NOW - timedelta(minutes=1))
    desk.presenter.refresh()

    assert not desk.view.footer.send.isEnabled()
    assert "has passed" in desk.view.footer.words.text()


def test_a_lane_made_before_its_server_was_known_is_set_as_usual_there(run: Any, look: Any) -> None:
    """Never more public than the account's own default, unless that was chosen."""

    async def scenario() -> None:
        desk = Desk(look, limits={SKY: samples.SKY_LIMITS})
        quiet = replace(samples.SALT_LIMITS, visibilities=("quiet", "public"))
        desk.outbox._late[SALT] = quiet
        desk.show()
        await until(lambda: SALT in desk.presenter.book.plans)

        lane = next(lane for lane in desk.draft.lanes if lane.account == SALT)
        assert lane.settings.visibility == "quiet"
        await desk.close()

    run(scenario())


def test_a_server_that_cannot_be_asked_holds_nobody_up(run: Any, look: Any) -> None:
    """What is usual there is taken for it, and said; when it answers, that counts."""

    async def scenario() -> None:
        desk = Desk(look, limits={SALT: samples.SALT_LIMITS})
        desk.show()
        desk.type("Low tide")
        await until(lambda: SKY in desk.presenter.book.plans)
        desk.presenter.refresh()
        state = desk.view.lanes.panels[SKY].state.words
        assert state.text() == "Ready, one post: by what is usual there"
        assert desk.view.footer.send.isEnabled()

        desk.outbox._late[SKY] = samples.SKY_LIMITS
        desk.presenter.book._again.clear()
        desk.presenter.refresh()
        await until(lambda: state.text() == "Ready, one post")
        await desk.close()

    run(scenario())


def test_shift_makes_no_post_of_the_key_that_posts(desk: Desk) -> None:
    """Ctrl+Shift+Enter begins a new post of the thread, on every Enter key."""
    desk.type("Words")
    desk.presenter.refresh()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_Enter, Qt.Key.Key_Return):
        QTest.keyClick(desk.view.master.editor, key, both)

    assert not desk.presenter.sending
    assert desk.outbox.sent == []
