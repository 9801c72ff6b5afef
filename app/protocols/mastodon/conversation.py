"""A status and its context → a thread. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Raw

from app.model.thread import Absent, Thread
from app.model.timeline import Entry, Stub
from app.protocols.mastodon import wire
from app.protocols.mastodon.convert import Viewpoint
from app.protocols.mastodon.page import items_from, neighbours_of, read_statuses

Raws = Sequence[bytes | Raw]


def thread_from_context(
    focus: bytes, ancestors: Raws, descendants: Raws, look: Viewpoint, *, complete: bool
) -> Thread:
    """
    Put together what the server gave.

    Args:
        focus: The status that was asked for.
        complete: Nothing says that the server left something out.
    """
    raws: list[bytes | Raw] = [focus, *ancestors, *descendants]
    read = read_statuses(raws)
    items = items_from(raws, read, neighbours_of(read, look))
    above = 1 + len(ancestors)
    by_id = {
        status.id: (status, item)
        for status, item in zip(read[:above], items[:above], strict=True)
        if status is not None and status.id
    }
    post = items[0]
    return Thread(
        focus=post.key,
        post=post,
        ancestors=_chain(read[0], items[1:above], by_id),
        replies=items[above:],
        complete=complete and not _tells_of_more(read[0], post, items[above:]),
    )


def _chain(
    focus: wire.Status | None,
    given: Sequence[Entry | Stub],
    by_id: Mapping[str, tuple[wire.Status, Entry | Stub]],
) -> tuple[Entry | Stub | Absent, ...]:
    """
    From the first post down to the parent, by what each one answers.

    Not all servers keep the order, and where one has gone the rest above it
    still stands, behind a place that says so.
    """
    upwards: list[Entry | Stub] = []
    top, seen = focus, {focus.id if focus else None}
    while top is not None and top.in_reply_to_id and top.in_reply_to_id not in seen:
        seen.add(top.in_reply_to_id)
        found = by_id.get(top.in_reply_to_id)
        if found is None:
            break
        top, item = found
        upwards.append(item)
    placed = {item.key for item in upwards}
    rest = sorted((item for item in given if item.key not in placed), key=lambda item: item.sort_at)
    gap: list[Absent] = []
    if rest or (top is not None and top.in_reply_to_id and top.in_reply_to_id not in by_id):
        gap.append(Absent(state="not_loaded"))
    elif top is not None and not top.in_reply_to_id and top.in_reply_to_account_id:
        gap.append(Absent(state="deleted"))  # it answers somebody, but nothing
    return (*rest, *gap, *reversed(upwards))


def _tells_of_more(
    focus: wire.Status | None, post: Entry | Stub, replies: Sequence[Entry | Stub]
) -> bool:
    """The counter of answers says more than was given."""
    if focus is None or not isinstance(post, Entry):
        return False
    direct = sum(
        1
        for item in replies
        if isinstance(item, Entry)
        and item.post.reply_to is not None
        and item.post.reply_to.uri == post.post.uri
    )
    return post.post.counts.replies > direct
