"""
Memory while posts stream through an open timeline: flat, however many they are.

Five accounts get posts, forty at a time, into the real store; the real window
shows them while its reader scrolls up and down in the middle. Memory is looked at
ten times on the way: PSS, and RSS, which other programs that load and leave Qt
do not move. The reference is what it was after a fifth, when all caches have
been filled once.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import shutil
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.services.steps import Arrived
from app.store import Batch, Store
from tests.bench.fill import accounts_of, batches
from tests.bench.measure import FULL, percentile, pss_mb, rss_mb, say
from tests.bench.real_window import RealWindow, in_window

MARKS = 10
STEP = 90


class Pulse:
    """How late the loop is, looked at every 2 ms."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def run(self) -> None:
        """Until cancelled. The last 100 000 looks are kept."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            self.late.append((time.perf_counter() - before - 0.002) * 1e3)
            del self.late[:-100_000]


async def take(window: RealWindow, batch: Batch) -> None:
    """Save a page as syncing does, and tell of it."""
    saved = await window.house.store.save(batch)
    times = [item.sort_at for item in batch.items]
    window.house.sync._tell(Arrived(batch.account, batch.source, max(times), min(times), saved))


async def stream(window: RealWindow, posts: int) -> None:
    """Print what was measured."""
    marks: list[float] = []
    done, mark = 0, posts // MARKS
    pulse = Pulse()
    beat = asyncio.create_task(pulse.run())
    began = time.perf_counter()
    for number, batch in enumerate(batches(posts)):
        await take(window, batch)
        done += len(batch.items)
        window.view.scroll_by(STEP if number // 40 % 2 else -STEP)
        if number == 20:
            window.view.go_end()
        if done >= mark * (len(marks) + 1):
            await asyncio.sleep(0.3)
            gc.collect()
            marks.append(rss_mb())
            name = f"after {done}: PSS {pss_mb():.1f}, {window.rows} rows; RSS"
            say(name, marks[-1], "MB")
    took = time.perf_counter() - began
    beat.cancel()
    reference, rest = marks[1], marks[2:]
    far = max(rest, key=lambda value: abs(value - reference))
    met = 0.95 <= far / reference <= 1.05
    say("RSS farthest from what it was after a fifth", far, "MB", reference, "x 0.95 ... 1.05", met)
    late = sorted(pulse.late)
    say("how late the loop was: p99", percentile(late, 0.99), "ms")
    say("how late the loop was: worst", percentile(late, 1.0), "ms")
    print(f"  ({posts} posts in {took:.0f} s, {posts / took:.0f}/s, as fast as they go)")


def prepare(profile: Path) -> None:
    """A new profile with five accounts."""
    store = Store.open(profile)

    async def keep() -> None:
        for account in accounts_of():
            await store.keep(lambda keeper, account=account: keeper.save_account(account))

    asyncio.run(keep())
    store.close()


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000 if FULL else 100_000)
    options = parser.parse_args()
    print(f"-- {options.posts} posts of five accounts")
    folder = Path(tempfile.mkdtemp())
    try:
        prepare(folder / "profile")

        async def work(window: RealWindow) -> None:
            await stream(window, options.posts)

        in_window(folder / "profile", work)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
