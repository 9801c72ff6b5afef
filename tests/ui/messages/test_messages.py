"""Private messages in the window, by keys alone: opened, read, answered, muted, left."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.protocols import demo as networks
from app.protocols.demo.people import PEOPLE
from app.services.sync import AccountReport
from app.ui.messages.boxes import BoxPanel, Picture
from app.ui.messages.bubble import BubbleRow
from app.ui.messages.page import MessagesPage
from app.ui.messages.pane import TalkPane
from app.ui.messages.values import Bubble, Divider
from app.ui.shell.states import Loading
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


async def _open(demo: Demo) -> MessagesPage:
    """By its key, with all that there is."""
    await demo.house.messages.sync()
    QTest.keyClick(demo.front.window, Qt.Key.Key_M)
    page = demo.live.messages.page
    assert page is not None
    await until(lambda: len(page.rows) > 6)
    return page


def _world(demo: Demo) -> networks.World:
    network = demo.house.registry().network(networks.ID)
    assert isinstance(network, networks.DemoNetwork)
    return network.world


async def _into(page: MessagesPage, title: str) -> TalkPane:
    """Open the conversation with that title."""
    row = next(row for row in page.rows if title in row.item.title)
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    pane = page.pane
    await until(lambda: pane.state is not None and title in pane.state.title and pane.bubbles)
    return pane


def _texts(pane: TalkPane) -> list[str]:
    return [row.item.text for row in pane.bubbles]


def test_a_key_opens_them_and_escape_leads_back(demo: Demo, run: Scenario) -> None:
    """In the place of the timeline; the sidebar says where one is, and how much is unread."""

    async def scenario(demo: Demo) -> None:
        window = demo.front.window
        page = await _open(demo)
        assert window.sidebar._rooms["messages"].isChecked()
        await until(lambda: window.sidebar._rooms["messages"]._unread == 1)
        assert not window.header.isVisible()
        page.rows[0].setFocus()
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert demo.live.messages.page is None
        assert window.header.isVisible()
        assert not window.sidebar._rooms["messages"].isChecked()

    run(opened(demo, scenario))


def test_no_requests_are_told_of_before_anything_is_known(demo: Demo, run: Scenario) -> None:
    """The page is painted once before its rows are there."""

    async def scenario(demo: Demo) -> None:
        QTest.keyClick(demo.front.window, Qt.Key.Key_M)
        page = demo.live.messages.page
        assert page is not None
        assert page.isVisible() and not page.band.isVisible()
        await until(page.band.isVisible)

    run(opened(demo, scenario))


def test_until_servers_have_answered_it_is_not_said_that_there_are_none(
    demo: Demo, run: Scenario
) -> None:
    """What is asked for is said, however slow they are, and although timelines were read."""

    async def scenario(demo: Demo) -> None:
        rounds, may = demo.house.messages._rounds, asyncio.Event()
        whole = rounds._one

        async def later(report: AccountReport, background: bool) -> None:
            await may.wait()
            await whole(report, background)

        rounds._one = later
        await demo.house.sync.run()
        QTest.keyClick(demo.front.window, Qt.Key.Key_M)
        page = demo.live.messages.page
        assert page is not None
        await until(lambda: page._instead is not None)
        await until(lambda: rounds.asking)
        await demo.live.messages._load()
        assert isinstance(page._instead, Loading)
        may.set()
        await until(lambda: len(page.rows) > 6)

    run(opened(demo, scenario))


def test_notifications_take_its_place_and_give_it_back(demo: Demo, run: Scenario) -> None:
    """One room at a time; the page that went is really gone."""

    async def scenario(demo: Demo) -> None:
        await _open(demo)
        QTest.keyClick(demo.front.window, Qt.Key.Key_0)
        await until(lambda: demo.live.messages.page is None)
        assert demo.live.notices.page is not None
        QTest.keyClick(demo.front.window, Qt.Key.Key_M)
        assert demo.live.notices.page is None
        assert demo.live.messages.page is not None

    run(opened(demo, scenario))


def test_keys_walk_through_the_list_and_into_a_conversation(demo: Demo, run: Scenario) -> None:
    """j and k; Enter opens; from the empty field up to the messages and back."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        page.rows[0].setFocus()
        QTest.keyClick(page.rows[0], Qt.Key.Key_J)
        assert page.rows[1].hasFocus()
        QTest.keyClick(page.rows[1], Qt.Key.Key_K)
        pane = await _into(page, "Kaj")
        await until(pane.bar.editor.hasFocus)
        QTest.keyClick(pane.bar.editor, Qt.Key.Key_Up)
        assert pane.bubbles[-1].hasFocus()
        QTest.keyClick(pane.bubbles[-1], Qt.Key.Key_K)
        assert pane.bubbles[-2].hasFocus()
        QTest.keyClick(pane.bubbles[-2], Qt.Key.Key_J)
        QTest.keyClick(pane.bubbles[-1], Qt.Key.Key_J)
        assert pane.bar.editor.hasFocus()

    run(opened(demo, scenario))


def test_it_says_that_the_servers_can_read_it(demo: Demo, run: Scenario) -> None:
    """In every head, and where one writes; it cannot be put away."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        for title in ("Kaj", "Ottilie"):
            pane = await _into(page, title)
            assert pane.warning.text().startswith("Not end-to-end encrypted.")
            assert pane.warning.isVisible()
            assert "Not end-to-end encrypted" in pane.bar.note.text()
            assert pane.bar.note.isVisible()
        pane.means.click()
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.close()

    run(opened(demo, scenario))


def test_enter_sends_and_the_newest_stands_below(demo: Demo, run: Scenario) -> None:
    """At once as one on its way, then as the server has it; the field is empty again."""

    async def scenario(demo: Demo) -> None:
        pane = await _into(await _open(demo), "Kaj")
        QTest.keyClicks(pane.bar.editor, "Thermos")
        QTest.keyClick(pane.bar.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClicks(pane.bar.editor, "and cake")
        QTest.keyClick(pane.bar.editor, Qt.Key.Key_Return)
        await until(lambda: pane.bubbles and _texts(pane)[-1] == "Thermos\nand cake")
        await until(lambda: not pane.bubbles[-1].item.state)
        assert pane.bar.editor.text() == ""
        said = [m for key, all_ in _world(demo).ledger.said.items() if key[0] == networks.SKY
                for m in all_ if m.said is not None]  # fmt: skip
        assert sum(m.said.text.text == "Thermos\nand cake" for m in said if m.said) == 1

    run(opened(demo, scenario))


def test_a_draft_is_kept_while_one_is_elsewhere(demo: Demo, run: Scenario) -> None:
    """Each conversation has its own; the list says so."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "Kaj")
        QTest.keyClicks(pane.bar.editor, "half a thought")
        await _into(page, "Ottilie")
        await until(lambda: pane.bar.editor.text() == "")
        row = next(row for row in page.rows if "Kaj" in row.item.title)
        await until(lambda: row.item.note == "Draft:")
        await _into(page, "Kaj")
        await until(lambda: pane.bar.editor.text() == "half a thought")

    run(opened(demo, scenario))


def test_a_refusal_stands_under_the_message(demo: Demo, run: Scenario) -> None:
    """Not sent, why, and what can be done; removed, its words are in the field again."""

    async def scenario(demo: Demo) -> None:
        network = demo.house.registry().network(networks.ID)
        assert isinstance(network, networks.DemoNetwork)
        pane = await _into(await _open(demo), "Kaj")
        network.faults[networks.SKY].refuses = 1
        QTest.keyClicks(pane.bar.editor, "No way")
        QTest.keyClick(pane.bar.editor, Qt.Key.Key_Return)
        await until(lambda: pane.bubbles and pane.bubbles[-1].item.trouble)
        shown = pane.bubbles[-1].item
        assert shown.state.startswith("Not sent:")
        assert [key for key, _ in shown.acts] == ["retry", "drop"]
        pane.acted.emit(shown.id, "drop")
        await until(lambda: "No way" not in _texts(pane))
        await until(lambda: pane.bar.editor.text() == "No way")

    run(opened(demo, scenario))


def test_what_was_typed_in_one_does_not_leave_from_another(demo: Demo, run: Scenario) -> None:
    """Not even from one that has just been opened, before anything of it is shown."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "Ottilie")
        other = page.open_key
        await _into(page, "Kaj")
        mine = page.open_key
        QTest.keyClicks(pane.bar.editor, "only for Kaj")
        demo.live.messages.show(other)
        assert pane.bar.editor.text() == ""
        pane.bar.send_wanted.emit("only for Kaj")
        await until(lambda: pane.state is not None and "Ottilie" in pane.state.title)
        demo.live.messages.show(mine)
        await until(lambda: pane.bar.editor.text() == "only for Kaj")
        letters = await demo.house.store.load(lambda reader: reader.letters.letters())
        assert letters == []
        assert "only for Kaj" not in str(_world(demo).ledger.said)

    run(opened(demo, scenario))


def test_what_cannot_be_sent_goes_back_into_its_own_conversation(demo: Demo, run: Scenario) -> None:
    """Where another one was opened meanwhile: neither lost, nor in the field of that one."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "Ottilie")
        other = page.open_key
        await _into(page, "Sela")
        mine = page.open_key
        pane.bar.send_wanted.emit("Ask @somebody@else.example as well")
        demo.live.messages.show(other)
        await until(lambda: pane.state is not None and "Ottilie" in pane.state.title)
        row = next(row for row in page.rows if "Sela" in row.item.title)
        await until(lambda: row.item.note == "Draft:")
        assert pane.bar.editor.text() == ""
        demo.live.messages.show(mine)
        await until(lambda: pane.bar.editor.text() == "Ask @somebody@else.example as well")

    run(opened(demo, scenario))


def test_a_message_that_is_taken_back_goes_into_its_own_conversation(
    demo: Demo, run: Scenario
) -> None:
    """Not into the field of one that was opened meanwhile."""

    async def scenario(demo: Demo) -> None:
        network = demo.house.registry().network(networks.ID)
        assert isinstance(network, networks.DemoNetwork)
        page = await _open(demo)
        pane = await _into(page, "Ottilie")
        other = page.open_key
        await _into(page, "Kaj")
        mine = page.open_key
        network.faults[networks.SKY].refuses = 1
        QTest.keyClicks(pane.bar.editor, "No way")
        QTest.keyClick(pane.bar.editor, Qt.Key.Key_Return)
        await until(lambda: pane.bubbles and pane.bubbles[-1].item.trouble)
        pane.acted.emit(pane.bubbles[-1].item.id, "drop")
        demo.live.messages.show(other)
        await until(lambda: pane.state is not None and "Ottilie" in pane.state.title)
        row = next(row for row in page.rows if "Kaj" in row.item.title)
        await until(lambda: row.item.note == "Draft:")
        assert pane.bar.editor.text() == ""
        demo.live.messages.show(mine)
        await until(lambda: pane.bar.editor.text() == "No way")

    run(opened(demo, scenario))


def test_what_is_too_long_cannot_be_sent(demo: Demo, run: Scenario) -> None:
    """The number of characters that are left goes below nothing."""

    async def scenario(demo: Demo) -> None:
        pane = await _into(await _open(demo), "Sela")
        pane.bar.show_text("x" * 501)
        assert pane.bar.count.text() == "-1"
        assert not pane.bar.send.isEnabled()
        pane.bar.show_text("x" * 500)
        assert pane.bar.send.isEnabled()

    run(opened(demo, scenario))


def test_what_is_new_is_marked_and_read_in_sight(demo: Demo, run: Scenario) -> None:
    """A line above it as long as one stays; the count goes, here and at the server."""

    async def scenario(demo: Demo) -> None:
        window = demo.front.window
        pane = await _into(await _open(demo), "Kaj")
        assert pane.state is not None
        await until(lambda: Divider("1 new", new=True) in pane.state.items)
        talk = demo.live.messages.talk
        assert talk is not None
        await until(window.isActiveWindow)
        talk._see()
        await until(lambda: window.sidebar._rooms["messages"]._unread == 0)
        ledger = _world(demo).ledger
        await until(lambda: ledger.talks[networks.SKY][talk.key].unread == 0)
        assert Divider("1 new", new=True) in pane.state.items

    run(opened(demo, scenario))


def test_a_request_is_accepted_or_turned_away(demo: Demo, run: Scenario) -> None:
    """Apart, on top; opened without agreeing it cannot be answered, and is not read."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        await until(lambda: page.asked)
        [first] = page.asked
        first.read.click()
        await until(lambda: page.pane.state is not None and page.pane.state.request)
        assert not page.pane.bar.isVisible()
        page.band.all.click()
        await until(lambda: len(page.asked) == 2)
        tove = next(row for row in page.asked if "Tove" in row.item.title)
        tove.accept.click()
        await until(lambda: any("Tove" in row.item.title for row in page.rows))
        await until(lambda: page.pane.bar.isVisible())
        page.asked[0].decline.click()
        await until(lambda: not page.asked)

    run(opened(demo, scenario))


def test_somebody_can_be_left_out_and_it_says_so(demo: Demo, run: Scenario) -> None:
    """Chips above the field, where names make who receives."""

    async def scenario(demo: Demo) -> None:
        pane = await _into(await _open(demo), "Ottilie")
        teun = pane.bar.chips[PEOPLE["teun"].uri]
        teun.click()
        await until(lambda: "Teun Haverkate" in pane.bar._left.text())
        assert "does not receive this" in pane.bar._left.text()
        assert not teun.isChecked()
        sky = await _into(demo.live.messages.page, "Kaj")  # type: ignore[arg-type]
        assert not sky.bar.chips

    run(opened(demo, scenario))


def test_a_reaction_comes_from_the_menu_and_goes_by_its_pill(demo: Demo, run: Scenario) -> None:
    """Enter on a message offers what can be done with it."""

    async def scenario(demo: Demo) -> None:
        pane = await _into(await _open(demo), "Kaj")
        last = pane.bubbles[-1]
        pane.message_menu.emit(last.item.id, QPoint(0, 0))
        menu = pane.findChild(QMenu)
        assert menu is not None
        assert "Copy text" in [action.text() for action in menu.actions()]
        menu.actions()[0].trigger()
        menu.close()
        await until(lambda: pane.bubbles[-1].item.reactions)
        [mine] = pane.bubbles[-1].item.reactions
        assert (mine.value, mine.mine) == ("👍", True)
        pane.reacted.emit(last.item.id, "👍", False)
        await until(lambda: not pane.bubbles[-1].item.reactions)

    run(opened(demo, scenario))


def test_somebody_new_is_found_and_written_to(demo: Demo, run: Scenario) -> None:
    """By name, over both networks; who cannot be written to is said with why."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        demo.live.messages.write()
        picker = demo.live.messages.picker
        assert picker is not None
        dialog = picker.dialog
        dialog.field.input.setText("maribel.example.net")
        alone = dialog.height()
        await until(lambda: dialog.people)
        assert dialog.height() > alone, "there is room for all that were found"
        next(one for one in dialog.people if "Bluesky" in one.accessibleName()).click()
        await until(lambda: "only from people" in dialog.trouble.text())
        dialog.field.input.setText("imke")
        await until(lambda: any("Imke" in one.accessibleName() for one in dialog.people))
        QTest.keyClick(dialog.field.input, Qt.Key.Key_Return)
        await until(dialog.go.isEnabled)
        QTest.keyClick(dialog.field.input, Qt.Key.Key_Return)
        await until(lambda: page.pane.state is not None and "Imke" in page.pane.state.title)
        QTest.keyClicks(page.pane.bar.editor, "Hello Imke")
        QTest.keyClick(page.pane.bar.editor, Qt.Key.Key_Return)
        await until(lambda: "Hello Imke" in _texts(page.pane))

    run(opened(demo, scenario))


def test_several_people_are_a_group_with_a_name(demo: Demo, run: Scenario) -> None:
    """By keys; its name is who is in it, unless it is given another."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        demo.live.messages.write()
        picker = demo.live.messages.picker
        assert picker is not None
        dialog = picker.dialog
        for name in ("kaj", "gus"):
            dialog.field.input.setText(name)
            await until(lambda: any("Bluesky" in one.accessibleName() for one in dialog.people))
            next(one for one in dialog.people if "Bluesky" in one.accessibleName()).click()
            await until(lambda name=name: any(one.profile.handle.startswith(name)
                                              for one in picker._chosen.values()))  # fmt: skip
        assert dialog.go.text() == "Make the group"
        assert dialog.name.isVisible()
        assert dialog.name.input.placeholderText() == "Kaj, Gus"
        dialog.name.input.setText("Bread and boats")
        QTest.keyClick(dialog.name.input, Qt.Key.Key_Return)
        await until(
            lambda: page.pane.state is not None and page.pane.state.title == "Bread and boats"
        )

    run(opened(demo, scenario))


def test_who_closes_the_search_for_people_is_not_searched_for(demo: Demo, run: Scenario) -> None:
    """What is on its way would come to a dialog that is gone."""

    async def scenario(demo: Demo) -> None:
        await _open(demo)
        demo.live.messages.write()
        picker = demo.live.messages.picker
        assert picker is not None
        dialog = picker.dialog

        def asking() -> bool:
            names = {task.get_name() for task in demo.live.scope._tasks}
            return "ask about somebody" in names

        dialog.field.input.setText("imke")
        await until(lambda: dialog.people)
        dialog.people[0].click()
        dialog.field.input.setText("maribel")
        assert picker._timer.isActive() and asking()
        dialog.reject()
        assert not picker._timer.isActive()
        await until(lambda: not asking())
        assert not picker._chosen

    run(opened(demo, scenario))


def test_an_account_that_leaves_while_its_messages_are_read_breaks_nothing(
    demo: Demo, run: Scenario
) -> None:
    """What was typed there is gone with it; the window goes on."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "Kaj")
        talk = demo.live.messages.talk
        assert talk is not None
        account = talk.account
        QTest.keyClicks(pane.bar.editor, "half a thought")
        await demo.house.accounts.remove(account)
        await talk._tried(demo.house.messages.keep_draft(*talk.place, "half a thought"), "")
        pane.uncovered.emit("a message")
        desks = await demo.house.store.load(lambda reader: reader.letters.desks())
        assert all(whose != account for whose, _ in desks)

    run(opened(demo, scenario))


def test_muting_and_leaving(demo: Demo, run: Scenario) -> None:
    """The bell; and after a question it is gone from the list and the server."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "Sela")
        pane.mute.click()
        await until(lambda: pane.state is not None and pane.state.muted)
        talk = demo.live.messages.talk
        assert talk is not None
        key = talk.key
        talk._on_leave()
        await until(lambda: QApplication.activeModalWidget() is not None)
        dialog = QApplication.activeModalWidget()
        dialog.accept()  # type: ignore[attr-defined]
        await until(lambda: not any("Sela" in row.item.title for row in page.rows))
        assert key not in _world(demo).ledger.talks[networks.JUNO]
        assert page.open_key == ""

    run(opened(demo, scenario))


def test_a_narrow_window_shows_one_side_at_a_time(demo: Demo, run: Scenario) -> None:
    """Escape leads from the conversation back to the list."""

    async def scenario(demo: Demo) -> None:
        demo.front.window.resize(520, 800)
        page = await _open(demo)
        assert not page.pane.isVisible()
        pane = await _into(page, "Kaj")
        assert pane.isVisible()
        assert not page.side.isVisible()
        QTest.keyClick(pane, Qt.Key.Key_Escape)
        assert page.side.isVisible()
        assert not pane.isVisible()

    run(opened(demo, scenario))


def test_screen_readers_hear_rows_and_messages(demo: Demo, run: Scenario) -> None:
    """Who, how many are unread, what was said, when, and reactions."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        row = next(row for row in page.rows if "Kaj" in row.item.title)
        assert "1 unread" in row.accessibleName()
        pane = await _into(page, "Kaj")
        spoken = [row.accessibleName() for row in pane.bubbles]
        assert any("😄 Kaj" in name for name in spoken)
        assert all(isinstance(row.item, Bubble) for row in pane.bubbles)
        assert all(row.focusPolicy() for row in pane.findChildren(BubbleRow))

    run(opened(demo, scenario))


def test_pictures_of_a_message_are_looked_at_in_large(demo: Demo, run: Scenario) -> None:
    """Pressed by pointer or keys, or from the menu; Escape leads back to the message."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "潮騒あかり")
        pictures = pane.findChildren(Picture)
        assert [one.accessibleName() for one in pictures] == [
            "Picture: A long wave along a coast, seen from the dyke.",
            "Picture: Grass on a dune in the evening.",
            "Picture without description",
        ]
        pictures[1].setFocus()
        QTest.keyClick(pictures[1], Qt.Key.Key_Space)
        viewer = demo.live.media_room.viewer
        assert viewer is not None
        assert viewer.slide is not None
        assert (viewer.slide.number, viewer.slide.count) == (2, 3)
        QTest.keyClick(viewer, Qt.Key.Key_Escape)
        assert demo.live.media_room.viewer is None
        assert demo.front.window.focusWidget() is pictures[1]

        row = pane.bubbles[-1]
        row.menu_wanted.emit(QPoint(0, 0))
        (menu,) = [one for one in pane.findChildren(QMenu) if one.isVisible()]
        entry = next(act for act in menu.actions() if act.text() == "Look at the picture 3")
        entry.trigger()
        menu.close()
        again = demo.live.media_room.viewer
        assert again is not None and again.slide is not None
        assert again.slide.number == 3
        demo.live.media_room.close()

    run(opened(demo, scenario))


def test_a_post_that_was_shared_opens_here(demo: Demo, run: Scenario) -> None:
    """With its conversation, not in the browser."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "Kaj")
        (panel,) = pane.findChildren(BoxPanel)
        assert panel.box.spoken.startswith("\u2068Ottilie Brandvold")
        panel.click()
        await until(lambda: demo.live.threads.current is not None)

    run(opened(demo, scenario))
