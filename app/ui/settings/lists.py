"""Pages of the settings that only tell: hosts spoken to, and the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.settings.appearance import SettingsPage
from app.ui.settings.key_line import KeyLine
from app.ui.shell.items import Key
from app.ui.shell.words import ago, count_text
from app.ui.theme.look import Look
from app.ui.widgets.choices import Switch
from app.ui.widgets.panel import Glyph, Hairline
from app.ui.widgets.words import Words


class KeyboardPage(SettingsPage):
    """All shortcuts."""

    def __init__(self, look: Look, groups: Sequence[tuple[str, Sequence[Key]]]) -> None:
        super().__init__(look, "Keyboard")
        for title, keys in groups:
            self.add_head(title)
            for key in keys:
                self._column.addWidget(KeyLine(look, key))
        self.end()


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
