"""
The store at 10 000, 100 000 and 1 000 000 entries: pages, depth, cold starts, saving, search.

``python -m tests.bench.bench_store [--sizes 10000 100000]``. Each line has the ratio against a bare sqlite3 call of the same run: the newest 50 bodies, or
bodies and their words inserted by forties, without any of our tables.
Budgets: page of 50 with values <= 3 ms warm, <= 12 ms cold, the same at 90 % depth;
saving >= 8 000 entries/s in pages of 40.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from msgspec import json

from app.model import Entry
from app.model.timeline import ALL, Anchor, RowKey, StoredRow
from app.services.open_timeline import OPENING
from app.services.row_loads import read_around
from app.store import Store
from app.store.times import moment
from app.store.words import words_of
from tests.bench.fill import NOW, PAGE, PER_HOUR, batches, copied

ADDED = 4_000
"""Entries saved on top, in pages of 40."""


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args()
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            profile = Path(name) / "profile"
            copied(size, profile)
            measure(profile, size)


def measure(profile: Path, size: int) -> None:
    """All lines of one size."""
    cache = profile / "cache.db"
    bare = sqlite3.connect(cache)
    reference = warm(lambda: bare.execute(BARE_PAGE).fetchall())
    bare.close()
    megabytes = cache.stat().st_size / 1e6
    print(f"{size:>9,} entries  {megabytes:,.0f} MB   bare page {reference:.2f} ms")

    store = Store.open(profile)
    depth = key_at(cache, 0.9)
    for name, before in (("top", None), ("90 % deep", depth)):
        ms = warm(lambda before=before: store.reader.rows(ALL, before, 50))
        line(f"page of 50, {name}, warm", ms, "ms", ms / reference, "<= 3", ms <= 3)
    for name, part in (("near", 0.1), ("90 % deep", 0.9)):
        then = Anchor("", moment(key_at(cache, part).at - 1))
        ms = warm(lambda then=then: found_at(store, then))
        line(f"jump to a date, {name}, warm", ms, "ms", ms / reference, "<= 12", ms <= 12)
    ms = warm(lambda: store.reader.search("night"))
    line("search, common word, newest 50", ms, "ms", ms / reference)
    store.close()
    cold_reference = cold(cache, lambda _: sqlite3.connect(cache).execute(BARE_PAGE).fetchall())
    for name, before in (("top", None), ("90 % deep", depth)):
        ms = cold(cache, lambda s, before=before: s.reader.rows(ALL, before, 50), profile)
        line(f"page of 50, {name}, cold", ms, "ms", ms / cold_reference, "<= 12", ms <= 12)
    saving(profile, size)


def found_at(store: Store, then: Anchor) -> tuple[StoredRow, ...]:
    """The row of a moment, and the page that is read around it."""
    key = store.reader.row_of(ALL, then)
    span = read_around(store.reader, ALL, key, *OPENING)
    shown = [one for one in span.keys if key is None or one <= key][:50]
    return tuple(store.reader.row_values(ALL, shown).values())


BARE_PAGE = "SELECT body FROM post ORDER BY id DESC LIMIT 50"


def warm(work: Callable[[], object], times: int = 60) -> float:
    """Median ms."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e3


def cold(
    cache: Path, work: Callable[[Store], object], profile: Path | None = None, times: int = 9
) -> float:
    """Median ms with the file's pages dropped from memory before each."""
    taken = []
    for _ in range(times):
        descriptor = os.open(cache, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
        began = time.perf_counter()
        store = Store.open(profile) if profile else None
        if store is not None:
            # The opening itself is part of what the first frame waits for.
            work(store)
        else:
            work(None)  # type: ignore[arg-type]
        taken.append(time.perf_counter() - began)
        if store is not None:
            store.close()
    return statistics.median(taken) * 1e3


def key_at(cache: Path, part: float) -> RowKey:
    """The row of `all` below *part* of the others."""
    db = sqlite3.connect(cache)
    sql = (
        "SELECT at, id FROM timeline_row WHERE timeline=(SELECT id FROM timeline WHERE name='all')"
    )
    total = db.execute(f"SELECT count(*) FROM ({sql})").fetchone()[0]
    found = db.execute(f"{sql} ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?", (int(total * part),))
    at, id = found.fetchone()
    db.close()
    return RowKey(at, id)


def saving(profile: Path, size: int) -> None:
    """New pages of 40 into the full cache, as a sync does; memory before and after."""
    later = NOW + timedelta(hours=ADDED / PER_HOUR / 5)
    new = list(batches(ADDED, seed=size + 7, until=later))
    entries = [item for batch in new for item in batch.items if isinstance(item, Entry)]
    bare, bare_cpu = bare_saving(profile / "bare.db", entries)
    store = Store.open(profile)
    # The first save also imports the writer and begins its thread.
    asyncio.run(store.save(new.pop(0)))
    memory, slowest = resident(), 0.0

    async def save() -> None:
        nonlocal slowest
        for batch in new:
            start = time.perf_counter()
            await store.save(batch)
            slowest = max(slowest, time.perf_counter() - start)

    began, cpu = time.perf_counter(), time.process_time()
    asyncio.run(save())
    rate = (ADDED - PAGE) / (time.perf_counter() - began)
    of_cpu = (ADDED - PAGE) / (time.process_time() - cpu)
    ok = rate >= 8_000
    line(f"saving pages of {PAGE}, with words", rate, "/s", rate / bare, ">= 8 000", ok)
    line("  per second of processor", of_cpu, "/s", of_cpu / bare_cpu)
    line("  slowest page", slowest * 1e3, "ms", 0)
    line("  memory more", resident() - memory, "MB", 0)
    store.close()


def bare_saving(path: Path, entries: list[Entry]) -> tuple[float, float]:
    """Entries/s (of time, of processor) into one table and its words, by forties."""
    db = sqlite3.connect(path, isolation_level=None)
    for sql in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=NORMAL",
        "CREATE TABLE post (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, body BLOB)",
        "CREATE VIRTUAL TABLE w USING fts5 (words, content='')",
    ):
        db.execute(sql)
    began, cpu = time.perf_counter(), time.process_time()
    for first in range(0, len(entries), PAGE):
        db.execute("BEGIN")
        page = entries[first : first + PAGE]
        rows = [(first + n, e.key, json.encode(e.post)) for n, e in enumerate(page)]
        db.executemany("INSERT OR IGNORE INTO post VALUES (?, ?, ?)", rows)
        words = [(first + n, words_of(e.post)) for n, e in enumerate(page)]
        db.executemany("INSERT INTO w (rowid, words) VALUES (?, ?)", words)
        db.execute("COMMIT")
    taken = time.perf_counter() - began, time.process_time() - cpu
    db.close()
    return len(entries) / taken[0], len(entries) / taken[1]


def resident() -> float:
    """Peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(
    name: str, value: float, unit: str, ratio: float, budget: str = "", ok: bool | None = None
) -> None:
    """One measured thing."""
    beside = f"{ratio:6.2f} x" if ratio else " " * 8
    verdict = "" if ok is None else f"   {budget} {unit}: {'met' if ok else 'MISSED'}"
    print(f"   {name:<36}{value:>10,.2f} {unit:<3}{beside}{verdict}", flush=True)


if __name__ == "__main__":
    main()
