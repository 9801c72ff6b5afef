"""
From the click on a post to its conversation of 3 000 answers, in the real window.

Wire bytes from a process beside it, through HTTP, converters, tree, store and view.
What counts besides the wait: the longest that the window's own thread is busy in one
turn of the loop while all that comes in, since that is what a reader who scrolls feels.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.feed.rows import Card
from tests.bench.bench_arrive import prepare, secret
from tests.bench.measure import percentile, say
from tests.bench.pulse import Pulse, Watcher

POSTS = 80
TICK = 0.001


def talk(profile: Path, origin: str, count: int, times: int, *, stacks: bool) -> None:
    """Open it again and again, and print what was measured."""
    from tests.bench.real_window import RealWindow, in_window

    firsts: list[float] = []
    wholes: list[float] = []
    worst: list[float] = []

    async def once(window: RealWindow, card: Card, pulse: Pulse) -> None:
        began = time.perf_counter()
        threads = window.live.threads
        threads.open(card)
        pane = threads.current.pane  # type: ignore[union-attr]
        pane.view.viewport().repaint()
        firsts.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(0.02)  # the rest of the window is painted, once
        pulse.start()
        async with asyncio.timeout(60):
            while len(pane.view.shelf.source or ()) < count // 10:
                await asyncio.sleep(TICK)
        pane.view.viewport().repaint()
        wholes.append((time.perf_counter() - began) * 1e3)
        for _ in range(100):  # what is kept and proved afterwards
            pane.view.scroll_by(200)
            await asyncio.sleep(1 / 60)
        worst.append(pulse.stop().own)
        busy = sorted(turn.own for turn in pulse.turns)
        print(f"  (turns: p99 {percentile(busy, 0.99):.1f}, the longest {busy[-3:]})")
        threads._put_away(threads.current)  # type: ignore[arg-type]
        await asyncio.sleep(0.5)

    async def work(window: RealWindow) -> None:
        watcher = Watcher() if stacks else None
        pulse = Pulse(watcher)
        house, view = window.house, window.view
        account = house.accounts.all()[0].id
        house.vault().keep_for_session()
        house.http().allow_private(origin)
        await house.vault().save(account, secret(0, origin))
        for report in await house.sync.run([account], background=False):
            if report.error is not None:
                raise report.error
        await window.values_in_sight()
        rows = [view.shelf.row(index) for index in range(10)]
        card = next(
            row for row in rows if isinstance(row, Card) and row.post.uri.endswith(str(POSTS - 1))
        )
        for _ in range(times):
            await once(window, card, pulse)
            for line in watcher.told() if watcher is not None else ():
                print(f"      {line}")

    in_window(profile, work, offline=False)
    say(
        "click → the post itself on the screen",
        median(firsts),
        "ms",
        0.0,
        "<= 150",
        median(firsts) <= 150,
    )
    say(f"click → {count} answers on the screen", median(wholes), "ms")
    say("the longest turn meanwhile", median(worst), "ms", 0.0, "<= 8", median(worst) <= 8)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--stacks", action="store_true", help="tell what the longest went to")
    options = parser.parse_args()
    server = [sys.executable, "-m", "tests.bench.wire_pages", str(POSTS), str(options.count)]
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        profile = Path(name) / "profile"
        try:
            prepare(profile, 10_000, origin)
            talk(profile, origin, options.count, options.times, stacks=options.stacks)
        finally:
            process.kill()


if __name__ == "__main__":
    main()
