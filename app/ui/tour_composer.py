"""Pictures of writing: the composer wide, in the pane and narrow; the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.feed.rows import Card
from app.model.draft import Attachment, Draft, Lane
from app.ui.presenters.writing import Open, Writing

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.live import Live
    from app.ui.start import Front

WARNING = "Boat talk, long"
TEXT = (
    "Tide log, Sunday. The slipway is finished, the winch holds, and "
    "@ottilie@saltmarsh.example says the roost did not mind the hammering.\n\n"
    "Thank you to the eleven people who carried oak in the rain. One of you left a very good "
    "thermos and it is being looked after.\n\n"
    "Open evening on Friday from six: soup, a short talk, and the first launch if the wind "
    "agrees. #WaderCount"
)
OWN = (
    "Open evening, Friday 18:00. Soup, a short talk, and the first launch of the new slipway if "
    "the wind agrees. Children welcome, dogs on a lead."
)
ALT = "Dusk at the yard: the new oak slipway, a small red sailing boat waiting beside it."

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]


async def pictures(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""
    writing = live.writing
    draft = await _draft(house, front)
    writing.open(draft, alone=True)
    window = _only(writing).window
    assert window is not None
    await settle(lambda: window.grab().toImage())
    yield "composer", window.grab().toImage()
    writing._close(draft.id)
    await settle(lambda: front.window.grab().toImage())
    writing.open(replace(draft, id=house.drafts.new().id))
    await settle(lambda: front.window.grab().toImage())
    yield "composer-pane", front.window.grab().toImage()
    for one in list(writing.open_ones.values()):
        presenter = one.presenter
        # Counted down by a clock that stands still: it is queued, and stays so.
        await house.outbox.send(presenter.draft, list(presenter.book.plans.values()), undo=10)
        writing._close(presenter.draft.id)
    writing.show_outbox()
    await settle(lambda: front.window.grab().toImage())
    yield "outbox", front.window.grab().toImage()
    for lane in house.outbox.deliveries():
        await house.outbox.cancel(lane.draft, lane.account)
    for kept in house.drafts.all():
        await house.drafts.drop(kept.id)


async def _draft(house: House, front: Front) -> Draft:
    """Three lanes, one with its own text; a picture that is described."""
    lanes = [Lane(account=account.id) for account in house.accounts.all()]
    if len(lanes) > 2:
        lanes[2] = replace(lanes[2], text=OWN)
    draft = house.drafts.new(lanes=lanes, text=TEXT)
    await house.language.of(TEXT)  # what finds it out takes seconds to load, the first time
    found = await _picture(house, front)
    return replace(draft, warning=WARNING, media=(found,) if found is not None else ())


async def _picture(house: House, front: Front) -> Attachment | None:
    """One that the demo's people have posted."""
    source = front.view.shelf.source
    rows = [source.row(index) for index in range(min(len(source), 12))] if source else []
    urls = [row.post.media[0].url for row in rows if isinstance(row, Card) and row.post.media]
    if not urls:
        return None
    data = await house.media.get(urls[0], "full")
    raw = data if isinstance(data, bytes) else data.read_bytes()
    return await house.drafts.attach_bytes(raw, "dusk-at-the-yard.png", ALT)


def _only(writing: Writing) -> Open:
    QApplication.sendPostedEvents()
    (one,) = writing.open_ones.values()
    return one
