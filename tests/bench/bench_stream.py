"""
Streaming through an open timeline: memory, and how long the loop is held up.

Five accounts get posts, forty at a time, while a reader stands still in the
middle. Memory (PSS) is compared between a third of the stream and its end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.model import HOME, Account, AccountId, Entry, Post, Profile, RichText
from app.model.timeline import ALL
from app.protocols.registry import Registry
from app.services.accounts import Accounts
from app.services.bridging import Bridging
from app.services.clock import SystemClock
from app.services.steps import Arrived
from app.services.sync import Sync
from app.services.timelines import Timelines
from app.store import Batch, Store

PAGE = 40
ACCOUNTS = [AccountId(f"me{n}@s{n}.example") for n in range(5)]
START = datetime(2026, 1, 1, tzinfo=UTC)


def entry(number: int, account: int) -> Entry:
    """A post of usual length."""
    at = START + timedelta(seconds=number)
    uri = f"https://s{account}.example/posts/{number}"
    author = Profile(uri=f"https://s{account}.example/u/{number % 97}", handle=f"u@s{account}")
    text = RichText(f"{number} " + "a godwit flies from the north to the south, " * 5)
    post = Post(uri=uri, network="first", author=author, created_at=at, sort_at=at, text=text)
    return Entry(key=uri, sort_at=at, post=post)


def pss_mb() -> float:
    """Proportional set size of this process, in MB."""
    gc.collect()
    text = Path("/proc/self/smaps_rollup").read_text("utf-8")
    return int(next(x for x in text.splitlines() if x.startswith("Pss:")).split()[1]) / 1024


class Pulse:
    """How late the loop is, measured every 2 ms."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            self.late.append((time.perf_counter() - before - 0.002) * 1000)


async def stream(folder: Path, posts: int) -> None:
    """Print the numbers."""
    store = Store.open(folder)
    accounts = Accounts(store, lambda: None, Registry)  # type: ignore[arg-type, return-value]
    for number, name in enumerate(ACCOUNTS):
        host = f"https://s{number}.example"
        account = Account(
            id=name, protocol="none", network="first", server=host, uri=host, handle=name
        )
        await store.keep(lambda keeper, account=account: keeper.save_account(account))
    accounts.start(store.reader)
    clock = SystemClock()
    sync = Sync(store, accounts, Bridging(accounts, tuple), clock, offline=True)
    timelines = Timelines(store, accounts, sync, clock, lambda: ("first",))
    opened, pulse, marks = timelines.open(ALL), Pulse(), {}
    tasks = [asyncio.create_task(opened.run()), asyncio.create_task(pulse.run())]
    began = time.perf_counter()
    for page in range(posts // PAGE):
        whose = page % len(ACCOUNTS)
        items = tuple(entry(page * PAGE + n, whose) for n in range(PAGE))
        batch = Batch(account=ACCOUNTS[whose], source=HOME, items=items, bottom=None)
        saved = await store.save(batch)
        timelines._on_arrived(
            Arrived(ACCOUNTS[whose], HOME, items[-1].sort_at, items[0].sort_at, saved)
        )
        if page == 20:
            opened.set_position(opened.key(len(opened) // 2), 0)
        for index in range(0, min(len(opened), 60)):
            opened.row(index)
        if page in (posts // PAGE // 3, posts // PAGE - 1):
            await asyncio.sleep(0.3)
            marks[page * PAGE] = pss_mb()
    took = time.perf_counter() - began
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    (early, before), (late, after) = marks.items()
    pulse.late.sort()
    print(f"{posts} posts of {len(ACCOUNTS)} accounts in {took:.1f} s ({posts / took:.0f}/s)")
    print(
        f"PSS after {early}: {before:.1f} MB, after {late}: {after:.1f} MB  x {after / before:.3f}"
    )
    print(
        f"rows in memory {len(opened)}; loop late p99 "
        f"{pulse.late[int(len(pulse.late) * 0.99)]:.1f} ms, worst {pulse.late[-1]:.1f} ms"
    )
    print("budget: memory flat, x 0.95 ... 1.05")
    store.close()


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=300_000)
    options = parser.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(stream(Path(folder), options.posts))


if __name__ == "__main__":
    main()
