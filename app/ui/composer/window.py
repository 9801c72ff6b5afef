"""A composer in a window of its own."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.resources import resource
from app.ui.composer.composer import Composer
from app.ui.theme.look import Look


class ComposerWindow(QWidget):
    """
    Holds the composer. ``closing`` is a wish: the draft is kept first.
    """

    closing = Signal()

    def __init__(self, look: Look, composer: Composer, title: str) -> None:
        super().__init__()
        tokens = look.theme.tokens
        self.setWindowTitle(f"{title} · Godwit")
        self.setWindowIcon(QIcon(str(resource("godwit-256.png"))))
        self.setMinimumSize(*tokens.window.min)
        self.resize(*tokens.window.default)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(composer)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.closing.emit()
