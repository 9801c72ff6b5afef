"""
A page of statuses → items. What cannot be read becomes a stub where it stood.

Pure: bytes in, values out; the page's own faults never leave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2s

from msgspec import Raw, Struct

from app.model.errors import Malformed
from app.model.timeline import Entry, Stub
from app.protocols.mastodon import wire
from app.protocols.mastodon.convert import Neighbours, Viewpoint, entry_from_status, time_of
from app.protocols.net.turns import Turns, at_once
from app.protocols.safety import clean_text


class ReadPage(Struct, frozen=True):
    """
    Items in the server's order, and the server's id of the last one ("" if unknown).

    *reposts*: (the server's id of a repost, its entry's key).
    """

    items: tuple[Entry | Stub, ...]
    last_id: str = ""
    reposts: tuple[tuple[str, str], ...] = ()


def read_page(body: bytes, look: Viewpoint) -> ReadPage:
    """
    Convert one page.

    Raises:
        Malformed: The whole is no list.
    """
    return at_once(reading_page(body, look))


def reading_page(body: bytes, look: Viewpoint) -> Turns[ReadPage]:
    """``read_page`` in turns: 40 statuses take up to 7 ms, half of a frame."""
    raws = yield from wire.splitting_page(body, look.server)
    read: list[wire.Status | None] = []
    for raw in raws:
        read.append(_read(raw))
        yield
    near = neighbours_of(read, look)
    items: list[Entry | Stub] = []
    for at in range(len(raws)):
        yield
        items.append(_item(raws, read, at, items, near))
    last = read[-1] if read else None
    pairs = zip(read, items, strict=True)
    reposts = [(s.id, item.key) for s, item in pairs if s is not None and s.id and s.reblog]
    return ReadPage(tuple(items), (last.id or "") if last else "", tuple(reposts))


def read_statuses(raws: Sequence[bytes | Raw]) -> list[wire.Status | None]:
    """Each as far as it can be read; None: not at all."""
    return [_read(raw) for raw in raws]


def neighbours_of(read: Iterable[wire.Status | None], look: Viewpoint) -> Neighbours:
    """What statuses that came together tell about each other."""
    near = Neighbours(look)
    for status in read:
        if status is not None:
            near.learn(status)
    return near


def items_from(
    raws: Sequence[bytes | Raw], read: Sequence[wire.Status | None], near: Neighbours
) -> tuple[Entry | Stub, ...]:
    """
    Convert statuses in their order; what cannot be shown becomes a stub.

    Args:
        read: *raws*, read.
    """
    items: list[Entry | Stub] = []
    for at in range(len(raws)):
        items.append(_item(raws, read, at, items, near))
    return tuple(items)


def _item(
    raws: Sequence[bytes | Raw],
    read: Sequence[wire.Status | None],
    at: int,
    above: list[Entry | Stub],
    near: Neighbours,
) -> Entry | Stub:
    """The status number *at*, below *above*."""
    look, status = near.look, read[at]
    moment = time_of(status) or _time_between(read[at + 1 :], above, look)
    try:
        if status is None:
            raise Malformed("This record is no proper JSON.")
        return entry_from_status(status, near, moment)
    except Malformed as error:
        return _stub(raws[at], status, error.message, min(moment, look.now), look)


def _read(raw: bytes | Raw) -> wire.Status | None:
    try:
        return wire.read_status(raw)
    except Malformed:
        return None


def _time_between(
    below: Sequence[wire.Status | None], above: list[Entry | Stub], look: Viewpoint
) -> datetime:
    """Where something without a time stands: just where the page has it."""
    if above:
        return above[-1].sort_at
    return next((at for one in below if (at := time_of(one))), look.now)


def _stub(
    raw: bytes | Raw, status: wire.Status | None, reason: str, at: datetime, look: Viewpoint
) -> Stub:
    content = bytes(raw)
    key = f"stub:{look.server}:"
    if status is not None and (status.uri or status.id):
        key += status.uri or status.id or ""
    else:
        key += blake2s(content, digest_size=12).hexdigest()
    excerpt = " ".join(clean_text(content[:300].decode("utf-8", "replace")).split())
    return Stub(key=key, sort_at=at, reason=reason, excerpt=excerpt[:200])
