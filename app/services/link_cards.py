"""
Cards of web pages, made by us where a network leaves that to its clients.

Fetched as an address that came from content: public hosts only, checked at
every step, no cookies, no credentials, little at a time (security facts §4).
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from app.model import LinkCard
from app.model.errors import ServiceError

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.services.drafts import Drafts
    from app.services.fetching import Fetches

log = logging.getLogger(__name__)

PAGE_BYTES = 2_000_000
PICTURE_BYTES = 5_000_000
"""At most; the outbox makes the picture as small as the network wants it."""

PIXELS = 40_000_000
"""Pictures that announce more are not kept."""

WHY, WHY_PICTURE = "link card", "picture of a link card"
TIMEOUT = 10.0
REMEMBERED = 64
FRESH, AGAIN = timedelta(hours=1), timedelta(minutes=5)
"""How long a card is good, and when a page that gave none is asked again."""


class _Made(Struct, frozen=True):
    card: LinkCard | None
    until: datetime


class LinkCards:
    """Makes cards; each page is asked once, however often one asks for its card."""

    def __init__(self, http: Callable[[], Fetches], drafts: Drafts, clock: Clock) -> None:
        self._http, self._drafts, self._clock = http, drafts, clock
        self._made: OrderedDict[str, _Made] = OrderedDict()
        self._making: dict[str, asyncio.Task[LinkCard | None]] = {}

    async def card(self, url: str) -> LinkCard | None:
        """
        The card of the page at *url*; None: it has none, or cannot be had now.

        ``image`` is the id of a kept file (``Drafts.file_of``), or "".
        """
        made = self._made.get(url)
        if made is not None and made.until > self._clock.now() and self._is_kept(made.card):
            return made.card
        task = self._making.get(url)
        if task is None:
            task = self._making[url] = asyncio.create_task(self._make(url), name="link card")
            task.add_done_callback(lambda _: self._making.pop(url, None))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Fetch no more."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------- private

    async def _make(self, url: str) -> LinkCard | None:
        card = None
        try:
            card = await self._fetched(url)
        except ServiceError as error:
            log.info("no link card: %s", error.kind)
        life = FRESH if card is not None else AGAIN
        self._made[url] = _Made(card, self._clock.now() + life)
        self._made.move_to_end(url)
        while len(self._made) > REMEMBERED:
            self._made.popitem(last=False)
        return card

    async def _fetched(self, url: str) -> LinkCard | None:
        # Only who writes needs it.
        from app.services.page_head import page_head

        reply = await self._http().fetch_public(
            url,
            max_bytes=PAGE_BYTES,
            accept=("text/html", "application/xhtml+xml"),
            why=WHY,
            background=False,
            timeout=TIMEOUT,
        )
        if reply.status != 200:
            return None
        kind = reply.headers.get("content-type", "")
        head = await asyncio.to_thread(page_head, reply.body, kind, reply.url)
        if not (head.title or head.description):
            return None
        return LinkCard(
            url=url,
            title=head.title or reply.url,
            description=head.description,
            image=await self._picture(head.image, head.alt) if head.image else "",
        )

    async def _picture(self, url: str, alt: str) -> str:
        """Id of its kept copy; "": there is none to be had, which is no loss."""
        from app.services.picture_types import picture_type

        try:
            reply = await self._http().fetch_public(
                url,
                max_bytes=PICTURE_BYTES,
                accept=("image/*",),
                why=WHY_PICTURE,
                background=False,
                timeout=TIMEOUT,
            )
            found = picture_type(reply.body) if reply.status == 200 else None
            if found is None or found.pixels > PIXELS:
                return ""
            attached = await self._drafts.attach_bytes(reply.body, f"card.{found.format}", alt)
        except ServiceError as error:
            log.info("a link card without its picture: %s", error.kind)
            return ""
        return attached.id

    def _is_kept(self, card: LinkCard | None) -> bool:
        """Its picture has not been swept away."""
        if card is None or not card.image:
            return True
        try:
            self._drafts.file_of(card.image)
        except ServiceError:
            return False
        return True
