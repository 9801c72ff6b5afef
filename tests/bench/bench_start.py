"""
Process start to first paint and to a running event loop, and memory then.

M is an empty PySide6 window, M+ the same with qasync, both started in turns with
Godwit's own window over a profile of cached posts. Medians of ms and MB; time of
the processor too, which other work on the machine disturbs least.

"painted": what is in the window is on the screen (M says so a little earlier, when
it paints). "usable": the loop runs, and pointer, keys and buttons are answered.
"""

from __future__ import annotations

import argparse
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.fill import fill
from tests.bench.measure import FULL, others_with_qt, pss_mb, rss_mb

NAMES = ("painted", "usable", "painted cpu", "usable cpu", "pss", "rss")
BUDGET = {"painted": 1.4, "usable": 1.8, "pss": 1.6}

EMPTY = """
import os, sys, time
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
from PySide6.QtCore import QTimer
qasync = None
if {loop}:
    import asyncio, qasync
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        if not hasattr(self, "seen"):
            self.seen = True
            mark("painted")
def mark(name):
    with open(os.environ["GODWIT_TIMINGS"], "a") as f: f.write(f"{{name}} {{time.monotonic_ns()}}\\n")
app = QApplication(sys.argv)
window = Window(); window.setCentralWidget(QLabel("empty")); window.resize(1280, 800); window.show()
if qasync:
    async def main():
        mark("usable")
        await asyncio.sleep(600)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(main())
else:
    QTimer.singleShot(0, lambda: mark("usable"))
    app.exec()
"""


def start(command: list[str], folder: Path, settle: float) -> dict[str, float]:
    """Start once; ms and ms of processor to each mark, and PSS after *settle* seconds."""
    pipe = folder / "timings"
    if not pipe.exists():
        os.mkfifo(pipe)
    environment = {
        **os.environ,
        "GODWIT_TIMINGS": str(pipe),
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    }
    # Installed programs run from compiled files; without them every start compiles the app.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # For writing too, so that it does not end when nobody has it open.
    reading = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    began = time.monotonic_ns()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    marks: dict[str, float] = {}
    while time.monotonic_ns() - began < 30e9 and not {"painted", "usable"} <= marks.keys():
        if not select.select([reading], [], [], 0.5)[0]:
            continue
        spent = cpu_ms(process.pid)
        for line in os.read(reading, 4096).decode().splitlines():
            name, moment = line.split()
            marks |= {name: (int(moment) - began) / 1e6, f"{name} cpu": spent}
    time.sleep(settle)
    if process.poll() is None:
        marks |= {"pss": pss_mb(process.pid), "rss": rss_mb(process.pid)}
    process.kill()
    process.wait()
    os.close(reading)
    return marks


def cpu_ms(pid: int) -> float:
    """Processor time of the process's first thread until now."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, nargs="*", default=None)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    sizes = options.posts or [10_000, 100_000, *([1_000_000] if FULL else [])]
    python = sys.executable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = {
            "M": [python, "-c", EMPTY.format(loop=False)],
            "M+": [python, "-c", EMPTY.format(loop=True)],
        }
        for posts in sizes:
            profile = folder / f"profile-{posts}"
            fill(profile, posts)
            cases[f"Godwit, {posts} posts"] = [
                python,
                "-m",
                "app",
                "--profile",
                str(profile),
                "--offline",
            ]
        results: dict[str, list[dict[str, float]]] = {case: [] for case in cases}
        for command in cases.values():
            start(command, folder, 0.5)  # Compiles, and warms the disk's cache.
        for number in range(options.rounds + 1):
            for case, command in cases.items():
                found = start(command, folder, 1.0)
                if number:  # the first one compiles, and fills the system's caches
                    results[case].append(found)
        middle = {
            case: {k: statistics.median(r.get(k, float("nan")) for r in runs) for k in NAMES}
            for case, runs in results.items()
        }
    report(middle)


def report(middle: dict[str, dict[str, float]]) -> None:
    """The table, and what was missed."""
    print(f"{'':24}" + "".join(f"{name:>13}" for name in NAMES) + "   ratios to M")
    for case, found in middle.items():
        values = "".join(f"{found[name]:13.1f}" for name in NAMES)
        ratios = "  ".join(f"{name} {found[name] / middle['M'][name]:.2f}" for name in NAMES)
        print(f"{case:24}{values}   {ratios}")
    last = list(middle.values())[-1]
    for name, budget in BUDGET.items():
        ratio = last[name] / middle["M"][name]
        word = "met" if ratio <= budget else "MISSED"
        spent = last.get(f"{name} cpu", 0) / middle["M"].get(f"{name} cpu", 1)
        also = f"; of the processor {spent:.2f}" if spent else ""
        print(f"  {name} <= {budget} x M: {word} ({ratio:.2f}{also})")
    if others := others_with_qt():
        print(f"  ({others} other programs use Qt now: PSS is shared with them, RSS is not)")


if __name__ == "__main__":
    main()
