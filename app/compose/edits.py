"""
Changes of a text whose spans keep covering what they covered.

How spans move is what the reference rich text of the networks does
(``richtext`` of the AT Protocol's API package), in code points instead of bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from app.model.text import RichText, Span

_INVISIBLE = "\u00ad\u2060\u200d\u200c\u200b"
_MANY_LINES = re.compile(rf"[\r\n][{_INVISIBLE}\s]*[\r\n]")


def insert(rich: RichText, at: int, text: str) -> RichText:
    """*rich* with *text* at position *at*; a span around it grows."""
    moved = []
    for span in rich.spans:
        start = span.start + len(text) * (at <= span.start)
        end = span.end + len(text) * (at <= span.start or at < span.end)
        moved.append(Span(start, end, span.kind, span.target))
    return RichText(rich.text[:at] + text + rich.text[at:], tuple(moved))


def delete(rich: RichText, start: int, end: int) -> RichText:
    """*rich* without ``text[start:end]``; spans of what is gone go too."""
    moved = []
    for span in rich.spans:
        first, last = _without(span.start, start, end), _without(span.end, start, end)
        if first < last or span.start == span.end:
            moved.append(Span(first, last, span.kind, span.target))
    return RichText(rich.text[:start] + rich.text[end:], tuple(moved))


def _without(at: int, start: int, end: int) -> int:
    return at if at <= start else max(start, at - (end - start))


def part(rich: RichText, start: int, end: int) -> RichText:
    """``text[start:end]`` with what its spans cover of it."""
    spans = tuple(
        Span(max(s.start, start) - start, min(s.end, end) - start, s.kind, s.target)
        for s in rich.spans
        if s.start < end and s.end > start
    )
    return RichText(rich.text[start:end], spans)


def parts_of(rich: RichText, stretches: Sequence[tuple[int, int]]) -> list[RichText]:
    """``part`` for each of many stretches, in order."""
    found: list[RichText] = []
    spans, low = rich.spans, 0
    for start, end in stretches:
        while low < len(spans) and spans[low].end <= start:
            low += 1
        own: list[Span] = []
        for index in range(low, len(spans)):
            span = spans[index]
            if span.start >= end:
                break
            if span.end > start:
                first, last = max(span.start, start) - start, min(span.end, end) - start
                own.append(Span(first, last, span.kind, span.target))
        found.append(RichText(rich.text[start:end], tuple(own)))
    return found


def joined(parts: Iterable[RichText]) -> RichText:
    """All *parts*, one after the other."""
    text: list[str] = []
    spans: list[Span] = []
    length = 0
    for one in parts:
        text.append(one.text)
        if one.spans and not length:
            spans += one.spans
        elif one.spans:
            spans += [Span(s.start + length, s.end + length, s.kind, s.target) for s in one.spans]
        length += len(one.text)
    return RichText("".join(text), tuple(spans))


def replaced(rich: RichText, changes: Sequence[tuple[int, int, RichText]]) -> RichText:
    """
    *rich* with stretches replaced.

    Args:
        changes: (start, end, instead), in order, disjoint. Spans that begin or
            end inside a stretch are cut there; those around it stay.
    """
    if not changes:
        return rich
    pieces: list[str] = []
    spans: list[Span] = []
    at = length = 0
    stops: list[tuple[int, int, int]] = []  # old start, old end, by how much what follows moves
    for start, end, instead in changes:
        pieces += (rich.text[at:start], instead.text)
        length += start - at
        spans += (Span(s.start + length, s.end + length, s.kind, s.target) for s in instead.spans)
        length += len(instead.text)
        at = end
        stops.append((start, end, length - end))
    pieces.append(rich.text[at:])
    spans += _moved(rich.spans, stops)
    return RichText("".join(pieces), tuple(sorted(spans, key=lambda s: (s.start, -s.end))))


def _moved(spans: Sequence[Span], stops: Sequence[tuple[int, int, int]]) -> Iterator[Span]:
    ends = [end for _, end, _ in stops]
    for span in spans:
        start, end = _after(span.start, stops, ends), _before(span.end, stops, ends)
        index = bisect_right(ends, span.start)
        inside = index < len(stops) and stops[index][0] <= span.start < span.end <= stops[index][1]
        if start < end and not inside:
            yield Span(start, end, span.kind, span.target)


def _after(at: int, stops: Sequence[tuple[int, int, int]], ends: Sequence[int]) -> int:
    """Where a start at *at* is now; inside a replaced stretch: at its end."""
    index = bisect_right(ends, at)
    shift = stops[index - 1][2] if index else 0
    if index < len(stops) and stops[index][0] < at:
        return stops[index][1] + stops[index][2]
    return at + shift


def _before(at: int, stops: Sequence[tuple[int, int, int]], ends: Sequence[int]) -> int:
    """Where an end at *at* is now; inside a replaced stretch: at its start."""
    index = bisect_left(ends, at)
    shift = stops[index - 1][2] if index else 0
    if index < len(stops):
        start, end, after = stops[index]
        if at == end:
            return end + after
        return min(at, start) + shift
    return at + shift


def clean_newlines(rich: RichText) -> RichText:
    """*rich* with at most one empty line between lines."""
    if not rich.spans:
        return RichText(_MANY_LINES.sub(_at_most_two, rich.text))
    at = 0
    while match := _MANY_LINES.search(rich.text, at):
        if _at_most_two(match) != "\n\n" or match[0] == "\n\n":
            at = match.end() - 1
            continue
        rich = insert(delete(rich, *match.span()), match.start(), "\n\n")
        at = match.start() + 1
    return rich


def _at_most_two(match: re.Match[str]) -> str:
    return "\n\n" if sum(map(match[0].count, "\r\n")) > 2 else match[0]
