"""Where the keys live: the dialog for a locked or absent key store."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Radio
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field, Meter
from app.ui.widgets.panel import Glyph, Panel
from app.ui.widgets.words import Words

Case = Literal["locked_file", "locked_system", "absent", "lost"]
"""*lost*: the file is there, and nobody knows its passphrase any more."""

LEAST = 8
"""Shorter passphrases are not taken: a file can be attacked offline."""

_TITLES: dict[Case, tuple[str, str]] = {
    "locked_file": ("The key file is locked.", "Its passphrase opens it for this session."),
    "locked_system": ("The system key store is locked.", "No one answered its question."),
    "absent": ("", ""),
    "lost": (
        "The key file without a passphrase is put aside.",
        "Afterwards you sign in to your accounts again.",
    ),
}


class KeysDialog(Dialog):
    """Asks where secrets may be kept. Plain text is not a choice."""

    unlock_wanted = Signal(str)
    retry_wanted = Signal()
    file_wanted = Signal(str)
    replace_wanted = Signal(str)
    session_wanted = Signal()

    def __init__(self, look: Look, case: Case, parent: QWidget | None) -> None:
        super().__init__(look, "Where the keys live", parent)
        self._ask(case)

    def _ask(self, case: Case) -> None:
        look, self._case = self.look, case
        body, column = self.column()
        if case == "absent":
            why = (
                "This computer has no key store. Where shall Godwit keep what lets it "
                "speak for your accounts? Passwords are never among it."
            )
            column.addWidget(Words(look, why, "meta", "textSecondary", wrap=True))
        else:
            column.addWidget(self._make_warning())
        self._session = Radio(
            look, "Keep for this session", "You sign in again after the next start"
        )
        self._file = Radio(look, "Encrypted file with a passphrase", "Asked for once at each start")
        self._field = Field(look, "Passphrase")
        self._field.input.setEchoMode(QLineEdit.EchoMode.Password)
        self._meter = Meter(look)
        if case == "locked_file":
            column.addWidget(self._field)
        else:
            column.addWidget(self._session)
            column.addWidget(self._file)
            column.addWidget(self._make_file_part())
        column.addStretch()
        self._main = Button(look, "Unlock" if case == "locked_file" else "Continue", "primary")
        self._main.setEnabled(False)
        self._main.clicked.connect(self._on_main)
        cancel = Button(look, "Cancel")
        cancel.clicked.connect(self.reject)
        self._field.changed.connect(self._on_typed)
        self._field.submitted.connect(self._on_main)
        for radio in (self._session, self._file):
            radio.toggled.connect(self._refresh)
        lost = Button(look, "I have lost it…", "plain")
        lost.clicked.connect(lambda: self._ask("lost"))
        self.fill(
            body,
            left=[lost] if case == "locked_file" else [],
            right=[cancel, self._main],
        )
        self._refresh()
        self._field.input.setFocus()

    def show_trouble(self, message: str, next_step: str = "") -> None:
        """The passphrase was wrong, or the file cannot be written."""
        self._field.trouble(message, next_step)
        self._main.setEnabled(True)
        self.settle()

    # ------------------------------------------------------------- private

    def _make_warning(self) -> QWidget:
        tokens = self.look.theme.tokens
        box = Panel(self.look, "warnSoft", edge="warnBorder", radius=tokens.radius.row)
        row = QHBoxLayout(box)
        row.setContentsMargins(tokens.space.m, tokens.space.s, tokens.space.s, tokens.space.s)
        row.setSpacing(tokens.space.gap)
        row.addWidget(Glyph(self.look, "lock-key", tokens.icon.action, "warn"))
        subject, text = _TITLES[self._case]
        words = Words(self.look, [(subject, 600), (f" {text}", None)], "small", "warn", wrap=True)
        row.addWidget(words, 1)
        if self._case == "locked_system":
            unlock = Button(self.look, "Unlock…", "warn", size="small")
            unlock.clicked.connect(self.retry_wanted)
            row.addWidget(unlock)
        return box

    def _make_file_part(self) -> QWidget:
        tokens = self.look.theme.tokens
        part = QWidget()
        column = QVBoxLayout(part)
        indent = self.look.theme.length(tokens.dialog.radio, capped=True) + tokens.space.gap
        column.setContentsMargins(indent, 0, 0, 0)
        column.setSpacing(tokens.space.s)
        column.addWidget(self._field)
        column.addWidget(self._meter)
        note = "Lost means signing in again. Nobody can reset it."
        column.addWidget(Words(self.look, note, "small", "textTertiary", wrap=True))
        return part

    def _on_typed(self, text: str) -> None:
        if text:
            self._file.setChecked(True)
        self._refresh()

    def _refresh(self) -> None:
        text = self._field.text()
        share, word = strength(text)
        self._meter.rate(share, word)
        if self._case == "locked_file":
            self._main.setEnabled(bool(text))
            return
        file = self._file.isChecked()
        self._main.rename("Create the file" if file else "Keep for this session")
        ready = self._session.isChecked() or (file and len(text) >= LEAST)
        self._main.setEnabled(ready)

    def _on_main(self) -> None:
        if not self._main.isEnabled():
            return
        self._main.setEnabled(False)
        if self._case == "locked_file":
            self.unlock_wanted.emit(self._field.text())
        elif self._file.isChecked() and self._case == "lost":
            self.replace_wanted.emit(self._field.text())
        elif self._file.isChecked():
            self.file_wanted.emit(self._field.text())
        else:
            self.session_wanted.emit()


def strength(passphrase: str) -> tuple[float, str]:
    """
    How good a passphrase is: share of the bar and words.

    By length and variety alone: a hint for people, not a proof.
    """
    length, kinds = len(passphrase), len(set(passphrase))
    if not length:
        return 0.0, "not typed yet"
    counted = f"{length} characters" if length > 1 else "1 character"
    if length < LEAST:
        return 0.15, f"too short, {counted}"
    if kinds < 5:
        return 0.3, f"too simple, {counted}"
    if length < 12:
        return 0.5, f"fair, {counted}"
    if length < 18:
        return 0.75, f"good, {counted}"
    return 1.0, f"strong, {counted}"
