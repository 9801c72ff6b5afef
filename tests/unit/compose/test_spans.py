"""Links, mentions and tags in typed text."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest

from app.compose.spans import find_spans, first_link, form_of


def told(text: str) -> list[tuple[str, str]]:
    """(kind, the words) of each span."""
    return [(s.kind, text[s.start : s.end]) for s in find_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ana", ["@ana"]),
        ("@ana.", ["@ana"]),
        ("hello @ana, how are you", ["@ana"]),
        ("(@ana)", ["@ana"]),
        ("“@ana”", ["@ana"]),
        ("/@ana", []),
        ("ana@home", []),
        ("@ana@b.social", ["@ana@b.social"]),
        ("@ana@b.social.", ["@ana@b.social"]),
        ("(@ana@b.social)", ["@ana@b.social"]),
        ("@ana_b-c.d@b.social!", ["@ana_b-c.d@b.social"]),
        ("@ana@bücher.example hi", ["@ana@bücher.example"]),
        ("@ana@例え.jp", ["@ana@例え.jp"]),
        ("@ana@127.0.0.1:3000 hi", ["@ana@127.0.0.1:3000"]),
        ("@ana@localhost", ["@ana@localhost"]),
        ("@ana.example.com", ["@ana.example.com"]),
        ("@ana.example.com's boat", ["@ana.example.com"]),
        ("@ana@b.social@c.social", ["@ana@b.social"]),
        ("mail ana@b.social", []),
        ("@ana @ben", ["@ana", "@ben"]),
        ("見て@ana@b.social", []),
        ("\n@ana\n", ["@ana"]),
    ],
)
def test_mentions_of_both_networks_are_found(text: str, expected: list[str]) -> None:
    """``@user``, ``@user@host`` (IDN too) and ``@handle.tld``; no address of mail."""
    assert [words for kind, words in told(text) if kind == "mention"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("“https://a.example/x”", "https://a.example/x"),
        ("“https://a.example/x”and", "https://a.example/x"),
        ("(see https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("https://a.example/x...", "https://a.example/x"),
        ("https://a.example/x?!", "https://a.example/x"),
        ("https://a.example/x。次", "https://a.example/x"),
        ("見てhttps://a.example/x", "https://a.example/x"),
        ("「https://a.example/x」", "https://a.example/x"),
        ("https://a.example/x]", "https://a.example/x"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
        ("http://a.example", "http://a.example"),
        ("my-site.com is up", "https://my-site.com"),
        ("boatyard.example/open", "https://boatyard.example/open"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("example.com's", "https://example.com"),
        ("www.readme.md", "https://www.readme.md"),
        ("readme.md/x", "https://readme.md/x"),
    ],
)
def test_links_end_where_readers_think(text: str, expected: str) -> None:
    """Brackets and punctuation around them belong to the sentence."""
    assert first_link(text) == expected


@pytest.mark.parametrize(
    "text",
    ["https://", "see readme.md", "main.rs and run.sh", "john.me@x.com", "a.b", "3.14", "ftp://a.example",
     "javascript:alert(1)", "xhttps://a.example", "e.g. this"],
)  # fmt: skip
def test_what_is_no_link_stays_text(text: str) -> None:
    """File names, numbers, mail and other schemes."""
    assert first_link(text) == ""


@pytest.mark.parametrize(
    "tag",
    ["tide", "日本語", "Ελλάδα", "עברית", "العربية", "हिन्दी", "ไทย", "한국어", "café", "1a", "🦋"],
)
def test_tags_are_found_in_every_script(tag: str) -> None:
    """With what marks letters carry."""
    assert [s.target for s in find_spans(f"on #{tag}, and") if s.kind == "tag"] == [tag]


def test_spans_lie_in_order_and_apart() -> None:
    """Whatever stands inside a link is no span of its own."""
    text = "@ana see https://a.example/@ben/#top and #tide\n$ABC #x"
    spans = find_spans(text)

    assert told(text) == [
        ("mention", "@ana"),
        ("link", "https://a.example/@ben/#top"),
        ("tag", "#tide"),
        ("tag", "$ABC"),
        ("tag", "#x"),
    ]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


def test_a_form_is_told_by_its_signs() -> None:
    """With "@" in front or without."""
    assert [form_of(m) for m in ("@a", "a", "@a@b.c", "a@b", "@a.example")] == [
        "local", "local", "hosted", "hosted", "domain",
    ]  # fmt: skip


N = 100_000
HOSTILE: list[Callable[[], str]] = [
    lambda: "#" + "1" * N,
    lambda: "#" + "!" * N + "a",
    lambda: "#a" + "!" * N,
    lambda: "@" + "a" * N,
    lambda: "@" * N,
    lambda: "@a." * (N // 3),
    lambda: "@a@" + "b." * (N // 2),
    lambda: "@a-" * (N // 3),
    lambda: " @" + "-." * (N // 2),
    lambda: "a." * (N // 2),
    lambda: "a-" * (N // 2) + ".com",
    lambda: "a" * N + ".com",
    lambda: "a.b" * (N // 3) + "é",
    lambda: "https://" * (N // 8),
    lambda: "https://a" + ")" * N,
    lambda: "https://a" + "(" * (N // 2) + ")" * (N // 2),
    lambda: "https://a" + ".," * (N // 2),
    lambda: "(" * N,
    lambda: "$a " * (N // 3),
    lambda: " " * N,
    lambda: "\n" * N,
    lambda: "\u200d" * N,
    lambda: "#" * N,
    lambda: "https://a.example/ " * (N // 19),
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_costs_no_more_than_its_length(number: int) -> None:
    """100 000 characters made to be slow: about as long as ten times a tenth of them."""
    text = HOSTILE[number]()
    started = time.perf_counter()
    find_spans(text)
    took = time.perf_counter() - started

    assert took < 1.0  # quadratic would be minutes
