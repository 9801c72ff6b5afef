"""The question before a link is opened whose words lie."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.panel import Panel
from app.ui.widgets.words import Words


class MismatchDialog(Dialog):
    """The words of a link name one place, its address another."""

    def __init__(self, look: Look, label: str, host: str, url: str, parent: QWidget | None) -> None:
        super().__init__(look, "This link goes elsewhere", parent)
        body, column = self.column()
        says = [
            ("It says ", None),
            (f"\u2068{label}\u2069", 600),
            (" but opens ", None),
            (f"\u2066{host}\u2069", 600),
            (".", None),
        ]
        column.addWidget(Words(look, says, "meta", "textSecondary", wrap=True))
        tokens = look.theme.tokens
        box = Panel(look, "sunken", edge="hairline", radius=tokens.radius.row)
        inner = QVBoxLayout(box)
        inner.setContentsMargins(tokens.space.m, tokens.space.s, tokens.space.m, tokens.space.s)
        inner.addWidget(Words(look, f"\u2066{url}\u2069", "small", "text", wrap=True, mono=True))
        column.addWidget(box)
        column.addStretch()
        cancel = Button(look, "Do not open")
        cancel.clicked.connect(self.reject)
        anyway = Button(look, f"Open {host}", "danger")
        anyway.clicked.connect(self.accept)
        self.fill(body, right=[anyway, cancel])
        cancel.setFocus()
