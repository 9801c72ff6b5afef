"""What was hidden, by what, and a way to see it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.moderation.parts import Bar
from app.ui.moderation.values import HiddenItem
from app.ui.shell.words import count_text
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph, Panel
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class HiddenPanel(Panel):
    """Rows with bars; the numbers add up to the title."""

    show_wanted = Signal(object)
    """The causes, as the timeline calls them."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "surface", edge="border", radius=look.theme.tokens.radius.box)
        self._shown: tuple[object, ...] | None = None
        space = look.theme.tokens.space
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(space.m, space.s, space.m, space.s)
        self._column.setSpacing(0)
        head = QHBoxLayout()
        self._title = Words(look, "", "name")
        head.addWidget(self._title, 1)
        head.addWidget(Words(look, "still in cache and search", "small", "textTertiary"))
        self._column.addLayout(head)
        self._rows: list[QWidget] = []

    def show_hidden(self, items: Sequence[HiddenItem], place: str) -> None:
        """*place*: the timeline they were left out of."""
        now = (tuple(items), place)
        if now == self._shown:
            return
        self._shown = now
        total = sum(item.count for item in items)
        where = f" in {place}" if place else ""
        title = f"{count_text(total)} hidden{where}, by what" if total else f"Nothing hidden{where}"
        self._title.say(title)
        self.setAccessibleName(title)
        for old in self._rows:
            old.hide()
            self._column.removeWidget(old)
            old.deleteLater()
        largest = max((item.count for item in items), default=1)
        self._rows = [self._row(item, item.count / largest) for item in items]
        for row in self._rows:
            self._column.addWidget(row)
        self.updateGeometry()

    def _row(self, item: HiddenItem, share: float) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        line.setMinimumHeight(look.theme.length(tokens.moderation.hiddenRow))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        row.addWidget(Glyph(look, item.icon, tokens.icon.context, "textTertiary"))
        words = Words(look, item.text, "meta")
        words.setToolTip(plain_tip(item.text))
        row.addWidget(words, 1)
        row.addWidget(Bar(look, share))
        count = Words(look, count_text(item.count), "metaStrong", weight=600, tabular=True)
        least = look.theme.length(tokens.target.min) - count.sizeHint().width()
        row.addSpacing(max(0, least - tokens.space.s))
        row.addWidget(count, 0, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        show = Button(look, "Show", "plain", size="small")
        show.setAccessibleName(f"Show {item.text}")
        show.clicked.connect(lambda: self.show_wanted.emit(item.keys))
        row.addWidget(show)
        return line
