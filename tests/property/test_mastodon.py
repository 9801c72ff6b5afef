"""Whatever a server sends: values or ``Malformed``, and text whose spans hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.model import Entry, Stub
from app.model.errors import Malformed
from app.model.text import RichText
from app.model.timeline import HOME
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import cursor_params, next_cursor
from app.protocols.mastodon.convert import Viewpoint
from app.protocols.mastodon.links import Mentioned
from app.protocols.mastodon.page import read_page
from app.protocols.mastodon.repair import splitting_items
from app.protocols.mastodon.text import rich_text
from app.protocols.net.turns import at_once
from tests.unit.protocols.mastodon.samples import status

calm = settings(deadline=None)  # a busy machine is not a failure

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOOK = Viewpoint(server="s.example", domain="s.example", now=NOW)
MENTIONS = {
    "https://far.example/@bob": Mentioned("https://far.example/users/bob", "bob", "bob@far.example")
}
EMOJIS = {"cat": "https://x.example/cat.png", "a": "https://x.example/a.png"}

TAGS = (
    "a b i p br span div ul ol li pre code blockquote h1 ruby rt rp del u table tr td img hr script style svg !-- form"
).split()
ATTRIBUTES = st.sampled_from(
    [
        "",
        ' class="quote-inline"',
        ' class="invisible"',
        ' class="mention hashtag" href="https://x.example/t"',
        ' href="https://far.example/@bob" class="mention"',
        ' href="https://example.com/a/very/long/path/that/does/not/end/soon"',
        " href=javascript:x",
        ' alt=":cat:"',
        ' start="7"',
        ' title="never closed',
    ]
)
PIECES = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(TAGS), ATTRIBUTES),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.sampled_from(
        [
            ":cat:",
            "#tag",
            "@bob",
            " ",
            "  ",
            "\n",
            "\t",
            "&amp;",
            "&#x202e;",
            "&lt;b&gt;",
            "&#0;",
            "\u2067",
            "\u202e",
            "\u2069",
            "\r\n",
            "é",
            "👩🏽‍🚀",
            "<",
            ">",
            '"',
            "'",
            "-->",
        ]
    ),
    st.text(max_size=8),
)
HTML = st.lists(PIECES, max_size=40).map("".join)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2026-01-01T00:00:00Z", "https://x.example/1", "home", "accepted", "image"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = wire.Status.__struct_fields__


def check_text(text: RichText) -> None:
    """What ``RichText`` promises."""
    size = len(text.text)
    order = [(span.start, -span.end) for span in text.spans]
    assert order == sorted(order)
    stack: list[int] = []
    for span in text.spans:
        assert 0 <= span.start < span.end <= size
        while stack and stack[-1] <= span.start:
            stack.pop()
        assert not stack or span.end <= stack[-1], "spans cross"
        stack.append(span.end)
        if span.kind == "link":
            assert span.target.startswith(("https://", "http://"))
            assert span.target.isascii()
    bad = {
        "\u202a",
        "\u202b",
        "\u202c",
        "\u202d",
        "\u202e",
        "\u2028",
        "\u2029",
        "\r",
        "\t",
        "\x00",
        "\x7f",
    }
    assert not bad & set(text.text)
    assert all(char == "\n" or char >= " " for char in text.text)
    text.text.encode("utf-8")


@calm
@given(HTML, st.booleans())
@example("<pre>x<b>y\n</b></pre>z", False)
@example("<p class='quote-inline'><p><b>x", True)
@example("\t:cat:", False)
@example("<code><pre>\n</code>\n</pre>x", False)
def test_any_markup_gives_sound_text(html: str, hide: bool) -> None:
    """Spans lie inside, nest or are apart; no control, no override, no half character."""
    check_text(rich_text(html, mentions=MENTIONS, emojis=EMOJIS, hide_quote_line=hide))


@calm
@given(HTML)
def test_reading_the_text_again_changes_nothing_in_its_words(html: str) -> None:
    """What was cleaned is clean: escaped and read again, its words are the same."""
    words = rich_text(html).text.split()
    escaped = "<br>".join(
        rich_text(html).text.replace("&", "&amp;").replace("<", "&lt;").split("\n")
    )

    assert rich_text(escaped).text.split() == words


@calm
@given(st.text(max_size=200))
def test_plain_words_are_not_lost(words: str) -> None:
    """Escaped as servers do, every printable character that is no space arrives."""
    html = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = [char for char in words if char.isprintable() and not char.isspace()]
    arrived = [
        char
        for char in rich_text(f"<p>{html}</p>").text
        if char.isprintable() and not char.isspace()
    ]

    assert arrived == kept


@calm
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6), max_size=4))
def test_any_fields_give_entries_or_stubs(changes: list[dict[str, Any]]) -> None:
    """One item out for each in, in order, whatever the fields hold."""
    body = json.dumps([{**status(n), **change} for n, change in enumerate(changes)]).encode()

    items = read_page(body, LOOK).items

    assert len(items) == len(changes)
    for item in items:
        assert item.sort_at.tzinfo is not None
        assert item.sort_at <= NOW
        if isinstance(item, Entry):
            check_text(item.post.text)
            assert msgspec.json.decode(msgspec.json.encode(item), type=Entry) == item
        else:
            assert msgspec.json.decode(msgspec.json.encode(item), type=Stub) == item


@calm
@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
@example(b"[" + b"[" * 100_000)
@example(b'[{"a": NaN}, ' + b"[" * 100_000 + b"]" * 100_000 + b"]")
@example(b"[1,,2]")
def test_any_bytes_give_a_page_or_malformed(body: bytes) -> None:
    """Nothing else is ever raised."""
    try:
        items = read_page(body, LOOK).items
    except Malformed as error:
        assert error.message
    else:
        assert all(isinstance(item, Entry | Stub) for item in items)


@calm
@given(st.lists(JSON, max_size=6))
def test_the_forgiving_cut_finds_the_same_items(values: list[Any]) -> None:
    """Looking for brackets and reading properly agree where both can."""
    items = at_once(splitting_items(json.dumps(values).encode()))

    assert items is not None
    assert [repr(json.loads(bytes(item))) for item in items] == [
        repr(value) for value in json.loads(json.dumps(values))
    ]


@calm
@given(st.text(max_size=40), st.text(max_size=10))
def test_cursors_carry_any_id(link: str, last_id: str) -> None:
    """Ids are opaque: whatever they hold comes back as it was."""
    cursor = next_cursor({"link": link}, HOME, last_id)

    if cursor is not None and "max_id" in cursor and "rel" not in link:
        assert cursor_params(cursor) == {"max_id": last_id}
