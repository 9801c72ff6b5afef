"""Where one reads: what counts as read, and what other devices have read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from app.model import RichText
from app.model.draft import DraftId
from app.model.sending import Delivery, Outgoing, Part, Published
from app.model.timeline import ALL, Echo, RowKey, TimelineId
from app.services.markers import Mark
from app.ui.presenters.counts import count_unread
from app.ui.presenters.places import is_feed
from app.ui.presenters.troubles import ELSEWHERE
from app.ui.shell.banners import BannerBar
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


async def _read_elsewhere(demo: Demo, at: int, key: str) -> None:
    """As if the servers of all accounts had said so."""
    await until(lambda: not demo.live.place.is_looking)
    await demo.live.place.looked()
    for account in demo.house.accounts.all():
        await demo.house.markers._keep(account.id, Mark(at, key, "1", True))


def _bar(demo: Demo) -> BannerBar | None:
    bars = demo.front.window.banners.findChildren(BannerBar)
    return next((bar for bar in bars if bar.banner.key == ELSEWHERE), None)


def _press(bar: QWidget, name: str) -> None:
    buttons = bar.findChildren(QPushButton)
    next(one for one in buttons if name in (one.text(), one.accessibleName())).click()


async def _scrolled(demo: Demo, by: int) -> None:
    view = demo.front.view
    await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened) > 30)
    view.scroll_by(by)
    await until(lambda: all(view.shelf.row(index) for index, _ in view.visible_rows()))


def _place(demo: Demo) -> RowKey:
    anchor = demo.front.view.anchor()
    assert anchor is not None
    return anchor[0]


def test_what_was_read_elsewhere_is_offered(demo: Demo, run: Scenario) -> None:
    """Never jumped to while one reads; the button goes there, Back returns."""

    async def scenario(demo: Demo) -> None:
        await _scrolled(demo, 4000)
        opened = demo.live.timeline.opened
        assert opened is not None
        here, there = _place(demo), opened.key(3)
        entry = demo.front.view.shelf.entry_key(3)
        await _read_elsewhere(demo, there.at, entry)
        demo.live.place.check()
        await until(lambda: _bar(demo))
        assert _place(demo) == here
        bar = _bar(demo)
        assert bar is not None
        between = opened.index_of(here)
        assert between is not None
        assert bar.banner.text == f"{between - 3} newer posts were read on another device."
        await until(lambda: demo.live.travel.is_settled)
        _press(bar, "Go there")
        await until(lambda: _place(demo) == there)
        await until(lambda: demo.live.travel.is_settled and _bar(demo) is None)
        QTest.keyClick(demo.front.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        await until(lambda: _place(demo) == here)

    run(opened(demo, scenario))


def test_an_offer_can_be_put_away(demo: Demo, run: Scenario) -> None:
    """It comes again only when somebody has read further still."""

    async def scenario(demo: Demo) -> None:
        await _scrolled(demo, 4000)
        opened = demo.live.timeline.opened
        assert opened is not None
        await _read_elsewhere(demo, opened.key(5).at, demo.front.view.shelf.entry_key(5))
        await demo.live.place.looked()
        await until(lambda: _bar(demo))
        bar = _bar(demo)
        assert bar is not None
        _press(bar, "Put this message away")
        await until(lambda: _bar(demo) is None)
        await demo.live.place.looked()
        assert ELSEWHERE not in demo.front.shell.offers
        await _read_elsewhere(demo, opened.key(2).at, demo.front.view.shelf.entry_key(2))
        await demo.live.place.looked()
        assert ELSEWHERE in demo.front.shell.offers

    run(opened(demo, scenario))


def test_an_untouched_view_follows_by_itself(demo: Demo, run: Scenario) -> None:
    """All accounts were read elsewhere, and nobody has scrolled since the start."""

    async def scenario(demo: Demo) -> None:
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened) > 30)
        timeline = demo.live.timeline.opened
        assert timeline is not None
        start, there = timeline.key(20), timeline.key(4)
        entry = demo.front.view.shelf.entry_key(4)
        timeline.jump(start)
        await until(lambda: _place(demo) == start)
        await _read_elsewhere(demo, there.at, entry)
        await demo.live.place.looked()
        await until(lambda: _place(demo) == there)
        assert ELSEWHERE not in demo.front.shell.offers

    run(opened(demo, scenario))


def test_only_what_stood_in_view_was_read(demo: Demo, run: Scenario) -> None:
    """The count goes down a moment after the view rests, in the window that is in use."""

    async def scenario(demo: Demo) -> None:
        view, shell = demo.front.view, demo.front.shell
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened) > 30)
        timeline = demo.live.timeline.opened
        assert timeline is not None
        low = timeline.key(20)
        timeline._place.seen = low
        view.go_to(low)
        await until(lambda: timeline.header.new == 20)
        view.go_to(timeline.key(10))
        assert timeline.header.new == 20
        await until(lambda: timeline.header.new == 10)
        view.go_to(low)
        await demo.live.timeline.close()
        seen = demo.house.store.reader.setting(f"seen:{ALL}")
        assert seen == timeline._place.seen.at
        assert shell.unread[ALL] == 10

    run(opened(demo, scenario))


def test_accounts_count_what_is_unread_too(demo: Demo, run: Scenario) -> None:
    """Each in its row, as timelines do; what was read among all posts, or sent from here, is not new."""

    async def scenario(demo: Demo) -> None:
        account = demo.house.accounts.all()[0]
        timeline = TimelineId(f"account:{account.id}")
        reader = demo.house.store.reader
        low = reader.keys(timeline, limit=6)[-1]
        await demo.house.store.keep(lambda keeper: keeper.set_setting(f"seen:{timeline}", low.at))
        demo.live._clockwork.start()
        await until(lambda: demo.front.shell.unread.get(timeline) == 5)
        await until(lambda: demo.front.shell.items[0].unread == 5)
        high = reader.keys(timeline, limit=3)[-1]
        await demo.house.store.keep(lambda keeper: keeper.set_setting(f"seen:{ALL}", high.at))
        counts = await count_unread(demo.house.store, [timeline])
        assert counts == {timeline: 2}
        entries = [
            row.sightings[0].entry
            for row in reader.rows(timeline, limit=2)
            if isinstance(row, Echo)
        ]
        wrote = next(one.post.uri for one in entries if one.repost is None)
        sent = Part(post=Outgoing(text=RichText("x")), done=Published(wrote))
        delivery = Delivery(
            draft=DraftId("d"), account=account.id, network=account.network, state="delivered",
            parts=(sent,), queued_at=demo.house.clock.now(),
        )  # fmt: skip
        await demo.house.store.keep(lambda keeper: keeper.written.put(delivery, 0))
        assert {timeline: 1} == await count_unread(demo.house.store, [timeline])

    run(opened(demo, scenario))


def test_feeds_count_what_came_since_they_were_read(demo: Demo, run: Scenario) -> None:
    """Of the posts that they would show; nothing where nobody has read, or reads now."""

    async def scenario(demo: Demo) -> None:
        shell, window = demo.front.shell, demo.front.window
        feed = TimelineId("feed:friends")
        counts = demo.live.feed_counts
        await counts.count()
        assert not any(shell.unread.get(place.id) for place in shell.places if is_feed(place.id))
        QTest.keyClick(window, "2")
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened))
        timeline = demo.live.timeline.opened
        assert timeline is not None
        times = sorted(timeline.key(index).at for index in range(len(timeline)))
        QTest.keyClick(window, "1")
        store = demo.house.store
        await until(lambda: store.reader.setting(f"seen:{feed}"))
        await counts.count()
        assert shell.unread[feed] == 0
        await store.keep(lambda keeper: keeper.set_setting(f"seen:{feed}", times[-4]))
        await counts.count()
        assert 3 <= shell.unread[feed] <= len(times)
        QTest.keyClick(window, "2")
        await until(lambda: shell.current == feed and not shell.unread[feed])

    run(opened(demo, scenario))
