"""A new user's way through the window, on a real server: welcome, sign in, read, restart."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.services.house import Options
from app.ui import asyncqt
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.wiring import WindowSite, Wiring
from tests.real.test_mastodon import agree_in_browser
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
PASSPHRASE = "eleven days, no landing"

Act = Callable[[Front, Live], Awaitable[None]]


async def _until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.05)


def _window(profile: Path, act: Act) -> None:
    """Open the window of *profile*, let *act* happen, close it as a user does."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["godwit"])
    site = WindowSite(Wiring(), Options(profile=profile), profile)
    front = Front(app, site)
    front.window.show()
    house = site.furnish()
    if house.vault().state == "locked":
        house.vault().unlock(PASSPHRASE)

    async def main() -> None:
        live = Live(front.look, front.window, front.view, front.shell, front.pictures, house)
        running = asyncio.create_task(live.run())
        try:
            await act(front, live)
        finally:
            front.window.close()
            await running
            await house.close()

    asyncqt.run(main(), app)
    front.window.deleteLater()


def test_a_new_user_signs_in_reads_and_finds_the_place_again(
    mastodon_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the welcome to the second start, with nothing but the window and a browser."""
    monkeypatch.delenv("GODWIT_PASSPHRASE", raising=False)
    places: list[object] = []

    async def first(front: Front, live: Live) -> None:
        await _until(lambda: front.window.in_first_run)
        browser = asyncio.get_running_loop()

        def open_url(url: str) -> bool:
            browser.run_in_executor(None, agree_in_browser, url, "ana")
            return True

        live.accounts._open_url = open_url
        live.accounts.add("mastodon")
        await _until(lambda: live.accounts.sign_in and live.accounts.sign_in.dialog.isVisible())
        presenter = live.accounts.sign_in
        assert presenter is not None
        presenter.dialog.address_changed.emit(mastodon_rig["base_url"])
        await _until(lambda: presenter._preview)
        presenter.dialog.begun.emit("browser")
        await _until(lambda: live.accounts._keys.dialog or front.shell.accounts)
        if (keys := live.accounts._keys.dialog) is not None:
            keys.file_wanted.emit(PASSPHRASE)
        await _until(lambda: not front.window.in_first_run and front.view.anchor())
        front.view.scroll_by(1200)
        await _until(lambda: live.timeline.opened and live.timeline.opened.position)
        # A row that turns out to be hidden when it is loaded is nobody's place.
        await _until(lambda: all(live.timeline.opened.row(i) for i, _ in front.view.visible_rows()))
        places.append(front.view.anchor())

    async def second(front: Front, live: Live) -> None:
        places.append(front.view.anchor())
        await _until(lambda: live.timeline.opened)
        places.append(front.view.anchor())

    _window(tmp_path, first)
    _window(tmp_path, second)

    assert places[0] is not None
    assert places == [places[0]] * 3
