"""What a laid-out row consists of. All lengths in px from the row's top left corner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from msgspec import Struct
from PySide6.QtCore import QRectF

if TYPE_CHECKING:
    from PySide6.QtGui import QTextLayout


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """First px to the right of it."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """First px below it."""
        return self.y + self.h

    def mirrored(self, width: float) -> Box:
        """The same in a row of *width* that reads from right to left."""
        return Box(width - self.x - self.w, self.y, self.w, self.h)

    def grown(self, by: float) -> Box:
        """Larger by *by* on each side."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def holds(self, x: float, y: float) -> bool:
        """Is the point inside?"""
        return self.x <= x < self.x + self.w and self.y <= y < self.y + self.h

    def rect(self) -> QRectF:
        """For painting."""
        return QRectF(self.x, self.y, self.w, self.h)


Corners = tuple[bool, bool, bool, bool]
"""Which corners are round: top left, top right, bottom right, bottom left."""
ROUND: Corners = (True, True, True, True)


class Intent(Struct, frozen=True, omit_defaults=True):
    """
    What pressing a part asks for. The view makes a signal of it.

    *kind* is one of: link, tag, profile, cover, media_cover, media, expand,
    show_all, react, emoji, menu, why, echo, quote, card, option, vote, results,
    reveal, gap, details, retry, older, unfold.
    """

    kind: str
    arg: str = ""
    index: int = -1
    label: str = ""


Role = Literal["link", "button", "check", "radio", "graphic"]


class Part(Struct):
    """
    Something in a row that can be focused and pressed.

    Attributes:
        boxes: Where it is: a link may run over several lines.
        name: For screen readers, and the tooltip where there is no *hint*.
        hint: Tooltip and status text, plain text; the true host for links.
        look: How hovering shows: ``plain`` (nothing), ``text`` (underlined),
            ``soft`` (a rounded ground), ``button``.
        checked: For options of a poll and actions done; None = has no such state.
    """

    intent: Intent
    boxes: list[Box]
    name: str
    role: Role = "button"
    hint: str = ""
    look: Literal["plain", "text", "soft", "button"] = "plain"
    checked: bool | None = None

    def holds(self, x: float, y: float) -> bool:
        """Is the point inside?"""
        return any(box.holds(x, y) for box in self.boxes)


class Piece(Struct):
    """Something to paint."""

    box: Box


class Fill(Piece):
    """A (rounded) rectangle. Colours are tokens or ``#…``; "" = none."""

    fill: str = ""
    stroke: str = ""
    radius: float = 0.0
    line: float = 1.0
    corners: Corners = ROUND


class Label(Piece):
    """One line of text; *box* is as wide as the text."""

    layout: QTextLayout
    color: str
    text: str
    part: int = -1


class Glyph(Piece):
    """An icon."""

    name: str
    color: str
    weight: Literal["regular", "bold", "fill"] | None = None


class MarkPiece(Piece):
    """A network's mark."""

    mark: str


class Capsule(Piece):
    """The marks of an echo."""

    marks: tuple[str, ...]
    part: int = -1


class Avatar(Piece):
    """A round picture, or the first letter of the name until it has come."""

    url: str
    letter: Label | None = None


class Tile(Piece):
    """A picture, cropped to *box* around *focus* (−1 … 1 from the middle)."""

    url: str
    blurhash: str = ""
    corners: Corners = ROUND
    focus: tuple[float, float] = (0.0, 0.0)
    radius: float = 0.0
    icon: str = "image-square"


class Inline(Piece):
    """A custom emoji in a line of text."""

    url: str


class Elbow(Piece):
    """From the top of *box* down, then round into its end: to an answer from what it answers."""

    radius: float = 0.0


class Disc(Piece):
    """The disc with a triangle on what can be played."""


class Button(Piece):
    """A small button: outlined, tonal or just its words."""

    label: Label
    style: Literal["outlined", "tonal", "plain"]
    part: int = -1
    icon: Glyph | None = None


class Stretch(NamedTuple):
    """Part of a paragraph, in UTF-16 units of its laid-out text."""

    paragraph: int
    start: int
    end: int


class Paragraph(Struct):
    """
    One paragraph of a flow.

    *source*: what was replaced in its text, for copying: (start, end, original).
    """

    layout: QTextLayout
    text: str
    y: float
    x: float = 0.0
    gap: bool = False
    source: tuple[tuple[int, int, str], ...] = ()


class Flow(Piece):
    """Rich text in lines of one pitch."""

    paragraphs: list[Paragraph]
    color: str
    pitch: float
    links: dict[int, list[Stretch]] = {}
    selectable: bool = True


class RowLayout(Struct):
    """
    A row, laid out: what is painted, what can be pressed, how high it is.

    Attributes:
        kind: ``card``, ``gap``, ``stub``, ``hidden``, ``loading``.
        ground: Token of the colour behind it.
        divided: A hairline stands below it.
        parts: In the order of reading (Tab).
        time_text: As set in the header; another one means: lay out again.
    """

    kind: str
    width: float
    height: int
    pieces: list[Any]
    parts: list[Part]
    ground: str = "surface"
    accessible: str = ""
    time_text: str = ""
    divided: bool = True

    def mirror(self) -> None:
        """Turn a layout that was made left to right into one that is not, once."""
        for piece in self.pieces:
            _mirror_piece(piece, self.width)
        for part in self.parts:
            part.boxes = [box.mirrored(self.width) for box in part.boxes]

    def part_at(self, x: float, y: float) -> int:
        """Topmost part at a place, -1 = none."""
        for number in range(len(self.parts) - 1, -1, -1):
            if self.parts[number].holds(x, y):
                return number
        return -1

    @property
    def flow(self) -> Flow | None:
        """The post's own text."""
        for piece in self.pieces:
            if isinstance(piece, Flow) and piece.selectable:
                return piece
        return None


def _mirror_piece(piece: Piece, width: float) -> None:
    piece.box = piece.box.mirrored(width)
    if isinstance(piece, Button):
        _mirror_piece(piece.label, width)
        if piece.icon is not None:
            _mirror_piece(piece.icon, width)
    elif isinstance(piece, Avatar) and piece.letter is not None:
        _mirror_piece(piece.letter, width)
    elif isinstance(piece, Capsule):
        piece.marks = piece.marks[::-1]
    elif isinstance(piece, (Tile, Fill)):
        tl, tr, br, bl = piece.corners
        piece.corners = (tr, tl, bl, br)
