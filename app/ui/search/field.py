"""The field of a search: its operators are seen as such, and offered while one types."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QWidget

from app.feed.query_offers import Offer, Offers
from app.model.query import Part
from app.ui.search.offers import OfferList
from app.ui.theme.look import Look
from app.ui.timeline.layout.prepare import first_strong
from app.ui.widgets.pagehead import SearchInput

WAVE = 2.0
"""px from the top of a wave below what makes no sense to its foot."""

CURSOR_PAD = 5
"""px on each side of the cursor in ``QLineEdit.cursorRect``."""

_DRAWN = dict.fromkeys((*range(0x09), *range(0x0A, 0x20), 0x2028, 0x2029), " ")
"""What a line edit draws as a space (QWidgetLineControl::updateDisplayText)."""


class SearchField(SearchInput):
    """
    Decides nothing: what a text consists of and what is offered is asked for.

    Attributes:
        parts_of: What a text consists of.
        offers_at: What may be meant at a place of a text; None: nothing.
    """

    def __init__(self, look: Look, host: QWidget) -> None:
        """*host*: over what the list of offers lies."""
        super().__init__(look)
        self.parts_of: Callable[[str], tuple[Part, ...]] = lambda _: ()
        self.offers_at: Callable[[str, int], Offers | None] = lambda _text, _cursor: None
        self._host = host
        self._parts: tuple[Part, ...] = ()
        self._offers: Offers | None = None
        self._offered_at = ("", 0)
        self._composing = False
        self.list = OfferList(look, host)
        self.list.chosen.connect(self._on_chosen)
        self.list.displaced.connect(self._place_list)
        self.textChanged.connect(self._on_text)
        self.textEdited.connect(lambda _: self.offer())
        self.cursorPositionChanged.connect(lambda _old, _new: self._follow())

    # ------------------------------------------------------------- offering

    def offer(self) -> None:
        """What may be meant where the cursor stands, if anything."""
        text, cursor = self.text(), self.place()
        offers = None if self._composing else self.offers_at(text, cursor)
        self._offers, self._offered_at = offers, (text, cursor)
        if offers is None:
            self.list.hide()
            return
        self.list.show_offers(offers, self._corner(offers))

    def _corner(self, offers: Offers) -> QPoint:
        """Below the beginning of what is offered for, on the page."""
        layout = self._layout()
        start = _utf16(self.text(), offers.start)
        x = self._x(layout.lineAt(0).cursorToX(start)[0], layout)  # type: ignore[index]
        return self.mapTo(self._host, QPoint(round(x), self.height() + 2))

    def _place_list(self) -> None:
        """Where the field is now, if anything is offered."""
        if self._offers is not None and not self.list.isHidden():
            self.list.stand_at(self._corner(self._offers))

    def _on_chosen(self, offer: Offer) -> None:
        offers = self._offers
        if offers is None:
            return
        text = self.text()
        goes_on = offer.kind == "operator"
        rest = text[offers.end :]
        gap = "" if goes_on or rest.startswith((" ", ",")) else " "
        start, end = _utf16(text, offers.start), _utf16(text, offers.end)
        # Not by ``setText``: what was typed can be had again by undo.
        self.setSelection(start, end - start)
        self.insert(f"{offer.text}{gap}")
        if not goes_on and not gap:
            self.cursorForward(False, 1)
        if goes_on:
            self.offer()

    def _on_text(self, text: str) -> None:
        self._parts = () if self._composing else self.parts_of(text)
        self._follow()

    def _follow(self) -> None:
        """Qt tells of what was typed first, then that text and cursor are others."""
        if self._composing or self._offered_at != (self.text(), self.place()):
            self.list.hide()  # one has gone elsewhere
        self.update()

    def place(self) -> int:
        """Where the cursor stands, in code points."""
        return len(_cut(self.text(), self.cursorPosition()))

    # ------------------------------------------------------------- painting

    def _layout(self) -> QTextLayout:
        """The text as the field lays it out."""
        layout = QTextLayout(self.text().translate(_DRAWN), self.font())
        option = QTextOption()
        # A line edit goes by the text, whichever way the window reads.
        right = first_strong(self.text()) == "rtl"
        ways = Qt.LayoutDirection
        option.setTextDirection(ways.RightToLeft if right else ways.LeftToRight)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(1_000_000)
        layout.endLayout()
        return layout

    def _x(self, at: float, layout: QTextLayout) -> float:
        """Where that place of *layout* is in the field: it may be scrolled."""
        own: float = layout.lineAt(0).cursorToX(self.cursorPosition())[0]  # type: ignore[index]
        return self.cursorRect().x() + CURSOR_PAD + at - own

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        marked = [one for one in self._parts if one.name or one.minus or one.problem]
        tags = [one for one in self._parts if not one.name and one.condition is not None]
        if self._composing or not (marked or tags):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.rect().adjusted(4, 2, -4, -2))
        layout, cursor = self._layout(), self.place()
        for part in (*marked, *tags):
            left, right = self._ends(part.start, part.end, layout)
            begun = part.end == cursor and (not part.value or not self.list.isHidden())
            if part.problem is None or begun:
                self._draw_chip(painter, left, right)
            else:
                start = part.value_start if part.value else part.start
                self._draw_wave(painter, *self._ends(start, part.end, layout))
        painter.end()

    def _ends(self, start: int, end: int, layout: QTextLayout) -> tuple[float, float]:
        """The edges of a stretch of text: a part in another script may run the other way."""
        line, text = layout.lineAt(0), self.text()
        places = range(_utf16(text, start), _utf16(text, end) + 1)
        xs = [self._x(line.cursorToX(at)[0], layout) for at in places]  # type: ignore[index]
        return min(xs), max(xs)

    def _draw_chip(self, painter: QPainter, left: float, right: float) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        high = theme.line("label") + 2
        box = QRectF(left - 1, (self.height() - high) / 2, right - left + 2, high)
        radius = tokens.radius.chip
        if theme.high_contrast:
            painter.setPen(QPen(theme.color("accent"), theme.stroke("hairline")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            # The text is drawn already: its ground is laid under it by mixing.
            modes = QPainter.CompositionMode
            dark = theme.color("surface").lightnessF() < 0.5
            mode = modes.CompositionMode_Lighten if dark else modes.CompositionMode_Multiply
            painter.setCompositionMode(mode)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accentSoft"))
        painter.drawRoundedRect(box, radius, radius)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _draw_wave(self, painter: QPainter, left: float, right: float) -> None:
        theme = self._look.theme
        y = (self.height() + theme.line("label")) / 2 - WAVE
        wave = QPainterPath(QPointF(left, y))
        x, up = left, True
        while x < right:
            x += 2 * WAVE
            wave.lineTo(min(x, right), y - WAVE if up else y)
            up = not up
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("danger"), theme.stroke("control")))
        painter.drawPath(wave)

    # ---------------------------------------------------------- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_list()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.list.take_key(event):
            return
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_Space:
            self.offer()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if forward and not self.list.isHidden():
            self.list.choose(max(self.list.current, 0))
            return True
        return super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.list.hide()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        # What is being composed is no text yet, and stands where parts would be drawn.
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self._on_text(self.text())


def _utf16(text: str, at: int) -> int:
    """A place in code points as Qt counts."""
    return len(text[:at].encode("utf-16-le")) // 2


def _cut(text: str, at: int) -> str:
    """*text* up to a place as Qt counts."""
    return text.encode("utf-16-le")[: 2 * at].decode("utf-16-le", "ignore")
