"""Posts of an archive as rows, as every timeline has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.feed.rows import Card, Copy, Row
from app.model import AccountId, Post, Stub
from app.model.timeline import RowKey, StubRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def row_of_archived(place: int, one: Post | Stub) -> Row:
    """The row of what an ``ArchivePage`` has at *place*: nobody's copies, nobody's reactions."""
    key = RowKey((one.sort_at - _EPOCH) // timedelta(microseconds=1), place)
    if isinstance(one, Stub):
        return StubRow(key=key, stub=one, account=AccountId(""))
    copy = Copy(post=one, accounts=())
    return Card(key=key, entry_key=one.uri, sort_at=one.sort_at, post=one, copies=(copy,))
