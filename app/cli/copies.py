"""How ``delete`` and ``edit`` say what became of each copy."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.lanes import lane_from_delivery
from app.cli.output import Output
from app.model.draft import DraftId
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
        address = result.copy.published.url or result.copy.published.uri
        if result.error is None:
            words = "deleted, and posted anew" if result.again else done
            out.line(f"{result.copy.account}: {words}  {address}")
        else:
            out.trouble(result.copy.account, result.error)
    return 1 if any(result.error is not None for result in results) else 0


def _lane(result: CopyResult, done: str, house: House) -> dict[str, object]:
    copy = result.copy
    found = [one for one in house.outbox.deliveries(copy.draft) if one.account == copy.account]
    if found and result.again:
        return lane_from_delivery(found[0], house.outbox.known_limits(copy.account)) | {done: True}
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
