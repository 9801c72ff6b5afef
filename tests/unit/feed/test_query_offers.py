"""What is offered while a search is typed."""

from __future__ import annotations

import pytest

from app.feed.query_offers import Known, offers_at
from app.model import Profile

PEOPLE = (
    Profile(uri="https://a.example/ana", handle="ana@a.example", name="Ana Ottilia"),
    Profile(uri="https://b.example/bo", handle="bo@b.example", name="Bo"),
    Profile(uri="https://c.example/dina", handle="dina@c.example", name="דינה"),
)
KNOWN = Known(
    people=PEOPLE,
    languages=("de", "en", "da"),
    networks=(("activitypub", "Fediverse"), ("atproto", "Bluesky")),
    folders=("Birds", "To read"),
)


def _texts(text: str, cursor: int | None = None) -> list[str]:
    found = offers_at(text, len(text) if cursor is None else cursor, KNOWN)
    return [] if found is None else [one.text for one in found.rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fr", ["from:"]),
        ("tide -be", ["before:"]),
        ("b", []),
        ("birds", []),
        ("from:", ["me", "ana@a.example", "bo@b.example", "dina@c.example"]),
        ("from:ott", ["ana@a.example"]),
        ("from:@an", ["ana@a.example"]),
        ("from:ana@a.example,b", ["bo@b.example"]),
        ("from:דינ", ["dina@c.example"]),
        ("net:", ["activitypub", "atproto"]),
        ("net:blue", ["atproto"]),
        ("lang:d", ["de", "da"]),
        ("lang:de", []),
        ("folder:", ["Birds", '"To read"']),
        ("has:im", ["image"]),
        ("has:image,vi", ["video"]),
        ("in:b", ["bookmarks"]),
        ("after:y", ["yesterday"]),
        ("tag:bi", []),
        ("https:", []),
        ('"from the', []),
        ("", []),
    ],
)
def test_what_is_offered_begins_as_what_was_typed(text: str, expected: list[str]) -> None:
    """Operators by two letters, and what may stand behind each of them."""
    assert _texts(text) == expected


def test_only_what_was_begun_is_replaced() -> None:
    """A minus and values before a comma stay; the rest of the word goes."""
    found = offers_at("a -from:bo@b.example,an b", 23, KNOWN)
    assert found is not None
    assert (found.start, found.end) == (21, 23)
    found = offers_at("has:imxx tide", 6, KNOWN)
    assert found is not None
    assert (found.start, found.end) == (4, 8)
    assert offers_at("trawler", 2, KNOWN) is None  # in the middle of a word


def test_nothing_is_offered_for_what_is_too_long_to_be_a_search() -> None:
    """Somebody has pasted a book: the window goes on."""
    assert offers_at("tide " * 401 + "fro", 2_008, KNOWN) is None
    assert offers_at("a" * 30_000 + '"', 30_001, KNOWN) is None
