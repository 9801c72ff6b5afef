"""
A post's HTML → plain text and spans (facts: security §1, servers "Entities").

What arrives was cleaned by *some* server by *some* list; here every tag is
understood or dropped, and nothing but text and the spans of
``app.model.text`` comes out. No tree is built: ``markup`` reads once, left to
right, in time linear in the input whatever the input.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from app.model.text import RichText, Span
from app.protocols.mastodon.functions import without_functions
from app.protocols.mastodon.links import Mentioned
from app.protocols.mastodon.markup import Markup

MAX_TEXT = 100_000
"""Characters kept of one text; the view folds long before."""

MAX_HTML = 200_000
"""Characters of HTML looked at."""

MAX_NOTE = 20_000
"""The same of what somebody says of themselves: profiles come by the hundred."""

_SHORTCODE = re.compile(r":(?=([A-Za-z0-9_]+):)")


def rich_text(
    html: str,
    *,
    mentions: Mapping[str, Mentioned] = {},
    tags: frozenset[str] = frozenset(),
    emojis: Mapping[str, str] = {},
    hide_quote_line: bool = False,
) -> RichText:
    """
    Convert the HTML of a post, a note or a description.

    Args:
        mentions: By the address their links carry; only these become mentions.
        tags: Known tags, case-folded; links with the class count anyway.
        emojis: Shortcode → picture; only these become emoji spans.
        hide_quote_line: Leave out the "RE: …" line meant for software without
            quotes, because the quote itself is shown.
    """
    cut = len(html) > MAX_HTML
    html = without_functions(html[:MAX_HTML])
    markup = Markup(mentions, tags, hide_quote_line, MAX_TEXT)
    if not markup.read(html):
        # The hidden line never ended: better shown twice than lost.
        markup = Markup(mentions, tags, False, MAX_TEXT)
        markup.read(html)

    text = "".join(markup.out).rstrip()
    if cut or markup.cut or len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + "…"
    spans = _inside(markup.spans, len(text))
    if emojis and ":" in text:
        spans += emoji_spans(text, emojis, spans)
    if len(spans) > 1:
        spans.sort(key=_outer_first)
    return RichText(text, tuple(spans))


def plain_text(html: str) -> str:
    """Only the text, for descriptions and rules."""
    return rich_text(html).text


def emoji_spans(text: str, emojis: Mapping[str, str], around: list[Span]) -> list[Span]:
    """Find the listed shortcodes that no other span's edge cuts in two."""
    edges: list[int] | None = None
    found: list[Span] = []
    done = 0
    for hit in _SHORTCODE.finditer(text):
        start, end = hit.start(), hit.end(1) + 1
        url = emojis.get(hit[1])
        if url is None or start < done:
            continue
        if edges is None:
            edges = sorted({edge for span in around for edge in (span.start, span.end)})
        if bisect_right(edges, start) == bisect_left(edges, end):
            found.append(Span(start, end, "emoji", url))
            done = end
    return found


def _inside(spans: list[Span], size: int) -> list[Span]:
    """Spans cut to the text: trailing space was trimmed, long texts were cut."""
    if not spans or spans[-1].end <= size:  # they closed in this order: ends never fall
        return spans
    return [
        Span(span.start, min(span.end, size), span.kind, span.target)
        for span in spans
        if span.start < size
    ]


def _outer_first(span: Span) -> tuple[int, int]:
    return span.start, -span.end
