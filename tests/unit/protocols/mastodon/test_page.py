"""Pages: nothing unreadable hides what is readable."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.model import Entry, Stub
from app.model.errors import Malformed
from app.protocols.mastodon.convert import Viewpoint
from app.protocols.mastodon.page import read_page
from tests.outside import OUTSIDE, needs_outside
from tests.unit.protocols.mastodon.samples import LOOK, NOW, page, status

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "junk",
    [
        "3",
        "null",
        '"text"',
        "[]",
        "{}",
        '{"id": NaN}',
        '{"content": "\\ud800"}',
        f'{{"x": {DEEP}}}',
        DEEP,
        '{"replies_count": 1e999}',
        f'{{"id": {"9" * 5000}}}',
        '{"account": {"account": 3}}',
    ],
)
def test_one_unreadable_item_becomes_a_stub_in_its_place(junk: str) -> None:
    """The page goes on before and after it."""
    above, stub, below = page(
        status(3, created_at="2026-11-20T11:00:00Z"),
        junk,
        status(1, created_at="2026-11-20T09:00:00Z"),
    )

    assert isinstance(above, Entry)
    assert isinstance(below, Entry)
    assert isinstance(stub, Stub)
    assert above.sort_at >= stub.sort_at >= below.sort_at
    assert len(stub.excerpt) <= 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("card", 3),
        ("card", {"url": ["x"]}),
        ("poll", "yes"),
        ("quote", [1]),
        ("media_attachments", {"a": 1}),
        ("media_attachments", ["x", None, {"type": 7}]),
        ("mentions", [{"url": 3}, 4]),
        ("tags", ["a"]),
        ("emojis", 1),
        ("filtered", [{"filter": {"context": "home"}}]),
        ("replies_count", "many"),
        ("favourites_count", 1.5),
        ("edited_at", "yesterday"),
        ("language", 4),
        ("sensitive", "perhaps"),
        ("quote_approval", []),
        ("quote", {"id": "1", "mentions": {}}),
        ("created_at", {"a": [[]]}),
        ("in_reply_to_id", {}),
    ],
)
def test_a_field_of_the_wrong_type_costs_only_itself(field: str, value: Any) -> None:
    """Text, author and time stay."""
    (item,) = page(status(**{field: value}))

    assert isinstance(item, Entry)
    assert item.post.text.text == "Hello"
    assert item.post.author.handle == "ana@home.example"


def test_numbers_as_ids_are_ids() -> None:
    """Some servers count with numbers."""
    (item,) = page(status(id=17))

    assert isinstance(item, Entry)
    assert item.viewer.ref == "17"


def test_half_a_character_is_replaced() -> None:
    """Lone surrogates can be stored nowhere."""
    text = json.dumps(status()).replace("Hello", "Hel\\ud83dlo")

    (item,) = page(text)

    assert isinstance(item, Entry)
    assert item.post.text.text == "Hel\ufffdlo"


def test_a_post_without_a_time_stands_where_the_page_has_it() -> None:
    """Below the one above, else at the time of the one below."""
    first, second, _ = page(status(3, created_at="?"), status(2, created_at=None), status(1))

    assert first.sort_at == second.sort_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_stubs_of_the_same_record_have_the_same_key() -> None:
    """Fetching again must not pile them up."""
    (one,), (two,) = page('{"x": 1}'), page('{"x": 1}')
    (other,) = page('{"x": 2}')

    assert one.key == two.key != other.key


def test_duplicates_are_left_as_they_came() -> None:
    """They are normal; the store knows each once."""
    assert len(page(status(1), status(1), status(2))) == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"<!doctype html><html>", "web page"),
        (b'[{"id": "1"}, {"id"', "cut off"),
        (b'{"error": "x"}', "wrong form"),
        (b"null", "no data"),
        (b"\xff\xfe", "no data"),
        (b"]", "no data"),
        (b"[", "cut off"),
        (b'[{"a": NaN}], [1]', "cut off"),
        (b'[{"a": NaN]', "cut off"),
        (b'[{"a": NaN' + b",1" * 20_000 + b"}" + b",1" * 20_000 + b"]", "cut off"),
    ],
)
def test_a_page_that_is_no_list_is_malformed(body: bytes, words: str) -> None:
    """The error says in words what came instead."""
    with pytest.raises(Malformed, match=words) as caught:
        read_page(body, LOOK)

    assert "home.example" in caught.value.message


def test_the_last_id_is_that_of_the_wrapper() -> None:
    """Paging goes by what stands in the timeline."""
    body = json.dumps([status(9), status(7, reblog=status(2))]).encode()

    assert read_page(body, LOOK).last_id == "7"
    assert read_page(b"[]", LOOK).last_id == ""


# ------------------------------------------------------------- recordings


def recorded_statuses() -> list[dict[str, Any]]:
    """Every status in every recording, whatever it stands in."""
    assert OUTSIDE is not None
    found: list[dict[str, Any]] = []

    def search(value: Any) -> None:
        if isinstance(value, dict):
            if {"content", "account", "uri", "visibility"} <= value.keys():
                found.append(value)
            for part in value.values():
                search(part)
        elif isinstance(value, list):
            for part in value:
                search(part)

    for path in sorted(Path(OUTSIDE / "recordings/mastodon").rglob("*.json")):
        search(json.loads(path.read_text("utf-8")))
    return found


@needs_outside
def test_every_recorded_status_is_read() -> None:
    """Six versions of the reference server: not one stub, nothing lost."""
    statuses = recorded_statuses()
    look = Viewpoint(
        server="localhost:3000",
        domain="localhost:3000",
        now=datetime.now(UTC) + timedelta(days=400),
    )
    items = read_page(json.dumps(statuses).encode(), look).items

    assert len(items) == len(statuses) > 500
    for item, wire in zip(items, statuses, strict=True):
        assert isinstance(item, Entry)
        shown = wire["reblog"] or wire
        assert item.post.uri == shown["uri"]
        assert len(item.post.media) == len(shown["media_attachments"])
        assert (item.post.poll is None) == (shown["poll"] is None)
        assert (item.post.quote is None) == (shown.get("quote") is None)
        assert item.post.created_at.isoformat()[:19] == shown["created_at"][:19]
        assert item.sort_at <= NOW + timedelta(days=400)
        assert len(item.post.text.text) >= len(shown["content"]) // 40
        mentions = [span for span in item.post.text.spans if span.kind == "mention"]
        assert {span.target for span in mentions} <= {one["url"] for one in shown["mentions"]}
