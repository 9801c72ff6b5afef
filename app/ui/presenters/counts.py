"""How many posts are newer than where one has read to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.model.timeline import ALL, TimelineId
from app.services.seen import read_seen

if TYPE_CHECKING:
    from app.store import Reader, Store

MOST = 999
"""Counting stops there."""


async def count_unread(store: Store, timelines: Iterable[TimelineId]) -> dict[TimelineId, int]:
    """
    Rows above all that was seen of each, without what was sent from here; 0 where nobody has read yet.

    What was read among all posts was read in every timeline of some of them.

    Raises:
        StoreError: The cache cannot be read.
    """
    wanted = tuple(timelines)

    def read(reader: Reader) -> dict[TimelineId, int]:
        return {timeline: _above(reader, timeline) for timeline in wanted}

    return await store.load(read)


def _above(reader: Reader, timeline: TimelineId) -> int:
    places = (read_seen(reader, one) for one in {timeline, ALL})
    seen = max((place for place in places if place is not None), default=None)
    new = reader.keys(timeline, after=seen, limit=MOST) if seen is not None else []
    return len(set(new) - reader.own_rows(timeline)) if new else 0
