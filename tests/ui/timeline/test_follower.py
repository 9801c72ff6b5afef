"""What comes in costs a repaint only where something else is to be seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from tests.ui.timeline import samples
from tests.ui.timeline.conftest import Stage

Make = Callable[..., Stage]


class Paints(QObject):
    """Counts how often a widget paints."""

    def __init__(self, watched: QObject) -> None:
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count, and let it pass."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def settle() -> None:
    """The timer that follows, then what it made to be painted."""
    for _ in range(3):
        QApplication.processEvents()


def test_rows_that_come_in_above_are_not_painted(stage: Make) -> None:
    """Nothing in sight differs, so nothing is drawn again; the scroll bar follows."""
    here = stage(samples.many(240)[40:])
    here.view.scroll_by(1234)
    settle()
    before, paints = here.view.verticalScrollBar().value(), Paints(here.view.viewport())

    here.source.insert(0, samples.many(40))
    settle()

    assert paints.count == 0
    assert here.view.verticalScrollBar().value() > before


def test_rows_that_come_into_sight_are_painted(stage: Make) -> None:
    """A post between two that are read is there with the next frame."""
    rows = samples.many(60)
    here = stage([*rows[:1], *rows[2:]])
    settle()
    paints = Paints(here.view.viewport())

    here.source.insert(1, rows[1:2])
    settle()

    assert paints.count == 1
    assert here.view.visible_rows()[1][0] == 1
    assert here.view.shelf.key(1) == rows[1].key
