"""What stands beside the words of a message: pictures, films, pages, posts that were shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.messages.values import Box
from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.theme.theme import parse_color
from app.ui.timeline.layout.values import Box as Area
from app.ui.timeline.paint.shapes import fill_round, triangle
from app.ui.timeline.pictures import Form
from app.ui.widgets.panel import Avatar, Glyph, Mark
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.ui.timeline.pictures import Pictures

TALLEST = 1.0
"""Height of a single picture in widths of the room for one, at most."""

ALT_LINES, TEXT_LINES = 2, 4
"""Of a description below its picture; of what a page or a post says."""


class Picture(KeyFocus, QAbstractButton):
    """A picture or film in the room that is kept for it; pressed, it is looked at in large."""

    def __init__(self, look: Look, pictures: Pictures, box: Box, wide: int, high: int) -> None:
        super().__init__()
        self._look, self._pictures, self.box = look, pictures, box
        self.setFixedSize(wide, high)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(box.spoken)
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        radius = theme.tokens.radius.box
        form = Form(self.width(), self.height(), self.devicePixelRatioF(), radius)
        found = self._pictures.request(self.box.picture, form) if self.box.picture else None
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if found is not None:
            painter.drawPixmap(self.rect(), found)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hairline"))
            painter.drawRoundedRect(self.rect(), radius, radius)
            if not self.box.plays:
                self._draw_icon(painter)
        if self.box.plays:
            self._draw_disc(painter)
        if theme.high_contrast:
            line = theme.stroke("control")
            painter.setPen(QPen(theme.color("border"), line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inset = line / 2
            area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(area, radius, radius)
        painter.end()

    def _draw_icon(self, painter: QPainter) -> None:
        size = self._look.theme.tokens.icon.action
        name = "image-broken" if self._pictures.failed(self.box.picture) else "image-square"
        dpr = self.devicePixelRatioF()
        made = icons.pixmap(self._look.theme, name, size, "textTertiary", dpr=dpr)
        painter.drawPixmap(int((self.width() - size) / 2), int((self.height() - size) / 2), made)

    def _draw_disc(self, painter: QPainter) -> None:
        tokens = self._look.theme.tokens
        side = float(tokens.media.playDisc)
        area = Area((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        fill_round(painter, area, parse_color(tokens.timeline.discFill), side / 2)
        color = parse_color(tokens.timeline.discText)
        triangle(painter, area, tokens.timeline.playTriangle, color)


class Gallery(QWidget):
    """The pictures of one message: one as it is, several side by side; their words below."""

    pressed = Signal(int)
    """Which of the message's media."""

    def __init__(self, look: Look, pictures: Pictures, boxes: Sequence[Box], most: int) -> None:
        super().__init__()
        tokens = look.theme.tokens
        room, usual = tokens.messages.picture
        room = min(room, most)
        gap = tokens.media.gap
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(gap)
        self.pictures: list[Picture] = []
        alone = len(boxes) == 1
        half = (room - gap) // 2
        for number, box in enumerate(boxes):
            last_alone = number == len(boxes) - 1 and len(boxes) % 2 == 1
            wide = room if alone or last_alone else half
            high = _height(box, room, usual) if alone else half
            made = Picture(look, pictures, box, wide, high)
            made.clicked.connect(lambda _=False, index=box.index: self.pressed.emit(index))
            self.pictures.append(made)
            grid.addWidget(made, number // 2, number % 2, 1, 2 if wide == room else 1)
        below = (len(boxes) + 1) // 2
        for number, box in enumerate(boxes, 1):
            if not box.alt:
                continue
            words = box.alt if alone else f"{number}. {box.alt}"
            said = capped(look, words, "small", "textSecondary", room, ALT_LINES)
            grid.addWidget(said, below + number, 0, 1, 2)
        self.setFixedWidth(room)


class BoxPanel(KeyFocus, QAbstractButton):
    """A page, a recording, or a post that came with the words; pressed, it is opened."""

    def __init__(self, look: Look, pictures: Pictures, box: Box, wide: int) -> None:
        super().__init__()
        self._look, self._pictures, self.box = look, pictures, box
        tokens = look.theme.tokens
        self._opens = bool(box.url or box.post or box.index >= 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._opens else Qt.FocusPolicy.NoFocus)
        if self._opens:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(box.spoken)
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.quote.padX, tokens.quote.padTop, tokens.quote.padX, 8)
        row.setSpacing(tokens.space.s)
        inner = wide - 2 * tokens.quote.padX
        side = look.theme.length(tokens.messages.thumb)
        if box.picture:
            inner -= side + tokens.space.s
        row.addLayout(self._column(inner), 1)
        if box.picture:
            thumb = Picture(look, pictures, box, side, side)
            thumb.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            thumb.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(thumb, 0, Qt.AlignmentFlag.AlignTop)
        self.setFixedWidth(wide)

    def _column(self, wide: int) -> QVBoxLayout:
        look, tokens, box = self._look, self._look.theme.tokens, self.box
        column = QVBoxLayout()
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(tokens.space.xs)
        if box.icon:
            head.addWidget(Glyph(look, box.icon, tokens.icon.small, "textSecondary"))
        if box.face is not None:
            head.addWidget(_Face(look, self._pictures, box.title, box.face))
        head.addWidget(Words(look, box.title, "metaStrong"), 1)
        if box.mark:
            head.addWidget(Mark(look, box.mark, tokens.icon.markCard))
        column.addLayout(head)
        if box.text:
            column.addWidget(capped(look, box.text, "meta", "textSecondary", wide, TEXT_LINES))
        if box.foot:
            column.addWidget(Words(look, box.foot, "small", "textTertiary"))
        column.addStretch(1)
        return column

    def hitButton(self, _pos: object) -> bool:
        return self._opens

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
        hot = self._opens and self.underMouse()
        painter.setPen(QPen(theme.color("controlBorder" if hot else "border"), line))
        painter.setBrush(theme.color("surface"))
        area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.drawRoundedRect(area, *[theme.tokens.radius.box] * 2)
        painter.end()


class _Face(Avatar):
    """Who wrote a post that was shared."""

    def __init__(self, look: Look, pictures: Pictures, name: str, url: str) -> None:
        super().__init__(look, name, look.theme.tokens.quote.avatar)
        self._pictures, self._url = pictures, url

    def paintEvent(self, event: QPaintEvent) -> None:
        side = self.sizeHint().width()
        if self._url:
            form = Form(side, side, self.devicePixelRatioF(), side / 2, kind="avatar")
            self._picture = self._pictures.request(self._url, form)
        super().paintEvent(event)


def capped(look: Look, text: str, role: str, color: str, wide: int, lines: int) -> Words:
    """*text* in at most so many lines; the whole of it is its tooltip's."""
    from app.ui.widgets.tips import plain_tip  # nearly nobody points at it

    words = Words(look, text, role, color, wrap=True)
    most = round(look.theme.line(role) * lines) + 1
    whole = words.heightForWidth(wide) <= most
    if not whole:
        fits, over = 0, len(text)
        while over - fits > 1:
            middle = (fits + over) // 2
            words.say(f"{text[:middle].rstrip()}…")
            if words.heightForWidth(wide) <= most:
                fits = middle
            else:
                over = middle
        words.say(f"{text[:fits].rstrip()}…")
        words.setToolTip(plain_tip(text))
    words.setFixedSize(wide, words.heightForWidth(wide))
    # What lies under it is pressed through it.
    words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, whole)
    return words


def _height(box: Box, room: int, usual: int) -> int:
    wide, high = box.size
    if not wide or not high:
        return int(usual)
    return int(min(max(room * high / wide, usual / 2), room * TALLEST))
