"""A small markup in which the demo's posts are written, turned into rich text."""

from __future__ import annotations

import re

from app.model import RichText, Span
from app.model.text import SpanKind

MEDIA = "https://media.demo.example/"
"""Where the demo's pictures seem to be; nothing there is ever asked."""

_TOKEN = re.compile(
    r"```(?P<code_block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>[^*]+)\*\*"
    r"|__(?P<italic>[^_]+)__"
    r"|~~(?P<strike>[^~]+)~~"
    r"|\[(?P<label>[^\]]+)\]\((?P<target>[^)\s]+)\)"
    r"|(?P<link>https?://[^\s)]+[^\s).,!?])"
    r"|(?<![\w&])#(?P<tag>\w+)"
    r"|:(?P<emoji>[a-z_]+):",
    re.DOTALL,
)
_PLAIN: tuple[SpanKind, ...] = ("code_block", "code", "bold", "italic", "strike")


def rich(markup: str) -> RichText:
    """
    Text and spans of *markup*.

    Knows ``**bold**``, ``__italic__``, ``~~strike~~``, code, ``[label](url)``,
    ``[@name](mention:uri)``, bare links, ``#tags``, ``:emoji:`` and lines that
    begin with ``> ``.
    """
    text = ""
    spans: list[Span] = []
    done = 0
    for match in _TOKEN.finditer(markup):
        text += markup[done : match.start()]
        shown, kind, target = _part(match)
        spans.append(Span(len(text), len(text) + len(shown), kind, target))
        text += shown
        done = match.end()
    text += markup[done:]
    return _with_quotes(text, spans)


def _part(match: re.Match[str]) -> tuple[str, SpanKind, str]:
    for kind in _PLAIN:
        if (inner := match[kind]) is not None:
            return inner.strip("\n"), kind, ""
    if (label := match["label"]) is not None:
        target = match["target"]
        if target.startswith("mention:"):
            return label, "mention", target.removeprefix("mention:")
        return label, "link", target
    if (link := match["link"]) is not None:
        return link, "link", link
    if (tag := match["tag"]) is not None:
        return match[0], "tag", tag
    return match[0], "emoji", f"{MEDIA}emoji-{match['emoji']}.png"


def _with_quotes(text: str, spans: list[Span]) -> RichText:
    """Take the ``> `` off quoted paragraphs and mark them instead."""
    while (at := re.search(r"^> ", text, re.MULTILINE)) is not None:
        begin = at.start()
        text = text[:begin] + text[begin + 2 :]
        spans = [_shifted(span, begin) for span in spans]
        end = text.find("\n", begin)
        spans.append(Span(begin, len(text) if end < 0 else end, "quote"))
    spans.sort(key=lambda span: (span.start, -span.end))
    return RichText(text, tuple(spans))


def _shifted(span: Span, at: int) -> Span:
    if span.start < at:
        return span
    return Span(span.start - 2, span.end - 2, span.kind, span.target)
