"""How many posts are newer than where one has read to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.model.timeline import TimelineId

if TYPE_CHECKING:
    from app.store import Reader, Store

MOST = 999
"""Counting stops there."""


async def count_unread(store: Store, timelines: Iterable[TimelineId]) -> dict[TimelineId, int]:
    """
    Rows above the reading position of each; 0 where there is none yet.

    Raises:
        StoreError: The cache cannot be read.
    """
    wanted = tuple(timelines)

    def read(reader: Reader) -> dict[TimelineId, int]:
        return {timeline: _above(reader, timeline) for timeline in wanted}

    return await store.load(read)


def _above(reader: Reader, timeline: TimelineId) -> int:
    anchor = reader.anchor(timeline)
    row = reader.row_of(timeline, anchor) if anchor is not None else None
    return len(reader.keys(timeline, after=row, limit=MOST)) if row is not None else 0
