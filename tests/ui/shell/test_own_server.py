"""Naming one's own server, where the address alone does not lead to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import msgspec
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from app.model import Account
from app.model.errors import NotFound
from app.protocols.base import BrowserSignIn, Preview, SignedIn, SignInForm
from app.protocols.demo import network as demo_network
from app.protocols.demo.network import DemoNetwork
from app.ui.accounts.pages import AddressPage
from app.ui.presenters.sign_in import SignInPresenter
from app.ui.theme.look import Look
from tests.ui.shell.conftest import Scenario
from tests.waiting import until

SERVER = "https://pds.example.org"


class Homely(DemoNetwork):
    """The demo, found only by who names its server."""

    asked: list[dict[str, str]]

    @property
    def form(self) -> SignInForm:
        return msgspec.structs.replace(
            super().form, server_option="home", server_field="Your server", server_help="If hidden"
        )

    async def preview(self, address: str, options: Mapping[str, str] = {}) -> Preview:
        if options.get("home") != SERVER:
            raise NotFound(f"There is no account {address}.")
        return await super().preview(address, options)

    async def sign_in_browser(self, address: str, options: Mapping[str, str] = {}) -> BrowserSignIn:
        self.asked.append(dict(options))
        return await super().sign_in_browser(address, options)


def _button(dialog: QWidget, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


def test_who_names_a_server_is_looked_up_there(look: Look, parent: QWidget, run: Scenario) -> None:
    """One press shows the field; what is typed there counts from the look-up to the sign-in."""
    network = Homely(demo_network().world)
    network.asked = []
    kept: list[Account] = []

    async def keep(signed_in: SignedIn) -> Account:
        kept.append(signed_in.account)
        return signed_in.account

    async def unlock() -> bool:
        return False

    bugs: list[Exception] = []
    presenter = SignInPresenter(
        look,
        parent,
        network,
        keep=keep,
        unlock=unlock,
        open_url=lambda _: True,
        report=bugs.append,
        patience=0.0,
    )

    async def scenario() -> None:
        task = asyncio.create_task(presenter.run())
        dialog = presenter.dialog
        await until(dialog.isVisible)
        [page] = dialog.findChildren(AddressPage)
        QTest.keyClicks(page.field.input, "juno.example.org")
        begin = _button(dialog, "Sign in with the browser")
        await until(lambda: page.field.input.accessibleDescription().startswith("There is no"))
        assert not begin.isEnabled()
        assert not page.server.isVisible()
        before = dialog.height()

        _button(dialog, "My own server…").click()
        assert page.server.isVisible()
        assert dialog.height() > before
        QTest.keyClicks(page.server.input, SERVER)
        await until(begin.isEnabled)
        assert page.field.input.accessibleDescription() == network.form.hint
        assert dialog.findChild(QScrollArea).verticalScrollBar().maximum() == 0
        begin.click()
        async with asyncio.timeout(10):
            await task

    run(scenario())
    assert network.asked == [{"home": SERVER}]
    assert len(kept) == 1
    assert bugs == []
