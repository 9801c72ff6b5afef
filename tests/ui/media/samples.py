"""Cards of the demo to look at, and how one gets there."""

from __future__ import annotations

import asyncio

from app.feed.rows import Card
from app.ui.media.viewer import MediaViewer
from app.ui.presenters.media import MediaRoom
from app.ui.timeline.shelf import card_of
from tests.ui.shell.conftest import Demo
from tests.waiting import until


async def card_with(demo: Demo, kind: str, count: int = 1, action: str = "show") -> Card:
    """The first card further down that has at least so many media of that kind."""
    view = demo.front.view
    for _ in range(60):
        source = view.shelf.source
        assert source is not None
        for index in range(len(source)):
            card = card_of(source.row(index))
            if card is None or len(card.post.media) < count or card.verdict.action != action:
                continue
            if card.post.media[0].kind == kind:
                return card
        view.scroll_by(900)
        await asyncio.sleep(0.02)
    raise AssertionError(f"no {kind}")


async def opened(demo: Demo, card: Card, index: int = 0) -> tuple[MediaRoom, MediaViewer]:
    """Pressed on one of its media."""
    demo.front.view.open_media.emit(card, index)
    room = demo.live.media_room
    viewer = room.viewer
    assert viewer is not None
    return room, viewer


async def shown(viewer: MediaViewer) -> None:
    """The picture itself is on the stage."""
    await until(lambda: viewer.stage.has_picture)
