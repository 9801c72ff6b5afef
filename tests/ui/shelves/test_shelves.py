"""Lists, tags and trends in the window: by keys alone, refused in words, taken back when refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu

from app.feed.recipe import Recipe, RecipeSource
from app.model.errors import Refused
from app.model.timeline import HOME
from app.protocols import demo as network
from app.protocols.demo.people import PEOPLE
from app.ui.shell.states import State
from app.ui.shelves.dialogs import DeleteListQuestion
from app.ui.shelves.page import ShelvesPage
from app.ui.widgets.button import IconButton
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

TEUN = PEOPLE["teun"].uri
SHORE = f"{network.JUNO} 7"


async def _opened(demo: Demo, part: str = "lists") -> ShelvesPage:
    """By its key, asked to the end."""
    QTest.keyClick(demo.front.view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: demo.live.is_made("shelves") and demo.live.shelves.page is not None)
    page = demo.live.shelves.page
    assert page is not None
    if part != "lists":
        demo.live.shelves.choose_part(part)
    asked = demo.live.shelves._parts[part]
    await until(lambda: not asked._asking)  # type: ignore[attr-defined]
    return page


def _lines(page: ShelvesPage) -> list[str]:
    return [row.item.line for row in page.list.rows]


def _titles(page: ShelvesPage) -> list[str]:
    return [row.item.name for row in page.list.rows]


def test_lists_are_told_by_account_and_esc_leads_back(demo: Demo, run: Scenario) -> None:
    """The first is looked at; ↓ goes on; who cannot be asked says why."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        assert {"Shore watch", "Kitchens and gardens", "People of the sea"} <= set(_titles(page))
        item = page.lists.item
        assert item is not None
        assert (item.title, len(item.members), item.ruled) == ("Shore watch", 5, True)
        await until(lambda: any(one.name for one in page.lists.item.members))  # type: ignore[union-attr]
        assert demo.front.window.sidebar._rooms["shelves"].isChecked()
        page.focus_list()
        rows = page.list.rows
        QTest.keyClick(rows[0], Qt.Key.Key_Down)
        assert rows[1].hasFocus()
        QTest.keyClick(rows[1], Qt.Key.Key_Escape)
        assert demo.live.shelves.page is None
        await until(demo.front.view.hasFocus)

    run(opened(demo, scenario))


def test_somebody_is_put_on_a_list_and_taken_off_with_undo(demo: Demo, run: Scenario) -> None:
    """Found by a name; at once; the way back is there until something else is done."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        part = demo.live.shelves.lists
        QTest.keyClicks(page.lists.search, "pim")
        await until(lambda: bool(part._people))
        uri = next(uri for uri, one in part._people.items() if one.handle == "pim@polder.example")
        page.lists.put.emit(uri, True)
        await until(lambda: "is on the list" in part._said)
        assert "pim@polder.example" in [one.handle for one in page.lists.item.members]  # type: ignore[union-attr]
        page.lists.search.clear()
        page.lists.put.emit(uri, False)
        await until(lambda: "is off the list" in part._said)
        assert page.lists.undo.isVisible()
        page.lists.undo.click()
        await until(lambda: "is on the list" in part._said)
        server = await demo.house.lists.find("Shore watch")
        assert "pim@polder.example" in [who.handle for who in server[1].members]

    run(opened(demo, scenario))


def test_what_is_refused_is_taken_back(
    demo: Demo, run: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Members and rules are as the server has them; why is said."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        part = demo.live.shelves.lists
        service = demo.house.accounts.service(network.JUNO)

        async def refuse(*_: object, **__: object) -> None:
            raise Refused("Not today.", "Try tomorrow.")

        monkeypatch.setattr(service, "put_on_list", refuse)
        monkeypatch.setattr(service, "settle_list", refuse)
        gone = page.lists.item.members[0].key  # type: ignore[union-attr]
        page.lists.put.emit(gone, False)
        await until(lambda: "Not today." in part._said)
        assert gone in [one.key for one in page.lists.item.members]  # type: ignore[union-attr]
        page.lists.exclusive_chosen.emit(True)
        await until(lambda: "Not changed." in part._said)
        assert not page.lists.item.exclusive  # type: ignore[union-attr]

    run(opened(demo, scenario))


def test_a_list_is_made_renamed_ruled_and_deleted(demo: Demo, run: Scenario) -> None:
    """A name is needed; deleting asks first."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        part = demo.live.shelves.lists
        page.new_list.click()
        dialog = part.dialog
        assert dialog is not None
        dialog.done_button.click()
        assert "needs a name" in dialog.name.accessibleDescription() or dialog.isVisible()
        dialog.name.input.setText("  Rope \t people ")
        dialog.done_button.click()
        await until(lambda: "Rope people" in _titles(page))
        assert page.lists.item.title == "Rope people"  # type: ignore[union-attr]
        page.lists.replies_chosen.emit("none")
        await until(lambda: not part._busy and page.lists.item.replies == "none")  # type: ignore[union-attr]
        page.lists.act_wanted.emit("rename")
        dialog = part.dialog
        assert dialog is not None
        dialog.name.input.setText("Knots")
        dialog.done_button.click()
        await until(lambda: "Knots" in _titles(page))
        page.lists.act_wanted.emit("delete")
        await until(lambda: bool(demo.front.window.findChildren(DeleteListQuestion)))
        (question,) = demo.front.window.findChildren(DeleteListQuestion)
        question.done(QDialog.DialogCode.Accepted)
        await until(lambda: "Knots" not in _titles(page))

    run(opened(demo, scenario))


def test_a_list_is_shown_as_a_feed(demo: Demo, run: Scenario) -> None:
    """In the lab, where it can be kept."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        page.lists.act_wanted.emit("feed")
        await until(lambda: demo.live.feeds.lab.draft is not None)
        draft = demo.live.feeds.lab.draft
        assert draft is not None
        (source,) = draft.recipe.sources
        assert (source.kind, source.account, source.arg) == ("list", network.JUNO, "7")
        assert demo.live.shelves.page is None

    run(opened(demo, scenario))


def test_a_list_that_was_never_read_is_asked_for_before_it_is_called_empty(
    demo: Demo, run: Scenario
) -> None:
    """The lab says that it asks, then shows its posts; a refusal is told in its words."""

    async def scenario(demo: Demo) -> None:
        faults = demo.house.registry().network(network.ID).faults[network.JUNO]  # type: ignore[attr-defined]
        page = await _opened(demo)
        faults.hold = asyncio.Event()
        page.lists.act_wanted.emit("feed")
        await until(lambda: demo.live.feeds.lab.page is not None)
        lab = demo.live.feeds.lab
        preview = lab.page.preview  # type: ignore[union-attr]
        await until(lambda: "Asking" in preview.trouble.text())
        assert "0 of 0" not in preview.count.text()
        faults.hold.set()
        await until(lambda: any(row.isVisibleTo(preview) for row in preview.list.rows))
        assert not preview.trouble.isVisible()
        lab.leave()

        faults.hold = None
        ref = await demo.house.lists.make(network.JUNO, "Nobody yet")
        faults.down = True
        lab.use(
            Recipe(
                id="nobody-yet",
                name="Nobody yet",
                sources=(RecipeSource(kind="list", account=network.JUNO, arg=ref),),
            )
        )
        preview = lab.page.preview  # type: ignore[union-attr]
        await until(lambda: "out of order" in preview.trouble.text())

    run(opened(demo, scenario))


def test_tags_are_followed_and_left(demo: Demo, run: Scenario) -> None:
    """With an account that is chosen; nonsense is told at the field."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo, "tags")
        part = demo.live.shelves.tags
        assert "#Waders" in _titles(page)
        QTest.keyClicks(page.tag, "two words")
        QTest.keyClick(page.tag, Qt.Key.Key_Return)
        assert "no tag" in page.trouble.text()
        page.tag.setText("#Ebb")
        QTest.keyClick(page.tag, Qt.Key.Key_Return)
        (menu,) = page.findChildren(QMenu)
        next(act for act in menu.actions() if "juno.example.org" in act.text()).trigger()
        menu.close()
        await until(lambda: "#Ebb" in _titles(page))
        item = page.detail.item
        assert item is not None
        assert "kept here" in item.lines[0]
        page.detail.act_wanted.emit("unfollow")
        await until(lambda: "#Ebb" not in _titles(page))
        assert part._found

    run(opened(demo, scenario))


def test_trends_lead_on(demo: Demo, run: Scenario) -> None:
    """A tag is followed or looked for; a page is opened only when that is pressed."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo, "trends")
        assert isinstance(page.holder.state, State)
        row = next(row for row in page.list.rows if row.item.name == "#Boats")
        row.click()
        assert page.detail.item is not None
        page.detail.act_wanted.emit("follow")
        await until(lambda: "follows it now" in page.detail.item.said)  # type: ignore[union-attr]
        page.detail.act_wanted.emit("search")
        await until(lambda: demo.live.is_made("search") and demo.live.search.page is not None)
        assert demo.live.search.page.field.text() == "#Boats "  # type: ignore[union-attr]

    run(opened(demo, scenario))


def test_bells_and_hidden_reposts_are_seen_and_taken_back(demo: Demo, run: Scenario) -> None:
    """By account; what is taken back stays in sight, and can be done again; a refusal says so."""

    async def scenario(demo: Demo) -> None:
        service = demo.house.accounts.service(network.JUNO)
        for act in ("follow", "notify", "hide_reposts"):
            await service.relate(act, TEUN)  # type: ignore[attr-defined]
        page = await _opened(demo, "apart")
        await until(lambda: "told of every post · reposts hidden" in _lines(page))
        item = page.detail.item
        assert item is not None
        assert item.title == "Teun Haverkate"
        page.detail.buttons["show_reposts"].click()
        await until(lambda: "hide_reposts" in page.detail.buttons)
        assert _lines(page)[0] == "told of every post"
        assert (await service.relation(TEUN)).reposts  # type: ignore[attr-defined]
        faults = demo.house.registry().network(network.ID).faults[network.JUNO]  # type: ignore[attr-defined]
        faults.refuses = 1
        page.detail.buttons["unnotify"].click()
        await until(lambda: "Not done." in page.detail.item.said)  # type: ignore[union-attr]
        assert _lines(page)[0] == "told of every post"
        page.detail.buttons["unnotify"].click()
        await until(lambda: "notify" in page.detail.buttons)
        assert _lines(page)[0] == "as everybody you follow"
        page.again_wanted.emit("")
        await until(lambda: not demo.live.shelves.apart._asking)
        assert _lines(page) == []

    run(opened(demo, scenario))


def test_a_server_that_cannot_be_asked_says_when_it_can(demo: Demo, run: Scenario) -> None:
    """The others are there; again is possible."""

    async def scenario(demo: Demo) -> None:
        world = demo.house.registry().network(network.ID)
        world.faults[network.JUNO].wait = timedelta(minutes=3)  # type: ignore[attr-defined]
        page = await _opened(demo)
        assert "People of the sea" in _titles(page)
        assert "Shore watch" not in _titles(page)
        waiting = [one for one in demo.live.shelves.lists.sections() if one.waits]
        assert [one.trouble[:12] for one in waiting] == ["Waits until "] * 2
        world.faults[network.JUNO].wait = None  # type: ignore[attr-defined]
        page.again_wanted.emit("")
        await until(lambda: "Shore watch" in _titles(page))

    run(opened(demo, scenario))


def test_somebody_is_put_on_lists_from_a_post(demo: Demo, run: Scenario) -> None:
    """Each list of the accounts on that network has a switch; it counts at once."""

    async def scenario(demo: Demo) -> None:
        service = demo.house.accounts.service(network.JUNO)
        profile = next(
            item.post.author  # type: ignore[union-attr]
            for item in (await service.page(HOME)).items
            if hasattr(item, "post") and item.post.author.handle == "teun@polder.example"
        )
        picker = demo.live.list_picker
        picker.open(profile, "mastodon")
        dialog = picker.dialog
        assert dialog is not None
        await until(lambda: SHORE in dialog.switches)
        assert dialog.switches[SHORE].isChecked()
        dialog.switches[SHORE].click()
        await until(lambda: not picker.busy)
        kept = (await demo.house.lists.find("Shore watch"))[1]
        assert "teun@polder.example" not in [who.handle for who in kept.members]
        dialog.accept()

    run(opened(demo, scenario))


def test_the_keys_stay_in_the_list_when_somebody_goes(demo: Demo, run: Scenario) -> None:
    """The row is gone with its button: one goes on at the field."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        part = demo.live.shelves.lists
        await until(lambda: any(one.name for one in page.lists.item.members))  # type: ignore[union-attr]
        # Rows of before are children, too, until Qt comes round to them.
        (off,) = [
            one
            for one in page.lists.findChildren(IconButton)
            if one.accessibleName() == "Take @teun@polder.example off the list" and one.isVisible()
        ]
        off.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(off, Qt.Key.Key_Space)
        await until(lambda: "is off the list" in part._said)
        await until(page.lists.search.hasFocus)

    run(opened(demo, scenario))
