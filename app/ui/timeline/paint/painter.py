"""Paints a laid-out row. Draws only; nothing is measured, asked or decided here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTextLayout

from app.ui.theme import Theme, icons, marks
from app.ui.theme.theme import parse_color
from app.ui.timeline.layout.values import (
    Avatar,
    Box,
    Button,
    Capsule,
    Disc,
    Elbow,
    Fill,
    Flow,
    Glyph,
    Inline,
    Label,
    MarkPiece,
    Part,
    RowLayout,
    Tile,
)
from app.ui.timeline.paint.shapes import elbow, fill_round, ring, stroke_round, triangle
from app.ui.timeline.pictures import Form, Pictures

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QTextCharFormat


class Look(Struct, frozen=True):
    """
    How a row stands just now.

    *hot* and *focus*: part under the pointer and with the keyboard, -1 = none.
    *selection*: per paragraph of the post's text, (start, end) in UTF-16 units.
    """

    hovered: bool = False
    selected: bool = False
    row_focus: bool = False
    hot: int = -1
    focus: int = -1
    pressed: bool = False
    selection: tuple[tuple[int, int, int], ...] = ()


PLAIN_LOOK = Look()


class RowPainter:
    """Paints rows of one theme on one screen."""

    def __init__(self, theme: Theme, pictures: Pictures, *, dpr: float = 1.0, rtl: bool = False):
        self.theme = theme
        self.pictures = pictures
        self.dpr = dpr
        self.rtl = rtl
        self._hex: dict[str, QColor] = {}
        self._draw: dict[type, Callable[[QPainter, Any, RowLayout, Look], None]] = {
            Fill: self._fill,
            Label: self._label,
            Glyph: self._glyph,
            MarkPiece: self._mark,
            Capsule: self._capsule,
            Avatar: self._avatar,
            Tile: self._tile,
            Inline: self._inline,
            Disc: self._disc,
            Elbow: self._elbow,
            Button: self._button,
            Flow: self._flow,
        }

    @cached_property
    def _underlined(self) -> QTextCharFormat:
        from PySide6.QtGui import QTextCharFormat  # slow to load: only for who points at it

        made = QTextCharFormat()
        made.setFontUnderline(True)
        return made

    @cached_property
    def _chosen(self) -> QTextCharFormat:
        from PySide6.QtGui import QTextCharFormat  # the same

        made = QTextCharFormat()
        made.setBackground(self.theme.color("selectionBg"))
        made.setForeground(self.theme.color("selectionText"))
        return made

    def paint(self, painter: QPainter, layout: RowLayout, look: Look = PLAIN_LOOK) -> None:
        """Draw the row with its top left corner at the painter's origin."""
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
        )
        self._ground(painter, layout, look)
        if look.hot >= 0:
            self._hot(painter, layout.parts[look.hot], look.pressed)
        draw = self._draw
        for piece in layout.pieces:
            draw[type(piece)](painter, piece, layout, look)
        if look.row_focus:
            self._row_ring(painter, layout)
        if look.focus >= 0:
            self._part_ring(painter, layout.parts[look.focus])

    def paint_ground(self, painter: QPainter, layout: RowLayout, look: Look = PLAIN_LOOK) -> None:
        """Draw only what also lies in the row's margins."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, layout, look)
        if look.row_focus:
            self._row_ring(painter, layout)

    def color(self, name: str) -> QColor:
        """A token, or a colour the tokens spell out."""
        if name[:1] != "#":
            return self.theme.color(name)
        found = self._hex.get(name)
        if found is None:
            found = self._hex[name] = parse_color(name)
        return found

    # ------------------------------------------------------------ the row itself

    def _ground(self, painter: QPainter, layout: RowLayout, look: Look) -> None:
        whole = QRectF(0, 0, layout.width, layout.height)
        ground = layout.ground
        if look.selected:
            ground = "selected"
        elif look.hovered and layout.kind == "card":
            ground = "hover"
        if self.theme.high_contrast and ground in ("selected", "hover"):
            ground = layout.ground
        filled = self.color(ground)
        if filled.alpha() < 255:
            painter.fillRect(whole, self.color("surface"))
        painter.fillRect(whole, filled)
        line = self.theme.stroke("hairline")
        if layout.divided:
            bottom = QRectF(0, layout.height - line, layout.width, line)
            painter.fillRect(bottom, self.color("hairline"))
        if look.selected:
            bar = self.theme.stroke("selectedBar")
            x = layout.width - bar if self.rtl else 0
            color = "focus" if self.theme.high_contrast else "accent"
            painter.fillRect(QRectF(x, 0, bar, layout.height - line), self.color(color))

    def _row_ring(self, painter: QPainter, layout: RowLayout) -> None:
        inset = self.theme.tokens.timeline.focusInset
        wide = self.theme.stroke("focus")
        box = QRectF(inset, inset, layout.width - 2 * inset, layout.height - 2 * inset - 1)
        ring(painter, box, self.color("focus"), wide, self.theme.tokens.space.xs)

    def _part_ring(self, painter: QPainter, part: Part) -> None:
        away = self.theme.tokens.timeline.focusOffset
        wide = self.theme.stroke("focus")
        inside = part.look in ("plain", "text") and part.role != "graphic"
        for box in part.boxes:
            outer = box.grown(away if inside else away / 2)
            is_avatar = part.intent.kind == "profile" and box.w == box.h
            most = outer.h if is_avatar else self.theme.tokens.radius.button
            ring(painter, outer.rect(), self.color("focus"), wide, min(most, outer.h / 2))

    def _hot(self, painter: QPainter, part: Part, pressed: bool) -> None:
        if part.look != "soft":
            return
        for box in part.boxes:
            radius = min(box.h / 2, self.theme.tokens.radius.button)
            color = "pressed" if pressed else "window"
            fill_round(painter, box, self.color(color), radius)

    # ------------------------------------------------------------ pieces

    def _fill(self, painter: QPainter, piece: Fill, layout: RowLayout, look: Look) -> None:
        if piece.fill:
            fill_round(painter, piece.box, self.color(piece.fill), piece.radius, piece.corners)
        if piece.stroke:
            stroke_round(painter, piece.box, self.color(piece.stroke), piece.radius, piece.line)

    def _label(self, painter: QPainter, piece: Label, layout: RowLayout, look: Look) -> None:
        painter.setPen(self.color(piece.color))
        box = piece.box
        lasting = self.theme.underline_links and piece.color == "link"
        if piece.part >= 0 and (piece.part == look.hot or lasting):
            self._underline(painter, piece.layout, box)
            return
        piece.layout.draw(painter, QPointF(box.x, box.y))

    def _underline(self, painter: QPainter, layout: QTextLayout, box: Box) -> None:
        whole = QTextLayout.FormatRange()
        whole.start, whole.length = 0, len(layout.text()) * 2
        whole.format = self._underlined
        layout.draw(painter, QPointF(box.x, box.y), [whole])

    def _glyph(self, painter: QPainter, piece: Glyph, layout: RowLayout, look: Look) -> None:
        box = piece.box
        found = icons.pixmap(
            self.theme,
            piece.name,
            box.w,
            piece.color,
            weight=piece.weight,
            dpr=self.dpr,
            mirror=self.rtl,
        )
        painter.drawPixmap(self._snapped(box), found)

    def _mark(self, painter: QPainter, piece: MarkPiece, layout: RowLayout, look: Look) -> None:
        marks.paint(painter, piece.box.rect(), piece.mark, self.theme)

    def _capsule(self, painter: QPainter, piece: Capsule, layout: RowLayout, look: Look) -> None:
        hot = look.hot >= 0 and look.hot == piece.part
        marks.capsule(painter, piece.box.rect(), piece.marks, self.theme, hovered=hot)

    def _avatar(self, painter: QPainter, piece: Avatar, layout: RowLayout, look: Look) -> None:
        box = piece.box
        side = round(box.w)
        form = Form(side, side, self.dpr, side / 2, kind="avatar")
        found = self.pictures.request(piece.url, form) if piece.url else None
        if found is not None:
            painter.drawPixmap(self._snapped(box), found)
            return
        fill_round(painter, box, self.color("hairline"), box.w / 2)
        if piece.letter is not None:
            self._label(painter, piece.letter, layout, look)

    def _tile(self, painter: QPainter, piece: Tile, layout: RowLayout, look: Look) -> None:
        box = piece.box
        form = Form(round(box.w), round(box.h), self.dpr, piece.radius, piece.corners, piece.focus)
        found = None
        if piece.url or piece.blurhash:
            found = self.pictures.request(piece.url, form, piece.blurhash)
        if found is not None:
            painter.drawPixmap(self._snapped(box), found)
        else:
            fill_round(painter, box, self.color("sunken"), piece.radius, piece.corners)
            size = min(self.theme.tokens.icon.hero, box.h / 2)
            icon = piece.icon if not self.pictures.failed(piece.url) else "file-x"
            middle = Box(box.x + (box.w - size) / 2, box.y + (box.h - size) / 2, size, size)
            self._glyph(painter, Glyph(middle, icon, "textTertiary"), layout, look)
        stroke_round(painter, box, self.color("mediaBorder"), piece.radius, 1, piece.corners)

    def _inline(self, painter: QPainter, piece: Inline, layout: RowLayout, look: Look) -> None:
        box = piece.box
        side = round(box.w)
        found = (
            self.pictures.request(piece.url, Form(side, side, self.dpr, kind="emoji"))
            if piece.url
            else None
        )
        if found is None:
            fill_round(painter, box.grown(-2), self.color("hairline"), box.w / 4)
        else:
            painter.drawPixmap(self._snapped(box), found)

    def _elbow(self, painter: QPainter, piece: Elbow, layout: RowLayout, look: Look) -> None:
        wide = float(self.theme.tokens.thread.line)
        elbow(painter, piece.box, self.color("thread"), wide, piece.radius, mirrored=self.rtl)

    def _disc(self, painter: QPainter, piece: Disc, layout: RowLayout, look: Look) -> None:
        tokens = self.theme.tokens.timeline
        box = piece.box
        fill_round(painter, box, self.color(tokens.discFill), box.w / 2)
        triangle(painter, box, tokens.playTriangle, self.color(tokens.discText))

    def _button(self, painter: QPainter, piece: Button, layout: RowLayout, look: Look) -> None:
        hot = piece.part >= 0 and piece.part == look.hot
        radius = self.theme.tokens.radius.button
        if piece.style == "outlined":
            ground = "raised" if not hot else "pressed" if look.pressed else "hover"
            fill_round(painter, piece.box, self.color(ground), radius)
            line = self.theme.stroke("control")
            edge = "controlBorder" if hot else "border"
            stroke_round(painter, piece.box, self.color(edge), radius, line)
        elif piece.style == "tonal":
            fill_round(painter, piece.box, self.color("accentSoft"), radius)
            if hot or self.theme.high_contrast:
                line = self.theme.stroke("control")
                stroke_round(painter, piece.box, self.color("accent"), radius, line)
        label = piece.label
        painter.setPen(self.color(label.color))
        if piece.style == "plain" and (hot or self.theme.underline_links):
            self._underline(painter, label.layout, label.box)
        else:
            label.layout.draw(painter, QPointF(label.box.x, label.box.y))

    def _flow(self, painter: QPainter, piece: Flow, layout: RowLayout, look: Look) -> None:
        ranges = self._ranges(piece, layout, look)
        painter.setPen(self.color(piece.color))
        x, y = piece.box.x, piece.box.y
        for number, paragraph in enumerate(piece.paragraphs):
            at = QPointF(x + paragraph.x, y + paragraph.y)
            paragraph.layout.draw(painter, at, ranges.get(number, []))

    def _ranges(
        self, flow: Flow, layout: RowLayout, look: Look
    ) -> dict[int, list[QTextLayout.FormatRange]]:
        made: dict[int, list[QTextLayout.FormatRange]] = {}
        if not flow.selectable or (look.hot < 0 and look.focus < 0 and not look.selection):
            return made
        add = partial(self._range, made)
        for number in (look.hot, look.focus):
            if number >= 0 and layout.parts[number].role == "link":
                for stretch in flow.links.get(layout.parts[number].intent.index, ()):
                    add(stretch.paragraph, stretch.start, stretch.end, self._underlined)
        for paragraph, start, end in look.selection:
            add(paragraph, start, end, self._chosen)
        return made

    @staticmethod
    def _range(
        made: dict[int, list[QTextLayout.FormatRange]],
        paragraph: int,
        start: int,
        end: int,
        form: QTextCharFormat,
    ) -> None:
        one = QTextLayout.FormatRange()
        one.start, one.length, one.format = start, end - start, form
        made.setdefault(paragraph, []).append(one)

    def _snapped(self, box: Box) -> QPointF:
        """Top left corner on a whole device pixel: pixmaps stay sharp."""
        dpr = self.dpr
        return QPointF(round(box.x * dpr) / dpr, round(box.y * dpr) / dpr)
