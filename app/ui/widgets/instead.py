"""A list, or what is said in its place: that it is empty, on its way, or could not be had."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedLayout, QWidget


class Instead(QWidget):
    """
    Shows *usual* unless it is told of something else.

    Attributes:
        state: What stands in place of the usual; None: nothing does.
    """

    def __init__(self, usual: QWidget) -> None:
        super().__init__()
        self._usual = usual
        self.state: QWidget | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(usual)

    def show_state(self, state: QWidget | None) -> None:
        """Something in its place; None: the usual. What stood there before is thrown away."""
        old, self.state = self.state, state
        if state is not None:
            self._stack.addWidget(state)
        self._stack.setCurrentWidget(state or self._usual)
        if old is not None:
            self._stack.removeWidget(old)
            old.hide()
            old.deleteLater()
