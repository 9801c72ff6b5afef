"""A window that cannot open says why."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.model.errors import StoreError
from app.ui.start import refusal


def test_a_box_says_what_happened_and_what_to_do(qapp: QApplication) -> None:
    """As plain text: the words may hold a folder's name."""
    box = refusal(StoreError("The disk under <b>x</b> is full.", "Free some space."))

    assert box.text() == "The disk under <b>x</b> is full."
    assert box.informativeText() == "Free some space."
    assert box.textFormat() == Qt.TextFormat.PlainText
