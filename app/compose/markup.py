"""
Rich text written as Markdown, for a server that renders it.

Needed where a text is cut: half of what was typed may be no Markdown any more.
Each line is written for itself, so styles never run over the end of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.model.text import RichText, Span

_SPECIAL = re.compile(r"([\\`*_\[\]~<])")
_LINE_START = re.compile(r"^(?:([#>+=-])|(\d+)([.)])(?=\s|$))")
_STYLES = {"bold": "**", "italic": "*", "strike": "~~"}
_VERBATIM = ("code", "mention", "tag")


def write(rich: RichText) -> str:
    """*rich* as Markdown that reads as the same again."""
    quotes = [span for span in rich.spans if span.kind == "quote"]
    blocks = [span for span in rich.spans if span.kind == "code_block"]
    inline = [span for span in rich.spans if span.kind not in ("quote", "code_block", "emoji")]
    lines: list[str] = []
    start = 0
    for line in rich.text.split("\n"):
        end = start + len(line)
        mark = "> " if _holds(quotes, start) else ""
        block = _holds(blocks, start)
        if block is None:
            lines.append(mark + _line(rich.text, start, end, inline))
        else:
            fence = _fence(rich.text[block.start : block.end])
            if start <= block.start:
                lines.append(mark + fence)
            lines.append(mark + line)
            if end >= block.end:
                lines.append(mark + fence)
        start = end + 1
    return "\n".join(lines)


def _holds(spans: Sequence[Span], at: int) -> Span | None:
    return next((span for span in spans if span.start <= at < span.end), None)


def _fence(code: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    return "`" * max(3, longest + 1)


def _line(text: str, start: int, end: int, spans: Sequence[Span]) -> str:
    here = [
        Span(first, last, span.kind, span.target)
        for span in spans
        if span.start < end and span.end > start
        for first, last in [_trimmed(text, max(span.start, start), min(span.end, end))]
        if first < last
    ]
    here.sort(key=lambda span: (span.start, -span.end, span.kind == "code", span.kind != "link"))
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for span in here:
        before, after = _marks(span, text[span.start : span.end])
        opening.setdefault(span.start, []).append(before)
        closing.setdefault(span.end, []).insert(0, after)
    cuts = sorted({start, end, *opening, *closing})
    pieces: list[str] = []
    for number, at in enumerate(cuts):
        pieces += (*closing.get(at, ()), *opening.get(at, ()))
        if number + 1 < len(cuts):
            pieces.append(_stretch(text, at, cuts[number + 1], start, here))
    return "".join(pieces)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space at the ends: a style must touch its words."""
    shown = text[start:end]
    return start + len(shown) - len(shown.lstrip()), start + len(shown.rstrip())


def _marks(span: Span, shown: str) -> tuple[str, str]:
    if span.kind in _STYLES:
        return _STYLES[span.kind], _STYLES[span.kind]
    if span.kind == "code":
        ticks = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
        gap = " " if shown.startswith("`") or shown.endswith("`") else ""
        return ticks + gap, gap + ticks
    if span.kind == "link" and not _is_itself(span, shown):
        target = f"<{span.target}>" if re.search(r"[()\s]", span.target) else span.target
        return "[", f"]({target})"
    return "", ""


def _is_verbatim(span: Span, shown: str) -> bool:
    return span.kind in _VERBATIM or (span.kind == "link" and _is_itself(span, shown))


def _is_itself(span: Span, shown: str) -> bool:
    """A link that is its own words."""
    return span.target in (shown, f"https://{shown}")


def _stretch(text: str, at: int, end: int, line: int, spans: Sequence[Span]) -> str:
    shown = text[at:end]
    around = (span for span in spans if span.start <= at and end <= span.end)
    if any(_is_verbatim(span, text[span.start : span.end]) for span in around):
        return shown
    if at != line:
        return _SPECIAL.sub(r"\\\1", shown)
    # Four blanks in front would make it code, some signs a list or a heading.
    blanks = min(3, len(shown) - len(shown.lstrip(" ")))
    words = _SPECIAL.sub(r"\\\1", shown.lstrip(" "))
    return " " * blanks + _LINE_START.sub(_escaped, words)


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"
