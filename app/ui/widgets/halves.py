"""A list, and what is looked at beside it; where there is no room for both, one of them."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.choices import Segment
from app.ui.widgets.pagehead import PartRow
from app.ui.widgets.panel import UNBOUND, Hairline, Panel


class Halves(QWidget):
    """
    Attributes:
        left: Where the list goes: a column.
        side: ``list`` or ``detail``: which one is seen where there is room for one.
    """

    def __init__(self, look: Look, detail: QWidget, *, called: str) -> None:
        """*called*: what the second half is, for the choice of one of both."""
        super().__init__()
        self._look, self._detail = look, detail
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.choice = Segment(look, "Show", (("list", "List"), ("detail", called)))
        self.choice.chosen.connect(self.show_side)
        self.side = "list"
        self._row = PartRow(look, self.choice)
        column.addWidget(self._row)
        body = QHBoxLayout()
        body.setSpacing(0)
        self._panel = Panel(look, "window")
        self.left = QVBoxLayout(self._panel)
        self.left.setContentsMargins(0, 0, 0, 0)
        self.left.setSpacing(0)
        self._line = Hairline(look, upright=True)
        body.addWidget(self._panel)
        body.addWidget(self._line)
        body.addWidget(detail, 1)
        column.addLayout(body, 1)
        look.changed.connect(self._arrange)
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        """There is room for one half only."""
        theme, lab = self._look.theme, self._look.theme.tokens.lab
        return self.width() < theme.length(lab.rules + lab.previewLeast, capped=True)

    def show_side(self, side: str) -> None:
        """Where there is no room for both: this one."""
        self.side = side
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        theme = self._look.theme
        wide, narrow = theme.length(theme.tokens.lab.rules, capped=True), self.is_narrow
        self._row.setVisible(narrow)
        self.choice.choose(self.side)
        self._panel.setVisible(not narrow or self.side == "list")
        self._detail.setVisible(not narrow or self.side == "detail")
        self._line.setVisible(not narrow)
        self._panel.setMinimumWidth(0 if narrow else wide)
        self._panel.setMaximumWidth(UNBOUND if narrow else wide)
