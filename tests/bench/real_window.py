"""Godwit's own window over a profile, driven from inside: what the benches look at."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.model.timeline import TimelineId
from app.services.house import House, Options
from app.ui import asyncqt, start
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.wiring import WindowSite, Wiring

Work = Callable[["RealWindow"], Awaitable[None]]
SIZE = (1280, 900)
ARRIVAL = 0.001


class RealWindow:
    """Everything the program has while its window is open."""

    def __init__(self, front: Front, live: Live, house: House) -> None:
        self.front, self.live, self.house = front, live, house
        self.view = front.view

    @property
    def rows(self) -> int:
        """Rows in memory."""
        return len(self.live.timeline.opened or ())

    async def values_in_sight(self) -> None:
        """Return when every row in sight has its value."""
        view = self.view
        for _ in range(2000):
            rows = [view.shelf.row(index) for index, _ in view.visible_rows()]
            if all(row is not None for row in rows):
                return
            await asyncio.sleep(ARRIVAL)

    async def scroll(self, rows: int, step: int) -> int:
        """Down by *rows* rows, *step* px at a time, each painted. Returns how many it were."""
        view, seen, moved = self.view, 0, time.monotonic()
        opened = self.live.timeline.opened
        assert opened is not None
        while seen < rows and time.monotonic() - moved < 5:
            before = view.anchor()
            view.scroll_by(step)
            view.viewport().repaint()
            await asyncio.sleep(0)
            await self.values_in_sight()
            after = view.anchor()
            if before is None or after is None or before == after:
                continue  # the end, until more is read
            moved = time.monotonic()
            # Both as they stand now: rows that came in above do not count.
            first, last = opened.index_of(before[0]), opened.index_of(after[0])
            seen += last - first if first is not None and last is not None else 0
        return seen


def in_window(
    profile: Path,
    work: Work,
    *,
    offline: bool = True,
    demo: bool = False,
    change: Callable[[House], House] | None = None,
) -> None:
    """
    Open the window of *profile*, do *work* in it, close it.

    Args:
        demo: On the two embedded networks.
        change: Puts other parts into the house before the window gets it.
    """
    # After app.ui, as in the program: see there what PySide6 does to imports.
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "fusion"])
    assert isinstance(app, QApplication)
    options = Options(profile=profile, offline=offline, demo=demo)
    site = WindowSite(Wiring(), options, profile)
    front = Front(app, site)
    front.window.resize(*SIZE)
    front.window.show()
    app.processEvents()
    sys.setswitchinterval(start._GIVE_WAY)
    house = site.furnish()
    if change is not None:
        house = change(house)

    async def main() -> None:
        live = Live(
            front,
            lambda: house,
            belongings=site.belongings,
        )
        # The rounds of the sync loop would come at moments of their own.
        await live.begin()
        try:
            await work(RealWindow(front, live, house))
        finally:
            await live.end()
            await house.close()

    asyncqt.run(main(), app)


ALL = TimelineId("all")
