"""Whom the program has spoken to, and why: nothing happens behind your back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct


class HostEntry(Struct, frozen=True):
    """*host* was asked *count* times for the reason *why*, at last at *last*."""

    host: str
    why: str
    count: int
    last: datetime


def _now() -> datetime:
    return datetime.now(UTC)


class HostLog:
    """
    The hosts of this run. Only names and reasons: no paths, no content.

    Args:
        clock: Gives aware UTC.
    """

    def __init__(self, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[int, datetime]] = {}

    def record(self, host: str, why: str) -> None:
        """Note that *host* is being asked now."""
        count, _ = self._seen.get((host, why), (0, None))
        self._seen[host, why] = (count + 1, self._clock())

    def entries(self) -> tuple[HostEntry, ...]:
        """All of them, by host and reason."""
        return tuple(
            HostEntry(host, why, count, last)
            for (host, why), (count, last) in sorted(self._seen.items())
        )
