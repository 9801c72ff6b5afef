"""Whatever a server sends, reading it gives entries, stubs or ``Malformed``."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from app.model import Entry, Stub
from app.model.errors import Malformed
from app.protocols.bluesky.convert import entries_from_feed
from app.protocols.bluesky.decode import read_page
from app.protocols.bluesky.text import rich_text
from app.protocols.bluesky.wire import ByteSlice, Entity, Facet, Feature, Utf16Slice
from tests.unit.protocols.bluesky.samples import (
    ANA,
    BEN,
    author,
    external,
    feed_item,
    images,
    quoted,
    record,
    view,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        [ANA, f"at://{ANA}/app.bsky.feed.post/3k", "https://a.example", "2026-01-01"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$type", "uri", "did", "record", "val", "images", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)

WHOLE = feed_item(
    view(
        embed={
            "$type": "app.bsky.embed.recordWithMedia#view",
            "media": images("Alt", "More"),
            "record": quoted(embeds=[external("https://example.com")]),
        },
        labels=[{"src": ANA, "uri": ANA, "val": "nudity", "cts": "2026-01-01T00:00:00Z"}],
        record=record(
            "Hé #birds",
            facets=[
                {
                    "index": {"byteStart": 4, "byteEnd": 10},
                    "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "birds"}],
                }
            ],
            langs=["en"],
            tags=["sea"],
            reply={"root": {"uri": "at://x", "cid": "c"}, "parent": {"uri": "at://y", "cid": "d"}},
            labels={"values": [{"val": "porn"}]},
            bridgyOriginalUrl="https://example.com/1",
        ),
        author=author(labels=[], viewer={"muted": False}),
    ),
    reply={"parent": {"$type": "app.bsky.feed.defs#postView", **view()}, "root": {}},
    reason={
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": author(BEN, "ben.example"),
        "indexedAt": "2026-11-01T00:00:00Z",
    },
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in *value*."""
    found = [path] if path else []
    if isinstance(value, list):
        value = dict(enumerate(value))
    for key, member in value.items() if isinstance(value, dict) else ():
        found += paths(member, (*path, key))
    return found


def bent(item: Any, path: tuple[Any, ...], value: Any) -> Any:
    """*item* with *value* at *path*."""
    item = copy.deepcopy(item)
    *way, last = path
    place = item
    for step in way:
        place = place[step]
    place[last] = value
    return item


def check(entry: Entry | Stub) -> None:
    """What must hold for every value that reaches the store."""
    assert entry.key
    assert entry.sort_at <= NOW
    assert entry.sort_at.tzinfo is not None
    if isinstance(entry, Stub):
        assert entry.reason
        return
    text = entry.post.text
    end = 0
    for span in text.spans:
        assert end <= span.start < span.end <= len(text.text)
        end = span.end
    assert entry == msgspec.json.decode(msgspec.json.encode(entry), type=Entry)


@given(st.sampled_from(paths(WHOLE)), junk)
@settings(max_examples=500, deadline=None)
def test_one_wrong_part_is_a_smaller_post_or_a_stub(path: tuple[Any, ...], value: Any) -> None:
    """Never anything else; the item beside it is never touched."""
    good, entry = entries_from_feed(
        [Raw(json.dumps(item).encode()) for item in (WHOLE, bent(WHOLE, path, value))], NOW
    )

    assert isinstance(good, Entry)
    check(good)
    check(entry)


@given(st.lists(junk, max_size=4))
def test_any_json_is_entries_or_stubs(items: list[Any]) -> None:
    """One for each item."""
    found = entries_from_feed([Raw(json.dumps(item).encode()) for item in items], NOW)

    assert len(items) == len(found)
    for entry in found:
        check(entry)


@given(st.binary(max_size=200) | st.text('{}[]",:\\ feedcursor01', max_size=60).map(str.encode))
@settings(max_examples=500)
def test_any_bytes_are_a_page_or_malformed(body: bytes) -> None:
    """Cut off, not JSON, not an object: all the same to us."""
    try:
        items, _ = read_page(body)
    except Malformed:
        return
    for entry in entries_from_feed(items, NOW):
        check(entry)


@given(st.integers(0, 4000), st.sampled_from([b"", b"}", b'"', b"]}"]))
def test_a_page_that_was_cut_is_never_taken_for_a_whole_one(at: int, end: bytes) -> None:
    """Else the rest would be missing without a gap."""
    body = json.dumps({"feed": [WHOLE, WHOLE], "cursor": "c"}).encode()
    at = min(at, len(body) - 1)
    try:
        items, _ = read_page(body[:at] + end)
    except Malformed:
        return
    assert len(items) == 2


features = st.builds(
    Feature,
    type=st.sampled_from(
        [
            "app.bsky.richtext.facet#link",
            "app.bsky.richtext.facet#mention",
            "app.bsky.richtext.facet#tag",
            "x",
        ]
    ),
    uri=st.sampled_from(["https://a.example/ü", "javascript:1", ""]),
    did=st.sampled_from([ANA, "nobody"]),
    tag=st.text(max_size=4),
)
offsets = st.integers(-3, 60)
texts = st.text(
    st.sampled_from("aé日🦜\u200d\u202e\u2066\u2069\n\r\t #\x00\u0301")
    | st.characters(codec="utf-8"),
    max_size=30,
)


@given(
    texts,
    st.lists(
        st.builds(Facet, st.builds(ByteSlice, offsets, offsets), st.lists(features, max_size=2)),
        max_size=6,
    ),
)
@settings(max_examples=500)
def test_spans_lie_inside_the_text_in_order(text: str, facets: list[Facet]) -> None:
    """Never outside, never over each other, never empty."""
    found = rich_text(text, facets)

    end = 0
    for span in found.spans:
        assert end <= span.start < span.end <= len(found.text)
        end = span.end


@given(
    texts,
    st.lists(
        st.builds(
            Entity,
            st.builds(Utf16Slice, offsets, offsets),
            st.sampled_from(["link", "mention", "hashtag", "?"]),
            st.sampled_from(["https://a.example", ANA]),
        ),
        max_size=6,
    ),
)
def test_spans_of_entities_lie_inside_the_text(text: str, entities: list[Entity]) -> None:
    """UTF-16 offsets are as hostile as any."""
    found = rich_text(text, None, entities)

    assert all(0 <= s.start < s.end <= len(found.text) for s in found.spans)
