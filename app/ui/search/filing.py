"""Where a bookmark belongs, and what one wants to remember about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field


class FilingDialog(Dialog):
    """``filed`` tells folder and note; ``forgotten``: neither is wanted any more."""

    filed = Signal(str, str)
    forgotten = Signal()

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        folders: Sequence[str],
        folder: str = "",
        note: str = "",
        *,
        known: bool = False,
    ) -> None:
        """*known*: it is filed already."""
        super().__init__(look, "Keep this post", parent)
        body, column = self.column()
        self.folder = Field(
            look, "Folder", help_line="An old one or a new one. Empty: in none.", note="optional"
        )
        self.folder.input.setText(folder)
        names = QCompleter(list(folders), self.folder.input)
        names.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        names.setFilterMode(Qt.MatchFlag.MatchContains)
        self.folder.input.setCompleter(names)
        self.folder.submitted.connect(self._on_done)
        self.note = Field(
            look, "Note", help_line="Only on this computer; no server is told.", note="optional"
        )
        self.note.input.setText(note)
        self.note.submitted.connect(self._on_done)
        for field in (self.folder, self.note):
            column.addWidget(field)
        cancel, self.done_button = Button(look, "Cancel"), Button(look, "Keep", "tonal")
        cancel.clicked.connect(self.reject)
        self.done_button.clicked.connect(self._on_done)
        forget = Button(look, "Forget folder and note", "plain")
        forget.clicked.connect(self._on_forget)
        self.fill(body, left=[forget] if known else [], right=[cancel, self.done_button])
        self.folder.input.setFocus()

    def show_trouble(self, message: str, next_step: str) -> None:
        """It was not kept."""
        self.done_button.setEnabled(True)
        self.folder.trouble(message, next_step)
        self.settle()

    def _on_done(self) -> None:
        self.done_button.setEnabled(False)
        self.filed.emit(self.folder.text(), self.note.text())

    def _on_forget(self) -> None:
        self.forgotten.emit()
