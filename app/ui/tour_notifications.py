"""Pictures of notifications: all of them, acted upon, who gets through; narrow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = ("notifications", "notifications-gate", "notifications-narrow")


async def pictures(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""

    def look() -> QImage:
        return front.window.grab().toImage()

    await house.notifications.sync()
    live.notices.open()
    await settle(look)
    yield "notifications", look()
    live.notices.open_gate()
    await settle(look)
    yield "notifications-gate", look()
    gate = live.notices.gate
    if gate is not None:
        gate.close()
    front.window.resize(520, 800)
    await settle(look)
    yield "notifications-narrow", look()
    live.notices.leave()
