"""
The timeline under load: opening, scrolling, posts coming in, a card changing.

Software rendering, varied cards, one step of the wheel per frame. Beside the
wall clock stands the processor time of the UI thread, which a busy machine
does not inflate; the reference is repainting an empty window of the same size.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QWidget

from app.feed.rows import Card
from app.model import Counts
from app.ui.theme import Theme
from app.ui.timeline.view import TimelineView
from tests.ui.timeline import samples
from tests.ui.timeline.listed import ListedRows
from tests.ui.timeline.painted import PaintedPictures

SIZE = (640, 900)
STEP = 96


def pss_mb() -> float:
    """Proportional set size of this process, MB."""
    lines = Path("/proc/self/smaps_rollup").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024


def timed(work: Callable[[], object], times: int) -> tuple[list[float], list[float]]:
    """Wall and thread ms of each run, sorted."""
    wall, own = [], []
    for _ in range(times):
        began, spent = time.perf_counter(), time.thread_time()
        work()
        own.append((time.thread_time() - spent) * 1e3)
        wall.append((time.perf_counter() - began) * 1e3)
    return sorted(wall), sorted(own)


def say(name: str, measured: tuple[list[float], list[float]], budget: str) -> None:
    """One line: mean, p95, p99, worst."""

    def some(values: list[float]) -> str:
        last = len(values) - 1
        p95, p99 = values[int(0.95 * last)], values[int(0.99 * last)]
        mean = statistics.fmean(values)
        return f"mean {mean:6.2f}  p95 {p95:6.2f}  p99 {p99:6.2f}  worst {values[-1]:6.2f}"

    print(f"{name:28} wall ms {some(measured[0])}")
    print(f"{'':28} cpu  ms {some(measured[1])}   budget: {budget}")


def open_view(count: int) -> tuple[TimelineView, ListedRows]:
    """A shown timeline of varied cards, all glyphs of its fonts loaded."""
    view = TimelineView(Theme(), PaintedPictures(), clock=lambda: samples.NOW)
    view.set_networks(samples.NETWORKS, samples.HOSTS, samples.ACCOUNT_NETWORKS)
    view.resize(*SIZE)
    view.show()
    # Until the window is exposed, repainting does nothing at all.
    QApplication.processEvents()
    warm = ListedRows(samples.many(64))
    view.set_source(warm)
    for _ in range(160):
        view.scroll_by(STEP)
        view.viewport().repaint()
    made = ListedRows(samples.many(count))
    # The real source keeps a few hundred values: 100 000 in one list would only
    # measure Python's collector.
    gc.collect()
    gc.freeze()
    return view, made


def bench(count: int, steps: int) -> None:
    """All numbers for *count* rows."""
    print(f"-- {count} rows, {SIZE[0]} × {SIZE[1]}")
    view, source = open_view(count)

    def opening() -> None:
        view.set_source(source)
        view.viewport().repaint()

    say("opening", timed(opening, 5), "≤ 80")

    def step() -> None:
        view.scroll_by(STEP)
        view.viewport().repaint()

    view.set_source(source)
    say("step into new rows", timed(step, steps), "p95 ≤ 8, p99 ≤ 12")

    def back() -> None:
        view.scroll_by(-STEP)
        view.viewport().repaint()

    say("step over kept rows", timed(back, 200), "")
    where = iter([count // 7 * n % count for n in range(1, 41)])

    def jump() -> None:
        view.go_to(source.key(next(where)), 17)
        view.viewport().repaint()

    say("jump", timed(jump, 40), "")
    arriving(view, source)
    changing(view, source)


def arriving(view: TimelineView, source: ListedRows) -> None:
    """Forty new rows above what is read."""
    batches = iter([_fresh(n) for n in range(20)])

    def arrive() -> None:
        rows = next(batches)
        source.rows[0:0] = rows
        source._index()
        began, spent = time.perf_counter(), time.thread_time()
        from app.services.rows import Inserted

        source.tell(Inserted(0, len(rows)))
        view.viewport().repaint()
        measured[0].append((time.perf_counter() - began) * 1e3)
        measured[1].append((time.thread_time() - spent) * 1e3)

    measured: tuple[list[float], list[float]] = ([], [])
    for _ in range(20):
        arrive()
    say("40 new above", (sorted(measured[0]), sorted(measured[1])), "≤ 8")


def _fresh(batch: int) -> list[Card]:
    made = []
    for number, row in enumerate(samples.many(40)):
        key = replace(row.key, at=row.key.at + 10**12 + batch, id=10**6 * (batch + 1) + number)
        made.append(replace(row, key=key))
    return made


def changing(view: TimelineView, source: ListedRows) -> None:
    """One card in sight gets a new count."""
    seen = [index for index, _ in view.visible_rows()]
    numbers = iter(range(1000))

    def change() -> None:
        number = next(numbers)
        index = seen[number % len(seen)]
        row = source.rows[index]
        assert isinstance(row, Card)
        shown = replace(row.post, counts=Counts(number, number, number))
        copies = (replace(row.copies[0], post=shown), *row.copies[1:])
        source.rows[index] = replace(row, post=shown, copies=copies)
        from app.services.rows import Changed

        source.tell(Changed((index,)))

    say("one card changed", timed(change, 100), "≤ 2")


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--steps", type=int, default=1500)
    wanted = parser.parse_args()
    app = QApplication(["bench"])
    empty = QWidget()
    empty.resize(*SIZE)
    empty.show()
    app.processEvents()
    say("reference: empty repaint", timed(empty.repaint, 200), "")
    memory(app)
    for count in wanted.rows:
        bench(count, wanted.steps)


def memory(app: QApplication) -> None:
    """What scrolling through all of 10 000 rows leaves behind."""
    view, source = open_view(10_000)
    view.set_source(source)
    app.processEvents()
    gc.collect()
    before = pss_mb()
    while view.shelf.column.index < len(source) - 20:
        view.scroll_by(3000)
        view.viewport().repaint()
    gc.collect()
    print(f"memory: {before:.1f} MB opened, {pss_mb():.1f} MB after scrolling through all rows")


if __name__ == "__main__":
    main()
