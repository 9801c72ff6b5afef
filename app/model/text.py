"""Rich text: plain text plus spans. Offsets count code points (Python's own)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

SpanKind = Literal[
    "link",  # target: absolute http(s) URL
    "mention",  # target: URI of the profile, or "" when the server gave none
    "tag",  # target: the tag without '#'
    "emoji",  # covers ":shortcode:", target: URL of its picture
    "bold",
    "italic",
    "underline",
    "strike",
    "code",  # inline, one line
    "code_block",
    "quote",  # a quoted paragraph, not a quoted post
]


class Span(Struct, frozen=True, array_like=True, gc=False):
    """A stretch ``text[start:end]`` that means something."""

    start: int
    end: int
    kind: SpanKind
    target: str = ""


class RichText(Struct, frozen=True, omit_defaults=True):
    """
    Text as people read it, and what its parts are.

    Paragraphs are separated by "\n\n", line breaks are "\n", list items begin
    with "• " or "1. ". Spans are sorted by start, lie inside the text, and
    nest or are disjoint. No markup, no bidi overrides, no control characters
    except "\n": whoever converts cleans (design.md §4.4).
    """

    text: str = ""
    spans: tuple[Span, ...] = ()


class Emoji(Struct, frozen=True, array_like=True, gc=False):
    """A custom emoji: *shortcode* without colons, and its picture."""

    shortcode: str
    url: str


def without_emoji(text: str, emojis: tuple[Emoji, ...]) -> str:
    """*text* without the ``:codes:`` of these, for places that draw no pictures."""
    for emoji in emojis:
        text = text.replace(f":{emoji.shortcode}:", " ")
    return " ".join(text.split())
