"""Handing over what is attached: made to fit, once per delivery, with progress."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model.draft import Attachment
from app.model.sending import Limits, MediaLimits, Outgoing, Part
from app.services.outbox_lane import Lane
from app.services.outbox_ledger import Key

if TYPE_CHECKING:
    from app.protocols.writing import Writes
    from app.services.drafts import Drafts
    from app.services.pictures_to_fit import Fitted

STEP = 0.01
"""Of an upload: listeners hear no more often."""

_CARD_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})


class Uploading:
    """
    Uploads, for all accounts.

    Attributes:
        progress: Which file of how many is on its way, and how much of it is there.
    """

    def __init__(self, drafts: Drafts, tell: Callable[[Key], None]) -> None:
        self._drafts = drafts
        self._tell = tell
        self.progress: dict[Key, tuple[int, int, float]] = {}

    async def upload(
        self, lane: Lane, batch: Sequence[int], service: Writes, limits: Limits
    ) -> bool:
        """
        See to it that the server has every file of those parts.

        Each token is written down as soon as the server has given it. Returns
        whether all tokens are fresh: given in this call.

        Raises:
            Refused: A file cannot be made to fit, or the server does not take it.
            ServiceError: It could not be handed over; those before it stay.
        """
        wanted = [(n, id) for n in batch for id in files_of(lane.delivery.parts[n].post)]
        missing = [(n, id) for n, id in wanted if id not in lane.delivery.parts[n].uploads]
        key = (lane.delivery.draft, lane.delivery.account)
        try:
            for number, (n, id) in enumerate(missing, start=len(wanted) - len(missing) + 1):
                self._at(key, (number, len(wanted), 0.0))
                await self._one(lane, n, id, service, limits, (number, len(wanted)))
        finally:
            self.progress.pop(key, None)
        return len(missing) == len(wanted)

    async def _one(
        self, lane: Lane, n: int, id: str, service: Writes, limits: Limits, place: tuple[int, int]
    ) -> None:
        part = lane.delivery.parts[n]
        key = (lane.delivery.draft, lane.delivery.account)
        media, bounds = await self._described(part, id, limits)
        fitted = await self._fitted(media, bounds)
        made = replace(
            media,
            mime=fitted.mime,
            size=fitted.file.stat().st_size,
            width=fitted.type.width,
            height=fitted.type.height,
        )

        def on_progress(done: float) -> None:
            self._at(key, (*place, min(1.0, max(0.0, done))))

        token = await service.upload(made, fitted.file, progress=on_progress)
        parts = list(lane.delivery.parts)
        parts[n] = replace(part, uploads={**part.uploads, id: token})
        note = f": {fitted.note}" if fitted.note else ""
        await lane.put(f"File {place[0]} of {place[1]} is there{note}", parts=tuple(parts))

    async def _described(
        self, part: Part, id: str, limits: Limits
    ) -> tuple[Attachment, MediaLimits]:
        for media in part.post.media:
            if media.id == id:
                return media, limits.media
        card = MediaLimits(types=_CARD_TYPES, image_bytes=limits.card_image_bytes)
        return await self._drafts.attachment(id), card

    async def _fitted(self, media: Attachment, limits: MediaLimits) -> Fitted:
        # Only who sends a file needs it.
        from app.services.pictures_to_fit import fit

        file = self._drafts.file_of(media.id)
        return await asyncio.to_thread(fit, file, media.mime, limits)

    def _at(self, key: Key, place: tuple[int, int, float]) -> None:
        before = self.progress.get(key)
        self.progress[key] = place
        if before is None or before[:2] != place[:2] or abs(before[2] - place[2]) >= STEP:
            self._tell(key)


def files_of(post: Outgoing) -> list[str]:
    """Ids of what goes with a post: its media, and the picture of its card."""
    ids = [media.id for media in post.media]
    card = post.card
    if card is not None and card.image and card.image not in ids:
        ids.append(card.image)
    return ids
