"""The sheet a row is laid out on: pieces and parts gathered from top to bottom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QTextLayout, QTextOption

from app.model import Emoji
from app.model.text import without_emoji
from app.ui.timeline.layout.frame import Frame, RowState
from app.ui.timeline.layout.prepare import EMOJI, cap_marks
from app.ui.timeline.layout.values import (
    Box,
    Button,
    Fill,
    Glyph,
    Inline,
    Intent,
    Label,
    Part,
    Piece,
    Role,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

MOST_LABEL = 300
"""Letters of a single line that are looked at: no screen shows more."""
ANY = 1e6


class Sheet:
    """
    Pieces, parts, and how far down it goes.

    *x* and *width* are those of the column of text.
    """

    def __init__(self, frame: Frame, state: RowState, now: datetime) -> None:
        self.frame = frame
        self.theme = frame.theme
        self.tokens = frame.theme.tokens
        self.state = state
        self.now = now
        self.x = frame.x
        self.width = frame.content
        self.y = 0.0
        self.filled = False
        self.pieces: list[Piece] = []
        self.parts: list[Part] = []

    def block(self, *, text: bool = False) -> float:
        """
        Begin a block: 8 px under what is before it. Returns where it begins.

        Text (*text*) stands close under the header.
        """
        close = text and not self.filled
        self.y += self.tokens.card.textTop if close else self.frame.gap
        self.filled = True
        return self.y

    def add(self, piece: Piece) -> None:
        """Paint this, over what is there."""
        self.pieces.append(piece)

    def part(
        self,
        intent: Intent,
        box: Box,
        name: str,
        *,
        role: Role = "button",
        hint: str = "",
        look: Literal["plain", "text", "soft", "button"] = "plain",
        checked: bool | None = None,
    ) -> int:
        """Make *box* something that can be pressed. Returns its number."""
        self.parts.append(Part(intent, [box], name, role, hint, look, checked))
        return len(self.parts) - 1

    def label(
        self,
        text: str,
        role: str,
        color: str,
        x: float,
        y: float,
        *,
        width: float = ANY,
        height: float = 0.0,
        weight: int | None = None,
        tabular: bool = False,
        align: Literal["start", "end", "middle"] = "start",
    ) -> Label:
        """One line of text at *x*, cut with "…" at *width*. Not added yet."""
        text = cap_marks(text[:MOST_LABEL].replace("\n", " "))
        font = self.theme.font(role, weight, tabular=tabular)
        line_height = height or self.theme.line(role)
        layout, wide = _one_line(text, font)
        if wide > width:
            text = self.frame.metrics(role, weight).elidedText(
                text, Qt.TextElideMode.ElideRight, width
            )
            layout, wide = _one_line(text, font)
        metrics = self.frame.metrics(role, weight)
        base = (line_height - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
        line = layout.lineAt(0)
        line.setPosition(QPointF(0, base - line.ascent()))
        left = x if align == "start" else x - wide if align == "end" else x - wide / 2
        return Label(Box(left, y, wide, line_height), layout, color, text)

    def wrapped(
        self, text: str, role: str, width: float, most: int, weight: int | None = None
    ) -> list[str]:
        """*text* in up to *most* lines of words; the last holds all the rest (and is cut)."""
        metrics = self.frame.metrics(role, weight)
        lines: list[str] = []
        for word in cap_marks(text[: 4 * MOST_LABEL]).split():
            joined = f"{lines[-1]} {word}" if lines else word
            full = len(lines) == most
            if lines and (full or metrics.horizontalAdvance(joined) <= width):
                lines[-1] = joined
            else:
                lines.append(word)
            if full and len(joined) > MOST_LABEL:
                break
        return lines

    def write(self, text: str, role: str, color: str, x: float, y: float, **more: object) -> Label:
        """The same, added."""
        made = self.label(text, role, color, x, y, **more)  # type: ignore[arg-type]
        self.pieces.append(made)
        return made

    def name(
        self,
        text: str,
        emojis: tuple[Emoji, ...],
        role: str,
        color: str,
        x: float,
        y: float,
        width: float,
    ) -> Label:
        """A display name, added, with its custom emoji."""
        if not emojis or ":" not in text:
            return self.write(f"\u2068{text}\u2069", role, color, x, y, width=width)
        shown, places = _with_emoji(text[:MOST_LABEL], emojis)
        made = self.label(shown, role, color, x, y)
        formats = []
        for at, _ in places:
            one = QTextLayout.FormatRange()
            one.start, one.length = at, 1
            one.format = self.frame.format("emoji", role)
            formats.append(one)
        made.layout.setFormats(formats)
        size = self.frame.emoji_size(role)
        line = _lay_line(made.layout)
        top = made.layout.lineAt(0)
        metrics = self.frame.metrics(role)
        base = (made.box.h - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
        top.setPosition(QPointF(0, base - top.ascent()))
        if line > width:
            plain = without_emoji(text, emojis)
            return self.write(f"\u2068{plain}\u2069", role, color, x, y, width=width)
        made.box = Box(x, y, line, made.box.h)
        self.add(made)
        for at, url in places:
            a = _cursor(made.layout, at)
            b = _cursor(made.layout, at + 1)
            left = min(a, b) + (abs(b - a) - size) / 2
            if self.frame.rtl:
                left = line - left - size
            self.add(Inline(Box(x + left, y + (made.box.h - size) / 2, size, size), url))
        return made

    def glyph(
        self,
        name: str,
        color: str,
        x: float,
        y: float,
        size: float,
        weight: Literal["regular", "bold", "fill"] | None = None,
    ) -> Glyph:
        """An icon, added."""
        made = Glyph(Box(x, y, size, size), name, color, weight)
        self.pieces.append(made)
        return made

    def fill(
        self, box: Box, fill: str, *, stroke: str = "", radius: float = 0.0, line: float = 0.0
    ) -> Fill:
        """A ground, added."""
        made = Fill(box, fill, stroke, radius, line or self.frame.hairline)
        self.pieces.append(made)
        return made

    def button(
        self,
        text: str,
        intent: Intent,
        x: float,
        y: float,
        style: Literal["outlined", "tonal", "plain"] = "outlined",
        *,
        align: Literal["start", "end"] = "start",
        name: str = "",
    ) -> Box:
        """A small button (28 high), added with its part. Returns its rectangle."""
        height = self.theme.px(self.tokens.button.heightSmall)
        pad = self.tokens.button.padXSmall
        role_weight = 600 if style == "tonal" else 500
        colors = {"outlined": "text", "tonal": "onAccentSoft", "plain": "link"}
        label = self.label(text, "metaStrong", colors[style], 0, y, weight=role_weight)
        wide = label.box.w + 2 * pad
        left = x if align == "start" else x - wide
        box = Box(left, y, wide, height)
        label.box = Box(left + pad, y + (height - label.box.h) / 2, label.box.w, label.box.h)
        look: Literal["text", "button"] = "text" if style == "plain" else "button"
        part = self.part(intent, box, name or text, look=look)
        self.pieces.append(Button(box, label, style, part))
        return box

    def press_text(
        self, text: str, intent: Intent, x: float, y: float, *, width: float = ANY, name: str = ""
    ) -> Label:
        """Words in the colour of links that can be pressed, as high as a target."""
        label = self.write(text, "metaStrong", "link", x, y, width=width)
        pad = self.tokens.timeline.pressPad
        box = Box(label.box.x - pad, y, label.box.w + 2 * pad, label.box.h)
        label.part = self.part(intent, box, name or text, role="link", look="text")
        return label


def _one_line(text: str, font: QFont) -> tuple[QTextLayout, float]:
    layout = QTextLayout(text, font)
    layout.setCacheEnabled(True)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    # At the left of its box whatever its direction: the box is placed, not the text.
    option.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    layout.setTextOption(option)
    return layout, _lay_line(layout)


def _lay_line(layout: QTextLayout) -> float:
    layout.beginLayout()
    line = layout.createLine()
    if not line.isValid():
        # An empty text has no line: give it one of no width.
        layout.endLayout()
        layout.setText("\u200b")
        layout.beginLayout()
        line = layout.createLine()
    line.setLineWidth(ANY)
    layout.endLayout()
    return float(layout.lineAt(0).naturalTextWidth())


def _cursor(layout: QTextLayout, position: int) -> float:
    found: Any = layout.lineAt(0).cursorToX(position)
    return float(found[0])


def _with_emoji(text: str, emojis: tuple[Emoji, ...]) -> tuple[str, list[tuple[int, str]]]:
    """Text with placeholders, and where (UTF-16) which picture goes."""
    shown, places = "", []
    urls = {emoji.shortcode: emoji.url for emoji in emojis}
    parts = text.split(":")
    number = 0
    while number < len(parts):
        part = parts[number]
        if number and part in urls and number + 1 < len(parts):
            at = len(shown.encode("utf-16-le")) // 2
            places.append((at + 1, urls[part]))
            shown += EMOJI + parts[number + 1]
            number += 2
            continue
        shown += (":" if number else "") + part
        number += 1
    return shown, places
