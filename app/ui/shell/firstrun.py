"""First run: which network to begin with, or just looking."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.resources import resource
from app.ui.shell.items import NetworkItem
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, Kind
from app.ui.widgets.panel import Glyph, Hairline, Mark, Panel
from app.ui.widgets.words import Words

_PROMISES = (
    (
        "key",
        "Passwords and keys stay in your system’s keyring or, where there is none, "
        "in an encrypted file, or only until you quit.",
    ),
    ("prohibit", "No telemetry. One panel lists every host it has spoken to."),
    ("house", "Moving house? Add the account you want to leave first."),
)


class Tile(QWidget):
    """The app's icon."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._picture = QPixmap(str(resource("godwit-256.png")))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = self._look.theme.tokens.firstRun.tile
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(self.rect()), self._picture, QRectF(self._picture.rect()))
        painter.end()


class FirstRun(Panel):
    """Welcome, a card per network, and the demo."""

    network_chosen = Signal(str)
    demo_wanted = Signal()
    settings_wanted = Signal()
    backup_wanted = Signal()

    def __init__(self, look: Look, networks: Sequence[NetworkItem], *, demo: bool = True) -> None:
        super().__init__(look, "surface")
        self._networks, self._demo = tuple(networks), demo
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self._scroll)
        self._columns = 0
        look.changed.connect(self._rebuild)
        self._rebuild()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        if self._wanted_columns() != self._columns:
            self._rebuild()

    def _wanted_columns(self) -> int:
        first = self._look.theme.tokens.firstRun
        needed = first.width * min(self._look.theme.scale, 1.5)
        return 3 if self.width() >= needed or self.width() < first.tile else 1

    def _rebuild(self) -> None:
        tokens = self._look.theme.tokens
        self._columns = self._wanted_columns()
        page = QWidget()
        side = QHBoxLayout(page)
        side.setContentsMargins(*[tokens.space.xl] * 4)
        side.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(self._look.theme.length(tokens.firstRun.width, capped=True))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(2)
        column.addLayout(self._make_welcome())
        column.addSpacing(tokens.space.page)
        column.addLayout(self._make_cards())
        column.addSpacing(tokens.space.xxl)
        column.addWidget(Hairline(self._look))
        column.addSpacing(tokens.firstRun.promiseTop)
        column.addLayout(self._make_promises())
        column.addSpacing(tokens.firstRun.linkTop)
        column.addLayout(self._make_links())
        column.addStretch(3)
        side.addWidget(middle, 1000)
        side.addStretch(1)
        page.setAutoFillBackground(False)
        self._scroll.setWidget(page)
        page.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)

    def _make_links(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self._look.theme.tokens.space.l)
        row.addStretch(1)
        for text, icon, wanted in (
            ("Open a backup…", "folder-open", self.backup_wanted),
            ("Text size and colours", "gear-six", self.settings_wanted),
        ):
            link = Button(self._look, text, "plain", icon=icon)
            link.clicked.connect(wanted)
            row.addWidget(link)
        row.addStretch(1)
        return row

    def _make_welcome(self) -> QHBoxLayout:
        look, tokens = self._look, self._look.theme.tokens
        row = QHBoxLayout()
        row.setSpacing(tokens.space.xl)
        row.addWidget(Tile(look), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(tokens.space.xs)
        column.addWidget(Words(look, "Welcome to Godwit", "display", wrap=True))
        names = " and ".join(network.name for network in self._networks)
        begin = "Add an account to begin; you can add as many as you like."
        lead = Words(look, f"{names} in one timeline. {begin}", "lead", "textSecondary", wrap=True)
        lead.setMaximumWidth(look.theme.length(tokens.firstRun.lead, capped=True))
        column.addWidget(lead)
        row.addLayout(column, 1000)
        row.addStretch(1)
        return row

    def _make_cards(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(self._look.theme.tokens.space.l)
        cards = [self._make_card(network) for network in self._networks]
        if self._demo:
            cards.append(self._make_demo())
        for number, card in enumerate(cards):
            grid.addWidget(card, number // self._columns, number % self._columns)
        for number in range(self._columns):
            grid.setColumnStretch(number, 1)
        return grid

    def _make_card(self, network: NetworkItem) -> QWidget:
        mark = Mark(self._look, network.mark, self._look.theme.tokens.marks.firstRun)
        sentence = network.also or network.hint
        button = self._button(f"Add {network.name} account", "tonal")
        button.clicked.connect(lambda: self.network_chosen.emit(network.protocol))
        return self._card(mark, network.name, sentence, button)

    def _make_demo(self) -> QWidget:
        sign = Glyph(self._look, "compass", self._look.theme.tokens.marks.firstRun, "textSecondary")
        sentence = "Two invented networks inside the app. Nothing leaves your computer."
        button = self._button("Try the demo", "outline")
        button.clicked.connect(self.demo_wanted)
        return self._card(sign, "Just looking", sentence, button)

    def _button(self, text: str, kind: Kind) -> Button:
        button = Button(self._look, text, kind, size="primary")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _card(self, sign: QWidget, name: str, sentence: str, button: Button) -> QWidget:
        look, first = self._look, self._look.theme.tokens.firstRun
        card = Panel(look, "raised", edge="border", radius=first.cardRadius)
        column = QVBoxLayout(card)
        column.setContentsMargins(first.cardPad, first.cardPad + 2, first.cardPad, first.cardPad)
        column.setSpacing(0)
        column.addWidget(sign)
        column.addSpacing(first.nameTop)
        column.addWidget(Words(look, name, "title"))
        column.addSpacing(look.theme.tokens.space.xs)
        column.addWidget(Words(look, sentence, "bodySmall", "textSecondary", wrap=True))
        column.addStretch(1)
        column.addSpacing(first.buttonTop)
        column.addWidget(button)
        return card

    def _make_promises(self) -> QGridLayout:
        look, tokens = self._look, self._look.theme.tokens
        grid = QGridLayout()
        grid.setSpacing(tokens.space.l)
        for number, (icon, words) in enumerate(_PROMISES):
            cell = QHBoxLayout()
            cell.setSpacing(tokens.space.gap)
            sign = Glyph(look, icon, tokens.icon.toolbar, "accent")
            top = Qt.AlignmentFlag.AlignTop
            cell.addWidget(sign, 0, top)
            cell.addWidget(Words(look, words, "meta", "textSecondary", wrap=True), 1, top)
            grid.addLayout(cell, number // self._columns, number % self._columns)
        for number in range(self._columns):
            grid.setColumnStretch(number, 1)
        return grid
