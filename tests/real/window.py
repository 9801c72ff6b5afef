"""The window with its house, on real servers: opened, used, closed as a user does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.services.composing import COMPOSING, ComposeWishes, kept
from app.services.house import House, Options
from app.ui import asyncqt
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.wiring import WindowSite, Wiring
from tests import waiting

until = partial(waiting.until, seconds=60)
"""Servers may take a minute."""


def in_window(
    profile: Path,
    join: Callable[[House], Awaitable[None]],
    act: Callable[[Live], Awaitable[None]],
) -> None:
    """
    Open the window of *profile*, let *act* happen in it, close it.

    What is sent leaves at once; secrets are kept for the session.

    Args:
        join: Signs in, before the window lives.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["godwit"])
    site = WindowSite(Wiring(), Options(profile=profile), profile)
    front = Front(app, site)
    front.window.show()
    house = site.furnish()

    async def main() -> None:
        await house.start()
        house.vault().keep_for_session()
        await join(house)
        wishes = kept(ComposeWishes(undo=0))
        await house.store.keep(lambda keeper: keeper.set_setting(COMPOSING, wishes))
        live = Live(
            front,
            lambda: house,
            belongings=site.belongings,
        )
        running = asyncio.create_task(live.run())
        try:
            await until(lambda: front.shell.accounts, "no accounts")
            await act(live)
        finally:
            front.window.close()
            await running
            await house.close()

    asyncqt.run(main(), app)
    front.window.deleteLater()
