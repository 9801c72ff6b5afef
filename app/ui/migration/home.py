"""Choosing a new home: a server is typed, and answers in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.errors import NotFound, ServiceError, Unreachable
from app.portability.plan import Need
from app.protocols.base import Preview
from app.ui.accounts.preview import PreviewBox
from app.ui.feeds.choice import Choice
from app.ui.migration.files import FileField
from app.ui.migration.frame import PageBody
from app.ui.migration.needs import NeedsForm
from app.ui.migration.parts import Tip, grows_with_words
from app.ui.moderation.words import isolated
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.field import Field
from app.ui.widgets.panel import Spinner
from app.ui.widgets.words import Words

EXTRAS = (
    ("handle", "Handle there", "Left empty, you are asked, or your own domain stays."),
    ("invite", "Invite code", "Some servers let in only who has one."),
    ("email", "E-mail address", "For the new account."),
)
"""Options of a plan, with the words for them."""


class HomePage(PageBody):
    """
    Who moves, and where to.

    Args:
        accounts: Id and words of those that can move.
        chosen: The one that was meant.
        archive: The folder of a backup that shall live on, instead of an account.
    """

    address_changed = Signal(str)
    account_changed = Signal(str)
    sign_in_wanted = Signal(str)
    """There must be an account first, at that address."""

    def __init__(
        self, look: Look, accounts: Sequence[tuple[str, str]], chosen: str, archive: str = ""
    ) -> None:
        super().__init__(
            look,
            "Choose a new home",
            "Type the address of a server. It is asked what it takes; nothing is changed.",
        )
        tokens = look.theme.tokens
        self._account = chosen
        narrow = QWidget()
        narrow.setMaximumWidth(look.theme.length(tokens.wizard.field, capped=True))
        column = QVBoxLayout(narrow)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space.m)
        if archive:
            said = f"From the backup in {isolated(archive)}"
            column.addWidget(Tip(look, "note", "archive", said))
        elif len(accounts) > 1:
            self._add_who(column, accounts, chosen)
        self.field = Field(look, "New server", help_line="You need no account there yet.")
        self.field.input.setPlaceholderText("boathouse.example")
        self.field.changed.connect(self._on_address)
        self.field.submitted.connect(self._on_submitted)
        self.field.mended.connect(self._on_mended)
        self._absent = False
        column.addWidget(self.field)
        self.preview = PreviewBox(look, "What the server says of itself is shown here.")
        column.addWidget(self.preview)
        self._more = Button(look, "Invite code, handle, backup first…", "link", size="inline")
        self._more.clicked.connect(self.show_extras)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeading)
        self._add_extras(column)
        grows_with_words(narrow)
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(narrow, 1000)
        row.addStretch(1)
        self.column.addWidget(held)
        self._busy = QWidget()
        self._busy.hide()
        self.left.append(self._make_busy())
        self.back("Cancel")
        self.main = self.button("Make the plan", main=True)
        self.main.setEnabled(False)

    def _add_who(
        self, column: QVBoxLayout, accounts: Sequence[tuple[str, str]], chosen: str
    ) -> None:
        held = QVBoxLayout()
        held.setSpacing(self._look.theme.tokens.dialog.labelGap)
        held.addWidget(Words(self._look, "Who moves", "metaStrong"))
        who = Choice(self._look, "Who moves", accounts)
        who.put((chosen,))
        who.chosen.connect(self._on_account)
        held.addWidget(who, 0, Qt.AlignmentFlag.AlignLeading)
        column.addLayout(held)

    def _add_extras(self, column: QVBoxLayout) -> None:
        """What few people want to say beforehand: put away until it is asked for."""
        self._extras: dict[str, Field] = {}
        for key, label, help_line in EXTRAS:
            field = Field(self._look, label, help_line=help_line)
            field.submitted.connect(self._on_submitted)
            field.hide()
            self._extras[key] = field
            column.addWidget(field)
        self._folder = FileField(
            self._look,
            "Back it all up first, to",
            way=lambda: "folder",
            help_line="A folder that is kept whatever becomes of the move.",
        )
        self._folder.hide()
        column.addWidget(self._folder)

    def _make_busy(self) -> QWidget:
        tokens = self._look.theme.tokens
        row = QHBoxLayout(self._busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.iconGap)
        row.addWidget(Spinner(self._look, tokens.spinner.size))
        row.addWidget(Words(self._look, "Reading both sides…", "meta", "textSecondary"), 1)
        return self._busy

    # ------------------------------------------------------------- what is said

    @property
    def account(self) -> str:
        """Who moves."""
        return self._account

    def address(self) -> str:
        """What was typed."""
        return self.field.text().strip()

    def options(self) -> dict[str, str]:
        """What else was said, for the plan."""
        said = {key: field.text().strip() for key, field in self._extras.items()}
        return {**said, "dir": self._folder.path()}

    def put(self, address: str, options: dict[str, str]) -> None:
        """What was said before, when one comes back."""
        self.field.input.setText(address)
        for key, value in options.items():
            if not value:
                continue
            if key in self._extras:
                self._extras[key].input.setText(value)
            else:
                self._folder.put(value)
            self.show_extras()

    def show_extras(self) -> None:
        """More that can be said beforehand."""
        self._more.hide()
        for field in (*self._extras.values(), self._folder):
            field.show()
        next(iter(self._extras.values())).input.setFocus()

    def first_focus(self) -> QWidget | None:
        """The address."""
        return self.field.input

    # --------------------------------------------------------------- answers

    def show_nothing(self) -> None:
        """Nothing is asked."""
        self.preview.show_nothing()
        self.main.setEnabled(False)

    def show_looking(self) -> None:
        """The server is being asked."""
        self.preview.show_looking(self.address())

    def show_preview(self, preview: Preview) -> None:
        """What it says of itself: from now on one can go on."""
        self.field.calm()
        self.preview.show_preview(preview)
        self.main.setEnabled(True)

    def show_picture(self, picture: QPixmap) -> None:
        """Of the server."""
        self.preview.show_picture(picture)

    def show_trouble(self, error: ServiceError) -> None:
        """What is wrong; what was typed stays."""
        self._absent = False
        again = isinstance(error, Unreachable)
        step = "" if again else error.next_step
        self.field.trouble(error.message, step, button="Try again" if again else "")
        self.set_busy(False)
        self.main.setEnabled(False)

    def refuse(self, error: ServiceError) -> None:
        """No plan could be made; one may try again with the same."""
        self.set_busy(False)
        self._absent = isinstance(error, NotFound)
        button = "Sign in there…" if self._absent else ""
        self.field.trouble(error.message, "" if button else error.next_step, button=button)
        self.main.setEnabled(True)

    def _on_mended(self) -> None:
        if self._absent:
            self.sign_in_wanted.emit(self.address())
        else:
            self.address_changed.emit(self.address())

    def set_busy(self, on: bool) -> None:
        """Both sides are being read."""
        self._busy.setVisible(on)
        self.main.setEnabled(not on)

    def _on_address(self, text: str) -> None:
        self.show_nothing()
        self.address_changed.emit(text.strip())

    def _on_account(self, keys: tuple[str, ...]) -> None:
        if keys:
            self._account = keys[0]
            self.account_changed.emit(self._account)
            self._on_address(self.field.text())

    def _on_submitted(self) -> None:
        if self.main.isEnabled():
            self.go_wanted.emit()


class BeginPage(PageBody):
    """What is needed before the first step: asked at once, not one by one."""

    answered = Signal(dict)

    def __init__(self, look: Look, needs: Sequence[Need], act: str) -> None:
        super().__init__(
            look,
            "Before it begins",
            "Passwords and codes stay in memory while Godwit works, and are never written down.",
        )
        narrow = QWidget()
        narrow.setMaximumWidth(look.theme.length(look.theme.tokens.wizard.maxBody, capped=True))
        column = QVBoxLayout(narrow)
        column.setContentsMargins(0, 0, 0, 0)
        self.form = NeedsForm(look, needs)
        self.form.go.rename(act)
        self.form.answered.connect(self.answered)
        column.addWidget(self.form)
        self.column.addWidget(narrow)
        self.back()

    def first_focus(self) -> QWidget | None:
        """The first question."""
        return self.form.first()
