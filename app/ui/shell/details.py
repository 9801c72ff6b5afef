"""Closer looks: the whole of a text, and why a card is here or covered."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.feed.rows import Card
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog, Popover
from app.ui.widgets.panel import Hairline
from app.ui.widgets.words import Words


class TextDialog(Dialog):
    """A long text, to read and to copy from."""

    open_wanted = Signal()

    def __init__(
        self, look: Look, title: str, lead: str, text: str, parent: QWidget | None, *, url: str = ""
    ) -> None:
        super().__init__(look, title, parent, width=look.theme.tokens.dialog.widthWide)
        body, column = self.column()
        if lead:
            column.addWidget(Words(look, lead, "meta", "textSecondary", wrap=True))
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setFont(look.theme.font("body"))
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column.addWidget(label)
        column.addStretch()
        close = Button(look, "Close")
        close.clicked.connect(self.reject)
        left = []
        if url:
            web = Button(look, "Open on the web", "plain")
            web.clicked.connect(self.open_wanted)
            left.append(web)
        self.fill(body, left=left, right=[close])
        close.setFocus()


class ReasonsPopover(Popover):
    """Why a card stands where it stands, and who covers it."""

    def __init__(self, look: Look, card: Card, parent: QWidget) -> None:
        super().__init__(look, parent)
        title = "Why is this here?" if card.verdict.action == "show" else "Why is this covered?"
        self.setAccessibleName(title)
        self.content.addWidget(Words(look, title, "name"))
        self.content.addSpacing(look.theme.tokens.space.xs)
        for cause in card.verdict.causes:
            who = f" ({cause.source})" if cause.source else " (the author’s own)"
            self._line(f"{_KINDS.get(cause.kind, cause.kind)}: {cause.text or 'no words'}{who}")
        for reason in card.reasons:
            self._line(reason.text)
        if not card.reasons and not card.verdict.causes:
            self._line("By its time: the newest first.")

    def _line(self, text: str) -> None:
        self.content.addSpacing(self.look.theme.tokens.space.xs)
        self.content.addWidget(Words(self.look, text, "meta", "textSecondary", wrap=True))
        self.content.addSpacing(self.look.theme.tokens.space.xs)
        self.content.addWidget(Hairline(self.look))


_KINDS = {
    "warning": "Content warning",
    "sensitive": "Marked as sensitive",
    "label": "Label",
    "filter": "Filter",
}
