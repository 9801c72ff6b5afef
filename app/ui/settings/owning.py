"""What is yours: one row for each account, with the ways to keep it and to take it along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.model import Account
from app.ui.moderation.words import isolated
from app.ui.settings.appearance import SettingsPage
from app.ui.theme.look import Look
from app.ui.widgets.button import Button

ACTS = (("backup", "Back up…"), ("move", "Move house…"), ("import", "Import…"))


class OwningPage(SettingsPage):
    """*backups*: by account, when its backup was good last, in words."""

    wanted = Signal(str, str)
    """backup, move or import; the account. Or restore, or people."""

    def __init__(self, look: Look, accounts: Sequence[Account], backups: Mapping[str, str]) -> None:
        super().__init__(look, "What is yours")
        for account in accounts:
            name = f"@{account.handle}" if "@" in account.handle else account.handle
            about = backups.get(account.id, "") or "Never backed up yet"
            self.add_row(isolated(name), about, self._buttons(account, name))
        restore = Button(look, "Restore…", size="small")
        restore.clicked.connect(lambda: self.wanted.emit("restore", ""))
        note = "With your recovery key or your domain, also when its server is gone"
        self.add_row("An account from its backup", note, restore)
        find = Button(look, "Find them…", size="small")
        find.clicked.connect(lambda: self.wanted.emit("people", ""))
        note = "With the reason for each, and nobody is followed without you"
        self.add_row("Whom you follow, on your other network", note, find)
        self.end()

    def _buttons(self, account: Account, name: str) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._look.theme.tokens.space.xs)
        for key, text in ACTS:
            button = Button(self._look, text, size="small")
            button.setAccessibleName(f"{text} {name}")
            button.clicked.connect(lambda _=False, key=key: self.wanted.emit(key, account.id))
            row.addWidget(button)
        return held
