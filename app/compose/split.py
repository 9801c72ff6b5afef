"""
One text, as many posts as it needs.

A post ends with a paragraph if that leaves it reasonably full, else with a
sentence, else with a word; never inside a link, mention, tag, emoji or
grapheme. A line with nothing but ``BREAK`` ends a post wherever it stands. A
last post of a few words is balanced with the one before.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from app.compose.length import Ruler
from app.compose.plan import SplitWhy
from app.model.draft import BREAK
from app.model.text import RichText

_BREAK_LINE = re.compile(rf"(?m)^[ \t]*{re.escape(BREAK)}[ \t]*$")
_PARAGRAPH = re.compile(r"\n[ \t]*(?=\n)")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"(?<![.\s(]\w)(?<!^\w)[.!?…؟।]+[\"'”’»)\]]*(?=\s)|[。！？｡．]+[」』”’）)]*")
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|z\.B|u\.a|d\.h|bzw|usw|ca|cf|vs|etc|approx|No|Nr|St|Mr|Mrs|Ms|Dr|Prof|p|pp)|\b\d+)\.$"
)
SHORTCODE = re.compile(r":(?<![\w:]:)(?=[0-9_+-]*[A-Za-z])[A-Za-z0-9_+-]+:(?![\w:])")

# Scripts written without spaces. Thai, Lao, Khmer and Burmese have words, but
# only a dictionary knows them: there a space is preferred, any syllable will do.
_NO_SPACES = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥ๆฯ,.!?;:)]}»"
)
_NOT_LAST = frozenset("‘“（〔［｛〈《「『【([{«$#@เแโใไ")

_FULL_PARAGRAPH, _FULL_LINE, _FULL_SENTENCE, _FULL_WORD = 0.5, 0.6, 0.45, 0.3
_FEW_WORDS = 0.2  # of what a post takes: less is a post to be balanced
_SHARED = 0.3  # of the two last posts: the least that either is left with


_NEAR = 160

Stops = Callable[[int, int], Iterator[int]]


class Piece(Struct, frozen=True):
    """``text[start:end]`` is a post; *why* it ends there: "" at the end of the text."""

    start: int
    end: int
    why: SplitWhy | str = ""


class Room(Struct, frozen=True):
    """
    What a post takes.

    Attributes:
        bytes: 0 = any.
        first, later: Taken already in the first post, and in the others.
    """

    length: int
    bytes: int = 0
    first: int = 0
    later: int = 0


def cut_at_breaks(text: str) -> list[tuple[int, int]]:
    """The stretches between ``BREAK`` lines, without white space at their ends."""
    if BREAK not in text:
        return [_trimmed(text, 0, len(text))]
    edges, at = [], 0
    for match in _BREAK_LINE.finditer(text):
        edges.append((at, match.start()))
        at = match.end()
    edges.append((at, len(text)))
    trimmed = [_trimmed(text, start, end) for start, end in edges]
    return [(start, end) for start, end in trimmed if start < end] or [trimmed[0]]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    shown = text[start:end]
    left = len(shown) - len(shown.lstrip())
    return start + left, max(start + left, start + len(shown.rstrip()))


def split(rich: RichText, ruler: Ruler, room: Room, *, divide: bool = True) -> list[Piece]:
    """
    Cut *rich* into pieces that fit into *room*.

    Between two pieces lie only white space and ``BREAK`` lines: nothing is
    lost. A single link or grapheme that is larger than a post stays whole, and
    its piece does not fit.

    Args:
        ruler: Of the same text.
        divide: False: only ``BREAK`` lines end a post.
    """
    cutter = _Cutter(rich, ruler, room)
    pieces: list[Piece] = []
    for start, end in cut_at_breaks(rich.text):
        if pieces:
            pieces[-1] = Piece(pieces[-1].start, pieces[-1].end, "break")
        if divide:
            pieces += cutter.cut(start, end, first=not pieces)
        else:
            pieces.append(Piece(start, end))
    return pieces


class _Cutter:
    """Cuts one text."""

    def __init__(self, rich: RichText, ruler: Ruler, room: Room) -> None:
        self._text, self._ruler, self._room = rich.text, ruler, room
        self._atoms = _atoms(rich)
        self._atom_ends = [end for _, end in self._atoms]

    def cut(self, start: int, end: int, *, first: bool) -> list[Piece]:
        pieces: list[Piece] = []
        less = self._room.first if first else self._room.later
        at = start
        while not self._fits(at, end, less):
            stop, why = self._stop(at, self._reach(at, end, less))
            if stop >= end:
                break
            pieces.append(Piece(at, self._before_space(at, stop), why))
            at, less = self._skip(stop, end), self._room.later
        pieces.append(Piece(at, end))
        if len(pieces) > 1:
            less = self._room.first if first and len(pieces) == 2 else self._room.later
            pieces[-2:] = self._balanced(pieces[-2], pieces[-1], less)
        return pieces

    # ------------------------------------------------------------- private

    def _fits(self, start: int, end: int, less: int) -> bool:
        room = self._room
        if self._ruler.length(start, end) > room.length - less:
            return False
        return not room.bytes or self._ruler.bytes(start, end) <= room.bytes - less

    def _reach(self, start: int, end: int, less: int) -> int:
        """How far a post from *start* gets at most; always some way."""
        room = self._room
        byte_room = max(1, room.bytes - less) if room.bytes else 0
        reach = min(end, self._ruler.reach(start, max(1, room.length - less), byte_room))
        atom = self._around(reach)
        if atom is not None:
            reach = atom[0]
        if reach > start:
            return reach
        atom = self._around(start + 1)  # too large for any post: it stays whole
        return atom[1] if atom is not None else self._ruler.next(start)

    def _around(self, at: int) -> tuple[int, int] | None:
        """The link, mention, tag… that *at* would cut."""
        index = bisect_right(self._atom_ends, at)
        if index < len(self._atoms) and self._atoms[index][0] < at:
            return self._atoms[index]
        return None

    def _skip(self, at: int, end: int) -> int:
        while at < end and self._text[at].isspace():
            at += 1
        return at

    def _stop(self, start: int, reach: int) -> tuple[int, SplitWhy]:
        """Where a post that may go to *reach* ends best."""
        size = reach - start
        kinds: tuple[tuple[Stops, float, SplitWhy], ...] = (
            (self._paragraphs, _FULL_PARAGRAPH, "paragraph"),
            (self._lines, _FULL_LINE, "paragraph"),
            (self._sentences, _FULL_SENTENCE, "sentence"),
        )
        for stops, share, why in kinds:
            found = next(stops(start + int(size * share), reach), None)
            if found is not None:
                return found, why
        return self._word_end(start, reach) or reach, "word"

    def _paragraphs(self, low: int, high: int) -> Iterator[int]:
        """Ends of paragraphs in ``low…high``, the last one first; so the other two."""
        return self._ends(_PARAGRAPH, low, high)

    def _lines(self, low: int, high: int) -> Iterator[int]:
        return self._ends(_LINE, low, high)

    def _ends(self, pattern: re.Pattern[str], low: int, high: int) -> Iterator[int]:
        # the white space itself need not fit
        for match in reversed(list(pattern.finditer(self._text, low, high + 2))):
            if match.start() <= high and self._around(match.start()) is None:
                yield match.start()

    def _sentences(self, low: int, high: int) -> Iterator[int]:
        upper = high
        while upper > low:  # most find one near the end
            lower = max(low, upper - _NEAR)
            stop = min(upper + 1, len(self._text))
            first = max(low, lower - len("...”)"))
            for match in reversed(list(_SENTENCE.finditer(self._text, first, stop))):
                end = match.end()
                if (
                    lower < end <= upper
                    and self._around(end) is None
                    and self._ends_sentence(match)
                ):
                    yield end
            upper = lower

    def _ends_sentence(self, match: re.Match[str]) -> bool:
        if match[0] == ".":
            before = self._text[max(0, match.end() - 12) : match.end()]
            if _SHORTENED.search(before):
                return False
        next_word = self._skip(match.end(), len(self._text))
        after = self._text[next_word : next_word + 1]
        return not after.islower()

    def _word_end(self, start: int, reach: int) -> int:
        """The last end of a word in ``start…reach``; 0 in a single endless word."""
        text = self._text
        if (reach >= len(text) or text[reach].isspace()) and self._around(reach) is None:
            return self._before_space(start, reach)
        spaces = (
            n for n in range(reach - 1, start, -1) if text[n].isspace() or text[n] == "\u200b"
        )
        space = next((at for at in spaces if self._around(at) is None), start)
        loose = self._between_signs(space, reach)
        enough = start + (reach - start) * _FULL_WORD
        if loose > space and (space <= enough or not _is_syllabic(text[loose - 1])):
            return loose
        return self._before_space(start, space) if space > start else 0

    def _before_space(self, start: int, at: int) -> int:
        while at > start + 1 and self._text[at - 1].isspace():
            at -= 1
        return at

    def _between_signs(self, low: int, reach: int) -> int:
        """The last place in ``low…reach`` between signs of a script without spaces."""
        text, at = self._text, reach
        while at > low:
            if (
                (_NO_SPACES.match(text[at - 1]) or _NO_SPACES.match(text[at]))
                and text[at] not in _NOT_FIRST
                and text[at - 1] not in _NOT_LAST
                and self._ruler.is_edge(at)
                and self._around(at) is None
            ):
                return at
            at -= 1
        return low

    def _balanced(self, a: Piece, b: Piece, less: int) -> tuple[Piece, Piece]:
        """The two last pieces, so that the last is more than a few words."""
        ruler = self._ruler
        last = ruler.length(b.start, b.end)
        if last >= self._room.length * _FEW_WORDS:
            return a, b
        low = a.start + int((b.end - a.start) * _SHARED)
        high = min(a.end, b.end - int((b.end - a.start) * _SHARED))
        middle = (a.start + b.end) // 2
        for stops, why in (
            (self._paragraphs(low, high), "paragraph"),
            (self._lines(low, high), "paragraph"),
            (self._sentences(low, high), "sentence"),
            (iter([self._word_end(low, middle)]), "word"),
        ):
            for stop in sorted(stops, key=lambda at: abs(at - middle)):
                start = self._skip(stop, b.end)
                fits = self._fits(a.start, stop, less) and self._fits(
                    start, b.end, self._room.later
                )
                if low < stop and start < b.end and fits:
                    return Piece(a.start, self._before_space(a.start, stop), why), Piece(
                        start, b.end
                    )
        return a, b


def _is_syllabic(sign: str) -> bool:
    """Thai, Lao, Khmer, Burmese: a place between signs is only a makeshift."""
    return (
        "\u0e00" <= sign <= "\u0eff" or "\u1000" <= sign <= "\u109f" or "\u1780" <= sign <= "\u17ff"
    )


def _atoms(rich: RichText) -> list[tuple[int, int]]:
    """What must not be cut, in order, disjoint."""
    found = [(s.start, s.end) for s in rich.spans if s.kind in ("link", "mention", "tag", "emoji")]
    if rich.text.count(":") > 1:
        found += (match.span() for match in SHORTCODE.finditer(rich.text))
    found.sort()
    return _disjoint(found)


def _disjoint(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
