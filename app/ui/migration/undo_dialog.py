"""Before a move is taken back."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.portability.plan import Undo
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words


class UndoDialog(Dialog):
    """Says what it means; the last word is the filled button."""

    def __init__(self, look: Look, server: str, undo: Undo, parent: QWidget) -> None:
        super().__init__(look, f"Go back to {server}?", parent)
        body, column = self.column()
        column.addWidget(Words(look, undo.text, "bodySmall", wrap=True))
        if undo.public:
            note = "Others will see the change. What was written meanwhile is brought back too."
            column.addWidget(Words(look, note, "meta", "warn", wrap=True))
        column.addStretch(1)
        cancel = Button(look, "Keep moving" if not undo.public else "Stay")
        act = Button(look, "Undo the move", "remove" if undo.public else "primary")
        cancel.clicked.connect(self.reject)
        act.clicked.connect(self.accept)
        self.fill(body, right=[cancel, act])
        cancel.setFocus()
