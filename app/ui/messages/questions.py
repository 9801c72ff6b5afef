"""Before one leaves; and what it means that messages are not encrypted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.services.messages_values import Talk
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words

MEANS = (
    "Your messages travel encrypted, but the servers that carry them keep them readable.",
    "So can whoever runs those servers, whoever breaks into them, and courts that ask them.",
    "For what nobody else may ever read, use a messenger that encrypts from end to end.",
)


class LeaveQuestion(Dialog):
    """What leaving takes away, and what it leaves."""

    def __init__(self, look: Look, parent: QWidget, talk: Talk) -> None:
        super().__init__(look, "Leave this conversation?", parent)
        body, column = self.column()
        here = "It disappears from here and from your server’s list, with all that was said."
        column.addWidget(Words(look, here, "bodySmall", wrap=True))
        there = (
            "The others keep it; what they write later begins it anew."
            if talk.messaging.names
            else "The others keep what you wrote."
        )
        column.addWidget(Words(look, there, "bodySmall", "textSecondary", wrap=True))
        column.addStretch(1)
        stay, go = Button(look, "Stay"), Button(look, "Leave", "danger")
        stay.clicked.connect(self.reject)
        go.clicked.connect(self.accept)
        self.fill(body, right=[go, stay])
        stay.setFocus()


class Explained(Dialog):
    """Who can read private messages, in plain words."""

    def __init__(self, look: Look, parent: QWidget, readers: str) -> None:
        super().__init__(look, "Not end-to-end encrypted", parent)
        body, column = self.column()
        for words in (readers, *MEANS):
            column.addWidget(Words(look, words, "bodySmall", wrap=True))
        column.addStretch(1)
        close = Button(look, "Close")
        close.clicked.connect(self.accept)
        self.fill(body, right=[close])
        self.finished.connect(self.deleteLater)
        close.setFocus()
