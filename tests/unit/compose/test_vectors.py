"""The networks' own cases: what is a link, how long it is, how spans move."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.compose.edits import clean_newlines, delete, insert
from app.compose.spans import find_spans
from app.model.graphemes import count_graphemes
from app.model.text import RichText, Span
from tests.outside import OUTSIDE, needs_outside

pytestmark = needs_outside
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    """All cases of a file; none when it is not there."""
    if OUTSIDE is None:
        return []
    data = json.loads((OUTSIDE / "vectors" / "bsky-moderation" / f"{name}.json").read_text("utf-8"))
    found: list[Case] = data["cases"]
    return found


def named(case: Case) -> str:
    """For pytest's list."""
    return str(case.get("name") or case["text"])[:60]


def code_points(text: str, offset: int) -> int:
    """A place counted in UTF-8 bytes, in code points."""
    return len(text.encode()[:offset].decode(errors="replace"))


def rich(value: Case) -> RichText:
    """Spans of any kind; only where they lie matters here."""
    text = value["text"]
    spans = [
        Span(
            code_points(text, f["index"]["byteStart"]),
            code_points(text, f["index"]["byteEnd"]),
            "link",
        )
        for f in value.get("facets") or []
    ]
    return RichText(text, tuple(spans))


@pytest.mark.parametrize("case", cases("facet-detection"), ids=named)
def test_links_mentions_and_tags_are_found_as_there(case: Case) -> None:
    """Where a span lies and what it names, for a network with handles like ``@handle.tld``."""
    text = case["text"]
    found = [
        (
            len(text[: s.start].encode()),
            len(text[: s.end].encode()),
            s.target or text[s.start + 1 : s.end],
        )
        for s in find_spans(text, frozenset({"domain"}))
    ]
    expected = []
    for facet in case["expected"]:
        feature = facet["feature"]
        names = feature.get("uri") or feature.get("handle") or feature.get("tag")
        expected.append((facet["byteStart"], facet["byteEnd"], names))

    assert found == expected


PARSED = [case for case in cases("rich-text") if case["op"] == "parse"]
EDITED = [case for case in cases("rich-text") if case["op"] != "parse"]


@pytest.mark.parametrize("case", PARSED, ids=named)
def test_lengths_are_counted_as_there(case: Case) -> None:
    """Graphemes and UTF-8 bytes."""
    text = case["input"]["text"]

    assert count_graphemes(text) == case["graphemeLength"]
    assert len(text.encode()) == case["byteLength"]


@pytest.mark.parametrize("case", EDITED, ids=named)
def test_spans_move_with_the_text_as_there(case: Case) -> None:
    """Inserting and deleting before, inside, after and around a span."""
    before = rich(case["before"])
    text = case["before"]["text"]
    if case["op"] == "insert":
        after = insert(before, code_points(text, case["index"]), case["insert"])
    else:
        after = delete(before, code_points(text, case["start"]), code_points(text, case["end"]))

    assert after == rich(case["after"])


@pytest.mark.parametrize("case", cases("rich-text-clean-newlines"), ids=named)
def test_empty_lines_are_cleaned_as_there(case: Case) -> None:
    """Three and more become two, whatever invisible stands between them."""
    assert clean_newlines(rich(case["input"])) == rich(case["expected"])
