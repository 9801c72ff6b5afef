"""What somebody wrote about themselves: words, with the links that are in it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from app.model.text import Span
from app.ui.theme.look import Look

_SHOWN = 64
"""Characters of a web address that are shown."""


class Prose(QLabel):
    """
    Links can be reached by Tab. What strangers wrote is never markup.

    ``linkActivated`` tells the address.
    """

    def __init__(self, look: Look, role: str, text: str, spans: Sequence[Span] = ()) -> None:
        super().__init__()
        self._look, self._role = look, role
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        links = [span for span in spans if span.kind == "link"]
        if links:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.LinksAccessibleByMouse
                | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            )
        self._told = text, links
        self.setAccessibleName(text)
        self._style()
        look.changed.connect(self._style)

    def _style(self) -> None:
        theme = self._look.theme
        self.setFont(theme.font(self._role))
        color = theme.color("text").name()
        line = round(theme.line(self._role))
        self.setText(
            f'<div style="color:{color}; line-height:{line}px">{markup(*self._told, self._link())}</div>'
        )

    def _link(self) -> str:
        theme = self._look.theme
        under = "underline" if theme.high_contrast else "none"
        return f"color:{theme.color('link').name()}; text-decoration:{under}"


def markup(text: str, links: Sequence[Span], style: str) -> str:
    """*text* as Qt's HTML: all of it escaped, *links* to be pressed."""
    made, at = [], 0
    for span in links:
        if span.start < at:
            continue
        made.append(_plain(text[at : span.start]))
        words = text[span.start : span.end]
        shown = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
        target = escape(span.target, quote=True)
        made.append(f'<a href="{target}" style="{style}">{_plain(shown)}</a>')
        at = span.end
    made.append(_plain(text[at:]))
    return "".join(made)


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")
