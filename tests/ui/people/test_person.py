"""Somebody in the right pane: at once, then with all that their servers tell; acted upon there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.feed.rows import Card
from app.protocols import demo as world
from app.protocols.demo.people import PEOPLE
from app.ui.people.pane import PersonPane
from app.ui.people.prose import Prose
from app.ui.theme.look import Look
from app.ui.thread.questions import BlockQuestion, ReportQuestion
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

KAJ, KAJ_SKY = PEOPLE["kaj"], PEOPLE["kaj/sky"]


def said(root: QWidget) -> str:
    """All words that are seen."""
    return " ".join(one.text() for one in root.findChildren(Words) if one.isVisibleTo(root))


def written(root: QWidget) -> str:
    """What they say of themselves, with links."""
    return " ".join(one.accessibleName() for one in root.findChildren(Prose))


def question() -> BlockQuestion | None:
    """Whether to block, while it is asked."""
    asked = QApplication.activeModalWidget()
    return asked if isinstance(asked, BlockQuestion) else None


async def shown(demo: Demo, key: str = "kaj") -> PersonPane:
    """The pane, with what the servers have told."""
    assert demo.live.open_person(PEOPLE[key], "mastodon")
    pane = demo.live.persons.pane
    assert pane is not None and demo.front.window.right.page is demo.live.persons.page
    await until(lambda: pane.buttons.get((world.JUNO, "follow")) is not None)
    return pane


def test_what_is_known_is_shown_at_once(demo: Demo, run: Scenario) -> None:
    """Before any server has answered; the rest comes by itself."""

    async def scenario(demo: Demo) -> None:
        await shown(demo)
        demo.live.persons.close()
        demo.live.open_person(PEOPLE["teun"], "mastodon")
        page = demo.live.persons.page
        assert page is not None
        assert "Teun Haverkate" in said(page)
        await until(lambda: "flat-bottomed" in written(page))

    run(opened(demo, scenario))


def test_one_follows_mutes_and_blocks_from_there(demo: Demo, run: Scenario) -> None:
    """As the account that is named; how one stands is said afterwards."""

    async def scenario(demo: Demo) -> None:
        pane = await shown(demo, "teun")
        assert PEOPLE["teun"].handle in said(pane)
        pane.buttons[world.JUNO, "follow"].click()
        await until(lambda: (world.JUNO, "unfollow") in pane.buttons)
        pane.buttons[world.JUNO, "mute"].click()
        await until(lambda: (world.JUNO, "unmute") in pane.buttons)
        assert "muted" in said(pane)
        pane.buttons[world.JUNO, "block"].click()
        (await until(question)).reject()
        pane.buttons[world.JUNO, "block"].click()
        (await until(question)).accept()
        await until(lambda: (world.JUNO, "unblock") in pane.buttons)
        assert "blocked" in said(pane)

    run(opened(demo, scenario))


def test_what_one_hears_of_them_is_chosen_there(demo: Demo, run: Scenario) -> None:
    """Behind the one button, beside following no more; how it stands is said."""

    def offered(text: str) -> object:
        menu = QApplication.activePopupWidget()
        acts = menu.actions() if isinstance(menu, QMenu) else ()
        return next((act for act in acts if act.text().startswith(text)), None)

    async def scenario(demo: Demo) -> None:
        pane = await shown(demo, "teun")
        page = demo.live.persons.page
        assert page is not None
        pane.buttons[world.JUNO, "follow"].click()
        await until(lambda: (world.JUNO, "unfollow") in pane.buttons)
        assert "every post" not in said(pane)
        for text, then in (("Tell me of every post", "you are told of every post"),
                           ("Hide reposts", "their reposts are hidden")):  # fmt: skip
            page.head.follow.click()
            act = await until(lambda text=text: offered(text), text)
            act.trigger()
            QApplication.activePopupWidget().close()
            await until(lambda then=then: then in said(pane), said(pane))

    run(opened(demo, scenario))


def test_who_it_is_elsewhere_is_found_confirmed_and_parted(demo: Demo, run: Scenario) -> None:
    """With the evidence; only a click joins; then both accounts are one view."""

    async def scenario(demo: Demo) -> None:
        pane = await shown(demo)
        pane.buttons["", "look"].click()
        await until(lambda: (KAJ_SKY.uri, "same") in pane.buttons)
        assert "Each profile names the other." in said(pane)
        assert demo.house.people.all() == ()
        pane.buttons[KAJ_SKY.uri, "same"].click()
        await until(lambda: ("", "part") in pane.buttons)
        assert "Two accounts, one person" in said(pane) and "kaj.birds.example" in said(pane)
        [person] = demo.house.people.all()
        assert {known.profile.uri for known in person.profiles} == {KAJ.uri, KAJ_SKY.uri}
        pane.buttons["", "part"].click()
        await until(lambda: ("", "look") in pane.buttons)
        assert demo.house.people.all() == ()

    run(opened(demo, scenario))


def test_a_server_that_is_down_is_said_and_hides_nothing(demo: Demo, run: Scenario) -> None:
    """What is known stays; Escape puts it away."""

    async def scenario(demo: Demo) -> None:
        network = demo.house.registry().network("demo")
        network.faults[world.SKY].down = True  # type: ignore[attr-defined]
        demo.live.open_person(KAJ_SKY, "bluesky")
        page = demo.live.persons.page
        assert page is not None
        before = said(page)
        await until(lambda: len(said(page)) > len(before) + 20)
        assert KAJ_SKY.name in said(page) and "Ringing birds" not in written(page)
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert demo.live.persons.page is None

    run(opened(demo, scenario))


def test_a_name_in_the_timeline_leads_there(demo: Demo, run: Scenario) -> None:
    """On its own network, with the copies of both networks told apart."""

    async def scenario(demo: Demo) -> None:
        view = demo.front.view
        key = view.shelf.key(0)
        view.set_current(key)
        card = view.card(key)
        assert card is not None
        view.open_profile.emit(card.post.author.uri)
        page, pane = demo.live.persons.page, demo.live.persons.pane
        assert page is not None and pane is not None and demo.front.window.right.page is page
        assert card.post.author.shown_name in said(page)
        await until(lambda: pane.human is not None and pane.human.sides[0].relations)
        assert pane.human is not None
        assert pane.human.sides[0].known.network == card.post.network

    run(opened(demo, scenario))


def test_bridges_are_asked_only_when_that_is_wanted(demo: Demo, run: Scenario) -> None:
    """What they prove makes one page of two accounts."""

    async def scenario(demo: Demo) -> None:
        pane = await shown(demo, "teun")
        await until(lambda: ("", "bridges") in pane.buttons)
        pane.buttons["", "bridges"].click()
        await until(lambda: ("", "bridges") not in pane.buttons)
        assert "no copy was found" in said(pane)
        demo.live.open_person(PEOPLE["maribel/sky"], "bluesky")
        await until(lambda: "maribel.example.net" in said(pane) and ("", "bridges") in pane.buttons)
        pane.buttons["", "bridges"].click()
        await until(lambda: "Two accounts, one person" in said(pane))
        assert "checked from both ends" in said(pane)

    run(opened(demo, scenario))


def test_a_note_is_kept_when_one_goes_elsewhere(demo: Demo, run: Scenario) -> None:
    """At once, for that person alone; it is there when one comes back."""

    async def scenario(demo: Demo) -> None:
        pane = await shown(demo, "teun")
        await until(lambda: pane.note.isVisibleTo(pane))
        pane.note.edit.setPlainText("Owes me a thermos.")
        demo.live.open_person(PEOPLE["kaj"], "mastodon")
        await until(lambda: "quiet.example" in said(pane) and pane.note.toPlainText() == "")
        demo.live.open_person(PEOPLE["teun"], "mastodon")
        await until(lambda: pane.note.toPlainText() == "Owes me a thermos.")

    run(opened(demo, scenario))


def test_parts_and_people_are_reached_by_keys(demo: Demo, run: Scenario) -> None:
    """→ goes to the next part; whoever follows them is a list; Enter opens one; Back returns."""

    async def scenario(demo: Demo) -> None:
        await shown(demo, "teun")
        page = demo.live.persons.page
        assert page is not None
        await until(lambda: len(page.view.shelf) > 1)
        page.tabs.tabs["posts"].setFocus()
        QTest.keyClick(page.tabs.tabs["posts"], Qt.Key.Key_Right)
        await until(lambda: page.tabs.tabs["replies"].isChecked())
        page.head.near_wanted.emit("followers")
        await until(lambda: len(page.near.rows) > 2 and page.near.rows[0].hasFocus())
        QTest.keyClick(page.near.rows[0], Qt.Key.Key_Down)
        assert page.near.rows[1].hasFocus()
        name = page.near.rows[1].item.name
        QTest.keyClick(page.near.rows[1], Qt.Key.Key_Space)
        await until(lambda: page.title.text() == name)
        demo.live.travel.back()
        await until(lambda: page.title.text() == PEOPLE["teun"].name)
        assert demo.front.window.right.page is page

    run(opened(demo, scenario))


def test_what_was_between_us_is_looked_for_in_what_was_read(demo: Demo, run: Scenario) -> None:
    """Liked posts of theirs, and what we wrote to one another; or words for nothing."""

    async def scenario(demo: Demo) -> None:
        demo.live.open_person(PEOPLE["ottilie"], "mastodon")
        page = demo.live.persons.page
        assert page is not None
        await until(lambda: "liked" in page.tabs.tabs)
        page.part_chosen.emit("liked")
        wall = demo.live.persons.wall
        await until(
            lambda: (
                wall.found.cards
                and all(
                    any(one.liked for one in card.viewers.values()) for card in wall.found.cards
                )
            )
        )
        page.part_chosen.emit("between")
        await until(lambda: "not written to one another" in said(page) or wall.found.cards)

    run(opened(demo, scenario))


def test_somebody_is_reported_without_a_post(demo: Demo, run: Scenario) -> None:
    """Why is asked first."""

    async def scenario(demo: Demo) -> None:
        pane = await shown(demo, "offers")
        pane.buttons[world.JUNO, "report"].click()
        asked = await until(
            lambda: (
                isinstance(QApplication.activeModalWidget(), ReportQuestion)
                and QApplication.activeModalWidget()
            )
        )
        assert asked.windowTitle() == "Report this person"
        asked.accept()
        reports = demo.house.registry().network("demo").world.ledger.reports  # type: ignore[attr-defined]
        await until(lambda: reports)
        account, report = reports[0]
        assert account == world.JUNO and report.profile == PEOPLE["offers"].uri
        assert "limited this account" in said(pane)

    run(opened(demo, scenario))


def test_what_is_pinned_is_seen_first(demo: Demo, run: Scenario) -> None:
    """Also when other posts were there before it; not by whom has read on."""

    async def scenario(demo: Demo) -> None:
        demo.live.open_person(PEOPLE["ottilie"], "mastodon")
        page = demo.live.persons.page
        assert page is not None
        wall = demo.live.persons.wall
        assert wall.found.cards and not pinned(wall.found.cards[0])  # from the cache
        await until(lambda: pinned(wall.found.cards[0]))
        await until(lambda: page.view.shelf.column.top == 0)

    run(opened(demo, scenario))


def pinned(card: Card) -> bool:
    """It says so above it."""
    return [one.text for one in card.reasons] == ["Pinned"]


def test_somebody_is_written_to_in_public_or_in_private(demo: Demo, run: Scenario) -> None:
    """On each network as the account that is named."""

    async def scenario(demo: Demo) -> None:
        await shown(demo, "teun")
        page = demo.live.persons.page
        assert page is not None
        page.head.write.click()
        menu = await until(lambda: page.findChild(QMenu))
        post, private = menu.actions()
        post.trigger()
        await until(lambda: demo.live.is_made("writing") and demo.live.writing.open_ones)
        [one] = demo.live.writing.open_ones.values()
        assert one.presenter.draft.text == "@teun@polder.example "
        assert [lane.account for lane in one.presenter.draft.lanes] == [world.JUNO]
        private.trigger()
        await until(lambda: demo.live.is_made("messages") and demo.live.messages.page)
        messages = demo.live.messages.page
        assert messages is not None
        await until(lambda: messages.open_key.startswith(world.JUNO))

    run(opened(demo, scenario))


def test_a_like_stays_when_more_posts_come(demo: Demo, run: Scenario) -> None:
    """Shown at once, settled, and still there below the next page."""

    async def scenario(demo: Demo) -> None:
        await shown(demo, "teun")
        page, wall = demo.live.persons.page, demo.live.persons.wall
        assert page is not None
        await until(lambda: wall.found.cards and wall._wall and wall._wall.is_fresh)
        before = len(wall.found.cards)
        card = next(
            one
            for one in wall.found.cards
            if not any(viewer.liked for viewer in one.viewers.values())
        )
        page.view.react.emit(card, "like")

        def is_liked() -> bool:
            now = next(one for one in wall.found.cards if one.post.uri == card.post.uri)
            return any(viewer.liked for viewer in now.viewers.values())

        await until(is_liked)
        await until(lambda: not demo.house.reactions.kept())
        wall.found.want_older()
        await until(lambda: len(wall.found.cards) > before)
        assert is_liked()

    run(opened(demo, scenario))


def test_a_name_wider_than_its_line_is_cut_where_one_sees_it(look: Look, parent: QWidget) -> None:
    """In a flow of words it gets the line, and ends in an ellipsis."""
    line = QWidget(parent)
    flow = FlowLayout(line, gap=8)
    long, short = Words(look, "A very long name " * 20, "headline"), Words(look, "follows you")
    flow.addWidget(long)
    flow.addWidget(short)
    line.resize(300, flow.heightForWidth(300))
    line.show()

    assert long.geometry().right() < 300
    assert short.y() > long.geometry().bottom()
