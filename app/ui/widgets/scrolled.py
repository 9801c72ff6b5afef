"""A column that scrolls when it is higher than its place."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class _Inner(QWidget):
    """As high as its width makes it: what wraps has no height before it has a width."""

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        if layout is None or layout.hasHeightForWidth():
            return QSize(0, 0)
        return QSize(0, layout.minimumSize().height())


class Scrolled(QScrollArea):
    """*column* holds the content."""

    def __init__(self) -> None:
        super().__init__()
        # Our own: asking for Qt's makes PySide load every kind of widget (10 ms).
        self.setViewport(QWidget())
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = _Inner()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def content_height(self) -> int:
        """Height of the content at the present width, px."""
        if self.column.hasHeightForWidth() and self.viewport().width():
            return self.column.heightForWidth(self.viewport().width())
        return self.column.sizeHint().height()
