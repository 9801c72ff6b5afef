"""
Forty new posts above what is read, and one card that changes, through the real
store, open timeline and view: what they cost the thread that paints.

All that happens on the loop is counted, from the moment the store has saved
until the change is painted: comparing keys, telling, following, painting. The
reference is repainting the timeline once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from asyncio.events import Handle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace

from app.feed.rows import Card
from app.model import HOME, Counts, Entry
from app.services.steps import Arrived
from app.store import Batch
from tests.bench.fill import batches, copied
from tests.bench.measure import FULL, say
from tests.bench.real_window import RealWindow, in_window

TIMES = 25


class Watch:
    """Processor time of this thread, in all and in its longest piece (ms)."""

    def __init__(self) -> None:
        self.whole = self.longest = 0.0
        self.over = False

    def add(self, spent: float) -> None:
        """One piece of work."""
        if self.over:
            return  # what goes on in the callback in which the watching ended
        self.whole += spent * 1e3
        self.longest = max(self.longest, spent * 1e3)


@contextmanager
def watching() -> Iterator[Watch]:
    """Measures every callback of the loop while inside."""
    watch, run = Watch(), Handle._run

    def measured(handle: Handle) -> Any:
        began = time.thread_time()
        try:
            return run(handle)
        finally:
            watch.add(time.thread_time() - began)

    Handle._run = measured  # type: ignore[method-assign]
    try:
        yield watch
    finally:
        watch.over = True
        Handle._run = run  # type: ignore[method-assign]


async def arrive(window: RealWindow, batch: Batch) -> Watch:
    """One page is saved; until the window shows it."""
    view, house = window.view, window.house
    opened = window.live.timeline.opened
    assert opened is not None
    before = view.anchor()
    saved = await house.store.save(batch)
    times = [item.sort_at for item in batch.items]
    with watching() as watch:
        began, rows = time.thread_time(), len(opened)
        opened.note(Arrived(batch.account, batch.source, max(times), min(times), saved))
        watch.add(time.thread_time() - began)
        for _ in range(1000):
            if len(opened) > rows:
                break
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)
        began = time.thread_time()
        view.refresh_moved()
        watch.add(time.thread_time() - began)
    assert len(opened) > rows, "nothing came in"
    assert view.anchor() == before, "the reading position moved"
    return watch


async def change(window: RealWindow, number: int) -> Watch:
    """A card in sight gets other counts; until it is painted."""
    view, house = window.view, window.house
    opened = window.live.timeline.opened
    assert opened is not None
    seen = [view.shelf.row(index) for index, _ in view.visible_rows()]
    card = next(row for row in seen if isinstance(row, Card))
    copy = card.copies[0]
    post = replace(copy.post, counts=Counts(number, number, number))
    entry = Entry(key=post.uri, sort_at=post.sort_at, post=post)
    account = next(iter(card.viewers), None) or window.house.accounts.all()[0].id
    saved = await house.store.save(Batch(account=account, source=HOME, items=(entry,)))
    assert saved.changed, "the store saw no change"
    with watching() as watch:
        opened.note(Arrived(account, HOME, post.sort_at, post.sort_at, saved))
        for _ in range(1000):
            row = view.shelf.row_of(card.key)
            if isinstance(row, Card) and row.copies[0].post.counts == post.counts:
                break
            await asyncio.sleep(0.001)
        else:
            raise AssertionError("the card did not change")
        began = time.thread_time()
        view.viewport().repaint()
        watch.add(time.thread_time() - began)
    return watch


async def measure(window: RealWindow) -> None:
    """Print the lines of one size."""
    await window.values_in_sight()
    await window.scroll(60, 300)
    view = window.view
    repaints = []
    for _ in range(TIMES):
        began = time.thread_time()
        view.viewport().repaint()
        repaints.append((time.thread_time() - began) * 1e3)
    once = statistics.median(repaints)
    say("reference: repainting the timeline", once, "ms")
    new = [_later(batch, n) for n, batch in enumerate(_pages(TIMES))]
    came = [await arrive(window, batch) for batch in new]
    whole = statistics.median(watch.whole for watch in came)
    say("40 new above, position kept: all of it", whole, "ms", once, "<= 8", whole <= 8)
    longest = statistics.median(watch.longest for watch in came)
    say("  its longest piece", longest, "ms", once)
    changed = [await change(window, 1000 + n) for n in range(TIMES)]
    whole = statistics.median(watch.whole for watch in changed)
    longest = statistics.median(watch.longest for watch in changed)
    say("one card changed: all of it, repaint included", whole, "ms", once)
    without = max(0.0, whole - once)
    say("  without the repaint", without, "ms", once, "<= 2", without <= 2)


def _pages(count: int) -> list[Batch]:
    made = batches(count * 80, seed=77, page=80)
    return [batch for _, batch in zip(range(count), made, strict=False)]


def _later(batch: Batch, number: int) -> Batch:
    """Forty of the posts as if written after all that is cached, no two pages alike."""
    ahead = timedelta(days=400, hours=number)
    own = [
        item
        for item in batch.items
        if isinstance(item, Entry) and item.repost is None and item.key == item.post.uri
    ]
    items = []
    for item in own[:40]:
        post = replace(
            item.post,
            uri=f"{item.post.uri}/new{number}",
            created_at=item.post.created_at + ahead,
            sort_at=item.post.sort_at + ahead,
        )
        items.append(replace(item, key=post.uri, sort_at=item.sort_at + ahead, post=post))
    assert len(items) == 40
    return Batch(account=batch.account, source=HOME, items=tuple(items))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, nargs="*")
    parser.add_argument("--profile", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.profile:
        in_window(options.profile, measure)
        return
    for posts in options.posts or [10_000, 100_000, *([1_000_000] if FULL else [])]:
        print(f"-- {posts} posts cached", flush=True)
        with tempfile.TemporaryDirectory() as name:
            profile = Path(name) / "profile"
            copied(posts, profile)
            command = [sys.executable, "-m", "tests.bench.bench_insert", "--profile", str(profile)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
