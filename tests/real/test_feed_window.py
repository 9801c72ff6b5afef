"""Feeds in the window on real servers: switched with keys, changed, found and pinned."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from app.services.house import House
from app.services.ranked_timeline import RankedTimeline
from app.ui.presenters.live import Live
from tests.real.window import in_window, until
from tests.real.world import account_on, join_first, join_second
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def test_feeds_are_switched_changed_and_pinned_on_both_networks(
    mastodon_rig: Rig, atproto_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three with keys while scrolling, each at its place; a weight; a feed that somebody made."""
    monkeypatch.setenv("GODWIT_PLC_URL", atproto_rig["plc"])

    async def join(house: House) -> None:
        await join_first(house, mastodon_rig, "ana")
        await join_second(house, atproto_rig, "bob")

    async def act(live: Live) -> None:
        await until(lambda: len(live.timeline.opened or ()) > 40, "nothing was fetched")
        await until(live._window.isActiveWindow)
        await _switched(live)
        await _changed(live)
        await _pinned(live, atproto_rig["feeds"]["photos"])

    in_window(tmp_path / "profile", join, act)


async def _switched(live: Live) -> None:
    view = live._view
    places = {}
    for key in "1", "2", "6", "2", "1":
        QTest.keyClick(live._window, key)
        await until(lambda: len(live.timeline.opened or ()) > 2)
        if key in places:
            await until(lambda key=key: view.anchor() == places[key], f"{key} has lost its place")  # type: ignore[misc]
            continue
        view.scroll_by(300)
        await until(
            lambda: all(view.shelf.row_of(view.shelf.key(at)) for at, _ in view.visible_rows())
        )
        places[key] = view.anchor()


async def _changed(live: Live) -> None:
    """The lab changes a weight: what it shows follows, and adds up."""
    lab = live.feeds.lab
    lab.open("friends")
    page = lab.page
    assert page is not None
    await until(lambda: any(row.isVisible() for row in page.preview.list.rows))
    before = [row.item for row in page.preview.list.rows if row.item is not None]
    page.recipe.weight_moved.emit("newest", 9.0)
    await until(
        lambda: [row.item for row in page.preview.list.rows if row.item is not None] != before
    )
    lab.close()
    live._window.uncover()


async def _pinned(live: Live, photos: str) -> None:
    live.feeds.open_market()
    market = live.feeds.market
    page = market.page
    assert page is not None
    await until(lambda: any(row.item.key.endswith(photos) for row in page.list.rows))
    next(row for row in page.list.rows if row.item.key.endswith(photos)).click()
    await until(lambda: page.detail.list.rows and page.detail.list.rows[0].isVisible())
    page.detail.pin.click()
    await until(lambda: any(place.pinned for place in live._shell.places))
    await until(lambda: page.detail.open.isVisible() and not market._shelves["saved"].asking)
    page.detail.open.click()
    opened = await until(lambda: _ranked(live))
    await until(lambda: len(opened) > 2)
    house = live.house
    mine = account_on(house, "bluesky").id
    await house.market.unpin(mine, photos, forget=True)
    await until(lambda: not any(place.pinned for place in live._shell.places))


def _ranked(live: Live) -> RankedTimeline | None:
    shown = live.timeline.opened
    return shown if isinstance(shown, RankedTimeline) and shown.feed.startswith("pin-") else None
