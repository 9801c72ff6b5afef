"""How a post was before: every version, with what is gone and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import bidirectional

from PySide6.QtGui import QFont, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QVBoxLayout

from app.compose.versions import Stretch
from app.services.histories import Edit
from app.ui.about.side import SidePage
from app.ui.theme.look import Look
from app.ui.timeline.words import full_time
from app.ui.widgets.panel import Panel
from app.ui.widgets.words import Words

_SAID = {"gone": "taken away: ", "new": "added: "}


class ChangedWords(Words):
    """A text in which what is gone is struck through, and what is new is underlined."""

    def __init__(self, look: Look, stretches: Sequence[Stretch]) -> None:
        self._stretches = tuple(stretches)
        super().__init__(look, "", "body", wrap=True)
        self.say([(one.text, None) for one in self._stretches])
        spoken = (f"{_SAID.get(one.kind, '')}{one.text.strip()}" for one in self._stretches)
        self.setAccessibleName("; ".join(spoken))

    def _indent(self, natural: float) -> float:
        """On its own side, as in cards."""
        strong = (bidirectional(sign) for sign in self.text())
        first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
        return 0.0 if first == "L" else max(0.0, self.width() - natural)

    def _formats(self) -> list[QTextLayout.FormatRange]:
        theme, start, made = self._look.theme, 0, []
        for one in self._stretches:
            # Qt counts UTF-16 units: an emoji is two.
            length = len(one.text.encode("utf-16-le", "surrogatepass")) // 2
            if one.kind != "same":
                style = QTextCharFormat()
                gone = one.kind == "gone"
                style.setForeground(theme.color("danger" if gone else "ok"))
                style.setFontStrikeOut(gone)
                style.setFontUnderline(not gone)
                if not gone:
                    style.setFontWeight(QFont.Weight.DemiBold)
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = start, length, style
                made.append(part)
            start += length
        return made


class EditsPage(SidePage):
    """All versions, the newest first."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Edit history")

    def show_edits(self, edits: Sequence[Edit]) -> None:
        """These."""
        self.clear()
        count = len(edits) - 1
        said = "It was edited once." if count == 1 else f"It was edited {count} times."
        if count < 1:
            said = "Its server knows of no other version."
        self.column.addWidget(Words(self._look, said, "meta", "textSecondary", wrap=True))
        for at, edit in enumerate(edits):
            self.column.addWidget(self._block(edit, is_now=at == 0))
        self.column.addStretch(1)
        self.holder.show_state(None)

    def _block(self, edit: Edit, *, is_now: bool) -> Panel:
        look, tokens = self._look, self._look.theme.tokens
        box = Panel(look, "surface", edge="border", radius=tokens.radius.box)
        column = QVBoxLayout(box)
        pad = tokens.space.m
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(tokens.space.xs)
        when = "First version" if edit.is_first else "Now" if is_now else "Edited"
        head = Words(look, [(when, 600), (f" · {full_time(edit.at)}", None)], "meta", wrap=True)
        column.addWidget(head)
        text = ChangedWords(look, edit.text)
        if text.text():
            column.addWidget(text)
        for note in edit.notes:
            column.addWidget(Words(look, note, "small", "textSecondary", wrap=True))
        policy = box.sizePolicy()
        policy.setHeightForWidth(True)
        box.setSizePolicy(policy)
        return box
