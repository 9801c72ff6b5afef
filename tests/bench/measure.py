"""What several benches need: memory, percentiles, and a line per measured thing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

FULL = bool(os.environ.get("GODWIT_BENCH_FULL"))
"""Measure the largest sizes too."""

EMPTY = """
import sys, time
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow(); window.setCentralWidget(QLabel("empty"))
window.resize(1280, 800); window.show()
app.processEvents()
print("shown", flush=True)
app.exec()
"""


def pss_mb(pid: int | str = "self") -> float:
    """Proportional set size of a process, MB."""
    return _rolled("Pss", pid)


def rss_mb(pid: int | str = "self") -> float:
    """Resident set size, MB: larger, but the same whoever else has our libraries loaded."""
    return _rolled("Rss", pid)


def _rolled(what: str, pid: int | str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith(f"{what}:")).split()[1]) / 1024


def others_with_qt() -> int:
    """How many other programs have Qt loaded now: they share our PSS and make it smaller."""
    found = 0
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            found += maps.parent.name != str(os.getpid()) and b"libQt6Core" in maps.read_bytes()
        except OSError:
            continue  # it has ended, or is not ours
    return found


def empty_window_mb() -> tuple[float, float]:
    """M: PSS and RSS of an empty PySide6 window, measured now."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    command = [sys.executable, "-c", EMPTY]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.5)
        found = pss_mb(process.pid), rss_mb(process.pid)
        process.kill()
    return found


def percentile(values: Sequence[float], part: float) -> float:
    """The value that *part* of *values* (sorted) do not exceed; nan of nothing."""
    return values[min(len(values) - 1, int(part * len(values)))] if values else float("nan")


def say(
    name: str,
    value: float,
    unit: str,
    reference: float = 0.0,
    budget: str = "",
    met: bool | None = None,
) -> None:
    """One line: value, the reference of this run, their ratio, the budget."""
    beside = f"{reference:9.2f} {unit:<3} {value / reference:6.2f} x" if reference else " " * 22
    verdict = "" if met is None else ("met" if met else "MISSED")
    print(f"  {name:<44}{value:9.2f} {unit:<4}{beside}  {budget} {verdict}".rstrip(), flush=True)
