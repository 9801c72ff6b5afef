"""The last question before what is out is called back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words


class TakeBackDialog(Dialog):
    """Names what is stopped, and what is deleted."""

    def __init__(
        self, look: Look, out: Sequence[str], held: Sequence[str], parent: QWidget | None
    ) -> None:
        """*out*: handles where it is already; *held*: where it has not left."""
        super().__init__(look, "Take it back?", parent)
        body, column = self.column()
        if held:
            text = f"Not sent: {', '.join(held)}. These lanes are stopped."
            column.addWidget(Words(look, text, "meta", wrap=True))
        if out:
            text = (
                f"Already there: {', '.join(out)}. It is deleted from there. "
                "Who has seen it has seen it, and other servers may keep a copy."
            )
            column.addWidget(Words(look, text, "meta", wrap=True))
        note = "Text and pictures stay with you."
        column.addWidget(Words(look, note, "small", "textSecondary", wrap=True))
        column.addStretch()
        keep = Button(look, "Leave it")
        keep.clicked.connect(self.reject)
        act = Button(look, "Delete and stop" if out else "Stop", "remove")
        act.clicked.connect(self.accept)
        self.fill(body, right=[keep, act])
        keep.setFocus()
