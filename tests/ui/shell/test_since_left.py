"""After hours away: what came is said, the feed of it opened, and Back returns."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.feed.times import micros
from app.model.timeline import ALL
from app.services.feed_moments import LEFT as LEFT_SETTING
from app.services.since_left import came_since
from app.ui.presenters.since_left import WAYS, banner_of
from app.ui.presenters.troubles import LEFT
from app.ui.shell.banners import BannerBar
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


async def _away(demo: Demo, hours: float) -> int:
    """The window was closed so long ago."""
    since = micros(demo.house.clock.now() - timedelta(hours=hours))
    await demo.house.store.keep(
        lambda keeper: [
            keeper.set_setting(LEFT_SETTING, since),
            keeper.set_setting(f"seen:{ALL}", since),
        ]
    )
    return since


def _bar(demo: Demo) -> BannerBar | None:
    bars = demo.front.window.banners.findChildren(BannerBar)
    return next((bar for bar in bars if bar.banner.key == LEFT), None)


def test_the_way_to_the_best_of_it_is_offered(demo: Demo, run: Scenario) -> None:
    """With counts that are true; Back is where one was."""

    async def scenario(demo: Demo) -> None:
        view, since = demo.front.view, await _away(demo, 30)
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened) > 30)
        view.scroll_by(700)
        before = view.anchor()
        demo.live.since_left.start()
        await until(lambda: _bar(demo))
        bar = _bar(demo)
        assert bar is not None
        came = await came_since(demo.house.store, demo.house.timelines, demo.house.clock, since)
        assert bar.banner == banner_of(came)
        assert came.posts > came.people > 1
        await until(lambda: demo.live.travel.is_settled)
        next(one for one in bar.findChildren(QPushButton) if one.text() == "Catch up").click()
        assert demo.front.window.header.title.text() == "Catch-up since you left"
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened))
        await until(lambda: _bar(demo) is None and demo.live.travel.is_settled)
        demo.front.window.activateWindow()
        await until(demo.front.window.isActiveWindow)
        QTest.keyClick(demo.front.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        await until(lambda: view.anchor() == before)

    run(opened(demo, scenario))


def test_what_came_is_put_together_in_three_ways(demo: Demo, run: Scenario) -> None:
    """By person, by conversation, by link; the line above goes with them, and leads back."""

    async def scenario(demo: Demo) -> None:
        await _away(demo, 30)
        window, view = demo.front.window, demo.front.view
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened) > 30)
        view.scroll_by(700)
        before = view.anchor()
        demo.live.since_left.catch_up()
        shown = []
        for way, _ in WAYS:
            strip = demo.live.since_left._strip
            assert strip is not None
            assert strip.isVisible()
            strip.chosen.emit(way)
            await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened))
            assert strip.ways.key == way
            shown.append(window.header.title.text())
        assert len(set(shown)) == 3
        demo.live.open_search("tide")
        assert not strip.isVisible()
        demo.live.search.leave()
        assert strip.isVisible()
        strip.back.click()
        assert demo.live.since_left._strip is None
        await until(lambda: window.header.title.text() == "Newest first")
        await until(lambda: view.anchor() == before)

    run(opened(demo, scenario))


def test_who_was_away_an_hour_reads_on(demo: Demo, run: Scenario) -> None:
    """Nothing is said then, nor to who has never been here."""

    async def scenario(demo: Demo) -> None:
        await _away(demo, 1)
        demo.live.since_left.start()
        await demo.live.since_left.counted()
        assert LEFT not in demo.front.shell.offers

    run(opened(demo, scenario))


def test_a_window_that_stayed_open_over_night_says_it_too(demo: Demo, run: Scenario) -> None:
    """From when it was left; and the feed begins there."""

    async def scenario(demo: Demo) -> None:
        await _away(demo, 40)
        room = demo.live.since_left
        room._idle_since = micros(demo.house.clock.now() - timedelta(hours=20))
        QApplication.sendEvent(demo.front.window, QEvent(QEvent.Type.WindowActivate))
        await room.counted()
        assert LEFT in demo.front.shell.offers
        left = demo.house.feeds.moments.left_at()
        assert left == micros(demo.house.clock.now() - timedelta(hours=20))
        room.put_away()
        await room.counted()
        assert LEFT not in demo.front.shell.offers

    run(opened(demo, scenario))
