"""Longer text to read, to mark and to copy, in the direction it is written in."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy

from app.ui.theme.look import Look
from app.ui.theme.style import palette


class SelectableWords(QLabel):
    """Stands on the line pitch of ``body``. What others wrote is never markup."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._told, self._faint = look, "", False
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._restyle()
        look.changed.connect(self._restyle)

    def text(self) -> str:
        """What it says, without what Qt needs to draw it."""
        return self._told

    def say(self, text: str, *, faint: bool = False) -> None:
        """Show other words; *faint*: ours, not the author's."""
        self._told, self._faint = text, faint
        self._restyle()
        self.setAccessibleName(text)
        side = Qt.AlignmentFlag.AlignRight if is_rtl(text) else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignTop)

    def _restyle(self) -> None:
        theme = self._look.theme
        self.setFont(theme.font("body"))
        # Of its own: under a style sheet a palette is not handed down.
        made = palette(theme)
        if self._faint:
            made.setColor(QPalette.ColorRole.WindowText, theme.color("textTertiary"))
        self.setPalette(made)
        line = round(theme.line("body"))
        style = f"line-height:{line}px; white-space:pre-wrap"
        self.setText(f'<div style="{style}">{escape(self._told)}</div>' if self._told else "")


def is_rtl(text: str) -> bool:
    """By its first strong sign (Unicode Bidirectional Algorithm, P2)."""
    from unicodedata import bidirectional

    for sign in text:
        kind = bidirectional(sign)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False
