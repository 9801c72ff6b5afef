"""What an open timeline reads from the store. Runs on a reader's thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.pipeline import Settings, row_from_stored, why_hidden
from app.feed.rows import Card, Row
from app.model.timeline import RowKey, TimelineId

if TYPE_CHECKING:
    from app.store import Reader


class Look(Struct, frozen=True):
    """
    How stored rows become shown ones: settings and the moment.

    Attributes:
        shown: Causes whose rows are wanted all the same (``why_hidden``).
    """

    settings: Settings
    now: datetime
    shown: frozenset[str] = frozenset()


class Values(Struct, frozen=True):
    """
    Rows that were asked for.

    Attributes:
        rows: Their values.
        hidden: Those that moderation hides, and why.
        gone: Those that are no rows any more.
    """

    rows: dict[RowKey, Row]
    hidden: dict[RowKey, str]
    gone: frozenset[RowKey]


class Span(Struct, frozen=True):
    """
    A stretch of a timeline.

    Attributes:
        keys: Newest first.
        more_newer, more_older: Rows stand above, or below it, in the store.
    """

    keys: tuple[RowKey, ...]
    more_newer: bool = False
    more_older: bool = False


def read_values(reader: Reader, timeline: TimelineId, keys: Sequence[RowKey], look: Look) -> Values:
    """The values of *keys*, ready to be shown."""
    stored = reader.row_values(timeline, keys)
    rows: dict[RowKey, Row] = {}
    hidden: dict[RowKey, str] = {}
    for key, value in stored.items():
        row = row_from_stored(value, now=look.now, settings=look.settings)
        if isinstance(row, Card) and row.verdict.action == "hide":
            why = why_hidden(row.verdict)
            if why not in look.shown:
                hidden[key] = why
                continue
        rows[key] = row
    return Values(rows, hidden, frozenset(keys) - stored.keys())


def read_around(
    reader: Reader, timeline: TimelineId, key: RowKey | None, above: int, below: int
) -> Span:
    """The rows around *key* (None: from the top), *key*'s own included."""
    if key is None:
        keys = reader.keys(timeline, limit=below + 1)
        return Span(tuple(keys[:below]), more_older=len(keys) > below)
    newer = reader.keys(timeline, after=key, limit=above + 1)
    more_newer = len(newer) > above
    older = reader.keys(timeline, before=RowKey(key.at, key.id + 1), limit=below + 1)
    kept = newer[-above:] if above else []
    return Span((*kept, *older[:below]), more_newer, len(older) > below)


def read_between(
    reader: Reader, timeline: TimelineId, newest: RowKey, oldest: RowKey, limit: int
) -> Span:
    """At most *limit* rows from *newest* down to *oldest*, both included."""
    keys = reader.keys(timeline, before=RowKey(newest.at, newest.id + 1), limit=limit + 1)
    inside = [key for key in keys if key >= oldest]
    return Span(tuple(inside[:limit]), more_older=len(inside) > limit)
