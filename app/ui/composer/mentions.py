"""Who is mentioned, and who that is in each lane."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.composer.values import MentionShown
from app.ui.theme.look import Look
from app.ui.widgets.panel import Avatar, Mark, Panel
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class Mentions(Panel):
    """The map of mentions, with the evidence for it. ``changed``: other people need pictures."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "sunken", edge="hairline", radius=tokens.radius.box)
        self._shown: tuple[MentionShown, ...] = ()
        self.avatars: dict[str, Avatar] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(
            tokens.space.m, tokens.space.s, tokens.space.m, tokens.space.s
        )
        self._column.setSpacing(tokens.space.s)
        self.setAccessibleName("Mentions")
        self.hide()

    def show_mentions(self, mentions: Sequence[MentionShown]) -> bool:
        """Show these. Returns whether something changed."""
        wanted = tuple(mentions)
        if wanted == self._shown:
            return False
        self._shown = wanted
        self.avatars = {}
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._column.addWidget(Words(self._look, "Mentions", "small", weight=600))
        for mention in wanted:
            self._column.addWidget(self._person(mention))
        self.setVisible(bool(wanted))
        self.changed.emit()
        return True

    def _person(self, mention: MentionShown) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.gap)
        avatar = Avatar(look, mention.name, tokens.composer.avatar, ground="sunken")
        if mention.avatar:
            self.avatars[mention.avatar] = avatar
        row.addWidget(avatar)
        column = QVBoxLayout()
        column.setSpacing(0)
        name = Words(look, f"\u2068{mention.name}\u2069", "metaStrong", weight=500)
        name.setToolTip(plain_tip(mention.name))
        column.addWidget(name)
        for mark, handle, evidence in mention.there:
            column.addWidget(self._there(mark, handle, evidence))
        row.addLayout(column, 1)
        return line

    def _there(self, mark: str, handle: str, evidence: str) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.iconGap)
        lead = QVBoxLayout()
        # In the middle of the first line.
        spare = look.theme.line("small") - look.theme.px(tokens.icon.markBadge, capped=True)
        lead.setContentsMargins(0, max(0, round(spare / 2)), 0, 0)
        lead.addWidget(Mark(look, mark, tokens.icon.markBadge))
        lead.addStretch()
        row.addLayout(lead)
        who = f"\u2066@{handle}\u2069" if handle else "only the name, pings nobody"
        color = "textSecondary" if handle else "textTertiary"
        text = f"{who} · {evidence}" if evidence else who
        row.addWidget(Words(look, text, "small", color, wrap=True), 1)
        return line
