"""Who had the keys before a page came is remembered as long as the page is there, and no longer."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from app.ui.shell.right_pane import RightPane
from app.ui.theme.look import Look


def test_a_page_that_goes_is_forgotten(qapp: QApplication, look: Look) -> None:
    """Also when the keys were not in it as it went."""
    window = QWidget()
    row = QHBoxLayout(window)
    field, pane = QLineEdit(), RightPane(look)
    row.addWidget(field)
    row.addWidget(pane)
    window.show()
    field.setFocus()
    page = QWidget()
    gone = weakref.ref(page)
    pane.show_page(page)
    pane.take_page(page)
    page.deleteLater()
    QCoreApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    del page
    gc.collect()

    assert window.focusWidget() is field
    assert gone() is None
    window.deleteLater()
