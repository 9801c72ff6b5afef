"""Pages of the settings that only tell: hosts spoken to, and the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.settings.appearance import SettingsPage
from app.ui.shell.items import Key
from app.ui.shell.words import ago, count_text
from app.ui.theme.look import Look
from app.ui.widgets.choices import Switch
from app.ui.widgets.panel import Glyph, Hairline
from app.ui.widgets.words import Words


class Keycap(QWidget):
    """A key, drawn as one."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        self._look, self._text = look, text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme, cap = self._look.theme, self._look.theme.tokens.keycap
        width = QFontMetricsF(theme.font("badge")).horizontalAdvance(self._text)
        height = theme.length(cap.height)
        return QSize(max(height, round(width) + 2 * cap.pad), height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = theme.stroke("hairline")
        painter.setPen(QPen(theme.color("border"), line))
        painter.setBrush(theme.color("surface"))
        area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.drawRoundedRect(area, theme.tokens.radius.chip, theme.tokens.radius.chip)
        painter.setFont(theme.font("badge"))
        painter.setPen(theme.color("textSecondary"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


class KeyboardPage(SettingsPage):
    """All shortcuts."""

    def __init__(self, look: Look, groups: Sequence[tuple[str, Sequence[Key]]]) -> None:
        super().__init__(look, "Keyboard")
        tokens = look.theme.tokens
        for title, keys in groups:
            head = Words(look, title, "badge", "textTertiary")
            self._column.addSpacing(tokens.space.s)
            self._column.addWidget(head)
            for key in keys:
                self._column.addWidget(self._line(key))
                self._column.addWidget(Hairline(look))
        self.end()

    def _line(self, key: Key) -> QWidget:
        tokens = self._look.theme.tokens
        line = QWidget()
        line.setMinimumHeight(self._look.theme.length(tokens.target.action))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.xs)
        row.addWidget(Words(self._look, key.does, "meta"), 1)
        for text in key.keys:
            row.addWidget(Keycap(self._look, text))
        return line


class HostLine(Struct, frozen=True):
    """A host the program has spoken to, why, how often, and when last."""

    host: str
    why: str
    count: int
    last: datetime


class HostsPage(SettingsPage):
    """
    Everybody Godwit has spoken to, and whether authors' servers are among them.

    ``origins_wished``: ask them, or do not.
    """

    origins_wished = Signal(bool)

    def __init__(
        self, look: Look, hosts: Sequence[HostLine], now: datetime, *, origins: bool = True
    ) -> None:
        super().__init__(look, "Hosts spoken to")
        switch = Switch(look, "Ask authors’ servers for the rest of conversations")
        switch.setChecked(origins)
        switch.toggled.connect(self.origins_wished)
        help_line = "Without signing in. They learn your address, as from any visitor of the page."
        self.add_row("Ask authors’ servers for the rest of conversations", help_line, switch)
        self._column.addSpacing(look.theme.tokens.space.m)
        note = "Every computer Godwit has asked something of, and why. There is no other traffic."
        self._column.addWidget(Words(look, note, "meta", "textSecondary", wrap=True))
        self._column.addSpacing(look.theme.tokens.space.s)
        for host in hosts:
            self._column.addWidget(self._line(host, now))
            self._column.addWidget(Hairline(look))
        if not hosts:
            self._column.addSpacing(look.theme.tokens.space.l)
            self._column.addWidget(Words(look, "Nobody yet.", "meta", "textTertiary"))
        self.end()

    def _line(self, host: HostLine, now: datetime) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        text = look.theme.line("label") + look.theme.line("small")
        margin = max(0, round((look.theme.px(tokens.boxList.rowTwo) - text) / 2))
        row.setContentsMargins(0, margin, 0, margin)
        row.setSpacing(tokens.space.gap)
        row.addWidget(Glyph(look, "broadcast", tokens.icon.action, "textTertiary"))
        names = QVBoxLayout()
        names.setSpacing(0)
        name = Words(look, f"\u2066{host.host}\u2069", "label")
        name.setToolTip(host.host)
        names.addWidget(name)
        names.addWidget(Words(look, host.why, "small", "textTertiary"))
        row.addLayout(names, 1)
        times = f"{count_text(host.count)} × · {ago(host.last, now)}"
        row.addWidget(Words(look, times, "meta", "textSecondary", tabular=True))
        line.setAccessibleName(f"{host.host}, {host.why}, {times}")
        return line
