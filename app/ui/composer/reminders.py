"""What to think of before it leaves: a sheet over the footer, not a message box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.composer.values import Reminder
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph, Hairline, Panel
from app.ui.widgets.words import Words


class Sheet(QWidget):
    """
    Each reminder with the button that mends it; then back, or all the same.

    The one filled button stays in the footer below; it sends when it is
    pressed a second time.
    """

    mended = Signal(str)
    sent = Signal()
    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Hairline(look, color="warnBorder"))
        self._panel = Panel(look, "warnSoft")
        column.addWidget(self._panel)
        self._column = QVBoxLayout(self._panel)
        space = look.theme.tokens.space
        self._column.setContentsMargins(space.l, space.s, space.l, space.s)
        self._column.setSpacing(space.xs)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_reminders(self, reminders: Sequence[Reminder]) -> None:
        """Ask; nothing to ask hides it."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(bool(reminders))
        if not reminders:
            return
        for reminder in reminders:
            self._column.addWidget(self._line(reminder))
        self._column.addWidget(self._buttons(any(one.stops for one in reminders)))
        self.setAccessibleName(" ".join(one.text for one in reminders))

    def _line(self, reminder: Reminder) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        row.addWidget(Glyph(look, "warning", tokens.icon.action, "warn"))
        row.addWidget(Words(look, reminder.text, "meta", "warn", wrap=True), 1)
        if reminder.mend:
            button = Button(look, reminder.mend, "warn", size="small")
            button.clicked.connect(lambda: self.mended.emit(reminder.key))
            row.addWidget(button)
        return line

    def _buttons(self, stops: bool) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.gap)
        row.addStretch()
        back = Button(look, "Back to the draft", "plain", size="small")
        back.clicked.connect(self.left)
        row.addWidget(back)
        if not stops:
            self.send = Button(look, "Post all the same", "warn", size="small")
            self.send.clicked.connect(self.sent)
            row.addWidget(self.send)
            self.send.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        return line
