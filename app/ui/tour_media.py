"""Pictures of the viewer: a picture of several, a film with captions, a cover, a narrow window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.feed.rows import Card
from app.ui.media.film import can_play
from app.ui.timeline.shelf import card_of

if TYPE_CHECKING:
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = ("media", "media-film", "media-covered", "media-narrow")

MOMENT = 36.0
"""Seconds into the film: something is being said."""
_STEP, _STEPS, _READ = 900, 60, 0.02
_WAIT, _WAITS = 0.05, 100


async def pictures(front: Front, live: Live, settle: Settle) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""

    def look() -> QImage:
        return front.window.grab().toImage()

    room = live.media_room
    several = await _card(front, lambda card: len(card.post.media) == 4)
    film = await _card(front, lambda card: card.post.media[0].kind == "video")
    covered = await _card(front, lambda card: card.verdict.action == "cover_media")
    if several is None or film is None or covered is None:
        return
    room.open(front.view, several, 1)
    await settle(look)
    yield "media", look()
    room.open(front.view, film, 0)
    await _play_to(live, MOMENT)
    await settle(look)
    yield "media-film", look()
    room.open(front.view, covered, 0)
    await settle(look)
    yield "media-covered", look()
    front.window.resize(520, 800)
    room.open(front.view, several, 0)
    await settle(look)
    yield "media-narrow", look()
    room.close()
    front.view.go_top()


async def _card(front: Front, fits: Callable[[Card], bool]) -> Card | None:
    """The first one with media that is so, however far down."""
    view = front.view
    view.go_top()
    for _ in range(_STEPS):
        source = view.shelf.source
        for index in range(len(source) if source is not None else 0):
            card = card_of(source.row(index)) if source is not None else None
            if card is not None and card.post.media and fits(card):
                return card
        view.scroll_by(_STEP)
        await asyncio.sleep(_READ)
    return None


async def _play_to(live: Live, seconds: float) -> None:
    """The film stands still there."""
    films = live.media_room.films
    for _ in range(_WAITS if can_play() else 0):
        await asyncio.sleep(_WAIT)
        player = films.player
        if player is None or not player.length:
            continue
        if player.is_playing:
            player.pause()
            player.seek(seconds)
        elif player.place >= seconds:
            await asyncio.sleep(_WAIT * 8)  # its frame comes a little later
            return
