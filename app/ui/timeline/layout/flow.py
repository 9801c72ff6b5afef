"""Paragraphs → lines of one pitch."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QTextLayout, QTextOption

from app.ui.timeline.layout.frame import Frame
from app.ui.timeline.layout.prepare import EMOJI, Link, Para, Run, first_strong
from app.ui.timeline.layout.values import (
    Box,
    Fill,
    Flow,
    Inline,
    Intent,
    Paragraph,
    Part,
    Piece,
    Stretch,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QTextLine

LONG_WORD = 200


class Laid:
    """
    A flow with what belongs to it.

    Attributes:
        under: Painted before the text (grounds of code, bars of quotations).
        over: Painted after it (custom emoji).
        cut: More lines would follow.
    """

    def __init__(self, flow: Flow, cut: bool, under: list[Piece], over: list[Piece]) -> None:
        self.flow = flow
        self.cut = cut
        self.under = under
        self.over = over

    @property
    def bottom(self) -> float:
        """Where the next block may begin, before its gap."""
        return self.flow.box.bottom


class Flower:
    """Lays out one text; thrown away afterwards."""

    def __init__(self, frame: Frame, role: str, box: Box, most_lines: int) -> None:
        self.frame = frame
        self.role = role
        self.box = box
        self.most = most_lines
        self.pitch = frame.theme.line(role)
        self.y = 0.0
        self.lines = 0
        self.cut = False
        self.paragraphs: list[Paragraph] = []
        self.links: dict[int, list[Stretch]] = {}
        self.under: list[Piece] = []
        self.over: list[Piece] = []

    def lay(self, paragraphs: Iterable[Para], color: str) -> Laid:
        """All of it, or as many lines as may be."""
        previous = "text"
        for para in paragraphs:
            if self.lines >= self.most:
                self.cut = True
                break
            together = para.kind == previous and para.kind != "text"
            if self.paragraphs and (para.gap or para.kind != previous) and not together:
                self.y += self.frame.gap
            self._paragraph(para)
            previous = para.kind
        box = Box(self.box.x, self.box.y, self.box.w, self.y)
        self._join_grounds()
        flow = Flow(box, self.paragraphs, color, self.pitch, self.links)
        return Laid(flow, self.cut, self.under, self.over)

    def _paragraph(self, para: Para) -> None:
        indent = self._indent(para)
        layout = QTextLayout(para.text, self.frame.theme.font(self.role))
        layout.setCacheEnabled(True)
        layout.setTextOption(self._option(para))
        at = utf16(para.text)
        layout.setFormats(self._formats(para, at))
        top, first = self.y, self.lines
        done = self._break(layout, self.box.w - 2 * indent)
        if done < (at[-1] if at else len(para.text)):
            self.cut = True
        source = tuple((_at(a, at), _at(b, at), text) for a, b, text in para.source)
        made = Paragraph(layout, para.text, top, indent, para.gap, source)
        number = len(self.paragraphs)
        self.paragraphs.append(made)
        for run in para.runs:
            stretch = Stretch(number, _at(run.start, at), _at(run.end, at))
            if run.link >= 0:
                self.links.setdefault(run.link, []).append(stretch)
            if run.kind == "emoji" and para.text[run.start : run.end] == EMOJI:
                self._emoji(made, stretch, run)
            elif run.kind == "code":
                self._code(made, stretch)
        if para.kind != "text" and self.lines > first:
            self._ground(para, top)

    def _break(self, layout: QTextLayout, width: float) -> int:
        """Break into lines; returns how far it came, in UTF-16 units."""
        metrics = self.frame.metrics(self.role)
        base = (self.pitch - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
        done = 0
        top = self.y
        layout.beginLayout()
        while self.lines < self.most:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, self.y - top + base - line.ascent()))
            done = line.textStart() + line.textLength()
            self.y += self.pitch
            self.lines += 1
        layout.endLayout()
        return done

    def _option(self, para: Para) -> QTextOption:
        option = QTextOption()
        long = len(para.text) > LONG_WORD and max(map(len, para.text.split()), default=0)
        option.setWrapMode(
            QTextOption.WrapMode.WrapAnywhere
            if para.kind == "code_block" or (long and long > LONG_WORD and para.text.isascii())
            else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        )
        strong = first_strong(para.text) or ("rtl" if self.frame.rtl else "ltr")
        if para.kind == "code_block":
            strong = "ltr"
        right = strong == "rtl"
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight
        )
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        option.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
        return option

    def _formats(self, para: Para, at: list[int]) -> list[QTextLayout.FormatRange]:
        made: list[QTextLayout.FormatRange] = []
        if para.kind != "text":
            whole = Run(0, len(para.text), para.kind)
            made.append(self._range(whole, at))
        for run in para.runs:
            if run.kind == "emoji":
                run = Run(run.start + 1, run.end - 1, "emoji")
            made.append(self._range(run, at))
        return made

    def _range(self, run: Run, at: list[int]) -> QTextLayout.FormatRange:
        made = QTextLayout.FormatRange()
        made.start = _at(run.start, at)
        made.length = _at(run.end, at) - made.start
        made.format = self.frame.format(run.kind, self.role)
        return made

    def _indent(self, para: Para) -> float:
        if para.kind == "code_block":
            return float(self.frame.theme.tokens.space.s)
        return float(self.frame.theme.tokens.space.m) if para.kind == "quote" else 0.0

    def _ground(self, para: Para, top: float) -> None:
        tokens = self.frame.theme.tokens
        box = Box(self.box.x, self.box.y + top, self.box.w, self.y - top)
        if para.kind == "code_block":
            self.under.append(Fill(box, "sunken", radius=tokens.radius.chip))
        else:
            # The bar stands where the text begins; in a mirrored row, before mirroring.
            right = (first_strong(para.text) == "rtl") != self.frame.rtl
            x = box.right - tokens.thread.line if right else box.x
            self.under.append(Fill(Box(x, box.y, tokens.thread.line, box.h), "thread"))

    def _join_grounds(self) -> None:
        """Lines of one block of code (or quotation) share one ground."""
        joined: list[Piece] = []
        for piece in self.under:
            last = joined[-1] if joined else None
            if (
                isinstance(piece, Fill)
                and isinstance(last, Fill)
                and last.fill == piece.fill
                and (last.box.x, last.box.w) == (piece.box.x, piece.box.w)
                and abs(last.box.bottom - piece.box.y) < 1
            ):
                last.box = Box(last.box.x, last.box.y, last.box.w, last.box.h + piece.box.h)
            else:
                joined.append(piece)
        self.under = joined

    def _emoji(self, paragraph: Paragraph, stretch: Stretch, run: Run) -> None:
        size = self.frame.emoji_size(self.role)
        for box in flow_boxes(self.frame, self.box, paragraph, stretch, self.pitch):
            if box.w >= size / 2:
                middle = box.x + (box.w - size) / 2
                top = box.y + (self.pitch - size) / 2
                self.over.append(Inline(Box(middle, top, size, size), run.target))

    def _code(self, paragraph: Paragraph, stretch: Stretch) -> None:
        radius = self.frame.theme.tokens.radius.chip
        for box in flow_boxes(self.frame, self.box, paragraph, stretch, self.pitch):
            ground = Box(box.x - 2, box.y + 1, box.w + 4, box.h - 2)
            self.under.append(Fill(ground, "sunken", radius=radius))


def stretch_boxes(box: Box, paragraph: Paragraph, stretch: Stretch, pitch: float) -> list[Box]:
    """Rectangles of a stretch, one per line it runs over."""
    made: list[Box] = []
    layout = paragraph.layout
    x0, y0 = box.x + paragraph.x, box.y + paragraph.y
    first = layout.lineForTextPosition(stretch.start)
    for number in range(first.lineNumber() if first.isValid() else 0, layout.lineCount()):
        line = layout.lineAt(number)
        if line.textStart() >= stretch.end:
            break
        start = max(stretch.start, line.textStart())
        end = min(stretch.end, line.textStart() + line.textLength())
        if start >= end:
            continue
        a, b = _x(line, start), _x(line, end)
        made.append(Box(x0 + min(a, b), y0 + number * pitch, abs(b - a), pitch))
    return made


def flow_boxes(
    frame: Frame, box: Box, paragraph: Paragraph, stretch: Stretch, pitch: float
) -> list[Box]:
    """
    The same in the coordinates of a row that is not mirrored yet.

    Text is not mirrored, only the box it stands in: so its rectangles are
    found in the mirrored box and turned back.
    """
    if not frame.rtl:
        return stretch_boxes(box, paragraph, stretch, pitch)
    found = stretch_boxes(box.mirrored(frame.width), paragraph, stretch, pitch)
    return [one.mirrored(frame.width) for one in found]


def link_parts(frame: Frame, laid: Laid, links: tuple[Link, ...], hosts: list[str]) -> list[Part]:
    """The links of a flow that are in sight, as parts."""
    made: list[Part] = []
    flow = laid.flow
    for number, stretches in sorted(flow.links.items()):
        link = links[number]
        boxes = [
            box
            for stretch in stretches
            for box in flow_boxes(
                frame, flow.box, flow.paragraphs[stretch.paragraph], stretch, flow.pitch
            )
        ]
        if not boxes:
            continue
        made.append(_link_part(number, link, boxes, hosts[number]))
    return made


def _link_part(number: int, link: Link, boxes: list[Box], host: str) -> Part:
    if link.kind == "link":
        intent = Intent("link", link.target, number, link.label)
        return Part(intent, boxes, f"{link.label}, link to {host}", "link", link.target, "text")
    if link.kind == "tag":
        intent = Intent("tag", link.target or link.label.removeprefix("#"), number, link.label)
        return Part(intent, boxes, f"Tag {link.label}", "link", "", "text")
    intent = Intent("profile", link.target, number, link.label)
    return Part(intent, boxes, f"{link.label}, profile", "link", "", "text")


def _x(line: QTextLine, position: int) -> float:
    found: Any = line.cursorToX(position)
    return float(found[0])


def utf16(text: str) -> list[int]:
    """Offsets in UTF-16 units by code point; [] when both are the same."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return []
    return [0, *accumulate(2 if letter > "\uffff" else 1 for letter in text)]


def _at(position: int, offsets: list[int]) -> int:
    return offsets[position] if offsets else position
