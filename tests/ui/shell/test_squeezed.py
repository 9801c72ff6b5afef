"""What scrolls is never painted squeezed into the place that it had before it grew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from app.model.timeline import TimelineId
from app.ui.shell.items import Place
from app.ui.shell.rows import PlaceRow
from app.ui.shell.sidebar import Sidebar
from app.ui.theme.look import Look
from app.ui.widgets.panel import Unsqueezed
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

LONG = "The survey boat is back, and all nineteen sensors answered. " * 3
TURNS = 20


class Painted(QObject):
    """Notes what is painted lower than it must be."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0
        self.squeezed: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, Words | PlaceRow):
            self.rows += 1
            if watched.height() < _least(watched):
                self.squeezed.append(watched.accessibleName())
        return False


def _least(row: QWidget) -> int:
    if row.hasHeightForWidth():
        return row.heightForWidth(row.width())
    return row.minimumSizeHint().height()


@pytest.fixture
def painted(qapp: QApplication) -> Iterator[Painted]:
    """All that is painted."""
    made = Painted()
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


@pytest.mark.parametrize("wrap", [True, False])
def test_rows_that_come_are_painted_at_their_height(
    qapp: QApplication, look: Look, painted: Painted, wrap: bool
) -> None:
    """Also where a painting is due in the turn in which they come."""
    area = Scrolled()
    area.resize(300, 200)
    area.show()
    for _ in range(TURNS):
        area.column.addWidget(Words(look, LONG, "body", wrap=wrap))
        area.viewport().update()
        qapp.processEvents()

    assert area.verticalScrollBar().maximum() > 0
    assert painted.rows > TURNS
    assert painted.squeezed == []


def test_feeds_that_come_are_painted_at_their_height(
    qapp: QApplication, look: Look, painted: Painted
) -> None:
    """The sidebar scrolls where it has not room for all."""
    sidebar = Sidebar(look)
    sidebar.resize(sidebar.wanted_width(), 500)
    sidebar.show()
    for many in range(TURNS):
        sidebar.show_places([Place(TimelineId(f"feed:{n}"), f"Feed {n}") for n in range(many)])
        qapp.processEvents()

    assert painted.rows > TURNS
    assert painted.squeezed == []


class SetsBack(QObject):
    """Of another mind about how high something is, as Qt's scrolling is at some widths."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            watched.resize(watched.width(), min(watched.height(), 220))
        return False


def test_what_is_set_back_is_not_grown_for_ever(qapp: QApplication, look: Look) -> None:
    """It is asked once, and whoever sets it back has the last word: the program died of more."""
    inner, mind = QWidget(), SetsBack()
    column = Unsqueezed(inner)
    inner.installEventFilter(mind)
    inner.resize(300, 200)
    for _ in range(TURNS):
        column.addWidget(Words(look, LONG, "body", wrap=True))
    # As in a column that scrolls: what is in it bounds nobody.
    column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    inner.show()
    for height in (210, 205):
        inner.resize(300, height)
        qapp.processEvents()

    assert column.heightForWidth(300) > 220
    assert inner.height() == 220
