"""
Opening somebody's page from the cache, in a window with the demo behind it.

``python -m tests.bench.bench_person``. Budget (issue "Reading in depth"): first paint of a
person with posts cached <= 30 ms. The ratio is against opening an empty page of the same size.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.protocols.demo.people import PEOPLE
from app.services.options import Options
from app.ui import asyncqt
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.ui.theme import pinned_fonts
from app.ui.theme.look import Look, Wishes
from app.ui.tour import StillClock
from app.ui.widgets.panel import Panel
from app.wiring import WindowSite, Wiring
from tests.bench.bench_store import line

ROUNDS = 15
WHO = ("ottilie", "teun", "pim")


def main() -> None:
    """Print one table."""
    app = QApplication.instance() or QApplication(["godwit"])
    assert isinstance(app, QApplication)
    look = Look(app, Wishes(reduce_motion=True), family=pinned_fonts(), scheme="light")
    asyncqt.run(measure(app, look), app)


async def measure(app: QApplication, look: Look) -> None:
    """First time, then again and again."""
    with tempfile.TemporaryDirectory() as name:
        site = WindowSite(Wiring(), Options(demo=True), Path(name) / "demo", StillClock())
        house, front = site.furnish(), Front(app, site, look)
        await house.start()
        await house.sync.run()
        live = Live(
            front,
            lambda: house,
            belongings=site.belongings,
        )
        front.window.show()
        await live.begin(furnished=True)
        await asyncio.sleep(1)
        bare = statistics.median([_empty(look, front) for _ in range(ROUNDS)])
        assert live.persons  # loaded before, as by standing on a post
        first = _opened(live, front, WHO[0])
        times = []
        for number in range(ROUNDS):
            live.persons.leave()
            await asyncio.sleep(0.3)
            times.append(_opened(live, front, WHO[number % len(WHO)]))
            await asyncio.sleep(0.3)
        line("an empty page", bare, "ms", 1.0)
        line("somebody, the first time", first, "ms", first / bare)
        again = statistics.median(times)
        line("somebody, from the cache", again, "ms", again / bare)
        await live.end()
        await house.close()


def _opened(live: Live, front: Front, who: str) -> float:
    start = time.perf_counter()
    live.open_person(PEOPLE[who], "mastodon")
    front.window.repaint()
    return (time.perf_counter() - start) * 1000


def _empty(look: Look, front: Front) -> float:
    page = Panel(look, "surface")
    start = time.perf_counter()
    front.window.right.show_page(page, cover=True)
    front.window.repaint()
    took = (time.perf_counter() - start) * 1000
    front.window.right.take_page(page)
    page.deleteLater()
    return took


if __name__ == "__main__":
    main()
