"""
Verifying a repository: every hash, the tree built anew, the signature; time and memory.

The reference is ``libipld.decode_car`` alone on the same file in the same run: it
decodes everything and checks nothing.

``python -m tests.bench.bench_verify [--records 100000] [--large]``; ``--large`` (or
``GODWIT_BENCH_FULL=1``) adds a file of 1 GB.
Budgets: <= 8 x the reference; memory <= 60 MB + 1.5 x the file; 1 GB within 600 MB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import FULL, say
from tests.repos import large_repo

RUNS = 5
LARGE = 2_500_000


def main() -> None:
    """Print one table for each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--large", action="store_true", default=FULL)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), options.records)
        if options.large:
            measure(Path(name), LARGE, most=600, runs=1)


def measure(folder: Path, records: int, most: float = 0, runs: int = RUNS) -> None:
    """Time against the reference, then memory, each in processes of their own."""
    path = folder / f"{records}.car"
    key = large_repo(path, records)
    size = path.stat().st_size / 1e6
    print(f"{records:>9,} records  {size:,.0f} MB")
    ours = min(in_process(VERIFY, path, key)[0] for _ in range(runs))
    if records <= 1_000_000:
        bare = min(in_process(REFERENCE, path, key)[0] for _ in range(runs))
        ratio = ours / bare
        say("verify, of decode_car alone", ours, "s", bare, "<= 8 x", ratio <= 8)
    else:
        say("verify", ours, "s")
    say("  speed", size / ours, "MB/s")
    peak, idle = in_process(VERIFY, path, key)[1], in_process("0", path, key)[1]
    limit = most or 60 + 1.5 * size
    say("  memory, at most", peak, "MB", idle, f"<= {limit:.0f} MB", peak <= limit)


VERIFY = "verify_repo(path, keys=[key])"
REFERENCE = "libipld.decode_car(data)"
CHILD = """
import sys, time
from pathlib import Path
import libipld
from app.portability.atproto.verify import verify_repo
path, key = Path(sys.argv[1]), sys.argv[2]
data = path.read_bytes() if "data" in {work!r} else b""
began = time.perf_counter()
found = {work}
took = time.perf_counter() - began
assert getattr(found, "ok", True), found
# Not getrusage: it counts what the parent held before this program began.
lines = Path("/proc/self/status").read_text().splitlines()
print(took, int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024)
"""


def in_process(work: str, path: Path, key: str) -> tuple[float, float]:
    """Seconds, and the most memory (MB) that the process ever had."""
    command = [sys.executable, "-c", CHILD.format(work=work), str(path), key]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), float(told[1])


if __name__ == "__main__":
    began = time.perf_counter()
    main()
    print(f"  ({time.perf_counter() - began:.0f} s in all)")
