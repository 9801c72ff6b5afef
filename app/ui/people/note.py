"""What one notes of somebody, for oneself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QVBoxLayout

from app.ui.theme.look import Look
from app.ui.widgets.panel import Panel

LINES = 3


class _Edit(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() == Qt.Key.Key_Return
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.left.emit()
            return
        super().keyPressEvent(event)


class NoteField(Panel):
    """Some lines with an edge. ``left``: one has gone elsewhere, or pressed Ctrl+Enter."""

    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(
            look, "raised", edge="controlBorder", radius=look.theme.tokens.radius.button
        )
        self.edit = _Edit()
        self.edit.setFrameShape(QFrame.Shape.NoFrame)
        self.edit.setTabChangesFocus(True)
        self.edit.setPlaceholderText("Only you see this.")
        self.edit.setAccessibleName("Your note")
        self.edit.viewport().setAutoFillBackground(False)
        self.edit.left.connect(self.left)
        column = QVBoxLayout(self)
        pad = look.theme.tokens.space.xs
        column.setContentsMargins(pad, pad, pad, pad)
        column.addWidget(self.edit)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._style()
        look.changed.connect(self._style)

    def toPlainText(self) -> str:
        """As it is written."""
        return self.edit.toPlainText()

    def clear(self) -> None:
        """Nothing is noted, as far as is known."""
        self.edit.setPlainText("")

    def show_note(self, text: str) -> None:
        """What is kept; not while somebody is typing."""
        if not self.edit.hasFocus() and text != self.edit.toPlainText():
            self.edit.setPlainText(text)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, round(theme.line("bodySmall") * LINES) + 4 * theme.tokens.space.xs)

    def _style(self) -> None:
        font = self._look.theme.font("bodySmall")
        self.edit.setFont(font)
        # What stands there before anything is written is drawn in the viewport's own.
        self.edit.viewport().setFont(font)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.edit.hasFocus():
            return
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.stroke("focus")
        painter.setPen(QPen(theme.color("focus"), width))
        area = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(area, self._radius, self._radius)
        painter.end()
