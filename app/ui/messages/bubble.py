"""A message: its words on their ground, what stands beside them, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.messages.boxes import BoxPanel, Gallery
from app.ui.messages.said import Said
from app.ui.messages.values import Box, Bubble, Reacted
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph, along
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPaintEvent

    from app.ui.timeline.pictures import Pictures

MENU_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu, Qt.Key.Key_O)


class Ground(QWidget):
    """The coloured ground, one corner of which points to who said it."""

    def __init__(self, look: Look, item: Bubble) -> None:
        super().__init__()
        self._look, self._item = look, item

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        mine = self._item.mine
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = theme.stroke("hairline")
        edge = "accent" if mine and theme.high_contrast else "" if mine else "hairline"
        painter.setPen(QPen(theme.color(edge), line) if edge else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(theme.color("accentSoft" if mine else "sunken"))
        inset = line / 2
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        round_, sharp = tokens.radius.panel, tokens.messages.corner
        low = sharp if self._item.last else round_
        at_right = mine != rtl
        painter.drawPath(
            _rounded(area, round_, round_ if at_right else low, low if at_right else round_)
        )
        painter.end()


def _rounded(area: QRectF, top: float, left: float, right: float) -> QPainterPath:
    """A rectangle whose lower corners are round in their own ways."""
    path = QPainterPath()
    x0, y0, x1, y1 = area.left(), area.top(), area.right(), area.bottom()
    path.moveTo(x0 + top, y0)
    path.lineTo(x1 - top, y0)
    path.quadTo(x1, y0, x1, y0 + top)
    path.lineTo(x1, y1 - right)
    path.quadTo(x1, y1, x1 - right, y1)
    path.lineTo(x0 + left, y1)
    path.quadTo(x0, y1, x0, y1 - left)
    path.lineTo(x0, y0 + top)
    path.quadTo(x0, y0, x0 + top, y0)
    path.closeSubpath()
    return path


class Pill(Button):
    """A reaction: pressed, mine comes or goes."""

    def __init__(self, look: Look, reacted: Reacted) -> None:
        super().__init__(
            look,
            f"{reacted.value} {reacted.count}",
            "tonal" if reacted.mine else "outline",
            size="inline",
        )
        self.reacted = reacted
        what = "take yours away" if reacted.mine else "put yours there, too"
        self.setToolTip("")
        self.setAccessibleName(f"{reacted.value}, {reacted.who}: {what}")
        self.setFixedHeight(look.theme.length(look.theme.tokens.messages.pill))


class BubbleRow(QWidget):
    """A message in its line; focused by keys, Enter offers what can be done with it."""

    link_pressed = Signal(str, str)
    menu_wanted = Signal(QPoint)
    reacted = Signal(str, bool)
    acted = Signal(str)
    uncovered = Signal()
    media_pressed = Signal(int)
    post_pressed = Signal()

    def __init__(self, look: Look, pictures: Pictures, item: Bubble, wide: int) -> None:
        super().__init__()
        self._look, self._pictures, self.item = look, pictures, item
        self._by_keys = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(item.spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        tokens = look.theme.tokens
        column = self._column = QVBoxLayout(self)
        top = tokens.messages.run if item.first else tokens.messages.gap
        column.setContentsMargins(tokens.space.l, top, tokens.space.l, 0)
        column.setSpacing(0)
        if item.who and item.first:
            self._put(Words(look, item.who, "small", "textSecondary", weight=600))
        most = min(look.theme.length(tokens.messages.most), int(wide * tokens.messages.share))
        self.ground = Ground(look, item)
        self._fill(most - 2 * tokens.messages.padX)
        if item.reactions:
            self._put_with_reactions()
        else:
            self._put(self.ground)
        if item.state:
            self._put(self._state())
        elif item.when:
            when = Words(look, item.when, "small", "textTertiary", tabular=True)
            when.setToolTip(item.full_when)
            self._put(when)

    def _put(self, widget: QWidget) -> None:
        side = Qt.AlignmentFlag.AlignRight if self.item.mine else Qt.AlignmentFlag.AlignLeft
        self._column.addWidget(widget, 0, side)

    def _put_with_reactions(self) -> None:
        """Reactions stand over the edge of what they are about."""
        theme = self._look.theme
        over, high = theme.tokens.messages.over, theme.length(theme.tokens.messages.pill)
        pills = self._reactions()
        held = QWidget()
        grid = QGridLayout(held)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        side = Qt.AlignmentFlag.AlignRight if self.item.mine else Qt.AlignmentFlag.AlignLeft
        grid.addWidget(self.ground, 0, 0, 2, 1, side)
        grid.addWidget(pills, 1, 0, 2, 1, side | Qt.AlignmentFlag.AlignTop)
        grid.setRowMinimumHeight(1, over)
        grid.setRowMinimumHeight(2, high - over)
        pills.raise_()
        self._put(held)

    def _fill(self, most: int) -> None:
        look, tokens, item = self._look, self._look.theme.tokens, self.item
        column = QVBoxLayout(self.ground)
        pads = tokens.messages
        column.setContentsMargins(pads.padX, pads.padY, pads.padX, pads.padY)
        column.setSpacing(tokens.space.xs)
        if item.cover:
            words = Words(look, item.cover, "bodySmall", "textSecondary")
            column.addWidget(words)
            show = Button(look, "Show", "plain", size="inline")
            show.clicked.connect(self.uncovered)
            column.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
            return
        color = "onAccentSoft" if item.mine and look.theme.high_contrast else "text"
        if shown := [box for box in item.boxes if box.is_picture]:
            gallery = Gallery(look, self._pictures, shown, most)
            gallery.pressed.connect(self.media_pressed)
            column.addWidget(gallery)
        for box in item.boxes:
            if not box.is_picture:
                panel = BoxPanel(look, self._pictures, box, min(most, look.theme.length(320)))
                panel.clicked.connect(lambda _=False, box=box: self._open(box))
                column.addWidget(panel)
        if item.text:
            said = Said(look, item.text, item.links, color)
            said.fit(most)
            said.link_pressed.connect(self.link_pressed)
            column.addWidget(said)

    def _open(self, box: Box) -> None:
        if box.index >= 0:
            self.media_pressed.emit(box.index)
        elif box.post:
            self.post_pressed.emit()
        elif box.url:
            self.link_pressed.emit(box.url, "")

    def _reactions(self) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        inset = self._look.theme.tokens.messages.padX
        row.setContentsMargins(*along(inset, inset))
        row.setSpacing(self._look.theme.tokens.space.xs)
        for one in self.item.reactions:
            pill = Pill(self._look, one)
            pill.clicked.connect(
                lambda _=False, one=one: self.reacted.emit(one.value, not one.mine)
            )
            row.addWidget(pill)
        return held

    def _state(self) -> QWidget:
        look, item = self._look, self.item
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(look.theme.tokens.space.xs)
        color = "danger" if item.trouble else "textSecondary"
        icon = "warning-circle" if item.trouble else "clock"
        row.addWidget(Glyph(look, icon, look.theme.tokens.icon.small, color))
        row.addWidget(Words(look, item.state, "small", color))
        for key, word in item.acts:
            button = Button(look, word, "plain", size="inline")
            button.clicked.connect(lambda _=False, key=key: self.acted.emit(key))
            row.addWidget(button)
        return held

    # ------------------------------------------------------- Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in MENU_KEYS and not event.modifiers():
            self.menu_wanted.emit(self.mapToGlobal(self.ground.geometry().bottomLeft()))
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_keys = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not (self.hasFocus() and self._by_keys):
            return
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("focus"), theme.stroke("focus")))
        out = theme.tokens.button.focusOffset
        area = QRectF(self.ground.geometry()).adjusted(-out, -out, out, out)
        painter.drawRoundedRect(area, *[theme.tokens.radius.panel + out] * 2)
        painter.end()


class DividerRow(QWidget):
    """A day, or where the new begins."""

    def __init__(self, look: Look, words: str, *, new: bool) -> None:
        super().__init__()
        self._look, self._new = look, new
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.space.l, tokens.space.l, tokens.space.l, 0)
        color = "accent" if new else "textTertiary"
        self._words = Words(look, words, "small", color, weight=600 if new else None)
        column.addWidget(self._words, 0, Qt.AlignmentFlag.AlignHCenter)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        painter = QPainter(self)
        area, pad = self._words.geometry(), tokens.space.s
        y = area.center().y()
        color = theme.color("accent" if self._new else "hairline")
        line = theme.stroke("hairline")
        left, right = tokens.space.l, self.width() - tokens.space.l
        painter.fillRect(QRectF(left, y, area.left() - pad - left, line), color)
        painter.fillRect(QRectF(area.right() + pad, y, right - area.right() - pad, line), color)
        painter.end()


class EventRow(QWidget):
    """None of somebody's words: in the middle, quietly."""

    def __init__(self, look: Look, words: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        tokens = look.theme.tokens
        column.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, 0)
        column.addWidget(Words(look, words, "small", "textTertiary", wrap=True, centred=True))
