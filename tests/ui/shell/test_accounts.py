"""Signing in from the window, and where keys live."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.model import Account
from app.model.errors import ServiceError, Unreachable, VaultAbsent, VaultError
from app.protocols.base import SignedIn
from app.protocols.demo import JUNO
from app.protocols.demo import network as demo_network
from app.ui.accounts.add import AddAccountDialog
from app.ui.accounts.keys import KeysDialog, strength
from app.ui.accounts.pages import AddressPage, CodePage, SecretPage, WaitingPage
from app.ui.presenters.keys import KeysPresenter
from app.ui.presenters.sign_in import SignInPresenter
from app.ui.theme.look import Look
from app.ui.widgets.field import CodeInput
from tests.ui.shell.conftest import Scenario
from tests.waiting import until


def _press(dialog: QWidget, text: str) -> None:
    """Press the button that is called *text*."""
    found = [b for b in dialog.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    assert len(found) == 1, [b.text() for b in dialog.findChildren(QPushButton)]
    assert found[0].isEnabled(), f"{text} is off"
    found[0].click()


def _type(dialog: QWidget, text: str) -> None:
    """Type into the one input."""
    [field] = [i for i in dialog.findChildren(QLineEdit) if i.isVisible()]
    field.clear()
    QTest.keyClicks(field, text)


def _words(dialog: QWidget) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


class Person:
    """Somebody in front of the dialog, and what came of it."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        self.kept: list[SignedIn] = []
        self.opened: list[str] = []
        self.bugs: list[Exception] = []
        self.network = demo_network()
        self.vault_errors: list[ServiceError] = []
        self.unlocks: list[bool] = []
        self.presenter = SignInPresenter(
            look,
            parent,
            self.network,
            keep=self._keep,
            unlock=self._unlock,
            open_url=self._open,
            report=self.bugs.append,
            patience=0.0,
        )

    async def _keep(self, signed_in: SignedIn) -> Account:
        if self.vault_errors:
            raise self.vault_errors.pop()
        self.kept.append(signed_in)
        return signed_in.account

    async def _unlock(self) -> bool:
        return self.unlocks.pop()

    def _open(self, url: str) -> bool:
        self.opened.append(url)
        return True

    @property
    def dialog(self) -> AddAccountDialog:
        return self.presenter.dialog

    def page(self, kind: type) -> bool:
        return any(page.isVisible() for page in self.dialog.findChildren(kind))


@pytest.fixture
def person(look: Look, parent: QWidget) -> Person:
    """In front of an empty dialog."""
    return Person(look, parent)


async def _meet(person: Person, act: Callable[[], Awaitable[None]]) -> Account | None:
    """Open the dialog, let *act* happen in front of it, and tell the outcome."""
    task = asyncio.create_task(person.presenter.run())
    await until(lambda: person.dialog.isVisible())
    await act()
    async with asyncio.timeout(10):
        account = await task
    assert person.bugs == []
    return account


def test_an_address_is_looked_up_and_signed_in_with_the_browser(
    person: Person, run: Scenario
) -> None:
    """Typing shows who stands behind the address; the browser does the rest."""
    found: list[Account | None] = []

    async def act() -> None:
        _type(person.dialog, "saltmarsh.example")
        await until(lambda: "Juno Halvard" in _words(person.dialog))
        _press(person.dialog, "Sign in with the browser")

    async def scenario() -> None:
        found.append(await _meet(person, act))

    run(scenario())
    assert [account and account.id for account in found] == [JUNO]
    assert len(person.opened) == 1
    assert [signed_in.account.id for signed_in in person.kept] == [JUNO]


def test_the_button_is_off_until_somebody_answered(person: Person, run: Scenario) -> None:
    """One cannot begin with an address that nobody answered for, and it is said why."""

    async def act() -> None:
        _type(person.dialog, "nowhere.example")
        await until(lambda: "no account" in _words(person.dialog))
        button = next(
            b for b in person.dialog.findChildren(QPushButton) if b.text().startswith("Sign in")
        )
        assert not button.isEnabled()
        field = person.dialog.findChild(QLineEdit)
        assert field is not None
        assert field.text() == "nowhere.example"
        assert field.property("trouble")
        person.dialog.reject()

    async def scenario() -> None:
        assert await _meet(person, act) is None

    run(scenario())
    assert person.kept == []


def test_a_wrong_password_stays_and_is_explained(person: Person, run: Scenario) -> None:
    """The page keeps what was typed; the right password then signs in."""

    async def act() -> None:
        _type(person.dialog, "saltmarsh.example")
        await until(lambda: "Juno Halvard" in _words(person.dialog))
        person.dialog.begun.emit("password")
        await until(lambda: person.page(SecretPage))
        _type(person.dialog, "wrong")
        _press(person.dialog, "Sign in")
        await until(lambda: "Wrong password" in _words(person.dialog))
        [field] = person.dialog.findChildren(QLineEdit)
        assert field.text() == "wrong"
        assert field.echoMode() == QLineEdit.EchoMode.Password
        _type(person.dialog, "demo")
        _press(person.dialog, "Sign in")

    async def scenario() -> None:
        assert await _meet(person, act) is not None

    run(scenario())


def test_a_code_that_was_sent_is_asked_for(person: Person, run: Scenario) -> None:
    """A host that wants a code gets one, and only once it is complete."""

    async def act() -> None:
        _type(person.dialog, "estuary.example.net")
        await until(lambda: person.presenter._preview is not None)
        person.dialog.begun.emit("password")
        await until(lambda: person.page(SecretPage))
        _type(person.dialog, "demo")
        _press(person.dialog, "Sign in")
        await until(lambda: person.page(CodePage))
        [code] = person.dialog.findChildren(CodeInput)
        QTest.keyClicks(code, "gul")
        proceed = next(b for b in person.dialog.findChildren(QPushButton) if b.text() == "Continue")
        assert not proceed.isEnabled()
        QTest.keyClicks(code, "ls")
        assert code.text() == "GULLS"
        _press(person.dialog, "Continue")

    async def scenario() -> None:
        assert await _meet(person, act) is not None

    run(scenario())


def test_back_stops_the_browser_sign_in(person: Person, run: Scenario) -> None:
    """Whoever goes back is asked for the address again, with what was typed."""

    class Slow:
        url = "https://saltmarsh.example/authorize"
        code_url = "https://saltmarsh.example/authorize?show=code"
        code_possible = True
        closed = False

        async def finish(self) -> SignedIn:
            await asyncio.Event().wait()
            raise AssertionError

        async def use_code(self, code: str) -> SignedIn:
            raise Unreachable("No answer.")

        async def close(self) -> None:
            Slow.closed = True

    async def begin(address: str, options: object = None) -> Slow:
        return Slow()

    person.network.sign_in_browser = begin  # type: ignore[method-assign,assignment]

    async def act() -> None:
        _type(person.dialog, "saltmarsh.example")
        await until(lambda: "Juno Halvard" in _words(person.dialog))
        _press(person.dialog, "Sign in with the browser")
        await until(lambda: person.page(WaitingPage))
        _press(person.dialog, "Copy address")
        assert QGuiApplication.clipboard().text() == Slow.code_url
        _press(person.dialog, "Back")
        await until(lambda: person.page(AddressPage) and Slow.closed)
        person.dialog.reject()

    async def scenario() -> None:
        assert await _meet(person, act) is None

    run(scenario())
    assert person.kept == []


def test_without_a_key_store_it_is_asked_where_keys_live(person: Person, run: Scenario) -> None:
    """A finished sign-in is not lost because there is no place for its keys yet."""
    person.vault_errors = [VaultAbsent("This system has no key store.")]
    person.unlocks = [True]

    async def act() -> None:
        _type(person.dialog, "saltmarsh.example")
        await until(lambda: "Juno Halvard" in _words(person.dialog))
        _press(person.dialog, "Sign in with the browser")

    async def scenario() -> None:
        assert await _meet(person, act) is not None

    run(scenario())
    assert len(person.kept) == 1


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("7kq4mx2r8b", "7KQ4M-X2R8B"), ("7kq4m x2", "7KQ4M-X2"), ("7KQ4M-", "7KQ4M"), ("", "")],
)
def test_codes_are_tidied_while_typing(look: Look, typed: str, shown: str) -> None:
    """Uppercase, one dash set by us, blanks taken away."""
    code = CodeInput(look, 10)
    code.setText(typed)
    code.textEdited.emit(typed)

    assert code.text() == shown
    assert code.complete() == (len(shown) == 11)
    code.deleteLater()


class Place:
    """A key place in memory."""

    kind = "encrypted file"

    def __init__(self, state: str) -> None:
        self.state = state
        self.did: list[str] = []

    def unlock(self, passphrase: str) -> None:
        if passphrase != "right horse":
            raise VaultError("This is not the passphrase.", "Type it again.")
        self.did.append("unlocked")
        self.state = "ready"

    def create_file(self, passphrase: str) -> None:
        self.did.append("created")

    def keep_for_session(self) -> None:
        self.did.append("session")


def test_a_ready_vault_asks_nothing(look: Look, parent: QWidget, run: Scenario) -> None:
    """No dialog without need."""
    presenter = KeysPresenter(look, parent, lambda: Place("ready"), report=pytest.fail)  # type: ignore[arg-type,return-value]

    async def scenario() -> None:
        assert await presenter.unlock()

    run(scenario())


def test_a_wrong_passphrase_can_be_mended(look: Look, parent: QWidget, run: Scenario) -> None:
    """The dialog stays, says so, and takes the right one."""
    place = Place("locked")
    presenter = KeysPresenter(look, parent, lambda: place, report=pytest.fail)  # type: ignore[arg-type,return-value]

    async def scenario() -> None:
        asked = asyncio.create_task(presenter.unlock())
        await until(lambda: presenter.dialog and presenter.dialog.isVisible())
        dialog = presenter.dialog
        assert dialog is not None
        _type(dialog, "wrong horse")
        _press(dialog, "Unlock")
        await until(lambda: "not the passphrase" in _words(dialog))
        _type(dialog, "right horse")
        _press(dialog, "Unlock")
        assert await asked

    run(scenario())
    assert place.did == ["unlocked"]


@pytest.mark.parametrize(("choice", "did"), [("session", ["session"]), ("file", ["created"])])
def test_without_key_store_there_are_two_choices(
    look: Look, parent: QWidget, run: Scenario, choice: str, did: list[str]
) -> None:
    """A file with a passphrase, or this session only; never plain text."""
    place = Place("absent")
    presenter = KeysPresenter(look, parent, lambda: place, report=pytest.fail)  # type: ignore[arg-type,return-value]

    async def scenario() -> None:
        asked = asyncio.create_task(presenter.unlock())
        await until(lambda: presenter.dialog and presenter.dialog.isVisible())
        dialog = presenter.dialog
        assert dialog is not None
        if choice == "session":
            dialog._session.setChecked(True)
            _press(dialog, "Keep for this session")
        else:
            _type(dialog, "eleven days")
            _press(dialog, "Create the file")
        assert await asked

    run(scenario())
    assert place.did == did


def test_nothing_is_chosen_beforehand(look: Look, parent: QWidget) -> None:
    """Whoever presses Enter at once has chosen nothing."""
    dialog = KeysDialog(look, "absent", parent)

    assert not dialog._main.isEnabled()
    assert not dialog._session.isChecked()
    assert not dialog._file.isChecked()
    dialog.deleteLater()


def test_short_or_simple_passphrases_are_called_so() -> None:
    """The word fits the bar, and grows with the passphrase."""
    shares = [
        strength(words)[0]
        for words in ("", "short", "aaaaaaaaaaaa", "eleven days", "e" * 9 + "leven days no landing")
    ]

    assert shares == sorted(shares)
    assert "too short" in strength("seven77")[1]
    assert "too simple" in strength("aaaaaaaaaaaa")[1]


def test_the_dialog_fits_into_a_small_window(look: Look, qapp: object) -> None:
    """In a low window the page scrolls; title and buttons stay."""
    window = QWidget()
    window.resize(440, 480)
    window.show()
    dialog = AddAccountDialog(look, demo_network().form, window)
    dialog.show_address()
    dialog.show()

    assert dialog.height() <= 480
    assert dialog.width() <= 440
    assert dialog.windowModality() == Qt.WindowModality.WindowModal
    dialog.close()
    window.deleteLater()
