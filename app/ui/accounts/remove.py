"""The last question before an account is removed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words


class RemoveDialog(Dialog):
    """Says what goes and what stays."""

    def __init__(self, look: Look, handle: str, host: str, parent: QWidget | None) -> None:
        super().__init__(look, "Remove this account?", parent)
        body, column = self.column()
        words = [
            (f"\u2066@{handle}\u2069", 600),
            (" is signed out, and its keys, cached posts and reading position are wiped", None),
            (" from this computer.", None),
        ]
        column.addWidget(Words(look, words, "meta", "textSecondary", wrap=True))
        stays = f"Nothing is deleted on {host}. You can add it again at any time."
        column.addWidget(Words(look, stays, "meta", "textSecondary", wrap=True))
        column.addStretch()
        cancel = Button(look, "Keep it")
        cancel.clicked.connect(self.reject)
        remove = Button(look, "Remove the account", "remove")
        remove.clicked.connect(self.accept)
        self.fill(body, left=[cancel], right=[remove])
        cancel.setFocus()
