"""The last question before something goes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words


class Question(Dialog):
    """What goes, and whether it is meant."""

    def __init__(self, look: Look, title: str, words: str, act: str, parent: QWidget) -> None:
        super().__init__(look, title, parent)
        body, column = self.column()
        column.addWidget(Words(look, words, "meta", "textSecondary", wrap=True))
        column.addStretch()
        keep = Button(look, "Keep it")
        keep.clicked.connect(self.reject)
        go = Button(look, act, "remove")
        go.clicked.connect(self.accept)
        self.fill(body, left=[keep], right=[go])
        keep.setFocus()
