"""A page that comes into the window is made in one turn, and painted in the next."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.shell.still import Still
from app.ui.shell.window import Window
from app.ui.theme.look import Look

SOON = 2000
"""ms within which a window at rest has painted."""


class Page(QWidget):
    """Counts how often it was painted."""

    painted = 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.painted += 1


def test_a_room_is_painted_in_a_turn_of_its_own(qapp: QApplication, look: Look) -> None:
    """Not with the events of the turn that made it, but soon."""
    window = Window(look)
    still = Still(window)
    window.show()
    qapp.processEvents()
    page = Page()

    window.show_room(page)
    assert page.isVisible()
    qapp.sendPostedEvents()  # what Qt does before the turn ends; a painting is one of them
    assert page.painted == 0

    clock = QElapsedTimer()
    clock.start()
    while page.painted == 0 and clock.elapsed() < SOON:
        qapp.processEvents()
    assert page.painted
    assert window.updatesEnabled() and page.updatesEnabled()
    del still
    window.deleteLater()


def test_rooms_that_change_in_one_turn_are_held_once(qapp: QApplication, look: Look) -> None:
    """From one to another is leaving and opening: the picture is not held for ever."""
    window = Window(look)
    still = Still(window)
    window.show()
    qapp.processEvents()
    for _ in range(3):
        window.room_changing.emit()
    assert not window.updatesEnabled()
    clock = QElapsedTimer()
    clock.start()
    while not window.updatesEnabled() and clock.elapsed() < SOON:
        qapp.processEvents()
    assert window.updatesEnabled()
    del still
    window.deleteLater()


def test_what_was_to_be_painted_before_is_not_forgotten(qapp: QApplication, look: Look) -> None:
    """Qt asks once for a painting: the one it had asked for came while the picture was held."""
    window = Window(look)
    still = Still(window)
    page = Page()
    window.show_middle(page)
    window.show()
    qapp.processEvents()
    clock = QElapsedTimer()
    clock.start()
    while page.painted == 0 and clock.elapsed() < SOON:
        qapp.processEvents()
    page.painted = 0
    page.update()
    window.room_changing.emit()
    qapp.sendPostedEvents()
    assert page.painted == 0

    while page.painted == 0 and clock.elapsed() < SOON:
        qapp.processEvents()
    assert page.painted
    del still
    window.deleteLater()


def test_the_first_room_of_all_is_painted_too(qapp: QApplication, look: Look) -> None:
    """The pane that it stands in comes into the window only then, while its picture is held."""
    window = Window(look)
    still = Still(window)
    window.show()
    qapp.processEvents()
    page = Page()

    window.room_changing.emit()
    window.right.show_page(page, cover=True)

    clock = QElapsedTimer()
    clock.start()
    while page.painted == 0 and clock.elapsed() < SOON:
        qapp.processEvents()
    assert page.painted
    del still
    window.deleteLater()
