"""The marketplace in the window: found, looked at, pinned, moved, broken feeds, made a feed of."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from shiboken6 import isValid

from app.protocols import demo as protocol
from app.protocols.demo import SKY, DemoNetwork
from app.protocols.demo.offering import FEEDS
from app.ui.feeds.dialogs import TextDialog
from app.ui.feeds.market import MarketPage
from app.ui.feeds.market_rows import OfferRow
from app.ui.feeds.publish import LinkDialog, PublishDialog
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


async def _opened(demo: Demo) -> MarketPage:
    demo.live.feeds.open_market()
    page = demo.live.feeds.market.page
    assert page is not None
    await until(lambda: not any(shelf.asking for shelf in demo.live.feeds.market._shelves.values()))
    return page


def _row(page: MarketPage, name: str) -> OfferRow:
    return next(row for row in page.list.rows if row.item.name == name)


def _said(page: MarketPage) -> str:
    return page.detail._said.text()


async def _looked(page: MarketPage, name: str) -> None:
    _row(page, name).click()
    await until(lambda: "Asking" not in _said(page))


def test_what_servers_offer_is_found_and_looked_at(demo: Demo, run: Scenario) -> None:
    """Popular ones, one's own, lists, tags and trends; the first posts before anything is done."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        names = [row.item.name for row in page.list.rows]
        assert names[:2] == ["Small boats", "Cranes"]
        assert {"Loved this week", "Shore watch", "#Waders", "#Boats", "Trends"} <= set(names)
        await _looked(page, "Loved this week")
        likes = [row.item.card.post.counts.likes for row in page.detail.list.rows if row.item]
        assert len(likes) > 5
        assert likes == sorted(likes, reverse=True)
        assert page.detail.title.text() == "Loved this week"

    run(opened(demo, scenario))


def test_the_keys_of_the_window_are_the_marketplaces_while_it_is_open(
    demo: Demo, run: Scenario
) -> None:
    """/ goes to its field; what goes back leaves it, and no lab is made for that."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        page.list.rows[0].setFocus()
        QTest.keyClick(page.window(), Qt.Key.Key_Slash)
        assert page.search.hasFocus()
        QTest.keyClick(page.window(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert demo.live.feeds.market.page is None
        assert not demo.live._window.is_covered
        assert demo.live.feeds._lab is None

    run(opened(demo, scenario))


def test_words_are_searched_for_and_addresses_are_gone_to(demo: Demo, run: Scenario) -> None:
    """While one types; an address is looked at at once."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        page.search.setText("cranes")
        QTest.keyClick(page.search, Qt.Key.Key_Return)
        shelf = demo.live.feeds.market._shelves["popular"]
        await until(lambda: shelf.found is not None and not shelf.asking)
        assert [one.offer.name for one in shelf.found.stalls] == ["Cranes"]
        assert shelf.title == "Found"
        page.search.setText(FEEDS[1].arg)
        await until(lambda: page.detail.title.text() == FEEDS[1].name)

    run(opened(demo, scenario))


def test_a_feed_is_pinned_moved_and_unpinned(demo: Demo, run: Scenario) -> None:
    """It is among the feeds at once, and at its server."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        feeds, pins = demo.house.feeds, demo.house.market.pins
        await _looked(page, "Loved this week")
        page.detail.pin.click()
        await until(lambda: len(pins.all()) == 2)
        assert [info.name for info in feeds.list() if info.pinned] == [
            "Small boats",
            "Loved this week",
        ]
        await until(lambda: page.detail.up.isVisible() and page.detail.up.isEnabled())
        page.detail.up.click()
        await until(lambda: pins.all()[0].name == "Loved this week")
        assert any(place.name == "Loved this week" for place in demo.front.shell.places)
        await until(lambda: page.detail.unpin.isEnabled())
        page.detail.unpin.click()
        await until(lambda: [pin.name for pin in pins.all()] == ["Small boats"])

    run(opened(demo, scenario))


def test_arrow_keys_go_through_all_sections_and_alt_moves(demo: Demo, run: Scenario) -> None:
    """Everything can be done without a mouse."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await demo.house.market.pin(
            demo.live.feeds.market._stalls[_row(page, "By the sea").item.key]
        )
        await until(lambda: len([row for row in page.list.rows if row.item.pinned]) >= 2)
        QTest.keyClick(page.search, Qt.Key.Key_Down)
        first = page.list.rows[0]
        assert first.hasFocus()
        QTest.keyClick(first, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        pins = demo.house.market.pins
        await until(lambda: [pin.name for pin in pins.all()] == ["By the sea", "Small boats"])
        QTest.keyClick(first, Qt.Key.Key_Down)
        assert page.list.rows[1].hasFocus()
        assert page.list.rows[1].isChecked()
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert not demo.front.window.is_covered

    run(opened(demo, scenario))


def test_a_dead_feed_says_what_is_wrong_and_the_rest_goes_on(demo: Demo, run: Scenario) -> None:
    """Offline, set up wrongly, empty: in words; the others can be looked at."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        for name, words in (
            ("Cranes", "seems to be offline"),
            ("Maps in the making", "set up wrongly"),
            ("Crumbs", "nothing in it now"),
        ):
            await _looked(page, name)
            assert words in _said(page)
            assert not page.detail.list.rows or not page.detail.list.rows[0].isVisible()
            assert page.detail.again.isVisible() == (name != "Crumbs")
        await _looked(page, "By the sea")
        assert page.detail.list.rows[0].isVisible()
        assert not page.detail.again.isVisible()
        await _looked(page, "Cranes")
        page.detail.forget.click()
        market = demo.house.market
        await until(lambda: len(market._saved_feeds(SKY)) == 1)
        assert _row(page, "Bathing").item.warning

    run(opened(demo, scenario))


def test_a_slow_feed_is_waited_for_in_words(demo: Demo, run: Scenario) -> None:
    """Until it answers; another one is looked at meanwhile."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _looked(page, "By the sea")
        gate = asyncio.Event()
        faults = demo.house.registry().network("demo").faults  # type: ignore[attr-defined]
        faults[SKY].hold = gate
        _row(page, "Loved this week").click()
        demo.live.feeds.market._slow.timeout.emit()
        assert "slow" in _said(page)
        gate.set()
        await until(lambda: "slow" not in _said(page))
        assert page.detail.list.rows[0].isVisible()

    run(opened(demo, scenario))


def test_a_tag_becomes_a_feed_in_the_lab(demo: Demo, run: Scenario) -> None:
    """With its name and as its source."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _looked(page, "#Waders")
        assert not page.detail.pin.isVisible()
        page.detail.use.click()
        lab = demo.live.feeds.lab
        await until(lambda: lab.draft is not None)
        assert lab.draft is not None
        assert lab.draft.recipe.name == "#Waders"
        assert lab.draft.recipe.sources[0].kind == "tag"

    run(opened(demo, scenario))


def test_a_recipe_is_published_and_comes_back_from_its_link(demo: Demo, run: Scenario) -> None:
    """What everybody could read is shown first; the link shows what it does before it is used."""

    async def scenario(demo: Demo) -> None:
        lab = demo.live.feeds.lab
        lab.open("slow-lane")
        assert lab.page is not None
        lab.page.why.publish.emit()
        (dialog,) = _dialogs(PublishDialog)
        await until(lambda: dialog._done.isEnabled())
        dialog._done.click()
        await until(lambda: dialog._uri)
        uri = dialog._uri
        dialog.close()
        lab.import_link()
        (link,) = _dialogs(LinkDialog)
        link._address.input.setText("https://nowhere")
        link._done.click()
        assert "begins with at://" in link._address._below.text()
        link._address.input.setText(uri)
        link._done.click()
        await until(lambda: _dialogs(TextDialog))
        (text,) = _dialogs(TextDialog)
        await until(lambda: "keeps" in text._said.text())
        text._done.click()
        assert lab.draft is not None
        assert lab.draft.recipe.id == "slow-lane-2"

    run(opened(demo, scenario))


def test_a_dialog_may_be_closed_while_a_server_is_asked(demo: Demo, run: Scenario) -> None:
    """The link is not followed; what is being published is, and the program goes on."""

    async def scenario(demo: Demo) -> None:
        network = demo.house.registry().network(protocol.ID)
        assert isinstance(network, DemoNetwork)
        lab = demo.live.feeds.lab
        lab.open("slow-lane")
        assert lab.page is not None

        async def closed_while_asked(dialog: QDialog) -> None:
            hold = asyncio.Event()
            for fault in network.faults.values():
                fault.hold = hold
            dialog._done.click()  # type: ignore[attr-defined]
            await until(lambda: hold._waiters)
            dialog.close()
            await until(lambda: not isValid(dialog))
            hold.set()

        lab.page.why.publish.emit()
        (dialog,) = _dialogs(PublishDialog)
        await until(lambda: dialog._done.isEnabled())
        await closed_while_asked(dialog)
        lab.import_link()
        (link,) = _dialogs(LinkDialog)
        link._address.input.setText("at://nobody/recipes/none")
        await closed_while_asked(link)
        await demo.live.scope.finish("keep published", 5)
        await demo.live.scope.finish("read recipe", 5)

        assert not demo.front.shell.problem
        assert not _dialogs(TextDialog)

    run(opened(demo, scenario))


def _dialogs(kind: type) -> list:
    return [
        one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()
    ]


def test_a_pinned_feed_is_read_and_a_dead_one_says_why(demo: Demo, run: Scenario) -> None:
    """It is fetched when it is opened; what cannot be had stands where its posts would."""

    async def scenario(demo: Demo) -> None:
        market, go = demo.house.market, demo.live.feeds._go_feed
        for offer in (FEEDS[1], FEEDS[3]):
            await market.pin(await market.find(offer.arg))
        pins = {pin.name: pin.id for pin in market.pins.all()}
        go(pins[FEEDS[1].name])
        await until(lambda: len(demo.live.timeline.opened or ()) > 20)
        go(pins[FEEDS[3].name])
        await until(lambda: "offline" in " ".join(_texts(demo)))
        lab = demo.live.feeds.lab
        demo.live.feeds.open_lab()
        assert lab.page is not None
        assert not lab.page.why.removing.isVisibleTo(lab.page.why)

    run(opened(demo, scenario))


def _texts(demo: Demo) -> list[str]:
    shown = demo.front.window.findChildren(Words)
    return [one.text() for one in shown if one.isVisible()]
