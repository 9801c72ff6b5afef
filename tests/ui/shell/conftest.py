"""A look that is the same everywhere, and the demo in a throw-away profile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.services.house import Options
from app.ui import asyncqt
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.ui.theme import pinned_fonts
from app.ui.theme.look import Look, Wishes
from app.ui.tour import StillClock
from app.wiring import WindowSite, Wiring
from tests.waiting import until

Scenario = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Look]:
    """Light, 100 %, without motion."""
    made = Look(qapp, Wishes(scale=1.0, reduce_motion=True), family=pinned_fonts(), scheme="light")
    yield made
    made.deleteLater()


@pytest.fixture
def parent(qapp: QApplication) -> Iterator[QWidget]:
    """A window behind dialogs."""
    window = QWidget()
    window.resize(1280, 800)
    window.show()
    yield window
    window.deleteLater()


@pytest.fixture
def run(qapp: QApplication) -> Scenario:
    """Run a scenario on Qt's loop; it must end within 30 s."""
    return lambda scenario: asyncqt.run(asyncio.wait_for(scenario, 30), qapp)


class Demo:
    """The demo's house and window, furnished, its clock standing still."""

    def __init__(self, qapp: QApplication, look: Look, profile: Path) -> None:
        wiring = Wiring()
        self.site = WindowSite(wiring, Options(demo=True), profile, StillClock())
        self.house = self.site.furnish()
        self.front = Front(qapp, self.site, look)
        self.live: Live

    async def open(self, *, fetched: bool = True) -> None:
        """Show the window; *fetched*: with posts in the cache."""
        await self.house.start()
        if fetched:
            await self.house.sync.run()
        front = self.front
        self.live = Live(
            front,
            lambda: self.house,
            belongings=self.site.belongings,
        )
        front.window.show()
        await self.live.begin(furnished=True)
        # Shortcuts are those of the active window.
        await until(front.window.isActiveWindow)

    async def close(self) -> None:
        """Take all down again."""
        await self.live.end()
        await self.house.close()
        self.front.window.deleteLater()


@pytest.fixture
def demo(qapp: QApplication, look: Look, tmp_path: Path) -> Demo:
    """Not opened yet."""
    return Demo(qapp, look, tmp_path / "demo")


async def opened(demo: Demo, scenario: Callable[[Demo], Awaitable[None]]) -> None:
    """Run *scenario* in the open window and close it in any case."""
    await demo.open()
    try:
        await scenario(demo)
    finally:
        await demo.close()
