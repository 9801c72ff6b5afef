"""What stands above a list, and scrolls rather than be squeezed by it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from app.ui.widgets.scrolled import Scrolled

LEAST = 3
"""Lines that stay in sight of it, however low the window is and however large the text."""


class Yielding(Scrolled):
    """*column* holds the content; no higher than that, and lower where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self.column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        return QSize(self.column.sizeHint().width(), self.content_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.content_height(), LEAST * self.fontMetrics().lineSpacing()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()  # what wraps is of another height

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
