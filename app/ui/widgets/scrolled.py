"""A column that scrolls when it is higher than its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.ui.widgets.panel import Unsqueezed

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QWheelEvent


class _Inner(QWidget):
    """As high as its width makes it: what wraps has no height before it has a width."""

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        if layout is None or layout.hasHeightForWidth():
            return QSize(0, 0)
        return QSize(0, layout.minimumSize().height())


def scroll_by_key(area: QScrollArea, event: QKeyEvent) -> bool:
    """Scroll by pages, or to an end. False: it is another key."""
    bar = area.verticalScrollBar()
    page = bar.pageStep() * 9 // 10
    to = {
        Qt.Key.Key_PageDown: bar.value() + page,
        Qt.Key.Key_PageUp: bar.value() - page,
        Qt.Key.Key_Home: bar.minimum(),
        Qt.Key.Key_End: bar.maximum(),
    }.get(Qt.Key(event.key()))
    if to is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    bar.setValue(to)
    return True


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
        self.column = Unsqueezed(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
        self._aim: int | None = None
        self._listens = False

    def return_to(self, value: int) -> None:
        """Scroll there; if the content is not that high yet, as soon as it is."""
        bar = self.verticalScrollBar()
        bar.setValue(value)
        self._aim = value if bar.value() != value else None
        if self._aim is not None and not self._listens:
            self._listens = True
            bar.rangeChanged.connect(self._on_grown)
            bar.sliderMoved.connect(self._forget_aim)

    def _on_grown(self, _least: int, most: int) -> None:
        if self._aim is not None and most >= self._aim:
            aim, self._aim = self._aim, None
            self.verticalScrollBar().setValue(aim)

    def _forget_aim(self) -> None:
        """Whoever scrolls meanwhile is where they want to be."""
        self._aim = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._forget_aim()
        super().wheelEvent(event)

    def content_height(self) -> int:
        """Height of the content at the present width, px."""
        if self.column.hasHeightForWidth() and self.viewport().width():
            return self.column.heightForWidth(self.viewport().width())
        return self.column.sizeHint().height()
