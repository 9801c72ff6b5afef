"""When something happens to a delivery by itself, and how long to wait. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.model.sending import Delivery

LOOKS = (2.0, 6.0, 12.0, 25.0, 60.0)
"""
Seconds before each look for a post whose answer was lost; then the user decides.

In all less than two minutes: servers, and what stands in front of them, give a
request up after one (nginx' ``proxy_read_timeout`` 60 s, ``rack-timeout`` 15 s).
"""

ADDRESS_LOOKS = (60.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds before each look for the address of what its server kept until its time."""

FRESH = timedelta(minutes=10)
"""So long after it left a post may be sent again by itself, where that cannot double it."""

FIRST_RETRY, LONGEST_RETRY = 2.0, 300.0
"""Seconds: a wait of random(0, min(longest, first · 2ⁿ)), but never less than the
first (security facts §10: full jitter)."""

LATE = timedelta(minutes=5)
"""A chosen time that passed so long ago is missed: nothing is sent late unasked."""

STEP = timedelta(seconds=30)
"""A clock that was set forward by less changes nothing: times are chosen by the minute."""

STALE = timedelta(hours=24)
"""What waited so long for a connection is not sent before the user was asked."""

MOST_WAIT = timedelta(minutes=15)
"""No wait but a chosen time is longer: a clock that stepped back holds nothing up."""

WAITING_KINDS = frozenset({"unreachable", "rate_limited", "store", "malformed", "error"})
"""Troubles that pass by themselves: what was written later waits behind them."""

USER_KINDS = frozenset({"signed_out", "vault", "vault_locked", "vault_absent", "needs_code"})
"""Troubles that only the user ends, elsewhere: then it goes on by itself."""


def retry_pause(attempts: int, chance: float) -> float:
    """Seconds until the next try. *chance*: 0 ≤ x < 1."""
    longest = min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** min(attempts, 16))
    return max(FIRST_RETRY, longest * chance)


def look_pause(ago: float, chance: float) -> float:
    """Seconds until a look that failed is tried again, *ago* seconds after it was sent."""
    return min(LONGEST_RETRY, max(FIRST_RETRY, ago * (0.2 + 0.2 * chance)))


def due(delivery: Delivery, now: datetime) -> datetime | None:
    """When something is to be done for it; None: nothing, by itself."""
    at = delivery.not_before
    match delivery.state:
        case "queued":
            if delivery.trouble is not None and delivery.trouble.kind in USER_KINDS:
                return None
            if delivery.send_at is not None and at == delivery.send_at:
                return at
            return now if at is None else min(at, now + MOST_WAIT)
        case "sending":
            return now  # and who has sent it is gone
        case "unknown" if delivery.looks < len(LOOKS):
            return now if at is None else min(at, now + MOST_WAIT)
        case "scheduled" if delivery.looks < len(ADDRESS_LOOKS):
            return at
    return None


def waits_on(delivery: Delivery, now: datetime, until: datetime) -> bool:
    """Who watches until *until* need not watch it any longer: it will still wait then."""
    at = delivery.not_before
    match delivery.state:
        case "unknown":
            return delivery.looks >= len(LOOKS) or (at is not None and at > until)
        case "queued":
            return delivery.trouble is not None or (at is not None and at > now)
    return now > until


def next_of(
    deliveries: Iterable[Delivery], now: datetime
) -> tuple[Delivery | None, datetime | None]:
    """
    What to do next for one account, and when to look again if there is nothing now.

    What was written offline goes in its order: one that waits for the connection
    holds up those that were queued after it.
    """
    soonest: datetime | None = None
    held_up = False
    for delivery in sorted(deliveries, key=lambda one: (one.queued_at, one.draft)):
        at = due(delivery, now)
        if at is None or (held_up and delivery.state == "queued"):
            continue
        if at <= now:
            return delivery, None
        soonest = at if soonest is None else min(soonest, at)
        kind = delivery.trouble.kind if delivery.trouble is not None else ""
        held_up = held_up or (delivery.state == "queued" and kind in WAITING_KINDS)
    return None, soonest


def rushed(
    deliveries: Iterable[Delivery], expected: datetime, now: datetime
) -> tuple[Delivery, ...]:
    """
    Whose chosen time has come only because the clock was set forward past it.

    Args:
        expected: What the clock would say if nobody had set it since it was read last.
    """
    if now - expected < STEP:
        return ()
    return tuple(
        one
        for one in deliveries
        if one.state == "queued"
        and one.send_at is not None
        and one.not_before == one.send_at
        and expected < one.send_at <= now
    )


def is_missed(delivery: Delivery, now: datetime) -> bool:
    """Its time has passed while nothing could be sent."""
    chosen = delivery.send_at or delivery.parts[0].post.send_at
    return chosen is not None and now - chosen > LATE


def is_stale(delivery: Delivery, now: datetime) -> bool:
    """It has waited so long that its moment may be over."""
    timed = delivery.send_at is not None or delivery.parts[0].post.send_at is not None
    return not timed and now - delivery.queued_at > STALE
