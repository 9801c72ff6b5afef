"""
Runs every bench in its own process: ``make bench``, or ``python -m tests.bench scroll store``.

Absolute times move with the machine; the ratio against the reference beside it
is what to read.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(wanted: list[str]) -> int:
    """Run all benches, or those whose name holds one of *wanted*."""
    failed = 0
    for path in sorted(HERE.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if wanted and not any(word in name for word in wanted):
            continue
        print(f"\n== {name} ==", flush=True)
        failed |= subprocess.call(
            [sys.executable, "-m", f"tests.bench.{path.stem}"], cwd=HERE.parent.parent
        )
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
