"""
The worst frame while posts of five accounts arrive and one scrolls the whole time.

The real window over a filled cache; two servers' worth of wire bytes from a
process beside it, through HTTP, converters, store and open timeline. A frame
lasts from the moment it is due (60 in a second) until it is painted, so all
that holds up the loop counts. The reference is the same scrolling with nothing
arriving. Beside the wall clock: what the window's own thread was busy with,
which other programs on the machine do not inflate.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from msgspec.structs import replace

from app.model import Account, AccountId
from app.store import Store
from tests.bench.fill import accounts_of, copied
from tests.bench.measure import FULL, percentile, say

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

FRAME = 1 / 60
STEP = 24
"""px a frame: 1 440 px/s, a quick reader's flick."""


class Frames:
    """A reader who never stops: one step per frame, down and up again."""

    def __init__(self, view: object) -> None:
        self.view = view
        self.late: list[float] = []
        self.busy: list[float] = []

    def take(self, due: float, spent: float) -> None:
        """Paint the next frame."""
        view = self.view
        down = len(self.late) // 300 % 2 == 0
        view.scroll_by(STEP if down else -STEP)  # type: ignore[attr-defined]
        view.viewport().repaint()  # type: ignore[attr-defined]
        self.late.append((time.perf_counter() - due) * 1e3)
        self.busy.append((time.thread_time() - spent) * 1e3)

    async def run(self, until: asyncio.Event) -> None:
        """Until then. A missed frame is one late frame, not many."""
        loop, due = asyncio.get_running_loop(), time.perf_counter()
        while not until.is_set():
            spent = time.thread_time()
            missed = math.floor((time.perf_counter() - due) / FRAME)
            due += FRAME * max(1, missed + 1)
            # Timers have whole ms: what one is late by itself is not ours.
            wait = max(0, math.ceil((due - time.perf_counter()) * 1e3)) / 1e3
            due = time.perf_counter() + wait
            waiter = loop.create_future()
            loop.call_later(wait, waiter.set_result, None)
            await waiter
            self.take(due, spent)

    def report(self, name: str, other: Frames | None = None) -> None:
        """Percentiles of both clocks; *other* is the reference."""
        rows = (
            ("", self.late, other and other.late),
            (", own work", self.busy, other and other.busy),
        )
        for what, values, beside in rows:
            ours, theirs = sorted(values), sorted(beside or ())
            for part, label in ((0.5, "median"), (0.99, "p99"), (1.0, "worst")):
                last = part == 1.0 and other is not None and not what
                value = percentile(ours, part)
                say(
                    f"{name}{what}: {label}",
                    value,
                    "ms",
                    percentile(theirs, part) if theirs else 0.0,
                    "<= 16" if last else "",
                    value <= 16 if last else None,
                )
        long = sum(value > 16 for value in self.late)
        print(f"  ({len(self.late)} frames, {long} of them over 16 ms)")


async def ten_seconds(done: asyncio.Event, seconds: float = 10) -> None:
    """Nothing arrives."""
    await asyncio.sleep(seconds)
    done.set()


def prepare(profile: Path, cached: int, origin: str) -> list[Account]:
    """A filled cache whose accounts live on our servers."""
    copied(cached, profile)
    store = Store.open(profile)
    accounts = [replace(account, server=origin) for account in accounts_of()]

    async def keep() -> None:
        for account in accounts:
            await store.keep(lambda keeper, account=account: keeper.save_account(account))

    asyncio.run(keep())
    store.close()
    return accounts


def secret(number: int, origin: str) -> dict[str, str]:
    """What each protocol wants to have."""
    token = f"bench-{number}"
    return {
        "token": token,
        "kind": "password",
        "access": token,
        "refresh": token,
        "server": origin,
        "plc": origin,
    }


def scroll_and_sync(profile: Path, accounts: list[Account], origin: str, posts: int) -> None:
    """Open the window and print what was measured."""
    from tests.bench.real_window import RealWindow, in_window

    async def arrive(window: RealWindow, done: asyncio.Event) -> None:
        house = window.house
        ids = [account.id for account in accounts]
        reports = await house.sync.run(ids, background=False)
        for report in reports:
            if report.error is not None:
                raise report.error

        async def rest(account: AccountId) -> None:
            for gap in await house.sync.open_gaps(account):
                await house.sync.fill(account, gap.id, pages=posts)

        async with asyncio.TaskGroup() as group:
            for account in ids:
                group.create_task(rest(account))
        done.set()

    async def measured(window: RealWindow, work: Awaitable[None], done: asyncio.Event) -> Frames:
        frames = Frames(window.view)
        async with asyncio.TaskGroup() as group:
            group.create_task(frames.run(done))
            group.create_task(work)  # type: ignore[arg-type]
        return frames

    async def work(window: RealWindow) -> None:
        house = window.house
        house.vault().keep_for_session()
        house.http().allow_private(origin)
        for number, account in enumerate(accounts):
            await house.vault().save(account.id, secret(number, origin))
        await window.values_in_sight()
        await window.scroll(120, STEP * 20)  # fonts, first layouts
        before = window.rows
        done = asyncio.Event()
        calm = await measured(window, ten_seconds(done), done)
        calm.report("nothing arrives")
        done = asyncio.Event()
        began = time.perf_counter()
        busy = await measured(window, arrive(window, done), done)
        took = time.perf_counter() - began
        busy.report("posts arrive", calm)
        total = posts * len(accounts)
        print(
            f"  ({total} posts in {took:.1f} s; {before} rows in memory before, {window.rows} after)"
        )

    in_window(profile, work, offline=False)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cached", type=int, nargs="*")
    parser.add_argument("--posts", type=int, default=1_000, help="per account")
    options = parser.parse_args()
    sizes = options.cached or [10_000, *([100_000, 1_000_000] if FULL else [])]
    server = [sys.executable, "-m", "tests.bench.wire_pages", str(options.posts)]
    for cached in sizes:
        print(f"-- {cached} posts cached, {options.posts} arrive on each of 5 accounts", flush=True)
        with (
            tempfile.TemporaryDirectory() as name,
            subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as process,
        ):
            assert process.stdout is not None
            origin = process.stdout.readline().strip()
            profile = Path(name) / "profile"
            try:
                accounts = prepare(profile, cached, origin)
                scroll_and_sync(profile, accounts, origin, options.posts)
            finally:
                process.kill()


if __name__ == "__main__":
    main()
