"""What scrolls is never painted squeezed into the place that it had before it grew."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from app.ui.theme.look import Look
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

LONG = "The survey boat is back, and all nineteen sensors answered. " * 3
TURNS = 20


class Row(Words):
    """Notes when it is painted lower than its words are."""

    squeezed = 0

    def __init__(self, look: Look) -> None:
        super().__init__(look, LONG, "body", wrap=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.height() < self.heightForWidth(self.width()):
            Row.squeezed += 1


def test_rows_that_come_are_painted_at_their_height(qapp: QApplication, look: Look) -> None:
    """Also where a painting is due in the turn in which they come."""
    Row.squeezed = 0
    area = Scrolled()
    area.resize(300, 200)
    area.show()
    for _ in range(TURNS):
        area.column.addWidget(Row(look))
        area.viewport().update()
        qapp.processEvents()

    assert area.verticalScrollBar().maximum() > 0
    assert Row.squeezed == 0
    area.deleteLater()
