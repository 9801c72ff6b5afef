"""
What servers say of their limits, read with distrust.

Sources: Mastodon's ``X-RateLimit-*`` (reset as ISO time; some servers give
epoch seconds), Bluesky's ``RateLimit-*`` (epoch seconds), RFC 9110
``Retry-After`` (seconds or HTTP date). A 429 may carry none of them.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

CAP = 15 * 60.0
"""No server makes us wait longer than this before we ask again. Seconds."""

_UNKNOWN_WAIT = 60.0
_NUMBER = re.compile(r"\s*(\d{1,18})(?:\.\d{1,9})?(?![\w:-])", re.ASCII)


class Seen(Struct, frozen=True):
    """What an answer said of its limit; *reset* in epoch seconds, our clock."""

    limit: int
    remaining: int
    reset: float


def moment(epoch: float) -> datetime:
    """Aware UTC."""
    return datetime.fromtimestamp(epoch, UTC)


def wait_until(headers: Mapping[str, str], now: float | None = None) -> float:
    """
    When a refused (429) call may be tried again, in epoch seconds.

    ``Retry-After`` first, else a reset time, else a minute from now; always
    in the future and within ``CAP``. Values that make no sense are ignored.
    """
    now = time.time() if now is None else now
    found = asked_to_wait(headers, now)
    if found is None and (seen := seen_in(headers, now)):
        found = seen.reset
    return now + _UNKNOWN_WAIT if found is None else found


def asked_to_wait(headers: Mapping[str, str], now: float) -> float | None:
    """``Retry-After`` as epoch seconds within ``CAP``, or None."""
    value = headers.get("retry-after", "")
    if match := _NUMBER.fullmatch(value.strip()):
        return now + min(float(match[0]), CAP)
    when = _http_date(value)
    return None if when is None else _future(when - _ahead(headers, now), now)


def seen_in(headers: Mapping[str, str], now: float) -> Seen | None:
    """The limit that *headers* tell of, or None when they tell none (or junk)."""
    for prefix in ("x-ratelimit-", "ratelimit-"):
        limit = _whole(headers.get(f"{prefix}limit", ""))
        remaining = _whole(headers.get(f"{prefix}remaining", ""))
        reset = _reset(headers.get(f"{prefix}reset", ""), headers, now)
        if limit and remaining is not None and reset is not None:
            return Seen(limit, min(remaining, limit), reset)
    return None


def _whole(value: str) -> int | None:
    # "100, 100;w=60": an old draft lists policies after the number itself.
    match = _NUMBER.match(value)
    return int(match[1]) if match else None


def _reset(value: str, headers: Mapping[str, str], now: float) -> float | None:
    value = value.strip()
    if match := _NUMBER.fullmatch(value):
        number = float(match[0])
        if number < 1e8:  # seconds from now, as in the IETF draft
            return _future(now + number, now)
        if number > 1e11:  # milliseconds
            number /= 1000
        return _future(number - _ahead(headers, now), now)
    if len(value) > 40:
        return None
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    try:
        return _future(when.timestamp() - _ahead(headers, now), now)
    except (OverflowError, ValueError):
        return None


def _future(when: float, now: float) -> float | None:
    """*when*, at most ``CAP`` away; the past and NaN make no sense."""
    return min(when, now + CAP) if math.isfinite(when) and when > now else None


def _ahead(headers: Mapping[str, str], now: float) -> float:
    """How far the server's clock is ahead of ours, by its ``Date``."""
    date = _http_date(headers.get("date", ""))
    if date is None or abs(date - now) < 5:  # a date has whole seconds only
        return 0.0
    return date - now


def _http_date(value: str) -> float | None:
    if not 20 <= len(value) <= 40:
        return None
    from email.utils import parsedate_to_datetime  # there once the HTTP library is

    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
