"""The pages of the add-account dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.protocols.base import Preview, SignInForm
from app.ui.accounts.preview import PreviewBox
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Radio
from app.ui.widgets.field import CodeInput, Field
from app.ui.widgets.panel import Glyph, Hairline, Spinner
from app.ui.widgets.words import Words

BROWSER, PASSWORD, TOKEN = "browser", "password", "token"


class Page(QWidget):
    """A body of the dialog."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        tokens = look.theme.tokens
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(
            tokens.dialog.pad, tokens.space.half, tokens.dialog.pad, tokens.dialog.pad
        )
        self.column.setSpacing(tokens.space.m)

    def note(self, icon: str, text: str) -> QWidget:
        """A line of help with its icon."""
        tokens = self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        sign = Glyph(self._look, icon, tokens.icon.context, "textTertiary")
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Words(self._look, text, "small", "textTertiary", wrap=True), 1)
        return line


class AddressPage(Page):
    """
    Which server, or who: with what stands behind it, and how to sign in.

    Args:
        server: One's own server, as it was named before.
    """

    method_changed = Signal()
    grown = Signal()

    def __init__(self, look: Look, form: SignInForm, server: str = "") -> None:
        super().__init__(look)
        self._form = form
        self.field = Field(look, form.field, help_line=form.hint)
        self.field.input.setPlaceholderText(form.placeholder)
        self.column.addWidget(self.field)
        self._own = Button(look, "My own server…", "plain", size="inline")
        self._own.clicked.connect(self._show_server)
        self.column.addWidget(self._own, 0, Qt.AlignmentFlag.AlignLeft)
        self.server = Field(look, form.server_field, help_line=form.server_help)
        self.server.input.setPlaceholderText("https://pds.example.org")
        self.server.input.setText(server)
        self.column.addWidget(self.server)
        self._own.setVisible(bool(form.server_option) and not server)
        self.server.setVisible(bool(form.server_option and server))
        self.preview = PreviewBox(look, "What stands behind the address is shown here.")
        self.column.addWidget(self.preview)
        self._ways = QVBoxLayout()
        self._ways.setSpacing(look.theme.tokens.space.m)
        self.column.addLayout(self._ways)
        self._privacy = self.note(
            "browser",
            "Your password goes to this server’s own page in the browser. Godwit never sees it.",
        )
        self.column.addWidget(self._privacy)
        self.column.addStretch()
        self._radios: dict[str, Radio] = {}

    def _show_server(self) -> None:
        self._own.hide()
        self.server.show()
        self.server.input.setFocus()
        self.grown.emit()

    def method(self) -> str:
        """The chosen way to sign in."""
        return next((way for way, radio in self._radios.items() if radio.isChecked()), BROWSER)

    def show_preview(self, preview: Preview) -> None:
        """Show what was found, and its ways in, best first."""
        self.field.calm()
        self.preview.show_preview(preview)
        kept = self.method() if self._radios else ""
        for radio in self._radios.values():
            radio.setParent(None)
            radio.deleteLater()
        self._radios = {}
        for way in preview.methods:
            name, help_line = self._way(way, preview)
            radio = Radio(self._look, name, help_line)
            radio.setChecked(way == (kept if kept in preview.methods else preview.methods[0]))
            radio.toggled.connect(self._on_method)
            self._radios[way] = radio
            self._ways.addWidget(radio)
            radio.setVisible(len(preview.methods) > 1)
        self._on_method()

    def _on_method(self) -> None:
        only = len(self._radios) <= 1
        self._privacy.setVisible(only and self.method() == BROWSER)
        self.method_changed.emit()

    def _way(self, way: str, preview: Preview) -> tuple[str, str]:
        if way == BROWSER:
            return "Sign in with the browser", "You can take it back there at any time"
        if way == PASSWORD:
            return self._form.password_label or "Password", self._form.password_help
        return "Access token", f"Made on the page of {preview.title}"


class WaitingPage(Page):
    """The browser is open; a code field for pages that show one."""

    open_wanted = Signal()
    copy_wanted = Signal()
    code_entered = Signal(str)

    MINUTES = 10
    """So long the listener waits (RFC 8252 leaves it to us)."""

    def __init__(self, look: Look, *, code_possible: bool) -> None:
        super().__init__(look)
        tokens = look.theme.tokens
        top = QHBoxLayout()
        top.setSpacing(tokens.space.m)
        top.addWidget(Spinner(look, tokens.spinner.size), 0, Qt.AlignmentFlag.AlignTop)
        words = (
            "Your browser is open. Come back here when the server says it is done; "
            "this window notices by itself."
        )
        right = QVBoxLayout()
        right.setSpacing(tokens.space.s)
        right.addWidget(Words(look, words, "meta", "textSecondary", wrap=True))
        right.addLayout(self._buttons(look))
        top.addLayout(right, 1)
        self.column.addLayout(top)
        self.trouble = Words(look, "", "small", "danger", wrap=True)
        self.trouble.hide()
        self.column.addWidget(self.trouble)
        if code_possible:
            self.column.addWidget(Hairline(look))
            self.column.addLayout(self._code(look))
        self.column.addStretch()

    def _buttons(self, look: Look) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(look.theme.tokens.button.gap)
        again = Button(look, "Open again", size="small")
        again.clicked.connect(self.open_wanted)
        copy = Button(look, "Copy address", size="small", icon="copy")
        copy.clicked.connect(self.copy_wanted)
        row.addWidget(again)
        row.addWidget(copy)
        row.addStretch()
        self._left = Words(look, "", "small", "textTertiary", tabular=True)
        row.addWidget(self._left)
        self._minutes = self.MINUTES
        self._timer = QTimer(self)
        self._timer.setInterval(60_000)
        self._timer.timeout.connect(self._count_down)
        self._timer.start()
        self._say_left()
        return row

    def _code(self, look: Look) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(look.theme.tokens.button.gap)
        self.code = Field(look, "The page shows a code instead?")
        self.code.input.setPlaceholderText("Paste the code here")
        use = Button(look, "Use code", size="primary")
        use.setEnabled(False)
        self.code.changed.connect(lambda text: use.setEnabled(bool(text.strip())))
        use.clicked.connect(self._on_code)
        self.code.submitted.connect(self._on_code)
        row.addWidget(self.code, 1)
        held = QVBoxLayout()
        held.setContentsMargins(0, look.theme.length(look.theme.tokens.dialog.label), 0, 0)
        held.addSpacing(look.theme.tokens.dialog.labelGap)
        held.addWidget(use)
        held.addStretch()
        row.addLayout(held)
        return row

    def say_trouble(self, message: str) -> None:
        """The browser could not be opened, or the code was wrong."""
        self.trouble.say(message)
        self.trouble.show()

    def _on_code(self) -> None:
        if self.code.text().strip():
            self.code_entered.emit(self.code.text().strip())

    def _count_down(self) -> None:
        self._minutes = max(0, self._minutes - 1)
        self._say_left()

    def _say_left(self) -> None:
        self._left.say(f"{self._minutes} min left")


class SecretPage(Page):
    """A password or token."""

    def __init__(self, look: Look, who: str, label: str, help_line: str) -> None:
        super().__init__(look)
        self.column.addWidget(Words(look, who, "meta", "textSecondary", wrap=True))
        self.field = Field(look, label, help_line=help_line)
        self.field.input.setEchoMode(QLineEdit.EchoMode.Password)
        self.column.addWidget(self.field)
        self.column.addStretch()


class CodePage(Page):
    """A code that came by e-mail or is shown by an app."""

    submitted = Signal()

    def __init__(self, look: Look, message: str, length: int) -> None:
        super().__init__(look)
        tokens = look.theme.tokens
        self.column.addWidget(Words(look, message, "meta", "textSecondary", wrap=True))
        box = QVBoxLayout()
        box.setSpacing(tokens.dialog.labelGap)
        label = Words(look, "Code", "metaStrong")
        box.addWidget(label)
        self.input = CodeInput(look, length)
        self.input.setAccessibleName("Code")
        label.setBuddy(self.input)
        self.input.returnPressed.connect(self.submitted)
        box.addWidget(self.input)
        below = QHBoxLayout()
        below.setSpacing(tokens.button.iconGap)
        self._sign = Glyph(look, "warning-circle", tokens.dialog.troubleIcon, "danger")
        self._sign.hide()
        below.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._below = Words(
            look,
            "No mail? Look in spam; Back sends a new code.",
            "small",
            "textTertiary",
            wrap=True,
        )
        below.addWidget(self._below, 1)
        box.addLayout(below)
        self.column.addLayout(box)
        self.column.addStretch()

    def say_trouble(self, message: str, next_step: str = "") -> None:
        """The code was wrong; it stays."""
        self._sign.show()
        self._below.tint("danger")
        step = [(f" {next_step}", 600)] if next_step else []
        self._below.say([(message, None), *step])
        self.input.mark_trouble(True)
        self.input.setAccessibleDescription(f"{message} {next_step}".strip())
