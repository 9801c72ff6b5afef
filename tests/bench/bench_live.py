"""
Live: how soon a post is seen, and what 200 a second do to whoever scrolls.

The real window over a filled cache; a server in a process beside it that streams over a
WebSocket. First one post at a time: from the moment it is sent until its row is painted
at the top. Then a flood while the reader scrolls up and down in the middle: frames
against the same scrolling with nothing arriving, and memory, which must stay flat
(the reference is what it was half way, when all that has a limit had reached it). Short by default: GODWIT_BENCH_FULL=1 takes
the ten minutes.
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

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace

from app.model import Account
from app.store import Store
from tests.bench.bench_arrive import Frames, ten_seconds
from tests.bench.fill import accounts_of, copied
from tests.bench.measure import FULL, percentile, rss_mb, say
from tests.bench.real_window import RealWindow, in_window

MARKS = 10


def prepare(profile: Path, cached: int, origin: str) -> Account:
    """A filled cache; one account lives on our server, which streams."""
    copied(cached, profile)
    store = Store.open(profile)
    first = accounts_of()[0]
    account = replace(first, server=origin, abilities=frozenset({"home", "streaming"}))
    asyncio.run(_keep(store, account))
    store.close()
    return account


async def _keep(store: Store, account: Account) -> None:
    await store.keep(lambda keeper: keeper.save_account(account))


async def go_live(window: RealWindow, account: Account) -> asyncio.Task[None]:
    """Sign in and listen."""
    house = window.house
    house.vault().keep_for_session()
    house.http().allow_private(account.server)
    await house.vault().save(account.id, {"token": "bench-0"})
    task = asyncio.create_task(house.live.run())
    for _ in range(10_000):
        if house.live.state(account.id).kind == "live":
            return task
        await asyncio.sleep(0.001)
    raise RuntimeError("it does not go live")


async def set_rate(window: RealWindow, account: Account, rate: float) -> None:
    """So many posts a second from now on."""
    await window.house.http().request("GET", f"{account.server}/rate/{rate}")


async def one_by_one(window: RealWindow, account: Account, count: int) -> None:
    """How long from sent to painted, at the top."""
    window.live.timeline.go_newest()
    await asyncio.sleep(0.3)
    opened, view = window.live.timeline.opened, window.view
    assert opened is not None
    found: list[float] = []
    last = ""
    await set_rate(window, account, 2)
    while len(found) < count:
        await asyncio.sleep(0.001)
        row = opened.row(0) if len(opened) else None
        post = getattr(row, "post", None)
        words = post.text.text if post is not None else ""
        if words == last or not words.startswith("sent "):
            continue
        last = words
        view.viewport().repaint()
        found.append((time.time() - float(words.split()[1])) * 1e3)
    await set_rate(window, account, 0)
    found.sort()
    say("sent → painted: median", percentile(found, 0.5), "ms")
    worst = percentile(found, 1.0)
    say("sent → painted: worst", worst, "ms", 0.0, "<= 100", worst <= 100)


async def flood(window: RealWindow, account: Account, rate: float, seconds: float) -> None:
    """Scrolling while posts come, against scrolling while none do."""
    view, house = window.view, window.house
    view.go_end()
    await window.values_in_sight()
    await window.scroll(120, 480)  # fonts, first layouts
    calm = Frames(view)
    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(calm.run(done))
        group.create_task(ten_seconds(done, min(10.0, seconds)))
    came: list[int] = []
    leave = house.sync.subscribe(lambda arrived: came.append(arrived.saved.new))
    marks: list[float] = []
    busy, done = Frames(view), asyncio.Event()

    async def mark() -> None:
        began = time.perf_counter()
        for number in range(1, MARKS + 1):
            await asyncio.sleep(max(0.0, began + number * seconds / MARKS - time.perf_counter()))
            # On a thread: the system counts for some ms, in which nobody would paint.
            marks.append(await asyncio.to_thread(rss_mb))
        done.set()

    await set_rate(window, account, rate)
    others = time.process_time() - time.thread_time()
    async with asyncio.TaskGroup() as group:
        group.create_task(busy.run(done))
        group.create_task(mark())
    others = time.process_time() - time.thread_time() - others
    await set_rate(window, account, 0)
    leave()
    calm.report("nothing comes")
    late = sorted(busy.late)
    busy.report(f"{rate:.0f} posts a second", calm)
    p99 = percentile(late, 0.99)
    say("frames in the flood: p99", p99, "ms", 0.0, "<= 16", p99 <= 16)
    middle = marks[MARKS // 2 - 1]
    reference, far = middle, max(marks[MARKS // 2 :], key=lambda value: abs(value - middle))
    flat = 0.9 <= far / reference <= 1.1
    say("RSS farthest from what it was half way", far, "MB", reference, "x 0.9 ... 1.1", flat)
    say("other threads, per post", others * 1e3 / max(1, sum(came)), "ms")
    print(
        f"  ({sum(came)} posts in {seconds:.0f} s, {len(came)} transactions,"
        f" {window.rows} rows in memory; RSS {', '.join(f'{mark:.0f}' for mark in marks)})"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cached", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=600 if FULL else 40)
    options = parser.parse_args()
    server = [sys.executable, "-m", "tests.bench.live_wire"]
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        profile = Path(name) / "profile"
        try:
            account = prepare(profile, options.cached, origin)

            async def work(window: RealWindow) -> None:
                task = await go_live(window, account)
                try:
                    await one_by_one(window, account, 20)
                    await flood(window, account, options.rate, options.seconds)
                finally:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

            in_window(profile, work, offline=False)
        finally:
            process.kill()


if __name__ == "__main__":
    main()
