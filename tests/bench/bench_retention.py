"""
A cache that gets smaller while somebody reads and a sync saves.

``python -m tests.bench.bench_retention [--sizes 100000 1000000]``. Three things at once, as in
a window: posts leave in bursts, pages of 40 are saved, and a loop that ticks every ms says how
long its thread had to wait (a stall). The last two are also measured alone: the ratio is what
the bursts cost. Then all the rest is cleared with nobody looking.
Budgets: stall p99 <= 8 ms; a save takes <= 50 ms (p99).
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from app.services.retention import BURST, HASTE, PAUSE
from app.store import Store
from app.store.prune import ALWAYS
from app.store.thinning import Staying, Thinning
from tests.bench.bench_store import line
from tests.bench.fill import NOW, PER_HOUR, batches, copied
from tests.bench.measure import percentile

SECONDS = 8.0
GIVE_WAY = 0.0005
"""Seconds after which a thread must let the window's go on, as in ``app/ui/start.py``."""


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    options = parser.parse_args()
    sys.setswitchinterval(GIVE_WAY)
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            profile = Path(name) / "profile"
            copied(size, profile)
            mark_pages(profile)
            asyncio.run(measure(profile, size))


def mark_pages(profile: Path) -> None:
    """A cursor below every 40th entry of each source, as fetching page by page leaves it."""
    db = sqlite3.connect(profile / "cache.db")
    db.execute(
        """INSERT OR REPLACE INTO mark SELECT source, at, 'c' || at FROM (
            SELECT source, at, row_number() OVER (PARTITION BY source ORDER BY at) AS n
            FROM sighting) WHERE n % 40 = 0"""
    )
    db.commit()
    db.close()


async def measure(profile: Path, size: int) -> None:
    """All lines of one size."""
    store = Store.open(profile)
    before = await store.load(lambda reader: reader.sizes.cache())
    print(f"{size:>9,} entries  {before.used / 1e6:,.0f} MB")
    alone = await beside(store, size, None)
    middle = await store.load(lambda reader: reader.sizes.time_of(0.5))
    assert middle is not None
    thinning = Thinning(middle, Staying())
    both = await beside(store, size + 1, thinning)
    for what, mine, others in zip(("stall", "save"), both, alone, strict=True):
        budget, most = ("<= 8", 8) if what == "stall" else ("<= 50", 50)
        ms, base = percentile(mine, 99) * 1e3, percentile(others, 99) * 1e3
        line(f"{what}, p99", ms, "ms", ms / base, budget, ms <= most)
        line(f"{what}, longest", max(mine) * 1e3, "ms", max(mine) / max(others))
    left = await store.load(lambda reader: reader.sizes.cache())
    came = 40 * (len(alone[1]) + len(both[1]))
    line("posts gone beside it", (before.posts + came - left.posts) / SECONDS, "/s", 0)
    began = time.perf_counter()
    clearing = Thinning(ALWAYS, Staying())
    while (await store.thin(clearing, HASTE)).more:
        continue
    taken = time.perf_counter() - began
    after = await store.load(lambda reader: reader.sizes.cache())
    line("cleared, nobody looking", (left.posts - after.posts) / taken, "/s", 0)
    began, more = time.perf_counter(), await store.merge(begin=True)
    while more:
        more = await store.merge(begin=False)
    line("  index merged", (time.perf_counter() - began) * 1e3, "ms", 0)
    began = time.perf_counter()
    bursts = 0
    while time.perf_counter() < began + 3 and await store.shrink(BURST):
        bursts += 1
    line("  a burst of giving back", (time.perf_counter() - began) / (bursts or 1) * 1e3, "ms", 0)
    began = time.perf_counter()
    await store.compact()
    line("  given back at once", (time.perf_counter() - began) * 1e3, "ms", 0)
    store.close()
    line("  files", (profile / "cache.db").stat().st_size / 1e6, "MB", 0)


async def beside(
    store: Store, seed: int, thinning: Thinning | None
) -> tuple[Sequence[float], Sequence[float]]:
    """Stalls of the loop and times of saves, in s, while *thinning* works."""
    end = time.perf_counter() + SECONDS
    stalls: list[float] = []
    saves: list[float] = []

    async def tick() -> None:
        while (began := time.perf_counter()) < end:
            await asyncio.sleep(0.001)
            stalls.append(time.perf_counter() - began - 0.001)

    async def save() -> None:
        until = NOW + timedelta(hours=4_000 / PER_HOUR / 5) * (seed % 7)
        for batch in batches(4_000, seed=seed, until=until):
            began = time.perf_counter()
            if began > end:
                return
            await store.save(batch)
            saves.append(time.perf_counter() - began)
            await asyncio.sleep(0.1)

    async def thin() -> None:
        while thinning and time.perf_counter() < end:
            if not (await store.thin(thinning, BURST)).more:
                return
            await asyncio.sleep(PAUSE)

    await asyncio.gather(tick(), save(), thin())
    return stalls, saves


if __name__ == "__main__":
    main()
