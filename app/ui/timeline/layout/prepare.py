"""
Rich text → paragraphs as they are shown. Pure: no Qt, no measuring.

Caps what would cost too much (facts: a post may hold 20 000 combining marks,
10 000 lines or a word of 200 000 letters), and makes every link say its host.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Literal

from msgspec import Struct

from app.model import RichText, Span

MOST_LETTERS = 20_000
"""What an opened post shows; the whole is behind "Show all"."""
MOST_CLOSED = 4_000
"""What fourteen lines can hold, and some."""
MOST_SPANS = 2_000
MOST_MARKS = 4
"""Combining marks kept on one letter; real writing needs no more than three."""
MOST_URL = 44
EMOJI = "\u200b\u00a0\u200b"
"""Stands for a custom emoji: one space of set width, breakable on both sides."""

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_PILE = f"([{_MARKS}]{{{MOST_MARKS}}})[{_MARKS}]+"

ParagraphKind = Literal["text", "code_block", "quote"]


class Run(Struct, frozen=True):
    """
    A stretch of a paragraph that looks or acts differently.

    *link* numbers the links of the text in order; -1 = not a link.
    """

    start: int
    end: int
    kind: str
    target: str = ""
    link: int = -1


class Para(Struct, frozen=True):
    """
    A line of the source, wrapped later.

    *gap*: it begins a new paragraph. *source*: (start, end, original) of what
    reads differently from what was written, in code points of *text*.
    """

    text: str
    runs: tuple[Run, ...] = ()
    kind: ParagraphKind = "text"
    gap: bool = False
    source: tuple[tuple[int, int, str], ...] = ()


class Link(Struct, frozen=True):
    """What can be followed in a text: a link, mention or tag."""

    kind: str
    target: str
    label: str


class Prepared(Struct, frozen=True):
    """
    A text, ready to be laid out.

    Attributes:
        rich: The text without trailing tags, capped.
        links: In order; ``Run.link`` numbers them.
        tags: Trailing line of nothing but tags, without "#".
        capped: There is more than may be shown.
    """

    rich: RichText
    links: tuple[Link, ...]
    tags: tuple[str, ...] = ()
    capped: bool = False

    def paragraphs(self) -> Iterator[Para]:
        """Line by line, lazily: whoever shows 14 lines pays for 14."""
        return _paragraphs(self.rich, _numbers(self.rich.spans))


def prepare(rich: RichText, *, most: int = MOST_LETTERS, fold_tags: bool = True) -> Prepared:
    """Make *rich* fit to be laid out. Never raises, whatever it holds."""
    capped = len(rich.text) > most
    text = rich.text[:most].rstrip() if capped else rich.text.rstrip()
    spans = tuple(
        span for span in rich.spans[:MOST_SPANS] if 0 <= span.start < span.end <= len(text)
    )
    tags: tuple[str, ...] = ()
    if fold_tags and not capped:
        text, spans, tags = _without_trailing_tags(text, spans)
    links = tuple(
        Link(span.kind, span.target, text[span.start : span.end])
        for span in spans
        if span.kind in ("link", "mention", "tag")
    )
    return Prepared(RichText(text, spans), links, tags, capped)


def cap_marks(text: str) -> str:
    """*text* without piles of combining marks (display names)."""
    return text if text.isascii() else re.sub(_PILE, r"\1", text)


def first_strong(text: str) -> Literal["ltr", "rtl", ""]:
    """Direction of a paragraph by its first letter that has one (UAX 9, P2)."""
    if text.isascii():
        return "ltr" if any(map(str.isalpha, text)) else ""
    for letter in text[:1000]:
        kind = unicodedata.bidirectional(letter)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return ""


def host_of(url: str) -> str:
    """Host of an address as it may be shown; "" when it is not one to be opened."""
    # Its rules against look-alikes are compiled when a text has a link.
    from app.protocols.safety import shown_host

    return shown_host(url)


def link_label(label: str, url: str) -> str:
    """
    What a link shows: an address without its scheme and cut, host first; and
    words with the host behind them, unless they name it themselves.
    """
    host = host_of(url)
    bare = re.sub(r"^https?://", "", label, flags=re.IGNORECASE)
    if host and (bare == host or bare.startswith((host + "/", host + ":", host + "?"))):
        return bare if len(bare) <= MOST_URL else bare[: max(MOST_URL - 1, len(host))] + "…"
    shown = host.removeprefix("www.")
    if bare.removeprefix("www.").startswith(shown + "/") or bare.removeprefix("www.") == shown:
        return bare if len(bare) <= MOST_URL else bare[: MOST_URL - 1] + "…"
    if shown and label.endswith((f"({host})", f"({shown})")):
        return label  # whoever converted it has said so
    return f"{label} \u2066[{shown or 'no host'}]\u2069"


def _without_trailing_tags(
    text: str, spans: tuple[Span, ...]
) -> tuple[str, tuple[Span, ...], tuple[str, ...]]:
    begin = text.rfind("\n") + 1
    tags = [span for span in spans if span.kind == "tag" and span.start >= begin]
    if not tags or begin == 0:
        return text, spans, ()
    at, left = begin, ""
    for span in tags:
        left += text[at : span.start]
        at = span.end
    left += text[at:]
    if left.strip():
        return text, spans, ()
    body = text[:begin].rstrip()
    kept = tuple(span for span in spans if span.end <= len(body))
    return body, kept, tuple(span.target or text[span.start + 1 : span.end] for span in tags)


def _numbers(spans: tuple[Span, ...]) -> dict[int, int]:
    wanted = [n for n, span in enumerate(spans) if span.kind in ("link", "mention", "tag")]
    return {at: number for number, at in enumerate(wanted)}


def _paragraphs(rich: RichText, numbers: dict[int, int]) -> Iterator[Para]:
    begin, blank = 0, False
    first = True
    while begin <= len(rich.text):
        end = rich.text.find("\n", begin)
        end = len(rich.text) if end < 0 else end
        if end == begin:
            blank = True
        else:
            yield _para(rich, numbers, begin, end, gap=blank and not first)
            blank, first = False, False
        begin = end + 1


def _para(rich: RichText, numbers: dict[int, int], begin: int, end: int, *, gap: bool) -> Para:
    line = rich.text[begin:end]
    inside = [
        (number, span)
        for number, span in enumerate(rich.spans)
        if span.start < end and span.end > begin
    ]
    kind: ParagraphKind = "text"
    for _, span in inside:
        if span.kind == "code_block" or span.kind == "quote":
            kind = span.kind
            break
    if not inside and (line.isascii() or not re.search(_PILE, line)):
        return Para(line, kind=kind, gap=gap)
    edits = _edits(line, [span for _, span in inside], begin)
    moved = _mover(edits)
    runs = [
        Run(
            moved(max(span.start, begin) - begin),
            moved(min(span.end, end) - begin),
            span.kind,
            span.target,
            numbers.get(number, -1),
        )
        for number, span in inside
        if span.kind not in ("code_block", "quote")
    ]
    text, source = _edited(line, edits)
    return Para(text, tuple(runs), kind, gap, source)


Edit = tuple[int, int, str]


def _edits(line: str, spans: list[Span], begin: int) -> list[Edit]:
    found: list[Edit] = []
    for span in spans:
        start, end = span.start - begin, span.end - begin
        if start < 0 or end > len(line):
            continue
        if span.kind == "emoji":
            found.append((start, end, EMOJI))
        elif span.kind == "link":
            label = line[start:end]
            shown = link_label(label, span.target)
            if shown != label:
                found.append((start, end, shown))
    if not line.isascii():
        found += [(m.start(), m.end(), m.group(1)) for m in re.finditer(_PILE, line)]
    found.sort()
    kept: list[Edit] = []
    for edit in found:
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept


def _mover(edits: list[Edit]) -> Callable[[int], int]:
    """Tells where a place of the source stands after *edits*, which are in order."""
    starts = [start for start, _, _ in edits]
    shifts = [0, *accumulate(len(new) - (end - start) for start, end, new in edits)]

    def moved(at: int) -> int:
        before = bisect_left(starts, at)
        if before and at < edits[before - 1][1]:
            start, _, new = edits[before - 1]
            return start + shifts[before - 1] + len(new)
        return at + shifts[before]

    return moved


def _edited(line: str, edits: list[Edit]) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    if not edits:
        return line, ()
    parts: list[str] = []
    source: list[tuple[int, int, str]] = []
    at, length = 0, 0
    for start, end, new in edits:
        parts += [line[at:start], new]
        length += start - at
        source.append((length, length + len(new), line[start:end]))
        length += len(new)
        at = end
    parts.append(line[at:])
    return "".join(parts), tuple(source)
