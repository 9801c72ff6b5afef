"""
TIDs: record keys that name a moment, made by us before anything is sent.

A key that is fixed before the first try makes every later try the same act.
Source: atproto spec "record key", TID.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from app.protocols.bluesky.times import moment

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"  # base 32 that sorts as its values do
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_TID = re.compile(f"[2-7a-j][{_ALPHABET}]{{12}}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)
_TOGETHER = timedelta(seconds=1)
_FRESH = timedelta(minutes=2)


class Ticket(Struct, frozen=True):
    """Where a record will stand, and when it says it was written."""

    key: str
    created_at: str

    def __str__(self) -> str:
        return f"{self.key} {self.created_at}"


def ticket_from_text(text: str) -> Ticket:
    """
    A ticket as it was kept.

    Raises:
        ValueError: It is none of ours.
    """
    key, _, created_at = text.partition(" ")
    if not is_tid(key) or moment(created_at) is None:
        raise ValueError("not a ticket of this network")
    return Ticket(key, created_at)


def times_of_writing(tickets: Sequence[Ticket], now: datetime) -> list[str]:
    """
    What posts that leave *now* say about when they were written.

    As their tickets say; but one that has waited (offline, or for its time)
    would stand far down in everybody's timeline, unseen: it is written now.
    """
    since = [now - (moment(ticket.created_at) or now) for ticket in tickets]
    if all(waited < _FRESH for waited in since):
        return [ticket.created_at for ticket in tickets]
    return [_written(now + number * _MILLISECOND) for number in range(len(tickets))]


def is_tid(text: str) -> bool:
    """Whether *text* is written like a TID."""
    return _TID.fullmatch(text) is not None


def tid(microseconds: int, clock: int) -> str:
    """The TID of a moment (µs since 1970) on the clock with this number (0…1023)."""
    number = microseconds << 10 | clock
    chars = []
    for _ in range(13):
        chars.append(_ALPHABET[number & 31])
        number >>= 5
    return "".join(reversed(chars))


def microseconds_of(key: str) -> int:
    """When a TID was made: µs since 1970."""
    number = 0
    for char in key:
        number = number << 5 | _VALUES[char]
    return number >> 10


class TidClock:
    """
    Gives out tickets that only rise, whatever the computer's clock does.

    One for each account and process; clocks differ by their number, so that
    two processes in the same microsecond still make two keys.
    """

    def __init__(self, number: int | None = None) -> None:
        self._number = secrets.randbelow(1024) if number is None else number
        self._last = 0
        self._created = _EPOCH

    def ticket(self, at: datetime, now: datetime) -> Ticket:
        """
        The next ticket.

        Args:
            at: When the post shall say it was written; aware.
            now: What the clock says. A post for later does not take the keys
                of all that is written until then into the future.
        """
        wanted = (min(at, now) - _EPOCH) // _MICROSECOND
        self._last = max(wanted, self._last + 1)
        return Ticket(tid(self._last, self._number), _written(self._created_after(at)))

    def saw(self, key: str) -> None:
        """Stay above *key*, which an earlier run has given out."""
        self._last = max(self._last, microseconds_of(key))

    def _created_after(self, at: datetime) -> datetime:
        """Posts of one thread are written a millisecond apart: servers sort by it."""
        at = at.astimezone(UTC)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        if at <= self._created < at + _TOGETHER:
            at = self._created + _MILLISECOND
        self._created = at
        return at


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
