"""Emoji to choose from: signs by their names in Unicode, and those that a server has."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.model.text import Emoji
from app.ui.theme.look import Look
from app.ui.widgets.dialog import Popover
from app.ui.widgets.field import Input
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from app.ui.timeline.pictures import Pictures

COLUMNS, ROWS = 8, 5
OWN_ROWS = 2
"""Of emoji of a server, above those that are used most, while nothing is looked for."""

_USUAL = "😀😂🙂😊😍🥰😎🤔😅😢😭😡👍👎👏🙏💪👋❤🧡💚💙💜✨🎉🔥⭐☀🌈🌊🌱🐦🐱🐶🍀☕🍵🚀✅❌"
_RANGES = (
    (0x1F300, 0x1F64F),
    (0x1F680, 0x1F6FF),
    (0x1F900, 0x1F9FF),
    (0x1FA70, 0x1FAFF),
    (0x2600, 0x27BF),
)
_SKIPPED = ("MODIFIER", "COMPONENT", "ORNAMENT", "DINGBAT")


@cache
def _names() -> tuple[tuple[str, str], ...]:
    found = []
    for first, last in _RANGES:
        for number in range(first, last + 1):
            name = unicodedata.name(chr(number), "")
            if name and not any(word in name for word in _SKIPPED):
                found.append((chr(number), name.lower()))
    return tuple(found)


def find_emoji(words: str, most: int = COLUMNS * ROWS) -> tuple[str, ...]:
    """Emoji whose names hold all *words*; without words, those that are used most."""
    wanted = words.lower().split()
    if not wanted:
        return tuple(_USUAL[:most])
    found = [sign for sign, name in _names() if all(word in name for word in wanted)]
    return tuple(found[:most])


def shown_as_picture(sign: str) -> str:
    """With the selector that asks for the picture, where the sign has two forms."""
    return f"{sign}\ufe0f" if sign < "\U0001f000" else sign


class _Grid(QWidget):
    chosen = Signal(str)
    named = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.signs: tuple[str | Emoji, ...] = ()
        self.pictures: Pictures | None = None
        self.current = 0
        self.setMouseTracking(True)
        self.setAccessibleName("Emoji")
        theme = look.theme
        self._side = theme.length(theme.tokens.target.action, capped=True)
        self.setFixedSize(QSize(COLUMNS * self._side, ROWS * self._side))

    def show_signs(self, signs: tuple[str | Emoji, ...]) -> None:
        self.signs, self.current = signs, 0
        self._say()
        self.update()

    def step(self, by: int) -> None:
        if self.signs:
            self.current = min(max(self.current + by, 0), len(self.signs) - 1)
            self._say()
            self.update()

    def choose(self) -> None:
        if self.signs:
            sign = self.signs[self.current]
            self.chosen.emit(sign.shortcode if isinstance(sign, Emoji) else shown_as_picture(sign))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event)
        if 0 <= at < len(self.signs):
            self.current = at
            self._say()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if 0 <= self._at(event) < len(self.signs):
            self.current = self._at(event)
            self.choose()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(theme.font("title", 400))
        for number, sign in enumerate(self.signs):
            x, y = number % COLUMNS * self._side, number // COLUMNS * self._side
            area = QRectF(x, y, self._side, self._side)
            if number == self.current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accentSoft"))
                painter.drawRoundedRect(area, theme.tokens.radius.row, theme.tokens.radius.row)
            if isinstance(sign, Emoji):
                self._draw_own(painter, area, sign)
                continue
            painter.setFont(font)
            painter.setPen(theme.color("text"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown_as_picture(sign))
        painter.end()

    def _draw_own(self, painter: QPainter, area: QRectF, sign: Emoji) -> None:
        """Its still picture; until that is here, a place for it."""
        from app.ui.timeline.pictures import Form  # signs of Unicode need none

        theme = self._look.theme
        side = round(theme.line("title"))
        form = Form(side, side, self.devicePixelRatioF(), kind="emoji")
        found = self.pictures.request(sign.url, form) if self.pictures is not None else None
        spot = QRectF(0, 0, side, side)
        spot.moveCenter(area.center())
        if found is not None:
            painter.drawPixmap(spot.topLeft().toPoint(), found)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hairline"))
        painter.drawRoundedRect(spot, theme.tokens.radius.row, theme.tokens.radius.row)

    def _at(self, event: QMouseEvent) -> int:
        column = int(event.position().x() // self._side)
        return int(event.position().y() // self._side) * COLUMNS + min(column, COLUMNS - 1)

    def _say(self) -> None:
        sign = self.signs[self.current] if self.signs else ""
        if isinstance(sign, Emoji):
            name = f":{sign.shortcode}:"
        else:
            name = unicodedata.name(sign, "").lower() if sign else "none found"
        self.setAccessibleDescription(name)
        self.named.emit(name)


class _Search(Input):
    """Hands the arrow keys to the grid."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: COLUMNS, Qt.Key.Key_Up: -COLUMNS}
        sideways = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        key = Qt.Key(event.key())
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in sideways and self.cursorPosition() == len(self.text()):
            self.stepped.emit(sideways[key])
        else:
            super().keyPressEvent(event)


class EmojiPopover(Popover):
    """
    A field and a grid; Enter takes what is marked.

    ``chosen``: a sign of Unicode, or the name of an emoji that a server has, without colons.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        tokens = look.theme.tokens
        width = COLUMNS * tokens.target.action + 2 * tokens.popover.pad
        super().__init__(look, parent, width=width)
        self.setAccessibleName("Emoji")
        self._own: tuple[Emoji, ...] = ()
        self.field = _Search(look)
        self.field.setPlaceholderText("Find by name: boat, heart, bird")
        self.field.setAccessibleName("Find an emoji")
        self.content.addWidget(self.field)
        self.content.addSpacing(tokens.space.s)
        self.grid = _Grid(look)
        self.content.addWidget(self.grid)
        self._name = Words(look, "", "small", "textTertiary")
        self.content.addWidget(self._name)
        self.field.textEdited.connect(self._find)
        self.field.stepped.connect(self.grid.step)
        self.field.returnPressed.connect(self.grid.choose)
        self.grid.chosen.connect(self._choose)
        self.grid.named.connect(self._name.say)
        self._find("")
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def offer(self, own: Sequence[Emoji], pictures: Pictures) -> None:
        """Those of a server, too; what is looked for stays."""
        self._own, self.grid.pictures = tuple(own), pictures
        pictures.arrived.connect(self._on_picture)
        self._find(self.field.text())

    def _find(self, words: str) -> None:
        from app.services.server_emoji import find_custom

        most = COLUMNS * (ROWS if words.strip() else OWN_ROWS)
        found: list[str | Emoji] = [*find_custom(self._own, words, most), *find_emoji(words)]
        self.grid.show_signs(tuple(found[: COLUMNS * ROWS]))

    def _on_picture(self, _url: str) -> None:
        self.grid.update()

    def _choose(self, sign: str) -> None:
        self.close()
        self.chosen.emit(sign)
