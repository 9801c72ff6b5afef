"""What strangers write of themselves is words and links, never markup."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from app.model.text import Span
from app.ui.people.prose import markup

TEXT = st.text(alphabet=st.sampled_from("ab<>&\"'/=\n é潮"), max_size=40)


@st.composite
def linked(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """Words, and links in them, which may overlap or lead anywhere."""
    text = draw(TEXT)
    spans = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        spans.append(Span(start, end, "link", draw(TEXT)))
    return text, sorted(spans, key=lambda span: span.start)


@given(linked())
def test_all_of_it_is_shown_and_none_of_it_is_markup(given: tuple[str, list[Span]]) -> None:
    """Without our own tags it is the text again, and no other tag is there."""
    text, spans = given
    made = markup(text, spans, "color:#000000")
    bare = re.sub(r'<a href="[^"<>]*" style="color:#000000">|</a>', "", made)

    assert unescape(bare.replace("<br>", "\n")) == text
    assert re.findall(r"<[^>]*>", bare.replace("<br>", "")) == []
