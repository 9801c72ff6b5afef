"""A recovery key of one's own, before anything is moved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.migration.files import FileField
from app.ui.migration.frame import PageBody
from app.ui.migration.parts import Tip, in_line
from app.ui.theme.look import Look
from app.ui.widgets.choices import Radio
from app.ui.widgets.panel import Glyph
from app.ui.widgets.words import Words

WHY_A_KEY = (
    ("key", "It can take the account to another server, also when the old one is gone."),
    ("timer", "For 72 hours after a change it overrules every other key."),
    ("warning", "Whoever has the file can do the same. Keep it like a passport."),
)
MAKE, HAVE, SKIP = "make", "have", "skip"


class KeyPage(PageBody):
    """
    A recovery key of one's own: made now, there already, or not.

    Args:
        handle: Whose; part of the file's name.
    """

    def __init__(self, look: Look, handle: str, choice: str = "", path: str = "") -> None:
        super().__init__(
            look,
            "Your own recovery key",
            "Made on this computer, kept in a file of yours, and in nobody else’s hands.",
        )
        tokens = look.theme.tokens
        self._handle = handle
        space = tokens.space
        for icon, text in WHY_A_KEY:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, space.s)
            row.setSpacing(space.s)
            sign = Glyph(look, icon, tokens.icon.action, "textSecondary")
            row.addWidget(in_line(look, sign), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Words(look, text, "meta", "textSecondary", wrap=True), 1)
            self.column.addWidget(line)
        self.column.addSpacing(space.m)
        self._add_choices(choice)
        self._add_file(path)
        self._warning = Tip(
            look,
            "warn",
            "warning",
            "Without a key of your own the old host can refuse to let the account go, "
            "and a move can be undone only with its help.",
        )
        self.column.addWidget(self._warning)
        self.back()
        self.main = self.button("Continue", main=True)
        self._on_choice()

    def _add_choices(self, choice: str) -> None:
        look, space = self._look, self._look.theme.tokens.space
        self._radios = {
            MAKE: Radio(look, "Make one now", "Written to a file you name, and read back"),
            HAVE: Radio(look, "I have one already", "In a file that Godwit or goat has written"),
            SKIP: Radio(look, "Go on without one", "Then only the servers can move the account"),
        }
        for key, radio in self._radios.items():
            radio.setChecked(key == (choice or MAKE))
            radio.toggled.connect(self._on_choice)
            self.column.addWidget(radio)
            self.column.addSpacing(space.s)
        self.column.addSpacing(space.s)

    def _add_file(self, path: str) -> None:
        self._file = FileField(
            self._look,
            "File",
            way=lambda: "new" if self.choice == MAKE else "old",
            help_line=" ",
            name=f"{self._handle or 'account'}-recovery-key.txt",
        )
        self.field = self._file.field
        self.field.input.setText(path)
        self._file.changed.connect(self._on_choice)
        self._file.submitted.connect(self._on_submitted)
        self.column.addWidget(self._file)

    @property
    def choice(self) -> str:
        """What was decided."""
        return next(key for key, radio in self._radios.items() if radio.isChecked())

    def path(self) -> str:
        """The file that was named; "" without one."""
        return self._file.path() if self.choice != SKIP else ""

    def first_focus(self) -> QWidget | None:
        """The choice that holds."""
        return self._radios[self.choice]

    def _on_choice(self) -> None:
        choice = self.choice
        self._file.setVisible(choice != SKIP)
        self._warning.setVisible(choice == SKIP)
        self.main.setEnabled(choice == SKIP or bool(self.path()))
        self.main.rename("Go on without one" if choice == SKIP else "Continue")

    def _on_submitted(self) -> None:
        if self.main.isEnabled():
            self.go_wanted.emit()
