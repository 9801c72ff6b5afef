"""What comes in costs a repaint only where something else is to be seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.timeline.view import TimelineView
from tests.ui.timeline import samples
from tests.ui.timeline.conftest import Stage

Make = Callable[..., Stage]


class Paints(QObject):
    """Counts how often a widget paints, but for the strip that lies under the scroll bar."""

    def __init__(self, watched: QWidget, strip: int) -> None:
        super().__init__()
        self.count = 0
        self._from = watched.width() - strip
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count, and let it pass."""
        if isinstance(event, QPaintEvent):
            self.count += event.rect().left() < self._from
        return False


def paints_of(view: TimelineView) -> Paints:
    """Those of its rows."""
    return Paints(view.viewport(), view.verticalScrollBar().width())


def settle() -> None:
    """The timer that follows, then what it made to be painted."""
    for _ in range(3):
        QApplication.processEvents()


def test_rows_that_come_in_above_are_not_painted(stage: Make) -> None:
    """Nothing in sight differs, so no row is drawn again; the scroll bar follows."""
    here = stage(samples.many(240)[40:])
    here.view.scroll_by(1234)
    settle()
    before, paints = here.view.verticalScrollBar().value(), paints_of(here.view)

    here.source.insert(0, samples.many(40))
    settle()

    assert paints.count == 0
    assert here.view.verticalScrollBar().value() > before


def test_rows_that_come_into_sight_are_painted(stage: Make) -> None:
    """A post between two that are read is there with the next frame."""
    rows = samples.many(60)
    here = stage([*rows[:1], *rows[2:]])
    settle()
    paints = paints_of(here.view)

    here.source.insert(1, rows[1:2])
    settle()

    assert paints.count == 1
    assert here.view.visible_rows()[1][0] == 1
    assert here.view.shelf.key(1) == rows[1].key


def test_who_never_pauses_is_given_older_rows(stage: Make) -> None:
    """Scrolling on and on asks for more before the end, without any pause."""
    here = stage(samples.many(120))

    here.view.scroll_by(100)
    assert "older" not in here.source.asked

    while here.view.rows_above() < 90:
        here.view.scroll_by(300)
    assert "older" in here.source.asked
