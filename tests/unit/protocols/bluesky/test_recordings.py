"""Answers of real servers: every post in them can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.model import Entry
from app.protocols.bluesky.convert import (
    reading_bookmarks,
    reading_feed,
    reading_posts,
)
from app.protocols.bluesky.decode import read_page
from app.protocols.net.turns import at_once
from tests.outside import OUTSIDE, needs_outside

FETCHED = datetime(2026, 12, 1, tzinfo=UTC)
CONVERTERS = {
    "feed": reading_feed,
    "posts": reading_posts,
    "bookmarks": reading_bookmarks,
}


def pages() -> Iterator[tuple[str, str, Any]]:
    """Name, list and body of every recorded page of posts."""
    if OUTSIDE is None:
        return
    for path in sorted((OUTSIDE / "recordings/atproto").glob("*.json")):
        body = json.loads(path.read_text("utf-8")).get("body")
        for name in CONVERTERS:
            if isinstance(body, dict) and isinstance(body.get(name), list):
                yield path.stem, name, body


def entries(body: Any, name: str) -> list[Entry]:
    items, _ = read_page(json.dumps(body).encode(), name)
    found = at_once(CONVERTERS[name](items, FETCHED))
    assert not [entry for entry in found if not isinstance(entry, Entry)]
    return [entry for entry in found if isinstance(entry, Entry)]


@needs_outside
@pytest.mark.parametrize(("file", "name", "body"), list(pages()), ids=lambda value: str(value)[:60])
def test_every_recorded_post_is_read(file: str, name: str, body: Any) -> None:
    """No stub, all texts unchanged, and the values survive the way to the store."""
    pinned = [item for item in body[name] if "Pin" in item.get("reason", {}).get("$type", "")]
    found = entries(body, name)

    assert len(body[name]) - len(pinned) == len(found)
    for entry in found:
        assert entry.sort_at <= FETCHED
        assert entry == msgspec.json.decode(msgspec.json.encode(entry), type=Entry)


@needs_outside
def test_the_home_timeline_is_newest_first_and_has_its_reposts() -> None:
    """As the server sorts it."""
    assert OUTSIDE is not None
    path = OUTSIDE / "recordings/atproto" / "app.bsky.feed.getTimeline.page1.json"
    found = entries(json.loads(path.read_text("utf-8"))["body"], "feed")

    assert sorted((e.sort_at for e in found), reverse=True) == [e.sort_at for e in found]
    assert any(entry.repost for entry in found)


@needs_outside
def test_the_kinds_of_posts_come_out_as_what_they_are() -> None:
    """Facets, pictures, card, video, detached quote."""
    assert OUTSIDE is not None
    path = Path(OUTSIDE / "recordings/atproto/app.bsky.feed.getPosts.kinds.json")
    facets, odd, pictures, card, video, quote, _ = (
        entry.post for entry in entries(json.loads(path.read_text("utf-8"))["body"], "posts")
    )

    assert ["mention", "link", "tag", "tag"] == [span.kind for span in facets.text.spans]
    assert ["tag"] == [span.kind for span in odd.text.spans]
    assert 4 == len(pictures.media)
    assert card.card is not None
    assert "Page 1 & its card" == card.card.title
    assert ["video"] == [media.kind for media in video.media]
    assert quote.quote is not None
    assert "detached" == quote.quote.state
