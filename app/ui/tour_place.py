"""Pictures of where one reads: what came meanwhile, what was read elsewhere, going to a date."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = (
    "since-left",
    "catch-up",
    "catch-up-narrow",
    "read-elsewhere",
    "read-elsewhere-narrow",
    "go-to-date",
    "go-to-date-end",
)


async def pictures(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""
    from app.feed.times import micros
    from app.model.timeline import ALL, TimelineId
    from app.services.since_left import Came, came_since
    from app.ui.presenters import since_left
    from app.ui.presenters.place import banner_of
    from app.ui.presenters.troubles import ELSEWHERE, LEFT
    from app.ui.tour_feeds import until_rows

    def look() -> QImage:
        return front.window.grab().toImage()

    shell, size = front.shell, front.window.size()
    left = micros(house.clock.now() - timedelta(days=2))
    # The windows of the pictures before have all been closed this very moment.
    house.feeds.moments._left = left
    came = await came_since(house.store, house.timelines, house.clock, left)
    assert came != Came()
    shell.offer(LEFT, since_left.banner_of(came))
    await settle(look)
    yield "since-left", look()
    shell.offer(LEFT, None)
    live.since_left.catch_up()
    await until_rows(live, settle, look)
    yield "catch-up", look()
    front.window.resize(520, 800)
    await settle(look)
    yield "catch-up-narrow", look()
    front.window.resize(size)
    live._go(TimelineId(ALL))
    await settle(look)
    shell.offer(ELSEWHERE, banner_of(12))
    await settle(look)
    yield "read-elsewhere", look()
    front.window.resize(520, 800)
    await settle(look)
    yield "read-elsewhere-narrow", look()
    front.window.resize(size)
    shell.offer(ELSEWHERE, None)
    live.dates.open()
    dialog = live.dates.dialog
    assert dialog is not None

    def sheet() -> QImage:
        return dialog.grab().toImage()

    dialog.choose("yesterday 18:00")
    await settle(sheet)
    yield "go-to-date", sheet()
    dialog.choose("3 years ago")
    await settle(sheet)
    yield "go-to-date-end", sheet()
    dialog.reject()
