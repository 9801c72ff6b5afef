"""Above the feed of what came while one was away: how it is put together, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Segment
from app.ui.widgets.panel import Hairline, Panel
from app.ui.widgets.words import Words

WORDS_FROM = 620
"""px at text size 100 % from which on there is room for words beside the choice."""


class CatchUpStrip(Panel):
    """``chosen``: the key of another way; ``back_wanted``: to where one was."""

    chosen = Signal(str)
    back_wanted = Signal()

    def __init__(
        self, look: Look, choices: Sequence[tuple[str, str]], current: str, since: str
    ) -> None:
        """*since*: when one was here last, in words."""
        super().__init__(look, "surface")
        self.setAccessibleName("Since you left")
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(tokens.header.padLeft, 0, tokens.header.padRight, 0)
        row.setSpacing(tokens.space.gap)
        self.ways = Segment(look, "Put together", choices)
        self.ways.choose(current)
        self.ways.chosen.connect(self.chosen)
        row.addWidget(self.ways)
        self._since = Words(look, since, "meta", "textTertiary")
        row.addWidget(self._since)
        row.addStretch(1)
        self.back = Button(look, "Back to your place", "plain", icon="arrow-left", size="small")
        self.back.setToolTip("Back to where you were (Alt+Left)")
        self.back.clicked.connect(self.back_wanted)
        row.addWidget(self.back)
        inner.setFixedHeight(look.theme.length(tokens.notice.chips))
        column.addWidget(inner)
        column.addWidget(Hairline(look))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= self._look.theme.px(WORDS_FROM, capped=True)
        self._since.setVisible(wide)
        self.back.rename("Back to your place" if wide else "")
        self.back.setAccessibleName("Back to your place")
