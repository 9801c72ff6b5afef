"""
Tickets: what makes every try to send a post the same act.

A ticket is sent as ``Idempotency-Key``. Not every server knows that, so it
also tells from when on the post may be found among the author's own.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import msgspec

from app.model.sending import Outgoing
from app.protocols.mastodon.server_time import ServerTime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CLOSE = timedelta(seconds=3)
"""Headers tell whole seconds, and some servers stamp posts so, too."""
_WIDE = timedelta(seconds=60)


class Tickets:
    """Makes tickets that rise, also when the clock steps back."""

    def __init__(self) -> None:
        self._last = 0

    def new(self, post: Outgoing, at: datetime, times: ServerTime) -> str:
        """One for *post*, written at *at* (our clock). Takes no time, asks nobody."""
        made = max((times.at(at) - _EPOCH) // _MICROSECOND, 0)
        # The number rises whatever the clock does; the time is never bent for that.
        self._last = max(made, self._last + 1)
        digest = hashlib.blake2s(msgspec.json.encode(post), digest_size=8).hexdigest()
        clock = "server" if times.is_known else "own"
        return f"godwit-{self._last:016x}-{made:x}-{clock}-{secrets.token_hex(8)}-{digest}"


def not_before(ticket: str, times: ServerTime) -> datetime:
    """
    The time, on the server's clock, before which the post cannot have been made.

    Call it when the server's clock is known. A ticket from the future was
    made while our clock was wrong, and says nothing: then it is an hour ago.

    Raises:
        ValueError: That is no ticket.
    """
    _, _, stamp, clock, *_ = ticket.split("-")
    made = _EPOCH + int(stamp, 16) * _MICROSECOND
    now = times.now()
    if clock == "own":
        made = times.at(made) - _WIDE
    if made > now + _WIDE:
        return now - timedelta(hours=1)
    return made - _CLOSE
