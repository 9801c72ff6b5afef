"""People found on the other network, in the window: looked through, then followed."""

from __future__ import annotations

import json

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.model.errors import Unreachable
from app.protocols.demo import JUNO
from app.ui.presenters.moving_carry_over import CarryOverRoom
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

SKY = "juno.example.org"


def _said(root: QWidget) -> str:
    return " ".join(one.text() for one in root.findChildren(Words) if one.isVisibleTo(root))


async def _found(demo: Demo) -> CarryOverRoom:
    """The page, with what a search has found."""
    demo.live.accounts.own_wanted.emit("people", JUNO)
    await until(lambda: demo.live.is_made("carry_over") and demo.live.carry_over.page)
    room = demo.live.carry_over
    assert room.page is not None and room.phase == "empty"
    room.page.main.click()
    await until(lambda: room.phase == "ready")
    return room


def test_people_are_shown_with_the_reason_and_only_the_ticked_are_followed(
    demo: Demo, run: Scenario
) -> None:
    """Proved ones are ticked, the others not; what became of each is said; the book knows them."""

    async def scenario(demo: Demo) -> None:
        room = await _found(demo)
        page = room.page
        assert page is not None and demo.front.window.is_covered
        said = _said(page)
        assert "Each profile names the other." in said and "Sure." in said
        assert "The same people · 4" in said and "Not found there · 15" in said
        rows = {row.line.match.target.profile.handle: row for row in page.rows.values()}
        assert rows["kaj.birds.example"].switch.isChecked()
        assert not rows["tove.example.org"].switch.isChecked()
        assert page.main.text() == "Follow 4"

        rows["kaj.birds.example"].switch.click()
        rows["ottilie.example.com"].switch.click()
        rows["maribel.example.net"].switch.click()
        assert page.main.text() == "Follow one"
        page.main.click()
        await until(lambda: room.phase == "over")
        assert "1 followed." in _said(page) and "Followed" in _said(page)
        service = demo.house.accounts.service(demo.house.accounts.all()[1].id)
        assert list(await service.followed()) == [  # type: ignore[attr-defined]
            rows["pim.polder.example"].line.match.target.profile.uri
        ]
        people = [
            sorted(known.profile.handle for known in person.profiles)
            for person in demo.house.people.all()
        ]
        assert ["pim.polder.example", "pim@polder.example"] in people
        page.copy_wanted.emit()
        copied = QGuiApplication.clipboard().text()
        assert "@pim@polder.example → @pim.polder.example: Followed." in copied
        assert "@teun@polder.example: not found" in copied

    run(opened(demo, scenario))


def test_nobody_is_ticked_and_nothing_can_be_done(demo: Demo, run: Scenario) -> None:
    """The button says so; the list can be kept as the file that the command line applies."""

    async def scenario(demo: Demo) -> None:
        room = await _found(demo)
        page = room.page
        assert page is not None
        for row in page.rows.values():
            row.switch.setChecked(False)
        assert page.main.text() == "Nobody is ticked" and not page.main.isEnabled()
        row = next(iter(page.rows.values()))
        row.switch.setChecked(True)
        file = demo.house.profile / "people.json"
        room.save(file)
        await until(file.exists)
        await until(lambda: file.stat().st_size > 0)
        value = json.loads(file.read_text())
        assert [match["follow"] for match in value["matches"]].count(True) == 1
        room.save(file)
        await until(lambda: page.trouble.isVisibleTo(page))
        assert "there already" in page.trouble.words.text()

    run(opened(demo, scenario))


def test_between_two_accounts_of_one_network_nothing_is_looked_for(
    demo: Demo, run: Scenario
) -> None:
    """The button says why; other ends, and it can begin."""

    async def scenario(demo: Demo) -> None:
        demo.live.own("people", JUNO)
        await until(lambda: demo.live.is_made("carry_over") and demo.live.carry_over.page)
        page = demo.live.carry_over.page
        assert page is not None and page.main.isEnabled()
        page.ends_chosen.emit(JUNO, "kiel@boatyard.example")
        assert not page.main.isEnabled() and "different networks" in page.main.toolTip()
        page.ends_chosen.emit(SKY, JUNO)
        assert page.main.isEnabled()
        assert demo.live.leave_belongings() and not demo.front.window.is_covered

    run(opened(demo, scenario))


def test_a_server_that_does_not_answer_is_told_and_asked_again(demo: Demo, run: Scenario) -> None:
    """What was found out stays; the same button goes on; closed and opened it is still there."""

    async def scenario(demo: Demo) -> None:
        demo.live.own("people", JUNO)
        await until(lambda: demo.live.is_made("carry_over") and demo.live.carry_over.page)
        room = demo.live.carry_over
        page = room.page
        assert page is not None
        find, calls = room._carry_over.find, []

        async def failing(*arguments: object, **more: object) -> object:
            calls.append(more)
            if len(calls) == 1:
                raise Unreachable("The server does not answer.")
            return await find(*arguments, **more)  # type: ignore[arg-type]

        room._carry_over.find = failing  # type: ignore[method-assign, assignment]
        page.bridges.setChecked(True)
        page.main.click()
        await until(lambda: room.phase == "over")
        assert "does not answer" in page.trouble.words.text() and page.main.text() == "Go on"
        room.close()
        room.open(JUNO)
        again = room.page
        assert again is not None
        again.main.click()
        await until(lambda: room.phase == "ready")
        assert calls[0] == {"ask_bridges": True}

    run(opened(demo, scenario))
