"""A lane without a poll leads to the lane that has it: whose address is known when it is there."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from app.compose.plan import POLL_OF_DRAFT
from app.model.sending import Delivery, Outgoing, Part
from app.model.text import RichText, Span


def leads_to_poll(delivery: Delivery) -> bool:
    """It has a link to a poll whose address is not known yet."""
    return any(_is_open(span) for part in delivery.parts for span in part.post.text.spans)


def holder_of(delivery: Delivery, lanes: Iterable[Delivery]) -> Delivery | None:
    """Which of its draft's other *lanes* has the poll that it leads to; None: it leads to none."""
    if not leads_to_poll(delivery):
        return None
    return next(
        (
            lane
            for lane in lanes
            if lane.account != delivery.account and any(p.post.poll for p in lane.parts)
        ),
        None,
    )


def is_on_its_way(holder: Delivery | None) -> bool:
    """It is worth waiting for its address."""
    return holder is not None and holder.state in ("queued", "sending", "unknown")


def led_to(delivery: Delivery, holder: Delivery | None) -> tuple[Part, ...] | None:
    """
    Its parts with the address of the poll; without a link where it has none.

    None: there is nothing to put in.
    """
    if not leads_to_poll(delivery):
        return None
    done = [p.done for p in holder.parts if p.post.poll and p.done] if holder is not None else []
    address = next((one.url or one.uri for one in done), "")
    return tuple(
        part if part.done is not None else replace(part, post=_filled(part.post, address))
        for part in delivery.parts
    )


def _filled(post: Outgoing, address: str) -> Outgoing:
    spans = tuple(
        replace(span, target=address) if _is_open(span) else span
        for span in post.text.spans
        if address or not _is_open(span)
    )
    return replace(post, text=RichText(post.text.text, spans))


def _is_open(span: Span) -> bool:
    return span.kind == "link" and span.target.endswith(POLL_OF_DRAFT)
