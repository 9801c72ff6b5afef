"""Markdown, read and written."""

from __future__ import annotations

import time

import pytest

from app.compose.markdown import read
from app.compose.markup import write


def styles(source: str) -> list[tuple[str, str, str]]:
    """(kind, words, target) of each span."""
    rich = read(source)
    return [(s.kind, rich.text[s.start : s.end], s.target) for s in rich.spans]


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("**b** _i_ ~~s~~ `c`", "b i s c",
         [("bold", "b", ""), ("italic", "i", ""), ("strike", "s", ""), ("code", "c", "")]),
        ("[two words](https://a.example/_x_)", "two words", [("link", "two words", "https://a.example/_x_")]),
        ("![a boat](https://a.example/b.png)", "a boat", [("link", "a boat", "https://a.example/b.png")]),
        ("<https://a.example>", "https://a.example", [("link", "https://a.example", "https://a.example")]),
        ("[bad](javascript:alert(1))", "bad (javascript:alert(1))", []),
        ("# Head", "Head", [("bold", "Head", "")]),
        ("- a\n- b", "• a\n• b", []),
        ("3. a\n4. b", "3. a\n4. b", []),
        ("- a\n  - b", "• a\n  • b", []),
        ("> said\n> so", "said\nso", [("quote", "said\nso", "")]),
        ("```\na *b*\n\nc\n```", "a *b*\n\nc", [("code_block", "a *b*\n\nc", "")]),
        ("one\ntwo  \nthree", "one\ntwo\nthree", []),
        ("one\n\n\ntwo", "one\n\ntwo", []),
        ("a <b>c</b> &amp; d", "a <b>c</b> &amp; d", []),
        (r"\*not\* bold", "*not* bold", []),
        ("", "", []),
        ("   ", "", []),
    ],
)  # fmt: skip
def test_markdown_is_read_as_readers_would_see_it(
    source: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    """No HTML, no entities; what is no web address is written out."""
    assert read(source).text == text
    assert styles(source) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "https://a.example/_x_/*y*",
        "@_ana_@b.social",
        "#tide_mark_",
        "boatyard.example/_a_",
        "snake_case_name",
        "2 * 3 * 4",
    ],
)
def test_what_is_typed_as_a_link_or_name_keeps_its_signs(typed: str) -> None:
    """Underscores and asterisks in addresses are no markup."""
    assert read(f"see {typed} now").text == f"see {typed} now"


def test_markup_may_touch_a_link() -> None:
    """It does not become part of it."""
    assert styles("**https://a.example** [see https://b.example/x](https://c.example)") == [
        ("link", "https://a.example", "https://a.example"),
        ("bold", "https://a.example", ""),
        ("link", "see https://b.example/x", "https://c.example"),
    ]


def test_code_holds_no_links_or_names() -> None:
    """Nobody is mentioned in code."""
    assert [kind for kind, _, _ in styles("`@ana` and\n\n```\n#tag https://a.example\n```")] == [
        "code",
        "code_block",
    ]


def test_references_are_followed() -> None:
    """Definitions may stand anywhere."""
    assert styles("[x][1] and\n\nmore\n\n[1]: https://a.example") == [
        ("link", "x", "https://a.example")
    ]


@pytest.mark.parametrize(
    "source",
    [
        "**bold *and italic*** and [**b**](https://a.example/(x)) `a``b`",
        "> quoted\n> more\n\nnot quoted\n\n> again",
        "```\ncode\n\n> no quote\n```\n\nend",
        "1\\. no list\n\n\\# no head\n\n\\- no list\n\n\\> no quote",
        "- a\n- b **c**",
    ],
)
def test_what_was_read_can_be_written_again(source: str) -> None:
    """With the same styles in the same places."""
    once = read(source)

    assert read(write(once)) == once


def test_only_the_paragraph_that_changed_is_read_again() -> None:
    """A fence with an empty line in it is one paragraph all the same."""
    from app.compose.markdown import _block

    source = "\n\n".join(f"Paragraph **{n}** of\nmany." for n in range(50))
    fenced = f"{source}\n\n```\na\n\nb\n```"
    read(fenced)
    before = _block.cache_info().misses
    read(fenced.replace("**25**", "**twenty-five**"))

    assert _block.cache_info().misses == before + 1


@pytest.mark.parametrize(
    "hostile",
    ["*" * 20_000, "[" * 20_000, "`" * 20_000, "> " * 5_000, "**a " * 5_000, "[a](" * 5_000, "- " * 5_000,
     "![" * 10_000, "*a_" * 7_000, "~~" * 10_000, "a\n" * 10_000, "<" * 20_000],
)  # fmt: skip
def test_hostile_markdown_ends_soon(hostile: str) -> None:
    """It may take its time, not for ever."""
    started = time.perf_counter()
    read(hostile)

    assert time.perf_counter() - started < 3
