"""Times on the wire: strings that clients made, so anything."""

from __future__ import annotations

from datetime import UTC, datetime

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def moment(text: str) -> datetime | None:
    """
    An RFC 3339 time as aware UTC, or None when it is nothing we can use.

    Before 1970 counts as nothing: it is what a broken clock writes.
    """
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if time >= _FIRST else None
