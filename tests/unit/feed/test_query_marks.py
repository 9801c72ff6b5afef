"""Where the words stand that were looked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.feed.query import query_from_text
from app.feed.query_marks import beside, marks_in
from app.model import LinkCard, Media, Post, Profile, RichText
from app.model.errors import BadInput

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
POST = Post(
    uri="https://a.example/1",
    network="activitypub",
    author=Profile(uri="https://a.example/ana", handle="ana@a.example", name="Ana"),
    created_at=NOW,
    sort_at=NOW,
    text=RichText("The ferry is late"),
)


def _marked(query: str, text: str) -> list[str]:
    found = marks_in(query_from_text(query, now=NOW), text)
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("tide ", "Tide, tides; TIDE!", ["Tide", "TIDE"]),
        ("tid", "Tide, tides, untidy", ["Tide", "tides"]),
        ("cafe ", "Un CAFÉ, un cafe\u0301", ["CAFÉ", "cafe\u0301"]),
        ('"low water" ', "Low water, low tide", ["Low water"]),
        ('"low wa" ', "low water", []),
        ("東京 ", "今日は東京タワー", ["東京"]),
        ("-quiet tide ", "quiet tide", ["tide"]),
        ("#Tide ", "a #tide here", ["tide"]),
        ("from:ana ", "ana", []),
        ("tide tide ", "tide", ["tide"]),
        ("שלום ", "אמר שלום לכם", ["שלום"]),
        ("straße ", "STRASSE und Straße", ["STRASSE", "Straße"]),
    ],
)
def test_words_are_marked_as_the_index_finds_them(
    query: str, text: str, expected: list[str]
) -> None:
    """Whole or begun, in any case, with or without diacritics; phrases stay together."""
    assert _marked(query, text) == expected


@given(st.text(max_size=60), st.text(max_size=300))
def test_marks_lie_in_the_text_and_never_overlap(query: str, text: str) -> None:
    """Whatever is typed, and whatever stands there."""
    try:
        wanted = query_from_text(query, now=NOW)
    except BadInput:
        return
    end = 0
    for start, stop in marks_in(wanted, text):
        assert end <= start < stop <= len(text)
        end = stop


def test_what_is_not_in_the_text_is_told_with_its_place() -> None:
    """The description of a picture, a link's title; only for words that the text has not."""
    seen = "A long pier, much fog, and at its very end the old lighthouse in the rain"
    post = replace(
        POST,
        media=(Media(kind="image", url="https://a.example/p.png", alt=seen),),
        card=LinkCard(url="https://b.example", title="Lighthouses of the north"),
    )
    found = beside(query_from_text("lighthouse ferry ", now=NOW), post)
    assert [(one.place, one.text) for one in found] == [
        ("picture", "…and at its very end the old lighthouse in the rain")
    ]
    both = beside(query_from_text("fog lighthouses ", now=NOW), post)
    assert [one.place for one in both] == ["picture", "link"]
    assert not beside(query_from_text("ferry ", now=NOW), post)
