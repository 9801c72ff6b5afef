"""What is looked at in the marketplace: who made it, what it is like, what to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model import NetworkInfo
from app.ui.feeds.market_values import MarketItem
from app.ui.feeds.preview import PreviewItem, PreviewList
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.panel import Glyph, Hairline, Panel, draw_avatar
from app.ui.widgets.words import Words


class _Picture(QWidget):
    """The picture of what is looked at."""

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        self._item: MarketItem | None = None
        self.setFixedSize(self.sizeHint())
        pictures.arrived.connect(self._on_picture)

    def sizeHint(self) -> QSize:
        side = self._look.theme.length(self._look.theme.tokens.dialog.picture, capped=True)
        return QSize(side, side)

    def _on_picture(self, _url: str) -> None:
        self.update()

    def show_item(self, item: MarketItem) -> None:
        """Of this one."""
        self._item = item
        self.setVisible(bool(item.picture) and not item.warning)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if (item := self._item) is None:
            return
        painter, side = QPainter(self), self.width()
        form = Form(side, side, self.devicePixelRatioF(), side / 2, kind="avatar")
        picture = self._pictures.request(item.picture, form) if item.picture else None
        draw_avatar(painter, QRectF(self.rect()), picture, item.name, self._look.theme)
        painter.end()


class MarketDetail(Panel):
    """Head, sentence, buttons, and its first posts."""

    pin_wanted = Signal()
    unpin_wanted = Signal()
    move_wanted = Signal(int)
    use_wanted = Signal()
    open_wanted = Signal()
    forget_wanted = Signal()
    again_wanted = Signal()

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        networks: Mapping[str, NetworkInfo],
        now: datetime,
    ) -> None:
        super().__init__(look, "surface")
        tokens = look.theme.tokens
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._held = QWidget()
        column = QVBoxLayout(self._held)
        column.setContentsMargins(*([tokens.space.l] * 4))
        column.setSpacing(tokens.space.s)
        column.addLayout(self._make_head(pictures))
        self._about = Words(look, "", "bodySmall", "textSecondary", wrap=True)
        column.addWidget(self._about)
        column.addWidget(self._make_warning())
        column.addWidget(self._make_buttons())
        outer.addWidget(self._held)
        outer.addWidget(Hairline(look))
        self._said = Words(look, "", "meta", "textSecondary", wrap=True)
        self._box = QWidget()
        box = QVBoxLayout(self._box)
        box.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.m)
        box.addWidget(self._said)
        self.again = Button(look, "Try again", "outline", size="small")
        self.again.clicked.connect(self.again_wanted)
        box.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeading)
        outer.addWidget(self._box)
        self.list = PreviewList(look, pictures, networks, now)
        outer.addWidget(self.list, 1)
        self.show_item(None)

    def _make_head(self, pictures: Pictures) -> QHBoxLayout:
        look, space = self._look, self._look.theme.tokens.space
        row = QHBoxLayout()
        row.setSpacing(space.m)
        self._picture = _Picture(look, pictures)
        row.addWidget(self._picture)
        names = QVBoxLayout()
        names.setSpacing(0)
        self.title = Words(look, "", "title", wrap=True)
        names.addWidget(self.title)
        self._line = Words(look, "", "meta", "textTertiary", wrap=True)
        names.addWidget(self._line)
        row.addLayout(names, 1)
        return row

    def _make_warning(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        self._warned = QWidget()
        row = QHBoxLayout(self._warned)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.iconGap)
        row.addWidget(Glyph(look, "shield-warning", tokens.icon.context, "warn"))
        self._warning = Words(look, "", "meta", "warn", wrap=True)
        row.addWidget(self._warning, 1)
        return self._warned

    def _make_buttons(self) -> QWidget:
        look = self._look
        held = QWidget()
        gap = look.theme.tokens.button.gap
        flow = FlowLayout(held, gap=gap, line_gap=gap)
        self.pin = Button(look, "Pin", "primary", icon="push-pin")
        self.pin.clicked.connect(self.pin_wanted)
        self.unpin = Button(look, "Unpin", icon="push-pin")
        self.unpin.clicked.connect(self.unpin_wanted)
        self.open = Button(look, "Read it", "tonal")
        self.open.clicked.connect(self.open_wanted)
        self.up = Button(look, "Up", icon="arrow-up")
        self.up.clicked.connect(lambda: self.move_wanted.emit(-1))
        self.down = Button(look, "Down", icon="arrow-down")
        self.down.clicked.connect(lambda: self.move_wanted.emit(1))
        self.use = Button(look, "Make a feed of it…", icon="flask")
        self.use.clicked.connect(self.use_wanted)
        self.forget = Button(look, "Forget it", "quiet")
        self.forget.clicked.connect(self.forget_wanted)
        buttons = (self.pin, self.open, self.unpin, self.up, self.down, self.use, self.forget)
        for button in buttons:
            flow.addWidget(button)
        policy = held.sizePolicy()
        policy.setHeightForWidth(True)
        held.setSizePolicy(policy)
        return held

    def show_item(self, item: MarketItem | None) -> None:
        """Its head and buttons; None: nothing is looked at."""
        self._held.setVisible(item is not None)
        if item is None:
            self.show_posts((), "Choose something at the left to see what it is like.")
            return
        self._picture.show_item(item)
        self.title.say(item.name)
        whose = f"read as {item.whose}" if item.whose else ""
        self._line.say(" · ".join(part for part in (item.line, item.source, whose) if part))
        self._about.say(item.about)
        self._about.setVisible(bool(item.about))
        self._warning.say(item.warning)
        self._warned.setVisible(bool(item.warning))
        self.pin.setVisible(item.can_pin and not item.pinned)
        self.unpin.setVisible(item.pinned)
        self.forget.setVisible(item.saved and not item.pinned)
        self.open.setVisible(item.pinned)
        for button, at_end in ((self.up, item.place <= 1), (self.down, item.place >= item.of)):
            button.setVisible(item.pinned and item.of > 1)
            button.setEnabled(not at_end)
            button.setAccessibleDescription(f"Place {item.place} of {item.of}")

    def show_busy(self, busy: bool) -> None:
        """A change is on its way to the server."""
        for button in (self.pin, self.unpin, self.up, self.down, self.forget):
            button.setEnabled(not busy)

    def show_posts(
        self, items: Sequence[PreviewItem], words: str, *, color: str = "textSecondary"
    ) -> None:
        """Its first posts, and what is to be said of them ("" = nothing)."""
        self.list.show_items(items)
        self._said.tint(color)
        self._said.say(words)
        self.again.setVisible(color == "danger")
        self._box.setVisible(bool(words))
