"""What stands above a timeline: how much is new, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.pipeline import Hidden
from app.model.timeline import RowKey, TimelineId
from app.services.timeline_rows import TimelineRows

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store import Reader, Store

MOST_NEW = 999
"""Rows counted above what is in memory; beyond that, "many"."""


class Header(Struct, frozen=True):
    """
    What stands above the list.

    Attributes:
        new: Rows above all that ever was at the top of the view, without what was sent from here.
        many: There are more than *new* says.
        hidden: Rows left out, of those in memory.
        left_out: How many a feed leaves out by its own rules and limits.
    """

    new: int = 0
    many: bool = False
    hidden: Hidden = Hidden()
    left_out: int = 0


async def count(
    timeline: TimelineId, store: Store, rows: TimelineRows, top: RowKey | None
) -> Header:
    """
    The header now. *top*: the highest row that was ever seen.

    Raises:
        StoreError: The cache cannot be read.
    """
    new = rows.above(top) if top is not None else 0
    if not new and not (rows.more_newer and len(rows)):
        return Header(hidden=rows.hidden)
    first = rows.key(0) if top is None else max(rows.key(0), top)

    def read(reader: Reader) -> tuple[int, frozenset[RowKey]]:
        more = reader.keys(timeline, after=first, limit=MOST_NEW + 1) if rows.more_newer else ()
        return len(more), reader.own_rows(timeline)

    beyond, own = await store.load(read)
    mine = sum(key > (top or first) and not rows.is_hidden(key) for key in own)
    return Header(max(0, new + min(beyond, MOST_NEW) - mine), beyond > MOST_NEW, rows.hidden)
