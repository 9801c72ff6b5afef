"""Conversations in the list, painted; a request with its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.messages.values import TalkItem
from app.ui.shell.rows import Row
from app.ui.shell.words import count_text
from app.ui.theme import marks
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form
from app.ui.widgets.button import Button
from app.ui.widgets.elided import draw_line
from app.ui.widgets.panel import Panel, along, draw_avatar
from app.ui.widgets.ring import draw_inside
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.ui.timeline.pictures import Pictures


class TalkRow(Row):
    """One conversation: who, when, last words, how much of it is unread."""

    def __init__(self, look: Look, pictures: Pictures, item: TalkItem) -> None:
        super().__init__(look)
        self._pictures = pictures
        self.item = item
        self.show_item(item)

    def show_item(self, item: TalkItem) -> None:
        """Draw this one."""
        self.item = item
        self.setChecked(item.chosen)
        unread = f"{item.unread} unread" if item.unread else ""
        muted = "muted" if item.muted else ""
        said = (item.title, unread, item.note, item.preview, item.when, muted)
        self.setAccessibleName(". ".join(part for part in said if part))
        self.setToolTip(item.full_when)
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, theme.length(theme.tokens.messages.row))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "selected" if self.isChecked() else "hover" if self.underMouse() else ""
        if ground:
            painter.fillRect(self.rect(), theme.color(ground))
        if self.isChecked():
            bar = theme.stroke("selectedBar")
            painter.fillRect(
                QRectF(self.along(0, bar), 0, bar, self.height()), theme.color("accent")
            )
        line = theme.stroke("hairline")
        painter.fillRect(
            QRectF(0, self.height() - line, self.width(), line), theme.color("hairline")
        )
        side = theme.px(tokens.messages.avatar, capped=True)
        start = float(tokens.card.padLeft)
        draw_face(self, painter, self._look, self._pictures, self.item, ground or "surface")
        self._draw_words(painter, start + side + tokens.card.gutter)
        if self.by_keys and self.hasFocus():
            draw_inside(painter, self, self._look)
        painter.end()

    def _draw_words(self, painter: QPainter, start: float) -> None:
        theme, tokens, item = self._look.theme, self._look.theme.tokens, self.item
        line = theme.line("name")
        top = (self.height() - 2 * line) / 2
        end = self.width() - tokens.card.padRight
        when = QFontMetricsF(theme.font("small", tabular=True)).horizontalAdvance(item.when) + 1
        self._say(painter, end - when, top, when, item.when, "small", "textTertiary")
        room = end - start - when - tokens.space.s
        self._say(painter, start, top, room, item.title, "name", "text", 600)
        room = end - start
        count = count_text(item.unread) if item.unread else ""
        if count:
            room -= self._draw_count(painter, end, top + line, line, count) + tokens.space.s
        elif item.muted:
            room -= self._draw_muted(painter, end, top + line, line) + tokens.space.s
        at = start
        if item.note:
            color = "danger" if item.trouble else "accent"
            at += self._say(painter, at, top + line, room, item.note, "bodySmall", color, 500)
            at += tokens.space.xs
        color, weight = ("text", 500) if item.unread else ("textSecondary", None)
        left = room - (at - start)
        if left > 0:
            self._say(painter, at, top + line, left, item.preview, "bodySmall", color, weight)

    def _say(
        self,
        painter: QPainter,
        x: float,
        y: float,
        wide: float,
        text: str,
        role: str,
        color: str,
        weight: int | None = None,
    ) -> float:
        theme = self._look.theme
        area = QRectF(self.along(x, wide), y, wide, theme.line("name"))
        return draw_line(
            painter, area, text, theme, role, color, weight=weight, rtl=self.rtl, tabular=True
        )

    def _draw_count(
        self, painter: QPainter, end: float, top: float, line: float, count: str
    ) -> float:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        font = theme.font("badge", 600, tabular=True)
        tall = theme.px(side.countPill, capped=True)
        wide = max(tall, QFontMetricsF(font).horizontalAdvance(count) + side.groupGap)
        pill = QRectF(self.along(end - wide, wide), top + (line - tall) / 2, wide, tall)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("textTertiary" if self.item.muted else "unread"))
        painter.drawRoundedRect(pill, tall / 2, tall / 2)
        painter.setPen(theme.color("onAccent"))
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, count)
        return float(wide)

    def _draw_muted(self, painter: QPainter, end: float, top: float, line: float) -> float:
        from app.ui.theme import icons

        theme = self._look.theme
        size = theme.px(theme.tokens.icon.small, capped=True)
        drawn = icons.pixmap(
            theme, "bell-slash", size, "textTertiary", dpr=self.devicePixelRatioF()
        )
        at = self.along(end - size, size)
        painter.drawPixmap(QRectF(at, top + (line - size) / 2, size, size).topLeft(), drawn)
        return float(size)


class RequestRow(Panel):
    """Somebody wants to write: what they wrote, and what one answers. Nothing is read yet."""

    opened = Signal()
    accepted = Signal()
    declined = Signal()

    def __init__(self, look: Look, pictures: Pictures, item: TalkItem) -> None:
        super().__init__(look, "window")
        self._pictures = pictures
        self.item = item
        tokens = look.theme.tokens
        side = look.theme.length(tokens.messages.avatar, capped=True)
        self._start = int(tokens.card.padLeft + side + tokens.card.gutter)
        column = QVBoxLayout(self)
        column.setContentsMargins(*along(self._start, tokens.card.padRight, 12, 12))
        column.setSpacing(0)
        head = QHBoxLayout()
        self._title = Words(look, item.title, "name")
        self._when = Words(look, item.when, "small", "textTertiary", tabular=True)
        head.addWidget(self._title, 1)
        head.addWidget(self._when)
        column.addLayout(head)
        self._words = Words(look, item.preview, "bodySmall", "textSecondary", wrap=True)
        column.addWidget(self._words)
        row = QHBoxLayout()
        row.setContentsMargins(0, tokens.space.s, 0, 0)
        row.setSpacing(tokens.space.s)
        self.accept = Button(look, "Accept", "tonal", size="small")
        self.accept.clicked.connect(self.accepted)
        self.decline = Button(look, "Decline", size="small")
        self.decline.clicked.connect(self.declined)
        self.read = Button(look, "Read", "plain", size="small")
        self.read.clicked.connect(self.opened)
        for button in (self.accept, self.decline, self.read):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.show_item(item)

    def show_item(self, item: TalkItem) -> None:
        """Show this one."""
        self.item = item
        self._title.say(item.title)
        self._when.say(item.when)
        self._words.say(item.preview)
        for button, deed in ((self.accept, "Accept"), (self.decline, "Decline")):
            button.setAccessibleName(f"{deed}: {item.title}, {item.preview}")
        self.read.setAccessibleName(f"Read without agreeing: {item.title}")
        self.setAccessibleName(f"{item.title} asks to write: {item.preview}")
        self.update()

    @property
    def rtl(self) -> bool:
        """Whether the layout runs right to left."""
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def along(self, start: float, width: float) -> float:
        """Left edge of something *width* wide that begins *start* px along."""
        return self.width() - start - width if self.rtl else start

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = self._look.theme
        painter = QPainter(self)
        draw_face(self, painter, self._look, self._pictures, self.item, "window", top=14.0)
        line = theme.stroke("hairline")
        painter.fillRect(
            QRectF(0, self.height() - line, self.width(), line), theme.color("hairline")
        )
        painter.end()


def draw_face(
    row: TalkRow | RequestRow,
    painter: QPainter,
    look: Look,
    pictures: Pictures,
    item: TalkItem,
    ground: str,
    top: float | None = None,
) -> None:
    """Somebody's picture, with the mark of their network on its corner."""
    theme, tokens = look.theme, look.theme.tokens
    side = theme.length(tokens.messages.avatar, capped=True)
    y = (row.height() - side) / 2 if top is None else top
    area = QRectF(row.along(tokens.card.padLeft, side), y, side, side)
    form = Form(side, side, row.devicePixelRatioF(), side / 2, kind="avatar")
    picture = pictures.request(item.picture, form) if item.picture else None
    draw_avatar(painter, area, picture, item.title, theme)
    if item.mark:
        size, out = theme.px(tokens.icon.markBadge, capped=True), tokens.sidebar.badgeOut
        x = area.left() - out if row.rtl else area.right() - size + out
        corner = QRectF(x, area.bottom() - size + out, size, size)
        marks.badge(painter, corner, item.mark, theme, ground)


class RequestsBand(Panel):
    """How many ask to write; all of them, when it is wanted."""

    wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "window")
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        least = tokens.space.xs
        row.setContentsMargins(*along(tokens.card.padLeft, tokens.space.s, least, least))
        row.setSpacing(tokens.space.m)
        from app.ui.widgets.panel import Glyph

        row.addWidget(Glyph(look, "tray", tokens.icon.action, "textSecondary"))
        # In wide fonts they take two lines: who asks is not cut.
        self._words = Words(look, "", "bodySmall", wrap=True)
        row.addWidget(self._words, 1)
        self.all = Button(look, "See all", "plain", size="small")
        self.all.clicked.connect(self.wanted)
        row.addWidget(self.all)
        self.setMinimumHeight(look.theme.length(tokens.messages.band))
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()  # until they are counted

    def count(self, requests: int, *, opened: bool) -> None:
        """So many; 0 = none."""
        self.setVisible(requests > 0)
        one = requests == 1
        self._words.say(
            "A request from somebody you don’t follow"
            if one
            else f"{requests} requests from people you don’t follow"
        )
        self.all.setVisible(requests > 1)
        self.all.rename("See one" if opened else "See both" if requests == 2 else "See all")


def gone(widget: QWidget) -> None:
    """Put a widget away for good."""
    widget.hide()
    widget.deleteLater()
