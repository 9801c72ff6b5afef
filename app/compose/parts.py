"""The text of a lane, cut into the texts of its posts, each with its length."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.compose.edits import joined, parts_of
from app.compose.length import Ruler
from app.compose.markup import write
from app.compose.spans import find_spans
from app.compose.split import Piece, Room, cut_at_breaks, split
from app.model.sending import Limits
from app.model.text import RichText

_LEAST_ROOM = 40
"""What must be left for words in a post that is one of several."""

_TRIES = 4


class Words(Struct, frozen=True, kw_only=True):
    """
    What is to be cut.

    Attributes:
        lead: What each post after the first begins with.
        typed: Markdown as typed, for a server that renders it; None elsewhere.
        warned: How much the warning of each post counts.
        divide: Too long a text becomes several posts.
        numbered: They end with their number.
    """

    text: RichText
    lead: RichText = RichText()
    typed: str | None = None
    warned: int = 0
    divide: bool = True
    numbered: bool = False


class Share(Struct, frozen=True, kw_only=True):
    """The text of one post. *length* is without its warning; *why*: as ``Piece.why``."""

    text: RichText
    source: str = ""
    length: int
    bytes: int
    why: str = ""


def shares(words: Words, limits: Limits) -> tuple[list[Share], int]:
    """The texts of the posts, at least one, and how much the whole counts."""
    ruler = Ruler(words.text, limits)
    found: list[Share] = []
    reserve = 0
    for _ in range(_TRIES):
        found = _shares(words, _pieces(words, limits, ruler, reserve), limits, ruler)
        over = max(share.length for share in found) + words.warned - limits.length
        if words.typed is None or over <= 0:
            break
        reserve += over  # marks of Markdown count too: cut again, with room for them
    return found, _whole(words.text.text, ruler)


def _whole(text: str, ruler: Ruler) -> int:
    """How much all of it counts; a break as an empty line."""
    stretches = cut_at_breaks(text)
    return sum(ruler.length(*one) for one in stretches) + 2 * (len(stretches) - 1)


def _pieces(words: Words, limits: Limits, ruler: Ruler, reserve: int) -> list[Piece]:
    length = limits.length - words.warned - reserve
    led = Ruler(words.lead, limits).length(0, len(words.lead.text)) if words.lead.text else 0
    divide = words.divide and length - led >= min(_LEAST_ROOM, limits.length // 2)
    room = Room(length, limits.bytes, 0, led)
    if not words.numbered or _is_one(words.text, ruler, room):
        return split(words.text, ruler, room, divide=divide)
    digits = len(str(1 + ruler.length(0, len(words.text.text)) // max(1, length)))
    while True:
        number = len(" /") + 2 * digits
        room = Room(length, limits.bytes, number, led + number)
        pieces = split(words.text, ruler, room, divide=divide)
        if len(str(len(pieces))) <= digits:
            return pieces
        digits += 1


def _is_one(text: RichText, ruler: Ruler, room: Room) -> bool:
    size = len(text.text)
    fits = ruler.length(0, size) <= room.length
    fits = fits and not 0 < room.bytes < ruler.bytes(0, size)
    return fits and len(cut_at_breaks(text.text)) == 1


def _shares(words: Words, pieces: Sequence[Piece], limits: Limits, ruler: Ruler) -> list[Share]:
    led, led_bytes = 0, 0
    if words.lead.text:
        led = Ruler(words.lead, limits).length(0, len(words.lead.text))
        led_bytes = len(words.lead.text.encode())
    texts = parts_of(words.text, [(piece.start, piece.end) for piece in pieces])
    found = []
    for number, (piece, text) in enumerate(zip(pieces, texts, strict=True), 1):
        after = f" {number}/{len(pieces)}" if words.numbered and len(pieces) > 1 else ""
        length = ruler.length(piece.start, piece.end) + len(after)
        size = ruler.bytes(piece.start, piece.end) + len(after)
        if number > 1 and led:
            text = joined((words.lead, text))
            length, size = length + led, size + led_bytes
        if after:
            text = RichText(text.text + after, text.spans)
        source = ""
        if words.typed is not None:
            source = words.typed if len(pieces) == 1 else write(text)
            length = max(length, _length(source, limits))
            size = max(size, len(source.encode()))
        found.append(Share(text=text, source=source, length=length, bytes=size, why=piece.why))
    return found


def _length(source: str, limits: Limits) -> int:
    return Ruler(RichText(source, find_spans(source)), limits).length(0, len(source))
