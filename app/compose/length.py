"""
How long a text is, as a network counts it: positions, lengths, and how far one gets.

All networks count what a reader sees as one character (extended grapheme
clusters, UAX #29); some count every link alike and mentions without their
host, some have a second limit in UTF-8 bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from app.compose.domains import is_public
from app.model.graphemes import cluster
from app.model.sending import Limits
from app.model.text import RichText

# A cut between two ASCII characters, or before a letter of these scripts, never
# divides a grapheme. Sentence ends, so that typing changes one stretch only.
_STRETCH = re.compile(
    r"\n|[.,!?:;]+ (?=[!-~])|[。、！？](?=[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff])"
)

_ADDRESS = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"]+")


@lru_cache(8192)
def _ends(stretch: str) -> tuple[int, ...]:
    """Where each grapheme of *stretch* ends."""
    return tuple(match.end() for match in cluster().finditer(stretch))


@lru_cache(4096)
def _marks(line: str) -> tuple[int, ...] | None:
    """Ends of all graphemes of *line*; None: every code point is one."""
    if line.isascii() and "\r" not in line:
        return None
    marks: list[int] = []
    start = 0
    for match in _STRETCH.finditer(line):
        _append(marks, line[start : match.end()], start)
        start = match.end()
    _append(marks, line[start:], start)
    return tuple(marks)


def _append(marks: list[int], stretch: str, start: int) -> None:
    if stretch.isascii():
        marks.extend(range(start + 1, start + len(stretch) + 1))
    else:
        marks.extend([start + end for end in _ends(stretch)])


class Ruler:
    """
    Measures stretches of one text for one network.

    Args:
        rich: What is measured; links and mentions by their spans.
    """

    def __init__(self, rich: RichText, limits: Limits) -> None:
        self.text = rich.text
        # a line break is a grapheme of its own, so lines are counted one by one
        lines = _lines(rich.text)
        self._lines = [_marks(line) for line in lines]
        self._starts = [0, *accumulate(map(len, lines))]
        counts = (
            len(line) if marks is None else len(marks)
            for line, marks in zip(lines, self._lines, strict=True)
        )
        self._counts = [0, *accumulate(counts)]
        # what a server may not take for a link counts at least as it is written
        self._special = [
            (start, end, max(counted, self._seen(start, end)) if unsure else counted)
            for start, end, counted, unsure in _counted_otherwise(rich, limits)
        ]
        self._special_ends = [end for _, end, _ in self._special]
        saved = (counted - self._seen(start, end) for start, end, counted in self._special)
        self._saved = [0, *accumulate(saved)]

    def length(self, start: int, end: int) -> int:
        """How much ``text[start:end]`` counts; *start* and *end* inside no link or mention."""
        seen = self._seen(start, end)
        if not self._special:
            return seen
        first = bisect_right(self._special_ends, start)
        last = bisect_right(self._special_ends, end)
        return seen + self._saved[last] - self._saved[first]

    def reach(self, start: int, room: int, room_bytes: int = 0) -> int:
        """
        How far a text from *start* gets in *room* (and *room_bytes*, 0 = any).

        The largest end of a grapheme that fits; never inside a link or mention
        that counts otherwise. *start* when nothing fits.
        """
        end = self._reach(start, room)
        if room_bytes and end - start > room_bytes // 4:
            fits = self.text[start:end].encode()[:room_bytes].decode(errors="ignore")
            if start + len(fits) < end:
                end = self._back(start + len(fits))
        return max(start, end)

    def next(self, at: int) -> int:
        """Where the grapheme that begins at *at* ends."""
        return max(at + 1, self._offset(self._number(at) + 1))

    def is_edge(self, at: int) -> bool:
        """Whether *at* lies between graphemes."""
        return self._offset(self._number(at)) == at

    def bytes(self, start: int, end: int) -> int:
        """Of ``text[start:end]`` in UTF-8."""
        part = self.text[start:end]
        return end - start if part.isascii() else len(part.encode())

    # ------------------------------------------------------------- private

    def _seen(self, start: int, end: int) -> int:
        return self._number(end) - self._number(start)

    def _number(self, at: int) -> int:
        """How many graphemes end at or before *at*."""
        line = bisect_right(self._starts, at) - 1
        if line >= len(self._lines):
            return self._counts[-1]
        marks = self._lines[line]
        inside = at - self._starts[line]
        return self._counts[line] + (inside if marks is None else bisect_right(marks, inside))

    def _offset(self, number: int) -> int:
        """Where the *number*-th grapheme ends."""
        if number <= 0:
            return 0
        line = bisect_left(self._counts, number) - 1
        if line >= len(self._lines):
            return len(self.text)
        marks = self._lines[line]
        inside = number - self._counts[line]
        return self._starts[line] + (inside if marks is None else marks[inside - 1])

    def _back(self, at: int) -> int:
        """The nearest end of a grapheme at or before *at*, outside of what counts otherwise."""
        at = self._offset(self._number(at))
        index = bisect_right(self._special_ends, at)
        if index < len(self._special) and self._special[index][0] < at:
            return self._special[index][0]
        return at

    def _reach(self, start: int, room: int) -> int:
        at = start
        for index in range(bisect_right(self._special_ends, start), len(self._special)):
            first, end, counted = self._special[index]
            before = self._seen(at, first)
            if before >= room:
                break
            if before + counted > room:
                return first
            room -= before + counted
            at = end
        return self._offset(self._number(at) + room)


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [text[text.rfind("\n") + 1 :]]


def _counted_otherwise(rich: RichText, limits: Limits) -> list[tuple[int, int, int, bool]]:
    """(start, end, how much it counts, whether that is unsure), in order, disjoint."""
    found: list[tuple[int, int, int, bool]] = []
    text, written = rich.text, 0
    for span in rich.spans:
        if span.kind == "link" and limits.link_length:
            shown = text[span.start : span.end]
            # Hidden behind other words there is no address to be counted.
            if shown == span.target or f"https://{shown}" == span.target:
                unsure = not is_public(span.target)
                found.append((span.start, span.end, limits.link_length, unsure))
                written += "://" in shown
        elif span.kind == "mention" and not limits.mention_hosts:
            host = text.find("@", span.start + 1, span.end)
            if host >= 0:
                found.append((span.start, span.end, host - span.start, False))
    if limits.link_length and text.count("://") > written:
        found += _more_links(text, limits, [(start, end) for start, end, _, _ in found])
        found.sort()
    return found


def _more_links(
    text: str, limits: Limits, known: list[tuple[int, int]]
) -> Iterator[tuple[int, int, int, bool]]:
    """Addresses that are no links to us, but may be to the server: ``see:https://…``."""
    ends = [end for _, end in known]
    for match in _ADDRESS.finditer(text):
        index = bisect_right(ends, match.start())
        if index == len(known) or match.end() <= known[index][0]:
            yield match.start(), match.end(), limits.link_length, True
