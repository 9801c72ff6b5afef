"""Notifications in the window, by keys alone: opened, read, answered, filtered, left."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.feed.notices import NoticeFilter
from app.model import AccountId
from app.model.notification import Gate, Notice, ReadMark
from app.protocols import demo as networks
from app.protocols.demo.people import PEOPLE
from app.ui.notifications.page import SEEN_MS, NoticesPage
from app.ui.notifications.rows import NoticeRow
from app.ui.shell.states import State
from app.ui.timeline.words import FSI, PDI
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


async def _open(demo: Demo) -> NoticesPage:
    """By its key, with all that there is."""
    await demo.house.notifications.sync()
    QTest.keyClick(demo.front.window, Qt.Key.Key_0)
    page = demo.live.notices.page
    assert page is not None
    await until(lambda: len(page.rows) > 10)
    return page


def _row(page: NoticesPage, kind: str) -> NoticeRow:
    return next(row for row in page.rows if row.item.key.split()[0] == kind)


def _world(demo: Demo) -> networks.World:
    network = demo.house.registry().network(networks.ID)
    assert isinstance(network, networks.DemoNetwork)
    return network.world


def test_nothing_more_is_offered_before_anything_is_known(demo: Demo, run: Scenario) -> None:
    """The page is painted once before its rows are there."""

    async def scenario(demo: Demo) -> None:
        QTest.keyClick(demo.front.window, Qt.Key.Key_0)
        page = demo.live.notices.page
        assert page is not None
        assert not page.more.isVisible()
        await until(lambda: len(page.rows) > 10)

    run(opened(demo, scenario))


def test_a_key_opens_them_and_escape_leads_back(demo: Demo, run: Scenario) -> None:
    """In the place of the timeline; the sidebar says where one is."""

    async def scenario(demo: Demo) -> None:
        window = demo.front.window
        page = await _open(demo)
        assert window.sidebar.notices.isChecked()
        assert not window.header.isVisible()
        assert page.rows[0].item.sentence.endswith("mentioned you")
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert demo.live.notices.page is None
        assert window.header.isVisible()
        assert not window.sidebar.notices.isChecked()

    run(opened(demo, scenario))


def test_a_long_name_leaves_room_for_what_they_did(demo: Demo, run: Scenario) -> None:
    """However narrow it is; a sentence of no name is cut at its end."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        row = _row(page, "mention")
        long = f"{FSI}{'A very long name of somebody ' * 9}{PDI}"
        runs = ((long, True), (" mentioned you", False))
        row.show_item(replace(row.item, runs=runs, short=runs))
        for width in (900, 520, 360):
            row.resize(width, row.height())
            shown = row._words.text()
            assert shown.endswith("… mentioned you".replace("…", f"…{PDI}"))
            assert row._words.sizeHint().width() <= row.width()
        told = (("Something that is told in words " * 9, False),)
        row.show_item(replace(row.item, runs=told, short=told))

        assert row._words.text() == told[0][0]

    run(opened(demo, scenario))


def test_whom_it_is_for_is_said_where_there_is_room(demo: Demo, run: Scenario) -> None:
    """Two accounts of the demo are on one network; what was done goes first."""

    async def scenario(demo: Demo) -> None:
        row = _row(await _open(demo), "mention")
        assert row.item.whose.strip(FSI + PDI) == "@juno"
        row.resize(900, row.height())
        assert row._when.text() == f"{row.item.whose} · {row.item.when}"
        assert "For " in row._when.toolTip()
        assert "@juno" in row.accessibleName()
        row.resize(260, row.height())
        assert row._when.text() == row.item.when
        row.resize(900, row.height())
        assert row._when.width() >= row._when.sizeHint().width()  # not cut until the next turn

    run(opened(demo, scenario))


def test_another_place_leaves_them(demo: Demo, run: Scenario) -> None:
    """Numbers and Alt+Left go to timelines as ever."""

    async def scenario(demo: Demo) -> None:
        window = demo.front.window
        await _open(demo)
        QTest.keyClick(window, "1")
        assert demo.live.notices.page is None
        assert window.header.isVisible()
        await _open(demo)
        QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert demo.live.notices.page is None

    run(opened(demo, scenario))


def test_keys_walk_through_the_rows_and_open_a_conversation(demo: Demo, run: Scenario) -> None:
    """j and k as in timelines; Enter opens what it is about beside the list."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        QTest.keyClick(page, Qt.Key.Key_J)
        assert page.rows[0].hasFocus()
        QTest.keyClick(page.rows[0], Qt.Key.Key_J)
        assert page.rows[1].hasFocus()
        QTest.keyClick(page.rows[1], Qt.Key.Key_K)
        QTest.keyClick(page.rows[0], Qt.Key.Key_Return)
        await until(lambda: demo.live.is_made("threads") and demo.live.threads.current)
        assert page.isVisible()

    run(opened(demo, scenario))


def test_what_was_in_sight_for_a_second_is_read(demo: Demo, run: Scenario) -> None:
    """Here, in the sidebar, and at the server; not before."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        row = demo.front.window.sidebar.notices
        await until(lambda: row._unread == 4)
        page._ticks.stop()
        page.look_around()
        assert page._in_sight
        assert row._unread == 4
        page._in_sight = {key: since - SEEN_MS for key, since in page._in_sight.items()}
        page.look_around()
        await until(lambda: row._unread == 0)
        await until(lambda: not any(row.item.unread for row in page.rows))
        newest = _world(demo).origin - timedelta(minutes=4)

        def told() -> bool:
            mark = _world(demo).ledger.read.get(networks.JUNO)
            return mark is not None and mark.at is not None and mark.at >= newest

        await until(told)  # the server hears of it a little later than the rows

    run(opened(demo, scenario))


def test_all_is_read_with_one_key(demo: Demo, run: Scenario) -> None:
    """Shift+A."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        page._ticks.stop()
        QTest.keyClick(page, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
        await until(lambda: demo.front.window.sidebar.notices._unread == 0)
        await until(lambda: not page.read.isEnabled())

    run(opened(demo, scenario))


def test_reading_elsewhere_takes_the_count_down(demo: Demo, run: Scenario) -> None:
    """Also while the page is closed."""

    async def scenario(demo: Demo) -> None:
        row = demo.front.window.sidebar.notices
        await demo.house.notifications.sync()
        await until(lambda: row._unread == 4)
        read = _world(demo).ledger.read
        read[networks.JUNO] = read[networks.SKY] = ReadMark(at=_world(demo).now)
        await demo.house.notifications.sync()
        await until(lambda: row._unread == 0)
        assert "unread" not in row.accessibleName()

    run(opened(demo, scenario))


def test_a_like_from_the_row_reaches_the_server(demo: Demo, run: Scenario) -> None:
    """f, and once more takes it back."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        row = _row(page, "mention")
        row.setFocus()
        QTest.keyClick(row, Qt.Key.Key_F)
        await until(lambda: any(act.key == "unlike" for act in row.item.acts))
        [likes] = [act for act in row.item.acts if act.key == "unlike"]
        assert likes.on
        liked = next(button for button in row.buttons if button.text() == "Liked")
        liked.click()
        await until(lambda: any(act.key == "like" for act in row.item.acts))

    run(opened(demo, scenario))


def test_reply_opens_the_composer(demo: Demo, run: Scenario) -> None:
    """r, to whom it is."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        row = _row(page, "mention")
        row.setFocus()
        QTest.keyClick(row, Qt.Key.Key_R)
        await until(lambda: demo.live.is_made("writing") and demo.live.writing.open_ones)

    run(opened(demo, scenario))


def test_a_request_is_answered_in_its_row(demo: Demo, run: Scenario) -> None:
    """It says what was chosen, and offers to follow back."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        row = _row(page, "follow_request")
        row.buttons[0].click()
        await until(lambda: row.item.note)
        assert "may follow you now" in row.item.note
        assert [act.key for act in row.item.acts] == ["follow"]
        relation = _world(demo).ledger.relations[networks.JUNO, PEOPLE["yael"].uri]
        assert relation.followed_by

    run(opened(demo, scenario))


def test_who_was_let_in_follows_where_the_request_stood(demo: Demo, run: Scenario) -> None:
    """What was said of it stays there; opened again, nobody is asked any more."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        row = _row(page, "follow_request")
        at = [one.item.key for one in page.rows].index(row.item.key)
        row.buttons[0].click()
        await until(lambda: page.rows[at].item.key.startswith("follow "))
        assert "may follow you now" in page.rows[at].item.note
        assert [act.key for act in page.rows[at].item.acts] == ["follow"]
        assert not [one for one in page.rows if one.item.key.startswith("follow_request ")]

    run(opened(demo, scenario))


def test_a_refusal_stands_in_the_row(demo: Demo, run: Scenario) -> None:
    """In words, and the row stays as it was."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        network = demo.house.registry().network(networks.ID)
        assert isinstance(network, networks.DemoNetwork)
        network.faults[networks.JUNO].offline = True
        row = _row(page, "follow_request")
        row.buttons[1].click()
        await until(lambda: row.item.trouble)
        assert row.item.note
        assert [act.key for act in row.item.acts] == ["accept", "decline"]

    run(opened(demo, scenario))


def test_chips_and_accounts_narrow_the_list(demo: Demo, run: Scenario) -> None:
    """What there is none of says so."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        page.chips["likes"].click()
        await until(lambda: {row.item.icon for row in page.rows} == {"heart"})
        page.chips["mentions"].click()
        await until(lambda: {row.item.icon for row in page.rows} == {"at", "arrow-bend-up-left"})
        notices = demo.live.notices
        notices._choose_account(networks.KIEL, "@kiel")
        page.chips["quotes"].click()
        await until(lambda: not page.rows)
        assert isinstance(page._instead, State)

    run(opened(demo, scenario))


def test_news_waits_above_and_a_row_grows_where_it_stands(demo: Demo, run: Scenario) -> None:
    """Nothing moves until somebody asks for it."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        world = _world(demo)
        kept = await demo.house.notifications.list(NoticeFilter(kinds=frozenset({"follow"})))
        before = [row.item.key for row in page.rows]
        world.now += timedelta(minutes=1)
        who = PEOPLE["gus/sky"]
        world.ledger.noticed[networks.SKY] = [
            Notice(key="new", kind="mention", at=world.now, actors=(who,), text="x"),
            Notice(
                key="grows",
                kind="follow",
                at=world.origin - timedelta(minutes=5),
                actors=(who,),
            ),
        ]
        await demo.house.notifications.sync()
        await until(page.pill.isVisible)
        assert [row.item.key for row in page.rows] == before
        grown = next(row for row in page.rows if row.item.key == kept.groups[0].key)
        assert "Gus Bakes" in grown.item.sentence
        page.pill.click()
        await until(lambda: "Gus Bakes" in page.rows[0].item.sentence)
        assert not page.pill.isVisible()

    run(opened(demo, scenario))


def test_who_gets_through_is_changed_beside_the_list(demo: Demo, run: Scenario) -> None:
    """Each account with its own rules; people set aside come in."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        page.gate.click()
        presenter = demo.live.notices.gate
        assert presenter is not None
        gate = presenter.page
        assert gate is not None
        juno = gate.accounts
        await until(lambda: networks.JUNO in juno and juno[networks.JUNO].segments)
        gate.rule_chosen.emit(networks.JUNO, "new", "drop")
        await until(lambda: _world(demo).ledger.gates.get(networks.JUNO) == {"new": "drop"})
        gate.let_in.emit(networks.JUNO, "anton")
        await until(lambda: (networks.JUNO, "anton") in _world(demo).ledger.let_in)
        QTest.keyClick(gate, Qt.Key.Key_Escape)
        assert presenter.page is None

    run(opened(demo, scenario))


def test_a_rule_stands_as_its_server_answered(demo: Demo, run: Scenario) -> None:
    """Also where a view tells the old one for a while; what is refused goes back."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        page.gate.click()
        presenter = demo.live.notices.gate
        assert presenter is not None and presenter.page is not None
        accounts = presenter.page.accounts
        await until(lambda: networks.SKY in accounts and accounts[networks.SKY].segments)
        sky = accounts[networks.SKY]
        notifications = demo.house.notifications
        before = await notifications.gate(networks.SKY)

        async def late(_: AccountId) -> Gate:
            return before

        notifications.gate, told = late, notifications.gate  # type: ignore[method-assign]
        sky.segments["like"].buttons[1].click()
        await until(lambda: _world(demo).ledger.gates.get(networks.SKY) == {"like": "follows"})
        await demo.live.scope.finish("keep gate", 5.0)
        assert sky.segments["like"].key == "follows"
        notifications.gate = told  # type: ignore[method-assign]

        network = demo.house.registry().network(networks.ID)
        assert isinstance(network, networks.DemoNetwork)
        network.faults[networks.SKY].offline = True
        sky.segments["reply"].buttons[2].click()
        await until(lambda: sky._words.isVisibleTo(sky))
        assert sky.segments["reply"].key == "all"

    run(opened(demo, scenario))


def test_screen_readers_hear_the_row(demo: Demo, run: Scenario) -> None:
    """Unread, who did what, what it says, and when."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        page._ticks.stop()
        name = _row(page, "mention").accessibleName()
        assert "mentioned you" in name
        assert "slipway" in name
        assert all(button.accessibleName() for row in page.rows for button in row.buttons)

    run(opened(demo, scenario))
