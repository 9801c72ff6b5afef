"""Pictures of conversations: both networks in one, far down, answered; narrow and large."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.feed.rows import Card

if TYPE_CHECKING:
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = ("thread", "thread-down", "thread-reply", "thread-narrow", "thread-origin")

ANSWER = "Stairs have a handrail. Two, where I live; nobody holds them."


async def pictures(front: Front, live: Live, settle: Settle) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""

    def look() -> QImage:
        return front.window.grab().toImage()

    card = _echo(front)
    if card is None:
        return
    size = front.window.width(), front.window.height()
    live.threads.open(card)
    presenter = live.threads.current
    assert presenter is not None
    view, bar = presenter.pane.view, presenter.pane.bar
    await settle(look)
    yield "thread", look()
    view.scroll_by(round(560 * front.look.theme.scale))
    await settle(look)
    yield "thread-down", look()
    view.go_end()
    bar.write()
    bar.editor.insert(ANSWER)
    await settle(look)
    yield "thread-reply", look()
    bar.editor.show_text("")
    bar.edited.emit()
    view.go_top()
    front.window.resize(520, 800)
    await settle(look)
    yield "thread-narrow", look()
    presenter.left.emit()
    front.window.resize(*size)
    boat = _boat(front)
    if boat is not None:
        live.threads.open(boat)
        await settle(look)
        yield "thread-origin", look()
        assert live.threads.current is not None
        live.threads.current.left.emit()


def _boat(front: Front) -> Card | None:
    """A post whose own server tells of more answers than the reader's."""
    source = front.view.shelf.source
    rows = [source.row(index) for index in range(len(source))] if source else []
    cards = (row for row in rows if isinstance(row, Card))
    return next((card for card in cards if "polder.example" in card.post.uri), None)


def _echo(front: Front) -> Card | None:
    """The most answered post of the timeline that was written on several networks."""
    source = front.view.shelf.source
    rows = [source.row(index) for index in range(len(source))] if source else []
    echoes = [row for row in rows if isinstance(row, Card) and len(row.networks) > 1]
    return max(echoes, key=lambda card: card.post.counts.replies, default=None)
