"""Adding, renewing and removing accounts from the window."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.model import Account, AccountId, AccountState
from app.model.errors import NotFound, ServiceError
from app.ui.asyncqt import TaskScope, ask
from app.ui.presenters.keys import KeyPlace, KeysPresenter
from app.ui.shell.links import open_in_browser
from app.ui.theme import icons
from app.ui.theme.look import Look

if TYPE_CHECKING:
    from app.protocols.base import Network, SignedIn
    from app.ui.presenters.sign_in import SignInPresenter
    from app.ui.timeline.pictures import Pictures


OWN = (
    ("archive", "Back up…", "backup"),
    ("upload-simple", "Import files…", "import"),
    ("users", "Find whom it follows elsewhere…", "people"),
    ("suitcase", "Move house…", "move"),
)
"""What one can do with what is one's own: icon, words, act."""


class KeepsAccounts(Protocol):
    """``services/accounts``, as far as this presenter needs it."""

    def all(self) -> tuple[Account, ...]: ...
    def find(self, account: AccountId) -> Account: ...
    def state(self, account: AccountId) -> AccountState: ...
    async def add(self, signed_in: SignedIn, *, renew: AccountId | None = None) -> Account: ...
    async def remove(self, account: AccountId) -> ServiceError | None: ...


class KnowsNetworks(Protocol):
    """``protocols/registry``, as far as this presenter needs it."""

    @property
    def networks(self) -> tuple[Network, ...]: ...
    def network(self, protocol: str) -> Network: ...


class AccountsPresenter(QObject):
    """One dialog at a time."""

    added = Signal(object)
    """Account."""
    unlocked = Signal()
    sync_wanted = Signal(str)
    own_wanted = Signal(str, str)
    """backup, import or move; the account."""
    problem = Signal(str)
    """Something to say that is not the fault of a page: words."""

    def __init__(
        self,
        look: Look,
        window: QWidget,
        accounts: KeepsAccounts,
        registry: Callable[[], KnowsNetworks],
        vault: Callable[[], KeyPlace],
        scope: TaskScope,
        report: Callable[[Exception], None],
        open_url: Callable[[str], bool] = open_in_browser,
        pictures: Pictures | None = None,
    ) -> None:
        super().__init__(window)
        self._look, self._window = look, window
        self._accounts, self._registry = accounts, registry
        self._scope, self._report, self._open_url = scope, report, open_url
        self._keys = KeysPresenter(look, window, vault, report)
        self._pictures = pictures
        self._open = False
        self.sign_in: SignInPresenter | None = None

    # --------------------------------------------------------------- adding

    def choose_network(self, at: QPoint) -> None:
        """Ask which network the new account is on; with one there is no question."""
        networks = self._registry().networks
        if len(networks) == 1:
            self.add(networks[0].id)
            return
        menu = QMenu(self._window)
        for network in networks:
            act = menu.addAction(f"{network.form.title}…")
            act.triggered.connect(lambda _=False, id=network.id: self.add(id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def add(self, protocol: str, address: str = "") -> None:
        """Open the dialog for an account of *protocol*; *address*: asked for at once."""
        self._start(self._add(protocol, address))

    def renew(self, account: AccountId) -> None:
        """ "Sign in again"."""
        self._start(self._renew(account))

    def unlock(self) -> None:
        """Ask for what opens the key store."""
        self._start(self._unlock())

    def remove(self, account: AccountId) -> None:
        """Ask once, then remove."""
        self._start(self._remove(account))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        async def alone() -> None:
            if self._open:
                work.close()
                return
            self._open = True
            try:
                await work
            finally:
                self._open = False

        self._scope.start(alone(), name="accounts")

    async def _add(self, protocol: str, address: str) -> None:
        network = self._registry().network(protocol)
        account = await self._sign_in(network, self._accounts.add, address)
        if account is not None:
            self.added.emit(account)

    async def _renew(self, account_id: AccountId) -> None:
        account = self._accounts.find(account_id)
        network = self._registry().network(account.protocol)

        def keep(signed_in: SignedIn) -> Awaitable[Account]:
            return self._accounts.add(signed_in, renew=account_id)

        await self._sign_in(network, keep, _address_of(account), {"pds": account.server})

    async def _sign_in(
        self,
        network: Network,
        keep: Callable[[SignedIn], Awaitable[Account]],
        address: str = "",
        options: Mapping[str, str] | None = None,
    ) -> Account | None:
        from app.ui.presenters.sign_in import SignInPresenter  # loaded when it is opened

        self.sign_in = SignInPresenter(
            self._look,
            self._window,
            network,
            keep=keep,
            unlock=self._keys.unlock,
            open_url=self._open_url,
            report=self._report,
            options=options,
            again=options is not None,
            pictures=self._pictures,
        )
        try:
            return await self.sign_in.run(address)
        finally:
            self.sign_in = None

    async def _unlock(self) -> None:
        if await self._keys.unlock():
            self.unlocked.emit()

    async def _remove(self, account_id: AccountId) -> None:
        with contextlib.suppress(NotFound):
            account = self._accounts.find(account_id)
            from app.ui.accounts.remove import RemoveDialog

            dialog = RemoveDialog(self._look, account.handle, account.host, self._window)
            if not await ask(dialog):
                return
            try:
                told = await self._accounts.remove(account_id)
            except ServiceError as error:
                told = error
            if told is not None:
                self.problem.emit(f"{told.message} {told.next_step}".strip())

    # ----------------------------------------------------------------- menu

    def show_menu(self, account_id: str, at: QPoint) -> None:
        """What one can do with an account."""
        try:
            account = self._accounts.find(AccountId(account_id))
        except NotFound:
            return
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)

        def add(
            icon: str, text: str, act: Callable[[], None], color: str = "textSecondary"
        ) -> None:
            theme = self._look.theme
            size = theme.tokens.icon.context
            drawn = icons.icon(theme, icon, size, color, dpr=menu.devicePixelRatioF())
            menu.addAction(drawn, text).triggered.connect(lambda: act())

        handle = f"@{account.handle}"
        state = self._accounts.state(account.id)
        if state.kind == "signed_out":
            add("sign-in", "Sign in again…", lambda: self.renew(account.id), "danger")
        elif state.kind == "locked":
            add("lock-key", "Unlock the keys…", self.unlock, "warn")
        add("arrows-clockwise", "Fetch what is new", lambda: self.sync_wanted.emit(account.id))
        add("copy", f"Copy {handle}", lambda: QGuiApplication.clipboard().setText(handle))
        if state.kind != "signed_out":
            add("sign-in", "Sign in again…", lambda: self.renew(account.id))
        menu.addSeparator()
        for icon, text, act in OWN:
            add(icon, text, partial(self.own_wanted.emit, act, account.id))
        menu.addSeparator()
        add("trash", "Remove this account…", lambda: self.remove(account.id), "danger")
        menu.popup(at)


def _address_of(account: Account) -> str:
    """What one would type to sign in to *account* again."""
    return account.handle if "@" not in account.handle else f"@{account.handle}"
