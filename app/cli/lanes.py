"""Lanes as commands print them (cli.md, LANE), planned or on their way."""

from __future__ import annotations

from collections.abc import Iterable

from app.cli.items import moment
from app.cli.output import Output
from app.cli.rows import clock_time
from app.compose.plan import LanePlan
from app.model.sending import Delivery, Limits, Outgoing
from app.services.house import House

Lane = dict[str, object]

STATES = {
    "queued": "waits",
    "sending": "is being sent",
    "delivered": "sent",
    "failed": "not sent",
    "unknown": "sent or not: nobody knows yet",
    "scheduled": "kept by the server until its time",
    "cancelled": "taken back",
}


def lane_from_plan(plan: LanePlan) -> Lane:
    """What would leave."""
    stops = (loss.text for loss in plan.losses if loss.stops)
    problem = next(iter((*plan.problems, *stops)), "")
    return {
        "account": plan.account,
        "network": plan.network,
        "state": "draft",
        "parts": [
            {
                "text": post.text.text,
                "length": measure.length,
                "limit": measure.limit,
                "uri": None,
                "url": None,
                "media": len(post.media),
                "warning": post.warning or None,
                "visibility": post.visibility,
                "langs": list(post.langs),
                "reply_to": post.reply_to or None,
                "quote": post.quote or None,
                "card": post.card.url if post.card else None,
            }
            for post, measure in zip(plan.posts, plan.measures, strict=True)
        ],
        "losses": [loss.text for loss in plan.losses],
        "facts": list(plan.facts),
        "mentions": [
            {
                "typed": one.typed,
                "handle": one.profile.handle if one.profile else None,
                "uri": (one.profile.uri or None) if one.profile else None,
                "evidence": one.evidence or None,
            }
            for one in plan.mentions
        ],
        "error": {"kind": "usage", "message": problem, "try": "Change the draft."}
        if problem
        else None,
        "attempts": 0,
    }


def lane_from_delivery(
    delivery: Delivery, limits: Limits | None, losses: Iterable[str] = ()
) -> Lane:
    """How a lane is doing. *limits*: of its account, if they are known."""
    trouble = delivery.trouble
    return {
        "account": delivery.account,
        "network": delivery.network,
        "state": delivery.state,
        "parts": [
            {
                "text": part.post.text.text,
                "length": _length(part.post, limits),
                "limit": limits.length if limits else 0,
                "uri": (part.done.uri or None) if part.done else None,
                "url": (part.done.url or None) if part.done else None,
            }
            for part in delivery.parts
        ],
        "losses": list(losses),
        "error": {"kind": trouble.kind, "message": trouble.message, "try": trouble.next_step}
        if trouble
        else None,
        "attempts": delivery.attempts,
        "not_before": moment(delivery.not_before) if delivery.not_before else None,
        "looks": delivery.looks,
        "journal": [{"at": moment(note.at), "text": note.text} for note in delivery.journal],
    }


def print_plan(plan: LanePlan, house: House, out: Output) -> None:
    """A plan for people."""
    out.line(f"{_name(plan.network, house)} as {plan.account}:")
    for number, (post, measure) in enumerate(zip(plan.posts, plan.measures, strict=True), start=1):
        of = f"{number} of {len(plan.posts)}, " if len(plan.posts) > 1 else ""
        out.line(f"  ({of}{measure.length} of {measure.limit} {measure.unit})")
        if post.warning:
            out.line(f"  | [{post.warning}]")
        for line in post.text.text.splitlines() or [""]:
            out.line(f"  | {line}")
        for media in post.media:
            out.line(f"  + {media.name or media.kind}: {media.alt or 'no description'}")
    for one in plan.mentions:
        who = f"@{one.profile.handle}" if one.profile else "named without “@”"
        why = f" ({one.evidence})" if one.evidence else ""
        out.line(f"  {one.typed} → {who}{why}")
    for words in (*(loss.text for loss in plan.losses), *plan.facts):
        out.line(f"  note: {words}")
    for words in plan.problems:
        out.line(f"  cannot be sent: {words}")


def print_delivery(
    delivery: Delivery, house: House, out: Output, losses: Iterable[str] = ()
) -> None:
    """A lane for people. *losses*: what its network could not carry."""
    words = STATES.get(delivery.state, delivery.state)
    if delivery.state == "queued" and delivery.send_at is not None:
        words = f"waits for {clock_time(delivery.send_at)}: this computer must be on then"
    out.line(f"{_name(delivery.network, house)} as {delivery.account}: {words}")
    for part in delivery.parts:
        if part.done is not None and (address := part.done.url or part.done.uri):
            out.line(f"  {address}")
    for loss in losses:
        out.line(f"  note: {loss}")


def trouble_of(delivery: Delivery, out: Output) -> None:
    """``error:`` and ``try:`` for a lane that is in trouble."""
    if delivery.trouble is not None and not is_well(delivery):
        out.note(f"error: {delivery.account}: {delivery.trouble.message}")
        out.note(f"try: {delivery.trouble.next_step or 'godwit outbox'}")
    elif delivery.state == "unknown":
        out.note(f"error: {delivery.account}: Nobody knows yet whether it was posted.")
        out.note("try: godwit outbox: it looks before anything is sent again.")


def is_well(delivery: Delivery) -> bool:
    """It has arrived, or will by itself at the time that was chosen."""
    if delivery.state in ("delivered", "scheduled", "cancelled"):
        return True
    return delivery.state == "queued" and delivery.trouble is None


def _length(post: Outgoing, limits: Limits | None) -> int:
    # Slow to load, and only needed here.
    from app.compose.length import Ruler
    from app.model.graphemes import count_graphemes

    if limits is None:
        return count_graphemes(post.text.text)
    warned = count_graphemes(post.warning) if limits.warnings else 0
    return Ruler(post.text, limits).length(0, len(post.text.text)) + warned


def _name(network: str, house: House) -> str:
    return {info.id: info.name for info in house.registry().infos.values()}.get(network, network)
