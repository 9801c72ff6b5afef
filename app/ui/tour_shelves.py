"""Pictures of lists, tags, trends and likes; of who reacted, an edit and a translation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.feed.rows import Card
    from app.services.house import House
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = (
    "lists",
    "tags",
    "trends",
    "likes",
    "who-reacted",
    "edit-history",
    "translation",
    "lists-narrow",
)
ECHO, EDITED = "bar-tailed godwits", "الطيور"


async def pictures(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""

    def look() -> QImage:
        return front.window.grab().toImage()

    for part in ("lists", "tags", "trends"):
        live.shelves.open(part)
        await settle(look)
        yield part, look()
    live.shelves.leave()
    live.open_room("likes")
    await settle(look)
    yield "likes", look()
    live.search.leave()
    live.reacted.open(_card(front, ECHO))
    await settle(look)
    yield "who-reacted", look()
    live.reacted.leave()
    edited = _card(front, EDITED).copies
    live.edits.open(house.histories.sides(edited)[0])
    await settle(look)
    yield "edit-history", look()
    live.edits.leave()
    live.translation.open(house.translating.sides(edited)[0], "en")
    await settle(look)
    yield "translation", look()
    live.translation.leave()
    front.window.resize(520, 800)
    live.shelves.open("lists")
    page = live.shelves.page
    assert page is not None
    page.show_side("detail")
    await settle(look)
    yield "lists-narrow", look()
    live.shelves.leave()


def _card(front: Front, words: str) -> Card:
    view = front.view
    rows = (view.card(view.shelf.key(index)) for index in range(len(view.shelf)))
    return next(card for card in rows if card is not None and words in card.post.text.text)
