"""Spans become facets: bytes, no overlaps, nothing that the network would refuse."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.model import RichText, Span
from app.protocols.bluesky.facets import facets_from_text
from app.protocols.bluesky.text import rich_text
from app.protocols.bluesky.wire import Facet
from tests.unit.protocols.bluesky.samples import ANA


def back(text: str, facets: list[dict[str, Any]]) -> RichText:
    """As our own reader takes them."""
    return rich_text(text, msgspec.json.decode(json.dumps(facets), type=list[Facet]))


def test_offsets_count_bytes() -> None:
    """Emoji, umlauts and CJK before a link move it."""
    text = RichText("👩🏽‍🔬 ü 干 example", (Span(9, 16, "link", "https://example.com/"),))

    (facet,) = facets_from_text(text)

    data = text.text.encode()
    index = facet["index"]
    assert b"example" == data[index["byteStart"] : index["byteEnd"]]


def test_each_kind_has_its_feature() -> None:
    """Styles have none; a mention of nobody is words."""
    text = RichText(
        "@ana @who #tag link bold",
        (
            Span(0, 4, "mention", ANA),
            Span(5, 9, "mention", ""),
            Span(10, 14, "tag", "tag"),
            Span(15, 19, "link", "https://a.example/ü"),
            Span(20, 24, "bold"),
        ),
    )

    features = [facet["features"][0] for facet in facets_from_text(text)]

    kind = "app.bsky.richtext.facet#"
    assert [
        {"$type": f"{kind}mention", "did": ANA},
        {"$type": f"{kind}tag", "tag": "tag"},
        {"$type": f"{kind}link", "uri": "https://a.example/%C3%BC"},
    ] == features


def test_what_the_network_would_refuse_is_left_out() -> None:
    """The text goes without it, instead of not at all."""
    long = "https://a.example/" + "x" * 9000
    text = RichText(
        "abcdefgh",
        (
            Span(0, 1, "link", "javascript:alert(1)"),
            Span(1, 2, "link", long),
            Span(2, 3, "tag", "ü" * 65),
            Span(3, 4, "tag", "👩🏽‍🔬" * 50),
            Span(4, 5, "tag", ""),
            Span(5, 6, "mention", "https://m.example/users/ana"),
            Span(6, 6, "tag", "x"),
            Span(7, 99, "tag", "x"),
        ),
    )

    assert [] == facets_from_text(text)


def test_of_two_that_overlap_the_outer_one_stays() -> None:
    """Facets must not overlap."""
    text = RichText(
        "one two three",
        (
            Span(4, 7, "tag", "two"),
            Span(0, 7, "link", "https://a.example/"),
            Span(4, 13, "tag", "x"),
        ),
    )

    assert [(0, 7)] == [
        (facet["index"]["byteStart"], facet["index"]["byteEnd"]) for facet in facets_from_text(text)
    ]


WORDS = st.text(st.sampled_from("aé干👩🏽\u200d🔬# "), min_size=1, max_size=6)


@given(st.lists(st.tuples(WORDS, st.booleans()), max_size=8))
def test_they_are_read_back_as_they_were_written(parts: list[tuple[str, bool]]) -> None:
    """By our own reader, whatever is written in the text."""
    text, spans = "", []
    for word, is_link in parts:
        if is_link:
            spans.append(Span(len(text), len(text) + len(word), "link", "https://a.example/"))
        text += word
    text = f"x{text}x"
    spans = [Span(s.start + 1, s.end + 1, s.kind, s.target) for s in spans]

    found = back(text, facets_from_text(RichText(text, tuple(spans))))

    assert text == found.text
    assert tuple(spans) == found.spans
