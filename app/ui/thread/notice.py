"""What one should know of a conversation, above it: whose part of it is missing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph, Hairline, Panel, along
from app.ui.widgets.words import Words


class Notice(QWidget):
    """A line of words with Try again; gone while there is nothing to say."""

    again_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        panel = Panel(look, "warnSoft")
        row = QHBoxLayout(panel)
        pad = look.theme.length(tokens.card.padLeft, capped=True)
        row.setContentsMargins(
            *along(pad, tokens.banner.padRight, tokens.space.xs, tokens.space.xs)
        )
        row.setSpacing(tokens.space.s)
        row.addWidget(Glyph(look, "cloud-slash", tokens.icon.context, "warn"))
        self.words = Words(look, "", "meta", wrap=True)
        row.addWidget(self.words, 1)
        self.again = Button(look, "Try again", "plain", size="small")
        self.again.clicked.connect(self.again_wanted)
        row.addWidget(self.again)
        column.addWidget(panel)
        column.addWidget(Hairline(look, color="warnBorder"))
        self.hide()

    def say(self, text: str) -> None:
        """Show *text*; "" = nothing."""
        self.words.say(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
