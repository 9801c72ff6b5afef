"""Room below the sidebar's list, so that it ends with a whole row where not all is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.ui.shell.rows import Row

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.ui.theme.look import Look


class WholeRows(QWidget):
    """Takes what is left over below the last row; a line at its end says that more follows."""

    def __init__(self, look: Look, parent: QWidget, scroll: QScrollArea, below: QWidget) -> None:
        """*below*: what stands under it, if it is shown; else there is a line already."""
        super().__init__(parent)
        column = parent.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(below), self)
        self._look, self._scroll, self._below = look, scroll, below
        self.setFixedHeight(0)
        scroll.verticalScrollBar().rangeChanged.connect(self.fit)

    def fit(self) -> None:
        """Take as much as is left over now."""
        room, inner = self._scroll.height() + self.height(), self._scroll.widget()
        assert inner is not None
        left = 0
        if inner.sizeHint().height() > room:
            ends = [
                row.y() + row.height()
                for row in inner.findChildren(Row)
                if row.isVisibleTo(inner) and row.parentWidget() is inner
            ]
            line = round(self._look.theme.stroke("hairline"))
            last = max((end for end in ends if end <= room - line), default=room)
            left = room - last
        if left != self.height():
            self.setFixedHeight(left)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._below.isVisible():
            return
        theme = self._look.theme
        thick, inset = theme.stroke("hairline"), theme.tokens.sidebar.padX
        painter = QPainter(self)
        area = QRectF(inset, self.height() - thick, self.width() - 2 * inset, thick)
        painter.fillRect(area, theme.color("hairline"))
        painter.end()
