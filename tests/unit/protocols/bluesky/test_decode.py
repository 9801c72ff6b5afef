"""Reading without trust: the page, the item, the part."""

from __future__ import annotations

import json

import pytest

from app.model.errors import Malformed
from app.protocols.bluesky.convert import reading_feed
from app.protocols.bluesky.decode import Unreadable, read, read_page, reading_page
from app.protocols.bluesky.wire import PostView
from app.protocols.net.turns import at_once
from tests.unit.protocols.bluesky.samples import ANA, NOW, page, raw, view


def test_a_page_is_split_into_items_and_cursor() -> None:
    """The items come as they are; nothing in them is looked at."""
    items, cursor = read_page(page({"post": 1}, [], cursor="next"))

    assert [b'{"post": 1}', b"[]"] == [bytes(item) for item in items]
    assert "next" == cursor


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><title>502</title>",
        b'{"feed": [{"post": 1}',
        b'{"feed": [{"post": "cut of',
        b"{}",
        b"[]",
        b'{"feed": 5}',
        b'{"posts": []}',
        b'{"feed": null}',
        b'{"feed": [], "cursor": 7}',
        b"\xff\xfe",
        b'{"feed": ' + b"[" * 100_000,
    ],
)
def test_what_is_no_page_is_malformed(body: bytes) -> None:
    """Junk must not pass for an empty page: that would be the end of the timeline."""
    with pytest.raises(Malformed):
        read_page(body)


@pytest.mark.parametrize(
    "bad",
    [
        '{"text": "\\ud800"}',
        '{"deep": ' + "[" * 3000 + "]" * 3000 + "}",
        '{"number": NaN}',
        '{"text": "brackets ]}, in \\" strings", "number": -Infinity}',
    ],
)
def test_one_item_that_breaks_the_reader_does_not_break_the_page(bad: str) -> None:
    """The page is then split by its brackets, and the good items are all there."""
    body = f'{{"cursor": "next", "feed": [{{"n": 1}}, {bad}, {{"n": [2, "]"]}}]}}'.encode()

    items, cursor = read_page(body)

    assert "next" == cursor
    assert 3 == len(items)
    assert {"n": 1} == json.loads(bytes(items[0]))
    assert bad.encode() == bytes(items[1])
    assert {"n": [2, "]"]} == json.loads(bytes(items[2]))


def test_an_optional_part_that_is_wrong_becomes_its_default() -> None:
    """Every other part is kept."""
    strange = view(
        likeCount="many",
        replyCount=-4,
        repostCount=7,
        quoteCount=2**70,
        viewer=5,
        labels=[{"val": "spam"}, 17, {"no": "val"}, {"val": "rude"}],
        indexedAt=None,
    )

    found = read(raw(strange), PostView)

    assert (0, 0, 7, 0) == (
        found.like_count,
        found.reply_count,
        found.repost_count,
        found.quote_count,
    )
    assert found.viewer is None
    assert ["spam", "rude"] == [label.val for label in found.labels]
    assert "" == found.indexed_at
    assert "Hello" == found.record.text


@pytest.mark.parametrize("part", ["uri", "author", "record"])
def test_a_part_one_cannot_do_without_names_itself(part: str) -> None:
    """The reason says which part is missing."""
    without = view()
    del without[part]

    with pytest.raises(Unreadable, match=f"no {part}"):
        read(raw(without), PostView)


def test_a_wrong_part_deep_inside_is_named_by_its_path() -> None:
    """Down to the field."""
    with pytest.raises(Unreadable, match="author: did: "):
        read(raw(view(author={"did": 5})), PostView)


def test_a_page_that_hurts_is_read_in_turns() -> None:
    """Half an emoji spoils it for quick readers: it is gone through in small helpings."""
    feed = [{"post": view(uri=f"at://{ANA}/app.bsky.feed.post/3k{n:06}")} for n in range(500)]
    body = json.dumps({"feed": feed, "cursor": "x"}).replace("Hello", "\\ud83d", 1).encode()
    items, cursor = at_once(reading_page(body))

    assert (len(items), cursor) == (500, "x")
    assert sum(1 for _ in reading_page(body)) > 20
    assert sum(1 for _ in reading_feed(items, NOW)) == 500
