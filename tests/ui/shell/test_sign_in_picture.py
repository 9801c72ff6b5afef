"""The picture of who was found."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.model import Account
from app.protocols.base import SignedIn
from app.protocols.demo import network as demo_network
from app.ui.accounts.pages import AddressPage
from app.ui.presenters.late import LatePictures
from app.ui.presenters.sign_in import SignInPresenter
from app.ui.theme.look import Look
from app.ui.widgets.panel import Avatar
from tests.ui.shell.conftest import Scenario
from tests.ui.timeline.painted import PaintedPictures
from tests.waiting import until


def test_the_picture_of_who_was_found_is_shown_when_it_comes(
    look: Look, parent: QWidget, run: Scenario
) -> None:
    """First the initial, then the picture; nothing listens when the dialog is closed."""
    pictures = LatePictures()

    async def keep(signed_in: SignedIn) -> Account:
        return signed_in.account

    async def unlock() -> bool:
        return False

    presenter = SignInPresenter(
        look,
        parent,
        demo_network(),
        keep=keep,
        unlock=unlock,
        open_url=lambda _: True,
        report=pytest.fail,
        patience=0.0,
        pictures=pictures,
    )

    async def scenario() -> None:
        task = asyncio.create_task(presenter.run())
        dialog = presenter.dialog
        await until(dialog.isVisible)
        [page] = dialog.findChildren(AddressPage)
        QTest.keyClicks(page.field.input, "saltmarsh.example")
        await until(lambda: dialog.findChildren(Avatar))
        [avatar] = dialog.findChildren(Avatar)
        assert avatar._picture is None
        pictures.use(PaintedPictures())
        assert avatar._picture is not None
        dialog.reject()
        async with asyncio.timeout(10):
            await task
        pictures.arrived.emit("")

    run(scenario())
