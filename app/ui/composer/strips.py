"""
Long paragraphs in strips of a few lines, each laid out for itself. Pure: no Qt.

Where one line of plain text ends depends on what stands from its beginning to a
little behind its end. So a strip that begins where the last one ended, with the same
letters following, has the same lines: a letter typed into a paragraph of 5 000 costs
one strip, and not all of it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from app.ui.timeline.layout.flow import LONG_WORD
from app.ui.timeline.layout.prepare import Para, Run

STRIP_LINES = 6
LEAST = 900
"""Letters; shorter paragraphs cost too little."""
_WINDOW = 420
"""Letters that a strip is looked for in, first: more than it has at the width of a lane."""

# Letters that are written from left to right, and that one unit of Qt's text holds.
_PLAIN = re.compile(
    r"[\x20-\x7e\u00a0-\u024f\u0370-\u0482\u048a-\u058a\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*"
)
_WORD = re.compile(rf"\S{{{LONG_WORD},}}")
_STYLES = frozenset({"link", "mention", "tag", "bold", "italic", "strike"})


def is_plain_and_long(para: Para) -> bool:
    """Whether *para* may be laid out in strips."""
    if len(para.text) < LEAST or para.kind != "text":
        return False
    plain = _PLAIN.fullmatch(para.text) and not _WORD.search(para.text)
    return bool(plain) and all(run.kind in _STYLES for run in para.runs)


def windows(para: Para, at: int) -> Iterator[Para]:
    """Stretches of *para* from *at* on, longer and longer, that end with a word."""
    size = _WINDOW
    while True:
        end = min(len(para.text), at + size)
        if end < len(para.text):
            end = para.text.rfind(" ", at, end) + 1 or end
        yield Para(para.text[at:end], _runs(para, at, end))
        if end == len(para.text):
            return
        size *= 2


def _runs(para: Para, start: int, end: int) -> tuple[Run, ...]:
    """What looks different in that stretch. Where it leads does not matter for its looks."""
    found = []
    # The runs are in order, and may hold each other.
    for run in para.runs[: bisect_left(para.runs, end, key=_start)]:
        if run.end > start:
            found.append(Run(max(run.start, start) - start, min(run.end, end) - start, run.kind))
    return tuple(found)


def _start(run: Run) -> int:
    return run.start
