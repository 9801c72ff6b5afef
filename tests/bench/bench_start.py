"""
Process start to first paint and to a running event loop, and memory then.

M is an empty PySide6 window, M+ the same with qasync, both started in turns with
Godwit's own window over a profile of cached posts. Medians; memory is PSS.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.fill import fill

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


def pss_mb(pid: int) -> float:
    """Proportional set size of a process, in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    return (
        int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1]) / 1024
    )


def start(command: list[str], folder: Path, settle: float) -> dict[str, float]:
    """Start once; ms to each mark, and PSS after *settle* seconds."""
    log = folder / "timings"
    log.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "GODWIT_TIMINGS": str(log),
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    }
    # Installed programs run from compiled files; without them every start compiles the app.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.monotonic_ns()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    marks: dict[str, float] = {}
    while time.monotonic_ns() - began < 30e9 and not {"painted", "usable"} <= marks.keys():
        time.sleep(0.01)
        if log.exists():
            pairs = [line.split() for line in log.read_text("utf-8").splitlines()]
            marks = {pair[0]: (int(pair[1]) - began) / 1e6 for pair in pairs if len(pair) == 2}
    time.sleep(settle)
    marks["pss"] = pss_mb(process.pid) if process.poll() is None else float("nan")
    process.kill()
    process.wait()
    return marks


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    python = sys.executable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = {
            "M": [python, "-c", EMPTY.format(loop=False)],
            "M+": [python, "-c", EMPTY.format(loop=True)],
        }
        for posts in options.posts:
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
        for _ in range(options.rounds):
            for case, command in cases.items():
                results[case].append(start(command, folder, 1.0))
        middle = {
            case: {
                k: statistics.median(r.get(k, float("nan")) for r in runs)
                for k in ("painted", "usable", "pss")
            }
            for case, runs in results.items()
        }
    print(f"{'':24}{'painted ms':>12}{'usable ms':>12}{'PSS MB':>9}   ratios to M")
    for case, m in middle.items():
        ratios = "  ".join(f"{k} {m[k] / middle['M'][k]:.2f}" for k in ("painted", "usable", "pss"))
        print(f"{case:24}{m['painted']:12.0f}{m['usable']:12.0f}{m['pss']:9.1f}   {ratios}")
    print("budget: painted <= 1.4 x M, usable <= 1.8 x M, PSS <= 1.6 x M (100 000 posts)")


if __name__ == "__main__":
    main()
