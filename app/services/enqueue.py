"""From plans to deliveries: all that is needed to send them, before a byte leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from app.compose.plan import LanePlan
from app.model import AccountId
from app.model.draft import Draft
from app.model.errors import Refused
from app.model.sending import Delivery, Note, Outgoing, Part
from app.protocols.writing import Writes

SOONEST = timedelta(minutes=5)
"""Servers keep posts for no shorter time; what is due sooner waits here."""

AGAIN = frozenset({"failed", "cancelled"})
"""States of lanes that may be sent anew, as another text."""

TICK = timedelta(milliseconds=1)


def deliveries_from(
    draft: Draft,
    plans: Sequence[LanePlan],
    *,
    services: Callable[[AccountId], Writes],
    there: Mapping[AccountId, Delivery],
    now: datetime,
    undo: float,
    last: datetime,
) -> tuple[list[Delivery], datetime]:
    """
    What to keep for *plans*, each post with its ticket.

    Args:
        there: Deliveries of this draft that exist already: what of a thread has
            arrived stays arrived.
        undo: Seconds in which it can be taken back.
        last: The latest time a ticket was ever made for.

    Returns the deliveries, and the latest time now.

    Raises:
        Refused: A plan cannot be sent, or does not go on from what has arrived.
        NotFound, Unsupported: An account is gone, or cannot write.
    """
    if not plans:
        raise Refused("There is no account to send this to.", "Choose an account.")
    at = max(now, last)
    made = []
    for plan in plans:
        before = there.get(plan.account)
        if before is not None and before.state not in AGAIN:
            made.append(before)  # it has left, or is about to
            continue
        _check(plan)
        done = _arrived(before, plan.posts)
        send_at, posts = _times(draft, plan, now)
        service = services(plan.account)
        parts = list(done)
        for post in posts[len(done) :]:
            # Later than any before, also when the clock has stepped back.
            at += TICK
            parts.append(Part(post=post, ticket=service.ticket(post, at)))
        ready = now + timedelta(seconds=undo) if undo > 0 else None
        made.append(
            Delivery(
                draft=draft.id,
                account=plan.account,
                network=plan.network,
                state="queued",
                parts=tuple(parts),
                queued_at=now,
                not_before=send_at or ready,
                send_at=send_at,
                journal=(Note(now, _words(send_at, undo)),),
            )
        )
    return made, at


def _check(plan: LanePlan) -> None:
    """Raises: Refused, with the first thing that stands in the way."""
    if plan.problems:
        raise Refused(plan.problems[0], "Change the draft, or leave this account out.")
    stopping = next((loss for loss in plan.losses if loss.stops), None)
    if stopping is not None:
        raise Refused(stopping.text, "Choose what to do about it.")


def _arrived(before: Delivery | None, posts: Sequence[Outgoing]) -> list[Part]:
    """The parts that are out already. Raises: Refused: *posts* begin otherwise."""
    done = [part for part in before.parts if part.done is not None] if before else []
    said = [part.post.text.text for part in done]
    if said != [post.text.text for post in posts[: len(done)]]:
        raise Refused(
            "What is out of this thread already reads otherwise now.",
            "Leave their text as it was, or delete them first.",
        )
    return done


def _times(
    draft: Draft, plan: LanePlan, now: datetime
) -> tuple[datetime | None, tuple[Outgoing, ...]]:
    """
    When it leaves from here (None: now), and the posts: with a time if the server waits.

    A thread waits here: what answers a post cannot be handed over before it is there.
    """
    chosen = draft.send_at
    if chosen is None or chosen <= now:
        return None, tuple(replace(post, send_at=None) for post in plan.posts)
    one = len(plan.posts) == 1 and plan.posts[0].send_at is not None
    if one and chosen - now > SOONEST:
        return None, plan.posts
    return chosen, tuple(replace(post, send_at=None) for post in plan.posts)


def _words(send_at: datetime | None, undo: float) -> str:
    if send_at is not None:
        return "Waits for its time"
    return f"Can be taken back for {undo:.0f} s" if undo > 0 else "Goes out now"
