"""Pictures of somebody's page: one human on two networks, who follows them, somebody alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = (
    "person",
    "person-media",
    "person-down",
    "person-followers",
    "person-one",
    "person-narrow",
    "people-empty",
    "people",
)


BOTH = ("ottilie@saltmarsh.example", "ottilie.example.com")
ALONE = "kaj@quiet.example"


async def pictures(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""
    async for made in _pages(front, live, house, settle):
        yield made
    async for made in _book(front, live, house, settle):
        yield made


async def _pages(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    def look() -> QImage:
        return front.window.grab().toImage()

    await house.people.link(*BOTH)
    first = await house.people.find(BOTH[0])
    live.open_person(first.profile, first.network)
    await settle(look)
    await settle(look)
    yield "person", look()
    page = live.persons.page
    assert page is not None
    page.part_chosen.emit("media")
    await settle(look)
    yield "person-media", look()
    page.view.scroll_by(400)
    await settle(look)
    yield "person-down", look()
    page.head.near_wanted.emit("followers")
    await settle(look)
    yield "person-followers", look()
    alone = await house.people.find(ALONE)
    live.open_person(alone.profile, alone.network)
    await settle(look)
    await settle(look)
    yield "person-one", look()
    size = front.window.size()
    front.window.resize(520, 800)
    await settle(look)
    yield "person-narrow", look()
    front.window.resize(size)
    live.persons.leave()
    await house.people.unlink(*BOTH)


async def _book(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    def look() -> QImage:
        return front.window.grab().toImage()

    live.open_room("people")
    await settle(look)
    yield "people-empty", look()
    room = live.people_room
    assert room.page is not None
    room.page.look_wanted.emit()
    await settle(look)
    await settle(look)
    await house.people.link(*BOTH)
    room.open()
    await settle(look)
    yield "people", look()
    room.leave()
    await house.people.unlink(*BOTH)
