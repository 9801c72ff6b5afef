"""Selecting the text of a post with the mouse, and what is copied."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QPointF

from app.model.timeline import RowKey
from app.ui.timeline.layout.values import Flow, Paragraph

Place = tuple[int, int]
"""Paragraph and position in it, UTF-16 units."""


class Selection(Struct, frozen=True):
    """From where the mouse went down to where it is."""

    key: RowKey
    start: Place
    end: Place

    @property
    def ordered(self) -> tuple[Place, Place]:
        """First and last place, in the order of the text."""
        return (self.start, self.end) if self.start <= self.end else (self.end, self.start)

    @property
    def is_empty(self) -> bool:
        """Nothing lies between."""
        return self.start == self.end

    def ranges(self, flow: Flow) -> tuple[tuple[int, int, int], ...]:
        """Per paragraph: number, start, end."""
        (first, begin), (last, stop) = self.ordered
        made = []
        for number in range(first, min(last, len(flow.paragraphs) - 1) + 1):
            length = units(flow.paragraphs[number].text)
            start = begin if number == first else 0
            end = min(stop, length) if number == last else length
            if end > start:
                made.append((number, start, end))
        return tuple(made)


def units(text: str) -> int:
    """Length in UTF-16 units, which Qt counts in."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def place_at(flow: Flow, x: float, y: float) -> Place:
    """Nearest place in the text to a point of the row."""
    if not flow.paragraphs:
        return (0, 0)
    number = 0
    for at, paragraph in enumerate(flow.paragraphs):
        if y >= flow.box.y + paragraph.y:
            number = at
    paragraph = flow.paragraphs[number]
    layout = paragraph.layout
    if not layout.lineCount():
        return (number, 0)
    row = int((y - flow.box.y - paragraph.y) // flow.pitch)
    line = layout.lineAt(min(max(row, 0), layout.lineCount() - 1))
    if y < flow.box.y:
        return (0, 0)
    if row >= layout.lineCount() and number == len(flow.paragraphs) - 1:
        return (number, line.textStart() + line.textLength())
    return (number, line.xToCursor(QPointF(x - flow.box.x - paragraph.x, 0).x()))


def word_at(flow: Flow, place: Place) -> tuple[Place, Place]:
    """The word around a place."""
    number, at = place
    text = _utf16_text(flow.paragraphs[number].text)
    begin, end = at, at
    while begin > 0 and text[begin - 1].isalnum():
        begin -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return (number, begin), (number, max(end, min(begin + 1, len(text))))


def selected_text(flow: Flow, selection: Selection) -> str:
    """What Ctrl+C gives: as it was written, custom emoji as their codes."""
    parts: list[str] = []
    for number, start, end in selection.ranges(flow):
        paragraph = flow.paragraphs[number]
        if parts:
            parts.append("\n\n" if paragraph.gap else "\n")
        parts.append(original(paragraph, start, end))
    return "".join(parts)


def original(paragraph: Paragraph, start: int, end: int) -> str:
    """A stretch of a paragraph, with what was replaced put back."""
    raw = paragraph.text.encode("utf-16-le", "surrogatepass")

    def piece(a: int, b: int) -> str:
        return raw[2 * a : 2 * b].decode("utf-16-le", "replace")

    made, at = "", start
    for begin, stop, written in paragraph.source:
        if stop <= start or begin >= end:
            continue
        made += piece(at, max(begin, at)) + written
        at = stop
    return made + (piece(at, end) if end > at else "")


def _utf16_text(text: str) -> str:
    """One character per UTF-16 unit; halves of pairs count as letters."""
    if text.isascii():
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(
        chr(unit) if not 0xD800 <= unit < 0xE000 else "a" for unit in memoryview(raw).cast("H")
    )
