"""A group in its dialog: everything its owner can do, by who sees it; and joining by a link."""

from __future__ import annotations

import asyncio
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.model.message import GroupLink
from app.protocols import demo as networks
from app.protocols.demo.people import PEOPLE
from app.protocols.messaging import KeepsGroups
from app.ui.messages.group import GroupDialog, JoinQuestion
from app.ui.messages.pane import TalkPane
from tests.ui.messages.test_messages import _into, _open, _world
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

JOIN = "https://chat.example.org/join/"


async def _group(demo: Demo) -> tuple[TalkPane, GroupDialog]:
    page = await _open(demo)
    pane = await _into(page, "Boats for the open day")
    QTest.mouseClick(pane.person, Qt.MouseButton.LeftButton)
    talk = demo.live.messages.talk
    assert talk is not None and talk.group is not None
    dialog = talk.group.dialog
    await until(lambda: dialog.shown is not None and len(dialog.shown.people) == 4)
    return pane, dialog


def _button(dialog: GroupDialog, name: str) -> QPushButton | None:
    found = [
        one
        for one in dialog.findChildren(QPushButton)
        if name in one.accessibleName() and one.isVisibleTo(dialog)
    ]
    return found[0] if found else None


def _press(dialog: GroupDialog, name: str) -> None:
    found = _button(dialog, name)
    assert found is not None, name
    found.click()


class _Slow(asyncio.Event):
    """Holds a server up, and knows that one does."""

    is_met = False

    async def wait(self) -> Literal[True]:
        self.is_met = True
        return await super().wait()


def _link(demo: Demo) -> GroupLink | None:
    """Of the group, as its server has it."""
    talks = _world(demo).ledger.talks[networks.SKY].values()
    [group] = [one for one in talks if one.group == "Boats for the open day"]
    return group.state.link if group.state is not None else None


def test_its_owner_names_fills_and_locks_it(demo: Demo, run: Scenario) -> None:
    """Each at once; what the server refuses is said, and the switches stand as the group does."""

    async def scenario(demo: Demo) -> None:
        pane, dialog = await _group(demo)
        dialog.name.input.setFocus()
        dialog.name.input.setText("Moorings")
        QTest.keyClick(dialog.name.input, Qt.Key.Key_Return)
        await until(lambda: pane.state is not None and pane.state.title == "Moorings")

        dialog.search.input.setText("kaj")
        await until(lambda: _button(dialog, "Put \u2068Kaj") is not None)
        _press(dialog, "Put \u2068Kaj")
        await until(lambda: dialog.shown is not None and dialog.shown.count == "5 people")
        await until(lambda: _button(dialog, "Put \u2068Gus") is not None)
        _press(dialog, "Put \u2068Gus")
        await until(lambda: dialog.shown is not None and dialog.shown.count == "4 people")
        assert _button(dialog, "Put \u2068Juno") is None, "the owner stays"

        dialog.search.input.setText("maribel")
        put = f"Put \u2068{PEOPLE['maribel/sky'].shown_name[:12]}"
        await until(lambda: _button(dialog, put) is not None)
        _press(dialog, put)
        await until(lambda: "takes part in no groups" in dialog.trouble.text())

        dialog.lock.click()
        await until(lambda: pane.state is not None and bool(pane.state.closed))
        dialog.lock.click()
        await until(lambda: pane.state is not None and not pane.state.closed)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    run(opened(demo, scenario))


def test_a_link_lets_people_ask(demo: Demo, run: Scenario) -> None:
    """Made with a switch, copied, made wider, switched off; who asks is let in or turned away."""

    async def scenario(demo: Demo) -> None:
        _, dialog = await _group(demo)
        dialog.link.click()
        await until(lambda: dialog.shown is not None and len(dialog.shown.waiting) == 2)
        assert dialog.shown is not None and dialog.shown.asks
        _press(dialog, "Copy the link")
        assert QGuiApplication.clipboard().text() == dialog.shown.url
        _press(dialog, "Let \u2068Tove")
        await until(lambda: dialog.shown is not None and dialog.shown.count == "5 people")
        await until(lambda: _button(dialog, "Turn \u2068Wen") is not None)
        _press(dialog, "Turn \u2068Wen")
        await until(lambda: dialog.shown is not None and not dialog.shown.waiting)
        dialog.followed.click()
        await until(lambda: dialog.shown is not None and dialog.shown.followed)
        dialog.link.click()
        await until(lambda: dialog.shown is not None and not dialog.shown.url)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    run(opened(demo, scenario))


def test_a_link_that_was_switched_off_at_once_stays_off(demo: Demo, run: Scenario) -> None:
    """However long its server takes over switching it on."""

    async def scenario(demo: Demo) -> None:
        _, dialog = await _group(demo)
        network = demo.house.registry().network(networks.ID)
        assert isinstance(network, networks.DemoNetwork)
        faults, slow = network.faults[networks.SKY], _Slow()
        faults.hold = slow
        dialog.link.click()
        await until(lambda: slow.is_met)
        faults.hold = None
        dialog.link.click()
        for _ in range(9):  # whatever it reads before it asks has been read by then
            await demo.house.store.load(lambda reader: None)
        slow.set()
        await until(lambda: _link(demo) is not None)
        await until(lambda: (link := _link(demo)) is not None and not link.works)
        await until(lambda: dialog.shown is not None and not dialog.shown.url)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    run(opened(demo, scenario))


def test_a_link_in_a_message_is_asked_about_and_leads_into_the_group(
    demo: Demo, run: Scenario
) -> None:
    """No browser; what it means is said before; one whose owner is asked opens nothing yet."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "Kaj")
        window = demo.front.window

        def question() -> JoinQuestion | None:
            found = [one for one in window.findChildren(JoinQuestion) if one.isVisible()]
            return found[0] if found else None

        pane.link_pressed.emit(f"{JOIN}choir", "choir")
        await until(lambda: question() is not None)
        asked = question()
        assert asked is not None
        asked.accept()
        await until(lambda: pane.state is not None and "was asked" in pane.state.trouble)

        pane.link_pressed.emit(f"{JOIN}nowhere", "nowhere")
        await until(lambda: question() is not None)
        nowhere = question()
        assert nowhere is not None and nowhere.windowTitle() == "A link to a group"
        nowhere.reject()

        pane.link_pressed.emit(f"{JOIN}tides", "tides")
        await until(lambda: question() is not None)
        joining = question()
        assert joining is not None and "Tide tables" in joining.windowTitle()
        joining.accept()
        await until(lambda: page.pane.state is not None and "Tide tables" in page.pane.state.title)
        assert page.open_key.startswith(networks.SKY)

    run(opened(demo, scenario))


def test_a_link_into_a_group_that_was_joined_elsewhere_opens_it(demo: Demo, run: Scenario) -> None:
    """Though nothing of it has come here yet."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        pane = await _into(page, "Kaj")
        service = demo.house.accounts.service(networks.SKY)
        assert isinstance(service, KeepsGroups)
        await service.join_group(await service.invitation(f"{JOIN}tides"))
        pane.link_pressed.emit(f"{JOIN}tides", "tides")
        await until(lambda: page.pane.state is not None and "Tide tables" in page.pane.state.title)

    run(opened(demo, scenario))


def test_a_link_is_taken_where_one_writes_to_somebody(demo: Demo, run: Scenario) -> None:
    """In place of a name, with or without its beginning; nothing is joined by typing it."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        demo.live.messages.write()
        picker = demo.live.messages.picker
        assert picker is not None
        picker.dialog.field.input.setText("chat.example.org/join/tides")
        await until(lambda: len(picker.dialog.people) == 1)
        picker.dialog.people[0].click()
        window = demo.front.window
        await until(lambda: [one for one in window.findChildren(JoinQuestion) if one.isVisible()])
        [question] = [one for one in window.findChildren(JoinQuestion) if one.isVisible()]
        question.accept()
        await until(lambda: page.pane.state is not None and "Tide tables" in page.pane.state.title)

    run(opened(demo, scenario))
