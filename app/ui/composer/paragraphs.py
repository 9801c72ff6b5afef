"""
Paragraphs of previews, laid out once and shared by all lanes.

One keystroke changes one paragraph; lanes of one width that say the same share
its layout. So a keystroke costs one layout, however many lanes there are.
"""

from __future__ import annotations

from collections import OrderedDict

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTextLayout

from app.model import RichText
from app.ui.composer.strips import STRIP_LINES, is_plain_and_long, windows
from app.ui.theme.look import Look
from app.ui.timeline.layout.flow import Flower
from app.ui.timeline.layout.frame import Frame
from app.ui.timeline.layout.prepare import Para, first_strong, prepare
from app.ui.timeline.layout.values import Box, Fill, Piece
from app.ui.timeline.paint.shapes import fill_round

ROLE = "meta"
_MOST_KEPT = 1500
"""Paragraphs; five lanes of a long text have fewer."""
_MOST_TEXTS = 64
_ENDLESS = 1 << 20


class LaidPara(Struct):
    """
    A paragraph at one width.

    Attributes:
        strips: What it is drawn of, each with its top.
        styled: How many stretches of it look otherwise than the rest.
        lines: Their letters, once they were asked for.
    """

    strips: list[tuple[QTextLayout, float]]
    height: float
    gap: bool
    under: list[Piece]
    styled: int
    lines: list[bytes] | None = None


class _Indented(Flower):
    """Leaves room at the beginning of the first line."""

    indent = 0.0
    right = False

    def _break(self, layout: QTextLayout, width: float) -> int:
        metrics = self.frame.metrics(self.role)
        base = (self.pitch - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
        done, first = 0, True
        layout.beginLayout()
        while self.lines < self.most and (line := layout.createLine()).isValid():
            indent = self.indent if first else 0.0
            line.setLineWidth(width - indent)
            x = 0.0 if self.right else indent
            line.setPosition(QPointF(x, self.y + base - line.ascent()))
            done = line.textStart() + line.textLength()
            self.y += self.pitch
            self.lines += 1
            first = False
        layout.endLayout()
        return done


class Paragraphs:
    """Lays out texts paragraph by paragraph, and remembers."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._laid: OrderedDict[tuple[Para, float, float, bool], LaidPara] = OrderedDict()
        self._texts: OrderedDict[RichText, list[Para]] = OrderedDict()
        self._frames: dict[tuple[float, bool], Frame] = {}
        look.changed.connect(self.forget)

    def forget(self) -> None:
        """The theme is another one."""
        self._laid.clear()
        self._frames.clear()

    def of(self, rich: RichText, width: float, rtl: bool, indent: float = 0.0) -> list[LaidPara]:
        """*rich* at *width*; its first line begins *indent* px later."""
        made = []
        for number, para in enumerate(self._paragraphs(rich)):
            made.append(self._lay(para, width, rtl, 0.0 if number else indent))
        return made

    def _paragraphs(self, rich: RichText) -> list[Para]:
        found = self._texts.get(rich)
        if found is None:
            found = list(prepare(rich, fold_tags=False).paragraphs())
            self._texts[rich] = found
            if len(self._texts) > _MOST_TEXTS:
                self._texts.popitem(last=False)
        return found

    def _lay(self, para: Para, width: float, rtl: bool, indent: float) -> LaidPara:
        key = (para, width, indent, rtl)
        found = self._laid.get(key)
        if found is not None:
            self._laid.move_to_end(key)
            return found
        long = not rtl and is_plain_and_long(para)
        made = self._join(para, width, indent) if long else self._flow(para, width, rtl, indent)
        self._laid[key] = made
        if len(self._laid) > _MOST_KEPT:
            self._laid.popitem(last=False)
        return made

    def _flow(
        self, para: Para, width: float, rtl: bool, indent: float, most: int = _ENDLESS
    ) -> LaidPara:
        flower = _Indented(self._frame(width, rtl), ROLE, Box(0, 0, width, 0), most)
        flower.indent = indent
        flower.right = (first_strong(para.text) or ("rtl" if rtl else "ltr")) == "rtl"
        laid = flower.lay([para], "text")
        layout = laid.flow.paragraphs[0].layout
        styled = len(para.runs) + (para.kind != "text")
        return LaidPara([(layout, 0.0)], laid.flow.box.h, para.gap, laid.under, styled)

    def _join(self, para: Para, width: float, indent: float) -> LaidPara:
        """A long paragraph, strip by strip: a letter costs one of them."""
        made = LaidPara([], 0.0, para.gap, [], len(para.runs), [])
        at = 0
        while at < len(para.text):
            strip, taken = self._strip(para, at, width, 0.0 if at else indent)
            made.strips.append((strip.strips[0][0], made.height))
            made.height += strip.height
            made.lines += _lines(strip)  # type: ignore[operator]
            at += taken
        return made

    def _strip(self, para: Para, at: int, width: float, indent: float) -> tuple[LaidPara, int]:
        """The next few lines of *para* from *at* on, and how many letters they have."""
        for window in windows(para, at):
            laid = self._window(window, width, indent)
            layout = laid.strips[0][0]
            last = layout.lineAt(layout.lineCount() - 1)
            taken = last.textStart() + last.textLength()
            if taken < len(window.text):
                break
        return laid, taken

    def _window(self, window: Para, width: float, indent: float) -> LaidPara:
        key = (window, width, indent, False)
        found = self._laid.get(key)
        if found is None:
            found = self._laid[key] = self._flow(window, width, False, indent, STRIP_LINES)
        else:
            self._laid.move_to_end(key)
        return found

    def _frame(self, width: float, rtl: bool) -> Frame:
        found = self._frames.get((width, rtl))
        if found is None:
            found = self._frames[width, rtl] = Frame(self._look.theme, width, rtl=rtl)
        return found


def changed_lines(new: LaidPara, old: LaidPara) -> tuple[float, float]:
    """From where to where two layouts of one height differ, px from the top."""
    if new.styled != old.styled:
        # A colour may have changed in a line whose letters are the same.
        return 0.0, new.height
    mine, his = _lines(new), _lines(old)
    count = len(mine)
    if not count or count != len(his):
        return 0.0, new.height
    first = next((at for at in range(count) if mine[at] != his[at]), count)
    last = next((at for at in range(count, first, -1) if mine[at - 1] != his[at - 1]), first)
    pitch = new.height / count
    return first * pitch, last * pitch


def _lines(laid: LaidPara) -> list[bytes]:
    if laid.lines is None:
        laid.lines = [line for layout, _ in laid.strips for line in _lines_of(layout)]
    return laid.lines


def _lines_of(layout: QTextLayout) -> list[bytes]:
    # As Qt counts: a text beyond the first plane is cut by its own units.
    text = layout.text().encode("utf-16-le", "surrogatepass")
    found = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        start = line.textStart()
        found.append(text[2 * start : 2 * (start + line.textLength())])
    return found


def draw_paragraph(
    painter: QPainter, laid: LaidPara, x: float, y: float, look: Look, clip: QRectF
) -> None:
    """At this place, what lies in *clip*. The pen has the colour of the text."""
    theme = look.theme
    for piece in laid.under:
        if isinstance(piece, Fill):
            box = Box(piece.box.x + x, piece.box.y + y, piece.box.w, piece.box.h)
            fill_round(painter, box, theme.color(piece.fill), piece.radius, piece.corners)
            painter.setPen(theme.color("text"))
    for layout, top in laid.strips:
        layout.draw(painter, QPointF(x, y + top), [], clip)
