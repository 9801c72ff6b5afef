"""
Captions of films: WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format"), read forgivingly.

Only the words and when they are said; styles, places and markup are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from app.protocols.safety import clean_text

MOST_CUES: Final = 20_000
MOST_LETTERS: Final = 1_000
"""Of one cue."""

_TIMES = re.compile(
    r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{3})\s*-->\s*"
    r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{3})"
)
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_NAMED: Final = {
    "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "", "&rlm;": "",
}  # fmt: skip


class Cue(Struct, frozen=True):
    """Words, and from when until when they are said, in seconds."""

    start: float
    end: float
    text: str


class Track(Struct, frozen=True):
    """
    The captions of one language.

    Attributes:
        name: For people: "English".
        lang: BCP 47, or "".
    """

    name: str
    lang: str
    cues: tuple[Cue, ...]

    def at(self, seconds: float) -> int | None:
        """Index of what is said then; of several that overlap the latest."""
        found = None
        for number, cue in enumerate(self.cues):
            if cue.start > seconds:
                break
            if seconds < cue.end:
                found = number
        return found


def cues_from_vtt(text: str) -> tuple[Cue, ...]:
    """
    What *text* says, in order of time; () when it is no WebVTT.

    What is damaged is left out, the rest stays.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.startswith("WEBVTT"):
        return ()
    cues: list[Cue] = []
    for block in text.split("\n\n"):
        if len(cues) >= MOST_CUES:
            break
        if (cue := _cue(block.strip("\n").split("\n"))) is not None:
            cues.append(cue)
    return joined(cues)


def joined(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """In order of time; what a stream repeats at its seams is there once."""
    found: list[Cue] = []
    for cue in sorted(set(cues), key=lambda cue: (cue.start, cue.end, cue.text)):
        last = found[-1] if found else None
        if last is not None and last.text == cue.text and cue.start <= last.end:
            found[-1] = Cue(last.start, max(last.end, cue.end), cue.text)
        else:
            found.append(cue)
    return tuple(found)


def _cue(lines: list[str]) -> Cue | None:
    # Before the times there may be an identifier; a block without times is a note or a style.
    for number, line in enumerate(lines[:2]):
        if (times := _TIMES.match(line.strip())) is None:
            continue
        start, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
        words = _words(lines[number + 1 :])
        return Cue(start, end, words) if words and end > start else None
    return None


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _words(lines: list[str]) -> str:
    text = _MARKUP.sub("", "\n".join(lines)[: 2 * MOST_LETTERS])
    for name, sign in _NAMED.items():
        text = text.replace(name, sign)
    return clean_text(text).strip()[:MOST_LETTERS]
