"""The focus ring, and the controls that go while it is around them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.ring import ring_of


def test_a_page_that_goes_takes_the_ring_along(look: Look, parent: QWidget) -> None:
    """
    The ring watches what stands around its control; when the control is gone, it rests.

    A touch of the dead control, in a method that Qt calls, would end the process.
    """
    column = QVBoxLayout(parent)
    pages = QScrollArea()
    column.addWidget(pages)
    button = Button(look, "Sign in")
    pages.setWidget(button)
    pages.show()
    ring = ring_of(button, look)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    button.by_keys = True
    ring.follow(button, 8)
    assert ring.isVisible()

    pages.setWidget(Button(look, "Another page"))
    parent.resize(900, 600)
    QApplication.processEvents()

    assert ring.isHidden()
