"""Bytes and names of records, as a real server makes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocols.bluesky.dagcbor import cid_of_bytes, cid_of_record, encoded
from tests.outside import OUTSIDE, needs_outside

CID = "bafkreiewhtggv47y3bel4n3wgckg7zyczfwrg4erixozxevyzl6xkw2nta"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (65536, "1a00010000"),
        (2**32, "1b0000000100000000"),
        (-1, "20"),
        (-25, "3818"),
        (True, "f5"),
        (False, "f4"),
        (None, "f6"),
        ("ü", "62c3bc"),
        ([1, [2]], "82018102"),
        ({"bb": 1, "a": 2, "b": 3}, "a361610261620362626201"),
        ({"$bytes": "AQI="}, "420102"),
        ({"$bytes": "AQI"}, "420102"),
        ({"$link": "x", "more": 1}, "a2646d6f72650165246c696e6b6178"),
    ],
)
def test_values_are_as_short_as_they_go(value: Any, expected: str) -> None:
    """Integers, order of keys, links and bytes: the canonical form is one."""
    assert expected == encoded(value).hex()


def test_a_link_is_a_tag() -> None:
    """42, and a zero before the CID's bytes."""
    data = encoded({"$link": CID})

    assert bytes.fromhex("d82a58250001551220") == data[:9]
    assert 41 == len(data)
    assert CID == cid_of_bytes(data[9:])


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        {"a": {1, 2}},
        2**64,
        {"$link": "Qm123"},
        {"$link": "b!"},
        {"$link": "baaaa"},
        {"$bytes": "ü"},
        b"raw",
    ],
)
def test_what_a_record_cannot_hold_is_refused(value: Any) -> None:
    """Loudly: a wrong name would be worse than none."""
    with pytest.raises(ValueError):
        encoded(value)


def test_a_real_record_has_its_real_name() -> None:
    """As a PDS named it (a post with a picture)."""
    record = {
        "$type": "app.bsky.feed.post",
        "text": "Recorded with a picture",
        "createdAt": "2026-11-22T18:30:19.000Z",
        "langs": ["en"],
        "embed": {
            "$type": "app.bsky.embed.images",
            "images": [
                {
                    "image": {
                        "$type": "blob",
                        "ref": {"$link": CID},
                        "mimeType": "image/png",
                        "size": 536,
                    },
                    "alt": "stripes",
                    "aspectRatio": {"width": 64, "height": 32},
                }
            ],
        },
    }

    assert "bafyreig56pgccza4bfx5w536fgrijof62q3goodrtki6wvxhs7nb2rgwaq" == cid_of_record(record)


def named(value: Any) -> Iterator[tuple[str, Any]]:
    """Every record in an answer that stands beside its CID."""
    if isinstance(value, dict):
        record = value.get("record", value.get("value"))
        known = value.get("$type", "")
        is_whole = not known or known.endswith(("#viewRecord", "#postView"))
        if is_whole and "cid" in value and isinstance(record, dict) and "$type" in record:
            yield value["cid"], record
        for part in value.values():
            yield from named(part)
    elif isinstance(value, list):
        for part in value:
            yield from named(part)


@needs_outside
def test_every_recorded_record_has_its_recorded_name() -> None:
    """Posts, profiles, gates, lists… of real servers."""
    assert OUTSIDE is not None
    count = 0
    for file in sorted((OUTSIDE / "recordings/atproto").glob("*.json")):
        for cid, record in named(json.loads(file.read_text("utf-8")).get("body")):
            assert cid == cid_of_record(record), f"{file.name}: {record}"
            count += 1

    assert count > 300


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text().filter(lambda key: not key.startswith("$")), inner)
    ),
    max_leaves=20,
)


@given(JSON)
def test_the_order_of_keys_does_not_matter(value: Any) -> None:
    """Whoever writes the same thing gets the same bytes."""

    def reversed_keys(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: reversed_keys(part[key]) for key in reversed(list(part))}
        return [reversed_keys(item) for item in part] if isinstance(part, list) else part

    assert encoded(value) == encoded(reversed_keys(value))
