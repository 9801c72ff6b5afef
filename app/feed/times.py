"""Moments as the numbers that rows are ordered by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

HOUR = 3_600_000_000
"""One hour in µs."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970 (UTC), exact: ``RowKey.at``."""
    return (at - _EPOCH) // _MICROSECOND
