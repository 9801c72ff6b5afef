"""How ``delete`` and ``edit`` say what became of each copy."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.lanes import is_well, lane_from_delivery, trouble_of
from app.cli.output import Output
from app.model.draft import DraftId
from app.model.sending import Delivery, Published
from app.services.copies import CopyResult
from app.services.house import House
from app.services.states import error_object


def print_copies(results: Sequence[CopyResult], done: str, house: House, out: Output) -> int:
    """
    Each copy with its own result. Returns the exit status.

    Args:
        done: What was done, one word: also a key of each lane that was.
    """
    drafts: dict[DraftId, list[dict[str, object]]] = {}
    for result in results:
        drafts.setdefault(result.copy.draft, []).append(_lane(result, done, house))
    out.result({"drafts": [{"draft": d or None, "lanes": lanes} for d, lanes in drafts.items()]})
    for result in results:
        if result.error is None:
            out.line(f"{result.copy.account}: {_became(result, done, house)}")
        else:
            out.trouble(result.copy.account, result.error)
    again = [lane for result in results if result.again and (lane := _sent_again(result, house))]
    for lane in again:
        trouble_of(lane, out)
    failed = any(result.error is not None for result in results)
    return 1 if failed or not all(map(is_well, again)) else 0


def _became(result: CopyResult, done: str, house: House) -> str:
    """What was done, and the address where it is now."""
    published: Published | None = result.copy.published
    if result.waits:
        return f"not there; {done} for when it is tried again"
    if result.again:
        anew = _sent_again(result, house)
        published = anew.parts[result.copy.part].done if anew is not None else None
        done = "deleted, and posted anew" if published is not None else "posted anew: not there yet"
    return f"{done}  {(published.url or published.uri) if published is not None else ''}".strip()


def _sent_again(result: CopyResult, house: House) -> Delivery | None:
    lanes = house.outbox.deliveries(result.copy.draft)
    return next((one for one in lanes if one.account == result.copy.account), None)


def _lane(result: CopyResult, done: str, house: House) -> dict[str, object]:
    copy = result.copy
    found = _sent_again(result, house) if result.again or result.waits else None
    if found is not None:
        limits = house.outbox.known_limits(copy.account)
        return lane_from_delivery(found, limits) | {done: result.waits or is_well(found)}
    text = copy.post.text.text if copy.post is not None else ""
    return {
        "account": copy.account,
        "network": copy.network,
        "state": "delivered" if result.error is None else "failed",
        "parts": [
            {
                "text": text,
                "length": len(text),
                "limit": 0,
                "uri": copy.published.uri,
                "url": copy.published.url or None,
            }
        ],
        "losses": [],
        "error": error_object(result.error) if result.error is not None else None,
        "attempts": 1,
        "repost": result.repost,
        done: result.error is None,
    }
