"""Pictures of the search: while one types, with the servers' answers, and what makes no sense."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = ("search-empty", "search-typing", "search", "search-servers", "search-trouble")

WORD = "tide"


async def pictures(front: Front, live: Live, settle: Settle) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""

    def look() -> QImage:
        return front.window.grab().toImage()

    live.open_search()
    await settle(look)
    yield "search-empty", look()
    page = live.search.page
    assert page is not None
    page.field.setText("tide has:image from:")
    await settle(look)
    page.field.offer()
    await settle(look)
    yield "search-typing", look()
    page.field.setText(WORD)
    await settle(look)
    await settle(look)
    yield "search", look()
    page.asked.emit(WORD)
    await settle(look)
    page.seen.click()
    await settle(look)
    yield "search-servers", look()
    page.field.setText("ring has:feathers")
    await settle(look)
    yield "search-trouble", look()
    live.search.leave()
