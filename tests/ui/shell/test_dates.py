"""Going to a date: the cache at once, servers when they are asked, Back to where one was."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.feed.times import micros
from app.ui.shell.go_to import GoToDialog
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


async def _opened(demo: Demo) -> GoToDialog:
    await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened) > 30)
    QTest.keyClick(demo.front.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    dialog = demo.live.dates.dialog
    assert dialog is not None
    return dialog


def _at(demo: Demo) -> int:
    anchor = demo.front.view.anchor()
    assert anchor is not None
    return anchor[0].at


def _days_ago(demo: Demo, days: int) -> datetime:
    return demo.house.clock.now() - timedelta(days=days)


def test_one_goes_to_yesterday_and_back(demo: Demo, run: Scenario) -> None:
    """Enter goes; the newest post of that day stands on top; Alt+Left returns."""

    async def scenario(demo: Demo) -> None:
        dialog = await _opened(demo)
        before = _at(demo)
        dialog.choose("yesterday")
        await until(dialog.go.isEnabled)
        assert dialog.said.text().startswith("The last post until then: ")
        QTest.keyClick(dialog.field.input, Qt.Key.Key_Return)
        await until(lambda: _at(demo) != before)
        day = _days_ago(demo, 1).astimezone().date()
        end = datetime(day.year, day.month, day.day).astimezone() + timedelta(days=1)
        opened_now = demo.live.timeline.opened
        assert opened_now is not None
        keys = [opened_now.key(index) for index in range(len(opened_now))]
        assert _at(demo) == max(key.at for key in keys if key.at < micros(end))
        assert demo.live.dates.dialog is None
        await until(lambda: demo.live.travel.is_settled)
        demo.front.window.activateWindow()
        await until(demo.front.window.isActiveWindow)
        QTest.keyClick(demo.front.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        await until(lambda: _at(demo) == before)

    run(opened(demo, scenario))


def test_what_is_no_time_is_said_in_the_field(demo: Demo, run: Scenario) -> None:
    """And nothing can be pressed."""

    async def scenario(demo: Demo) -> None:
        dialog = await _opened(demo)
        dialog.choose("sometime")
        await until(lambda: dialog.field.input.property("trouble"))
        assert not dialog.go.isEnabled()
        assert dialog.fetch.isHidden()

    run(opened(demo, scenario))


def test_where_the_cache_ends_servers_are_offered(demo: Demo, run: Scenario) -> None:
    """Fetched down to there, or to the end of what there is; then one is there."""

    async def scenario(demo: Demo) -> None:
        dialog = await _opened(demo)
        dialog.choose("3 years ago")
        await until(lambda: "goes back to" in dialog.said.text())
        assert not dialog.oldest.isHidden()
        assert dialog.go.isHidden()
        if not dialog.fetch.isHidden():
            dialog.fetch.click()
            await until(lambda: dialog.stop.isHidden())
        if demo.live.dates.dialog is not None:
            dialog.oldest.click()
        await until(lambda: demo.live.dates.dialog is None)

    run(opened(demo, scenario))


def test_from_a_feed_one_goes_among_all_posts(demo: Demo, run: Scenario) -> None:
    """Its own order knows no dates."""

    async def scenario(demo: Demo) -> None:
        QTest.keyClick(demo.front.window, "2")
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened))
        QTest.keyClick(demo.front.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
        dialog = demo.live.dates.dialog
        assert dialog is not None
        assert "order of its own" in dialog.said.text()
        dialog.choose("yesterday")
        await until(dialog.go.isEnabled)
        dialog.go.click()
        await until(lambda: demo.front.window.header.title.text() == "Newest first")

    run(opened(demo, scenario))
