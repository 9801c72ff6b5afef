"""A page of the right pane: its name, a way out, and a column that scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.instead import Instead
from app.ui.widgets.pagehead import AsTall
from app.ui.widgets.panel import Hairline, Panel, along
from app.ui.widgets.scrolled import Scrolled, scroll_by_key
from app.ui.widgets.words import Words


class SidePage(Panel):
    """
    Shows; decides nothing. ``leaving`` is a wish.

    Attributes:
        bar: Where buttons go, between the name and the way out.
        column: Where the content goes.
    """

    leaving = Signal()

    def __init__(self, look: Look, title: str) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._make_head(title))
        outer.addWidget(Hairline(look))
        self.under = QVBoxLayout()
        self.under.setSpacing(0)
        outer.addLayout(self.under)
        self.area = Scrolled()
        space = look.theme.tokens.space
        self.column = self.area.column
        self.column.setContentsMargins(space.l, space.l, space.l, space.l)
        self.column.setSpacing(space.s)
        self.holder = Instead(self.area)
        outer.addWidget(self.holder, 1)
        # Tab passes by: one would not see that the keys are here.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _make_head(self, title: str) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = QWidget()
        AsTall(look, head)
        row = QHBoxLayout(head)
        row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        row.setSpacing(tokens.space.xs)
        self.title = Words(look, title, "title")
        row.addWidget(self.title, 1)
        self.bar = QHBoxLayout()
        self.bar.setSpacing(tokens.space.xs)
        row.addLayout(self.bar)
        close = IconButton(look, "x", "Close (Esc)")
        close.clicked.connect(self.leaving)
        row.addWidget(close)
        return head

    def clear(self) -> None:
        """Take the content out."""
        while (item := self.column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leaving.emit()
            return
        if not scroll_by_key(self.area, event):
            super().keyPressEvent(event)
