"""Facets: bytes become code points, and hostile ones become nothing."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from app.model import Span
from app.protocols.bluesky.text import MAX_TEXT, rich_text, tag_name
from app.protocols.bluesky.wire import Entity, Facet
from tests.outside import OUTSIDE, needs_outside

LINK = "app.bsky.richtext.facet#link"
MENTION = "app.bsky.richtext.facet#mention"
TAG = "app.bsky.richtext.facet#tag"


def facet(start: int, end: int, **feature: str) -> Facet:
    kind = {"uri": LINK, "did": MENTION, "tag": TAG}[next(iter(feature))]
    return msgspec.convert(
        {"index": {"byteStart": start, "byteEnd": end}, "features": [{"$type": kind, **feature}]},
        Facet,
    )


def test_bytes_become_code_points_behind_wide_characters() -> None:
    """Emoji, accents and ideographs shift every offset after them."""
    text = "👋🏽 héllo @ben #日本語"
    start = len("👋🏽 héllo ".encode())
    facets = [
        facet(start, start + 4, did="did:plc:ben"),
        facet(start + 5, len(text.encode()), tag="日本語"),
    ]

    found = rich_text(text, facets)

    assert text == found.text
    assert ["@ben", "#日本語"] == [text[s.start : s.end] for s in found.spans]
    assert ["mention", "tag"] == [s.kind for s in found.spans]
    assert ["did:plc:ben", "日本語"] == [s.target for s in found.spans]


@pytest.mark.parametrize(
    ("start", "end"),
    [(4, 2), (2, 2), (-1, 3), (0, 99), (99, 120), (1, 4), (0, 1), (2**60, 2**61)],
)
def test_impossible_ranges_are_ignored(start: int, end: int) -> None:
    """Backwards, empty, outside of the text, or in the middle of a character."""
    assert () == rich_text("éa b", [facet(start, end, uri="https://example.com")]).spans


def test_of_overlapping_facets_the_earlier_wins() -> None:
    """Spans never overlap, whatever order the facets come in."""
    facets = [
        facet(3, 9, uri="https://late.example"),
        facet(0, 5, uri="https://early.example"),
        facet(9, 12, tag="end"),
    ]

    spans = rich_text("hello world, all", facets).spans

    assert (Span(0, 5, "link", "https://early.example"), Span(9, 12, "tag", "end")) == spans


@pytest.mark.parametrize(
    "feature",
    [
        {"uri": "javascript:alert(1)"},
        {"uri": "file:///etc/passwd"},
        {"uri": "https://user:secret@example.com"},
        {"did": "ana"},
        {"tag": "#"},
        {"tag": "\u202e"},
    ],
)
def test_features_that_cannot_be_trusted_give_no_span(feature: dict[str, str]) -> None:
    """The words stay, the link does not."""
    found = rich_text("hello", [facet(0, 5, **feature)])

    assert ("hello", ()) == (found.text, found.spans)


def test_of_several_features_the_first_known_counts() -> None:
    """A facet may carry features of networks to come."""
    several = msgspec.convert(
        {
            "index": {"byteStart": 0, "byteEnd": 5},
            "features": [{"$type": "com.example#blink"}, {"$type": TAG, "tag": "#birds"}],
        },
        Facet,
    )

    assert (Span(0, 5, "tag", "birds"),) == rich_text("hello", [several]).spans


def test_cleaning_moves_the_spans_with_their_words() -> None:
    """Overrides, controls and towers of blank lines go; spans stay on their words."""
    text = "\u202eab\x07\r\n\r\n\r\n \n\r\ncd #birds"
    start = len(text.encode()) - 6
    found = rich_text(text, [facet(start, start + 6, tag="birds")])

    assert "ab\n\ncd #birds" == found.text
    assert ["#birds"] == [found.text[s.start : s.end] for s in found.spans]


def test_blank_space_at_the_end_is_cut_from_the_spans_too() -> None:
    """Links often take it along."""
    facets = [facet(0, 4, tag="one"), facet(4, 9, tag="two")]

    assert ("ab", (Span(0, 2, "tag", "one"),)) == (
        rich_text("ab  \n    ", facets).text,
        rich_text("ab  \n    ", facets).spans,
    )


def test_a_span_of_which_nothing_is_left_is_dropped() -> None:
    """A link over invisible characters is a trap, not a link."""
    assert () == rich_text("a\u202e\u202eb", [facet(1, 7, uri="https://example.com")]).spans


def test_ten_thousand_facets_cost_no_more_than_some() -> None:
    """Only as many as a post can have characters are looked at."""
    many = [facet(i, i + 1, tag="x") for i in range(10_000)]

    assert 300 == len(rich_text("x" * 10_000, many).spans)


def test_entities_of_old_posts_count_utf16() -> None:
    """Before facets there were entities; nobody has rewritten those posts."""
    entities = msgspec.convert(
        [
            {"index": {"start": 0, "end": 2}, "type": "link", "value": "https://example.com"},
            {"index": {"start": 2, "end": 5}, "type": "mention", "value": "did:plc:ben"},
            {"index": {"start": 1, "end": 3}, "type": "link", "value": "https://cut.example"},
            {"index": {"start": 5, "end": 9}, "type": "other", "value": "?"},
        ],
        list[Entity],
    )

    spans = rich_text("🦜@be rest", None, entities).spans

    assert (
        Span(0, 1, "link", "https://example.com"),
        Span(1, 4, "mention", "did:plc:ben"),
    ) == spans


@pytest.mark.parametrize(
    ("tag", "name"), [("#birds", "birds"), ("＃鳥", "鳥"), ("$AAPL", "$AAPL"), (" ", "")]
)
def test_a_tag_is_kept_without_its_sign(tag: str, name: str) -> None:
    """Writers put the sign in or not."""
    assert name == tag_name(tag)


def _vectors(name: str) -> list[dict[str, Any]]:
    if OUTSIDE is None:
        return []
    path = OUTSIDE / "vectors/bsky-moderation" / name
    cases: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cases"]
    return cases


@needs_outside
@pytest.mark.parametrize(
    "case",
    [c for c in _vectors("rich-text.json") if c["op"] == "parse"],
    ids=lambda case: str(case["name"]),
)
def test_segments_are_cut_as_the_reference_cuts_them(case: dict[str, Any]) -> None:
    """Every segment with a known feature is one span over the same words."""
    given = case["input"]
    facets = msgspec.convert(given.get("facets") or [], list[Facet])
    entities = msgspec.convert(given.get("entities") or [], list[Entity])
    known = {LINK, MENTION, TAG}
    expected = [
        segment["text"]
        for segment in case["segments"]
        if any(f["$type"] in known for f in segment.get("facet", {}).get("features", ()))
    ]

    found = rich_text(given["text"], facets, entities)

    assert given["text"] == found.text
    assert expected == [found.text[s.start : s.end] for s in found.spans]


@needs_outside
@pytest.mark.parametrize(
    "case", _vectors("rich-text-clean-newlines.json"), ids=lambda case: str(case["name"])
)
def test_towers_of_blank_lines_are_one(case: dict[str, Any]) -> None:
    """As the network's own client does; line ends are "\\n", and none stand around the text."""
    expected = case["expected"]["text"].replace("\r\n", "\n").replace("\r", "\n")

    assert expected.strip() == rich_text(case["input"]["text"]).text


def test_a_text_of_megabytes_is_cut() -> None:
    """What is kept has its links; that there was more is seen."""
    text = "\n \n link " + "é\n\n" * 1_000_000
    start = text.encode().index(b"link")
    ends = ((start, start + 4), (4_000_000, 4_000_004))
    found = rich_text(text, [facet(*end, uri="https://example.com") for end in ends])

    assert found.text.startswith("link é") and found.text.endswith("…")
    assert len(found.text) <= MAX_TEXT + 1
    assert [(span.start, span.end) for span in found.spans] == [(0, 4)]
