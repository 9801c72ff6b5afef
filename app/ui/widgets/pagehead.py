"""What stands on top of a page over the window: its bar, its field, which part is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.choices import Segment
from app.ui.widgets.field import Input
from app.ui.widgets.panel import Hairline, Panel, along


class AsTall(QObject):
    """Keeps *head* as high as the window's header, whatever the size of the text."""

    def __init__(self, look: Look, head: QWidget) -> None:
        super().__init__(head)
        self._look, self._head = look, head
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        tokens = self._look.theme.tokens
        tall = self._look.theme.length(tokens.header.tall)
        self._head.setFixedHeight(max(int(tokens.window.header), tall))


class PageHead(Panel):
    """
    As high as the window's header; the way back comes first.

    Attributes:
        row: Where all else is put. *gap*: between two of them.
    """

    back = Signal()

    def __init__(self, look: Look, gap: int) -> None:
        super().__init__(look, "surface")
        tokens = look.theme.tokens
        AsTall(look, self)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        self.row.setSpacing(gap)
        self.leave = IconButton(look, "arrow-left", "Back (Esc)")
        self.leave.clicked.connect(self.back)
        self.row.addWidget(self.leave)


def line_below(look: Look, column: QVBoxLayout) -> QVBoxLayout:
    """The line under a page's head, and below it the place for the window's messages."""
    column.addWidget(Hairline(look))
    place = QVBoxLayout()
    place.setContentsMargins(0, 0, 0, 0)
    place.setSpacing(0)
    column.addLayout(place)
    return place


class PartRow(QWidget):
    """Where there is no room for all parts of a page: the choice of one of them."""

    def __init__(self, look: Look, *choices: Segment) -> None:
        super().__init__()
        space = look.theme.tokens.space
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(space.l, space.s, space.l, space.s)
        for choice in choices:
            self.row.addWidget(choice)
        self.row.addStretch(1)


class SearchInput(Input):
    """Words, or an address; ↓ leads to what was found."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
            return
        super().keyPressEvent(event)
