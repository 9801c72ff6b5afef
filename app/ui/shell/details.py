"""Closer looks: the whole of a text, and why a card is here or covered."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.feed.rows import Card
from app.moderation.verdict import Cause, Undo, UndoAct
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
    """Why a card stands where it stands, who covers it, and what can be done about that."""

    undo_wanted = Signal(object)
    """Undo of a cause."""

    def __init__(self, look: Look, card: Card, parent: QWidget) -> None:
        super().__init__(look, parent)
        title = "Why is this here?" if card.verdict.action == "show" else "Why is this covered?"
        self.setAccessibleName(title)
        self.content.addWidget(Words(look, title, "name"))
        self.content.addSpacing(look.theme.tokens.space.xs)
        causes = (*card.verdict.causes, *card.verdict.notes)
        for cause in causes:
            self._line(_said(cause), cause.undo)
        for reason in card.reasons:
            self._line(reason.text)
        if not card.reasons and not causes:
            self._line("By its time: the newest first.")

    def _line(self, text: str, undo: Undo | None = None) -> None:
        space = self.look.theme.tokens.space
        self.content.addSpacing(space.xs)
        self.content.addWidget(Words(self.look, text, "meta", "textSecondary", wrap=True))
        if undo is not None:
            button = Button(self.look, _UNDO[undo.act], "plain", size="inline")
            button.setAccessibleDescription(text)
            button.clicked.connect(self.close)
            button.clicked.connect(lambda: self.undo_wanted.emit(undo))
            self.content.addWidget(button)
        self.content.addSpacing(space.xs)
        self.content.addWidget(Hairline(self.look))


def _said(cause: Cause) -> str:
    """What it is, its words, and whose it is."""
    own = "the author’s own" if cause.kind in ("warning", "sensitive") else "yours"
    kind = _KINDS.get(cause.kind, cause.kind.replace("_", " ").capitalize())
    return f"{kind}: {cause.text or 'no words'} ({cause.source or own})"


_KINDS = {
    "warning": "Content warning",
    "sensitive": "Marked as sensitive",
    "label": "Label",
    "filter": "Filter",
    "muted_word": "Muted word",
    "blocking": "You block them",
    "blocked_by": "They block you",
    "hidden": "You hid it",
    "server": "Blocked server",
}
_UNDO: dict[UndoAct, str] = {
    "edit_filter": "Change the filter…",
    "set_label": "Ignore this label",
    "allow_adult": "Switch adult content on",
    "remove_word": "Unmute the word",
    "unmute": "Unmute them",
    "unmute_list": "Unmute the list",
    "unblock": "Unblock them",
    "unblock_list": "Unblock the list",
    "show_again": "Show it again",
    "except": "Make an exception",
    "unblock_server": "Unblock the server",
}
