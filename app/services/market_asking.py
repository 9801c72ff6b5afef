"""Who can be asked for what there is to read, and what a page of it looks like."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.model import AccountId, Entry
from app.services.market_values import Sample

if TYPE_CHECKING:
    from app.services.row_loads import Look


def judged(entries: Sequence[Entry], account: AccountId, look: Look, most: int) -> Sample:
    """The first of *entries* as cards; what is hidden is only counted."""
    from app.feed.pipeline import row_from_stored
    from app.feed.rows import Card
    from app.feed.times import micros
    from app.model.timeline import Echo, RowKey, Sighting

    cards: list[Card] = []
    hidden = 0
    for number, entry in enumerate(entries):
        sightings = (Sighting(entry, {account: entry.viewer}),)
        echo = Echo(key=RowKey(micros(entry.sort_at), number), sightings=sightings)
        row = row_from_stored(echo, now=look.now, settings=look.settings)
        if not isinstance(row, Card):
            continue
        if row.verdict.action == "hide":
            hidden += 1
        elif len(cards) < most:
            cards.append(row)
    return Sample(cards=tuple(cards), hidden=hidden)


def has_loop() -> bool:
    """Without one whoever asks next takes it over."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def offers_feeds(service: object) -> bool:
    """People make feeds on its network."""
    from app.protocols.offering import OffersFeeds

    return isinstance(service, OffersFeeds)


def has_sources(service: object) -> bool:
    """It may have lists, tags, trends."""
    from app.protocols.offering import HasSources

    return isinstance(service, HasSources)


def settles(service: object) -> bool:
    """Its server keeps pins."""
    from app.protocols.moderating import Settles

    return isinstance(service, Settles)
