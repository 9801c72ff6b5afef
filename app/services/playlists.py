"""
Films in pieces: HTTP Live Streaming (RFC 8216), as far as a film that has ended needs it.

Pure: text in, values out. Addresses are joined to the playlist's own, and checked by
whoever asks for them.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final
from urllib.parse import urljoin

from msgspec import Struct

from app.model.errors import Malformed, Unsupported
from app.protocols.safety import clean_text

MOST_PIECES: Final = 4_000
MOST_LINES: Final = 50_000

_PAIR = re.compile(r'([A-Z0-9-]{1,64})=("[^"\n]*"|[^",\n]*)')
_WEB: Final = "It can be watched on the web."


class Rendition(Struct, frozen=True):
    """The film in one size. *bits*: per second; *height*: px, 0 = not told."""

    url: str
    bits: int
    height: int


class Words(Struct, frozen=True):
    """Captions: a playlist of pieces of WebVTT."""

    url: str
    name: str
    lang: str


class Pieces(Struct, frozen=True):
    """*lengths*: seconds of each; *head*: what comes before the first piece, or ""."""

    urls: tuple[str, ...]
    lengths: tuple[float, ...]
    head: str = ""

    @property
    def starts(self) -> tuple[float, ...]:
        """Seconds from the beginning at which each piece begins."""
        return tuple(accumulate(self.lengths, initial=0.0))[: len(self.urls)]


class Master(Struct, frozen=True):
    """Renditions, smallest first; captions."""

    renditions: tuple[Rendition, ...]
    captions: tuple[Words, ...] = ()

    def best(self, height: int) -> Rendition:
        """The smallest that is at least so high; else the largest there is."""
        for one in self.renditions:
            if one.height >= height:
                return one
        return self.renditions[-1]


def is_playlist(head: bytes) -> bool:
    """Does a file that begins so hold one?"""
    return head.lstrip(b"\xef\xbb\xbf").startswith(b"#EXTM3U")


def read_playlist(text: str, url: str) -> Master | Pieces:
    """
    What the playlist at *url* says.

    Raises:
        Malformed: It is none, or names nothing.
        Unsupported: It goes on for ever, is locked, or is made of parts of files.
    """
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()[:MOST_LINES]]
    if not lines or not lines[0].startswith("#EXTM3U"):
        raise Malformed("The server sent something else than the film it promised.")
    if any(line.startswith("#EXT-X-STREAM-INF") for line in lines):
        return _master(lines, url)
    return _pieces(lines, url)


def _master(lines: list[str], url: str) -> Master:
    found, captions = [], []
    told: dict[str, str] | None = None
    for line in lines:
        if line.startswith("#EXT-X-STREAM-INF:"):
            told = _attributes(line)
        elif line.startswith("#EXT-X-MEDIA:"):
            words = _attributes(line)
            if words.get("TYPE") == "SUBTITLES" and words.get("URI"):
                lang = clean_text(words.get("LANGUAGE", ""))[:35]
                name = clean_text(words.get("NAME", ""))[:60] or lang
                captions.append(Words(_joined(url, words["URI"]), name, lang))
            elif words.get("TYPE") == "AUDIO" and words.get("URI"):
                raise Unsupported("The film keeps its sound in a place of its own.", _WEB)
        elif line and not line.startswith("#") and told is not None:
            height = told.get("RESOLUTION", "").partition("x")[2]
            found.append(Rendition(_joined(url, line), _number(told, "BANDWIDTH"), _whole(height)))
            told = None
    if not found:
        raise Malformed("The server's list names no film.")
    found.sort(key=lambda one: (one.height, one.bits))
    return Master(tuple(found), tuple(captions[:40]))


def _pieces(lines: list[str], url: str) -> Pieces:
    urls, lengths, length, head, ended = [], [], 0.0, "", False
    for line in lines:
        if line.startswith("#EXTINF:"):
            length = _length(line)
        elif line.startswith("#EXT-X-KEY") and "METHOD=NONE" not in line:
            raise Unsupported("The film is locked by its server.", _WEB)
        elif line.startswith("#EXT-X-BYTERANGE"):
            raise Unsupported("The film is sent in a way that Godwit cannot put together.", _WEB)
        elif line.startswith("#EXT-X-MAP:"):
            told = _attributes(line)
            if "BYTERANGE" in told or head:
                raise Unsupported(
                    "The film is sent in a way that Godwit cannot put together.", _WEB
                )
            head = _joined(url, told.get("URI", ""))
        elif line.startswith("#EXT-X-ENDLIST"):
            ended = True
        elif line and not line.startswith("#"):
            urls.append(_joined(url, line))
            lengths.append(length)
            length = 0.0
    if not ended:
        raise Unsupported("This is sent live, and has no end yet.", _WEB)
    if not urls:
        raise Malformed("The server's list names no film.")
    if len(urls) > MOST_PIECES:
        raise Malformed("The film is in more pieces than can be put together.")
    return Pieces(tuple(urls), tuple(lengths), head)


def _joined(url: str, said: str) -> str:
    """Raises: Malformed: What is said is no address, whatever it is joined to."""
    try:
        return urljoin(url, said)
    except ValueError as error:
        raise Malformed("The server's list names something that is no address.") from error


def _attributes(line: str) -> dict[str, str]:
    listed = line.partition(":")[2]
    return {name: value.strip('"') for name, value in _PAIR.findall(listed[:4_000])}


def _number(told: dict[str, str], name: str) -> int:
    return _whole(told.get(name, ""))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _length(line: str) -> float:
    try:
        found = float(line.partition(":")[2].partition(",")[0])
    except ValueError:
        return 0.0
    return found if 0 <= found < 1e6 else 0.0
