"""The demo's small markup."""

from __future__ import annotations

import pytest

from app.model import Span
from app.protocols.demo.markup import rich


@pytest.mark.parametrize(
    ("markup", "text", "spans"),
    [
        ("plain 4 * 4", "plain 4 * 4", ()),
        ("a **b** c", "a b c", (Span(2, 3, "bold"),)),
        ("`x`", "x", (Span(0, 1, "code"),)),
        ("[l](https://a.example/x)", "l", (Span(0, 1, "link", "https://a.example/x"),)),
        ("[@a](mention:u)", "@a", (Span(0, 2, "mention", "u"),)),
        (
            "see https://a.example/x.",
            "see https://a.example/x.",
            (Span(4, 23, "link", "https://a.example/x"),),
        ),
        ("#Tag, #2", "#Tag, #2", (Span(0, 4, "tag", "Tag"), Span(6, 8, "tag", "2"))),
        ("```\nx\ny\n```", "x\ny", (Span(0, 3, "code_block"),)),
        ("a\n> b **c**\nd", "a\nb c\nd", (Span(2, 5, "quote"), Span(4, 5, "bold"))),
        ("😀 __i__", "😀 i", (Span(2, 3, "italic"),)),
    ],
)
def test_markup_becomes_text_and_spans(markup: str, text: str, spans: tuple[Span, ...]) -> None:
    """Offsets count code points of the text that is left."""
    found = rich(markup)

    assert (text, spans) == (found.text, found.spans)
