"""Signing in, from the first letter of an address to a kept account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.model import Account
from app.model.errors import Cancelled, NeedsCode, ServiceError, VaultAbsent, VaultLocked
from app.ui.accounts.add import AddAccountDialog
from app.ui.accounts.pages import BROWSER
from app.ui.asyncqt import TaskScope, ask
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form

if TYPE_CHECKING:
    from app.protocols.base import BrowserSignIn, Network, Preview, SignedIn
    from app.ui.timeline.pictures import Pictures

PATIENCE = 0.4
"""Seconds after the last key before an address is asked (look.md §8)."""


class SignInPresenter(QObject):
    """
    Drives one add-account dialog.

    Args:
        keep: Keeps the sign-in: ``Accounts.add``.
        unlock: Asks where keys may live; False: the user would not say.
        open_url: Opens an address in the system's browser; False: it cannot.
        report: Takes what is a bug.
        options: For the network: the host of an account that signs in again.
        again: The account is known already.
        pictures: For the picture of who is found.
    """

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        network: Network,
        *,
        keep: Callable[[SignedIn], Awaitable[Account]],
        unlock: Callable[[], Awaitable[bool]],
        open_url: Callable[[str], bool],
        report: Callable[[Exception], None],
        patience: float = PATIENCE,
        options: Mapping[str, str] | None = None,
        again: bool = False,
        pictures: Pictures | None = None,
    ) -> None:
        # A QObject: what a picture that comes later tells ends with the dialog.
        super().__init__(parent)
        self._look, self._pictures = look, pictures
        self._network = network
        self._keep, self._unlock, self._open_url = keep, unlock, open_url
        self._patience, self._options = patience, dict(options or {})
        self._scope = TaskScope(report)
        self._preview: Preview | None = None
        self._flow: BrowserSignIn | None = None
        self._secret = ""
        self._account: Account | None = None
        self.dialog = dialog = AddAccountDialog(look, network.form, parent, again=again)
        dialog.address_changed.connect(self._on_address)
        dialog.begun.connect(self._on_begun)
        dialog.secret_entered.connect(self._on_secret)
        dialog.code_entered.connect(self._on_code)
        dialog.open_wanted.connect(self._open_again)
        dialog.copy_wanted.connect(self._copy)
        dialog.back_wanted.connect(self._on_back)

    async def run(self, address: str = "") -> Account | None:
        """
        Show the dialog until somebody is signed in or it is closed.

        Args:
            address: Asked for at once: "Sign in again".
        """
        self.dialog.show_address(address)
        if address:
            self._on_address(address)
        if self._pictures is not None:
            self._pictures.arrived.connect(self._show_picture)
        try:
            await ask(self.dialog)
        finally:
            if self._pictures is not None:
                self._pictures.arrived.disconnect(self._show_picture)
            await self._scope.close()
            await self._close_flow()
            self._secret = ""
            self.deleteLater()
        return self._account

    # ------------------------------------------------------- what one wants

    def _on_address(self, text: str) -> None:
        self._preview = None
        address = text.strip()
        if address:
            self._scope.restart(self._look_up(address), name="look up")
        else:
            self._scope.stop("look up")

    def _on_begun(self, method: str) -> None:
        if self._preview is None:
            return
        if method == BROWSER:
            self._start(partial(self._browse, self._preview.address))
        else:
            self.dialog.show_secret(self._preview.title, method)

    def _on_secret(self, secret: str) -> None:
        self._secret = secret
        self._start(self._sign_in_secret)

    def _on_code(self, code: str) -> None:
        if self._flow is not None:
            # Beside the listener: after a wrong code the browser still counts.
            self._start(partial(self._use_code, self._flow, code), name="code")
        else:
            self._start(partial(self._sign_in_secret, code))

    def _on_back(self) -> None:
        address = self._preview.address if self._preview else ""
        self._scope.stop("sign in")
        self._scope.stop("code")
        self._scope.start(self._close_flow(), name="close")
        self._secret = ""
        self.dialog.show_address(address)
        self._on_address(address)

    def _open_again(self) -> None:
        if self._flow is not None:
            self._open(self._flow.url)

    def _copy(self) -> None:
        if self._flow is not None:
            # For a browser that this window could not open, perhaps on another
            # computer: that one cannot come back here, so its page shows a code.
            QGuiApplication.clipboard().setText(self._flow.code_url)

    # ----------------------------------------------------------- what is done

    def _wishes(self) -> dict[str, str]:
        """Options for the network: what was typed counts more than what was known."""
        return self._options | self.dialog.options()

    def _start(self, work: Callable[[], Awaitable[None]], *, name: str = "sign in") -> None:
        self.dialog.set_busy(True)
        self._scope.restart(self._in_words(work), name=name)

    async def _in_words(self, work: Callable[[], Awaitable[None]]) -> None:
        """What the world refuses is said on the page where it can be mended."""
        try:
            await work()
        except Cancelled:
            self.dialog.set_busy(False)
        except ServiceError as error:
            self.dialog.set_busy(False)
            self.dialog.show_trouble(error)

    async def _look_up(self, address: str) -> None:
        await asyncio.sleep(self._patience)
        self.dialog.show_looking(address)
        try:
            self._preview = await self._network.preview(address, self._wishes())
        except ServiceError as error:
            self.dialog.show_trouble(error)
            return
        self.dialog.show_preview(self._preview)
        self._show_picture()

    def _show_picture(self, _url: str = "") -> None:
        """Of who or what was found, as soon as it is there."""
        url = self._preview.picture if self._preview else ""
        if self._pictures is None or not url:
            return
        side = self._look.theme.length(self._look.theme.tokens.density.cosy.avatar, capped=True)
        form = Form(side, side, self.dialog.devicePixelRatioF(), side / 2)
        picture = self._pictures.request(url, form)
        if picture is not None:
            self.dialog.show_picture(picture)

    async def _browse(self, address: str) -> None:
        await self._close_flow()
        flow = self._flow = await self._network.sign_in_browser(address, self._wishes())
        host = address.removeprefix("https://").removeprefix("http://")
        self.dialog.show_waiting(host, code_possible=flow.code_possible)
        self._open(flow.url)
        try:
            signed_in = await flow.finish()
        except NeedsCode as error:
            self.dialog.show_code(f"{error.message} {error.next_step}".strip())
            return
        await self._finish(signed_in)

    def _open(self, url: str) -> None:
        if not self._open_url(url):
            words = "No browser could be opened."
            self.dialog.show_trouble(ServiceError(words, "Copy the address and open it yourself."))

    async def _use_code(self, flow: BrowserSignIn, code: str) -> None:
        await self._finish(await flow.use_code(code))

    async def _sign_in_secret(self, code: str = "") -> None:
        assert self._preview is not None
        try:
            signed_in = await self._network.sign_in_secret(
                self._preview.address, self._secret, code, self._wishes()
            )
        except NeedsCode as error:
            if code:
                raise
            self.dialog.show_code(f"{error.message} {error.next_step}".strip())
            return
        await self._finish(signed_in)

    async def _finish(self, signed_in: SignedIn) -> None:
        try:
            self._account = await self._keep(signed_in)
        except (VaultLocked, VaultAbsent):
            # Signed in, but nowhere to keep it: ask, then try once more.
            if not await self._unlock():
                raise
            self._account = await self._keep(signed_in)
        self._secret = ""
        self.dialog.accept()

    async def _close_flow(self) -> None:
        flow, self._flow = self._flow, None
        if flow is not None:
            await flow.close()
