"""What stands in a timeline for a record that cannot be read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Raw

from app.model import Entry, Stub
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.times import moment
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.safety import clean_text

_URI = re.compile(rb'"uri"\s*:\s*"(at://[^"\\]{1,1000})"')
_TEXT = re.compile(rb'"text"\s*:\s*("(?:[^"\\]|\\.){0,2000}")')
_TIME = re.compile(rb'"indexedAt"\s*:\s*"([^"\\]{1,64})"')


def stub_from_item(
    raw: Raw, above: Sequence[Entry | Stub], now: datetime, error: Unreadable
) -> Stub:
    """
    A place for an item that could not be read, where it would have stood.

    Its key is its URI, or made from its bytes: the same item read again must
    not become a second stub.
    """
    data = bytes(raw)
    uri = _URI.search(data)
    key = uri[1].decode("utf-8", "replace") if uri else ""
    if not at_uri_parts(key):
        key = hashlib.sha256(data).hexdigest()[:32]
    last = above[-1].sort_at if above else now
    time = _TIME.search(data)
    at = moment(time[1].decode("utf-8", "replace")) if time else None
    return Stub(
        key=f"unreadable:{key}",
        sort_at=min(at or last, now),
        reason=f"This post could not be read: {error}.",
        excerpt=_excerpt(data),
    )


def _excerpt(data: bytes) -> str:
    text = _TEXT.search(data)
    if text is None:
        return ""
    try:
        return clean_text(read(text[1], str))[:300]
    except Unreadable:
        return ""
