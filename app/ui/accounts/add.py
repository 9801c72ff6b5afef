"""The add-account dialog: one for every network, driven by its form and preview."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from app.model.errors import ServiceError, Unreachable
from app.protocols.base import Preview, SignInForm
from app.ui.accounts.pages import (
    BROWSER,
    PASSWORD,
    AddressPage,
    CodePage,
    SecretPage,
    WaitingPage,
)
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words


class AddAccountDialog(Dialog):
    """
    Shows pages and says what the user wants; a presenter does it.

    Secrets stay in the fields until they are asked for by signal, and go with
    the page.

    Args:
        again: For an account that is known already.
    """

    address_changed = Signal(str)
    begun = Signal(str)
    secret_entered = Signal(str)
    code_entered = Signal(str)
    open_wanted = Signal()
    copy_wanted = Signal()
    back_wanted = Signal()

    def __init__(
        self, look: Look, form: SignInForm, parent: QWidget | None, *, again: bool = False
    ) -> None:
        self._heading = "Sign in again" if again else form.title
        super().__init__(look, self._heading, parent)
        self._form = form
        self._page: QWidget | None = None
        self._main: Button | None = None
        self._preview: Preview | None = None
        self._server = ""

    def options(self) -> dict[str, str]:
        """What was named beside the address, for the network."""
        server = self._server.strip()
        return {self._form.server_option: server} if server else {}

    # ------------------------------------------------------------ the pages

    def show_address(self, address: str = "") -> None:
        """Ask where, or who."""
        page = AddressPage(self.look, self._form, self._server)
        self._preview = None
        page.field.input.setText(address)
        page.server.changed.connect(self._on_server)
        page.server.submitted.connect(self._on_main)
        page.grown.connect(self.settle)
        page.field.changed.connect(self._on_address)
        page.field.submitted.connect(self._on_main)
        page.field.mended.connect(lambda: self.address_changed.emit(page.field.text()))
        page.method_changed.connect(self._name_main)
        cancel = self._back("Cancel")
        cancel.clicked.disconnect()
        cancel.clicked.connect(self.reject)
        main = Button(self.look, "Sign in with the browser", "primary")
        main.clicked.connect(self._on_main)
        self._put(page, self._heading, [cancel], main)
        self._enable_main(False)
        page.field.input.setFocus()

    def show_looking(self, address: str) -> None:
        """The address is being asked."""
        if isinstance(self._page, AddressPage):
            self._page.preview.show_looking(address)
            self.settle()

    def show_preview(self, preview: Preview) -> None:
        """What stands behind the address; from now on one can begin."""
        if isinstance(self._page, AddressPage):
            self._preview = preview
            self._page.show_preview(preview)
            self._enable_main(True)
            self.settle()

    def show_picture(self, picture: QPixmap) -> None:
        """The picture of what is shown."""
        if isinstance(self._page, AddressPage):
            self._page.preview.show_picture(picture)

    def show_waiting(self, host: str, *, code_possible: bool) -> None:
        """The browser is open."""
        page = WaitingPage(self.look, code_possible=code_possible)
        page.open_wanted.connect(self.open_wanted)
        page.copy_wanted.connect(self.copy_wanted)
        page.code_entered.connect(self.code_entered)
        note = Words(self.look, "Closing this stops the sign-in", "small", "textTertiary")
        self._put(page, f"Waiting for {host}", [self._back()], None, note)

    def show_secret(self, who: str, method: str) -> None:
        """Ask for the password or token of *who*."""
        label = self._form.password_label if method == PASSWORD else "Access token"
        help_line = self._form.password_help if method == PASSWORD else ""
        page = SecretPage(self.look, who, label or "Password", help_line)
        main = Button(self.look, "Sign in", "primary")
        page.field.changed.connect(lambda text: self._enable_main(bool(text)))
        page.field.submitted.connect(self._on_main)
        main.clicked.connect(self._on_main)
        self._put(page, label or "Password", [self._back()], main)
        self._enable_main(False)
        page.field.input.setFocus()

    def show_code(self, message: str) -> None:
        """Ask for the code that was sent or is shown elsewhere."""
        page = CodePage(self.look, message, self._form.code_length)
        main = Button(self.look, "Continue", "primary")
        main.clicked.connect(self._on_main)
        page.input.textChanged.connect(lambda _: self._enable_main(page.input.complete()))
        page.submitted.connect(self._on_main)
        self._put(page, "Code by e-mail", [self._back()], main)
        self._enable_main(False)
        page.input.setFocus()

    # -------------------------------------------------------------- trouble

    def show_trouble(self, error: ServiceError) -> None:
        """Say what is wrong on the page where it can be mended; nothing typed is lost."""
        page = self._page
        words = f"{error.message} {error.next_step}".strip()
        if isinstance(page, AddressPage):
            button = "Try again" if isinstance(error, Unreachable) else ""
            step = "" if button else error.next_step
            page.field.trouble(error.message, step, button=button)
            page.preview.show_nothing()
            self._enable_main(False)
        elif isinstance(page, SecretPage):
            page.field.trouble(error.message, error.next_step)
            self._enable_main(True)
        elif isinstance(page, CodePage):
            page.say_trouble(error.message, error.next_step)
            self._enable_main(page.input.complete())
        elif isinstance(page, WaitingPage):
            page.say_trouble(words)
        self.settle()

    def set_busy(self, on: bool) -> None:
        """Something was begun: no second press."""
        self._enable_main(not on)

    # ------------------------------------------------------------- private

    def _put(
        self,
        page: QWidget,
        title: str,
        left: list[QWidget],
        main: Button | None,
        note: QWidget | None = None,
    ) -> None:
        self._page, self._main = page, main
        self.retitle(title)
        right = [widget for widget in (note, main) if widget is not None]
        self.fill(page, left=left, right=right)
        if main is not None:
            main.setDefault(True)

    def _back(self, text: str = "Back") -> Button:
        button = Button(self.look, text)
        button.clicked.connect(self.back_wanted)
        return button

    def _enable_main(self, on: bool) -> None:
        if self._main is not None:
            self._main.setEnabled(on)

    def _name_main(self) -> None:
        if self._main is not None and isinstance(self._page, AddressPage):
            browser = self._page.method() == BROWSER
            self._main.rename("Sign in with the browser" if browser else "Continue")

    def _on_address(self, text: str) -> None:
        self._preview = None
        self._enable_main(False)
        if isinstance(self._page, AddressPage):
            self._page.field.calm()
            self._page.preview.show_nothing()
        self.address_changed.emit(text)
        self.settle()

    def _on_server(self, text: str) -> None:
        self._server = text
        if isinstance(self._page, AddressPage):
            self._on_address(self._page.field.text())

    def _on_main(self) -> None:
        if self._main is None or not self._main.isEnabled():
            return
        page = self._page
        if isinstance(page, AddressPage):
            self.begun.emit(page.method())
        elif isinstance(page, SecretPage):
            self.secret_entered.emit(page.field.text())
        elif isinstance(page, CodePage):
            self.code_entered.emit(page.input.code())
