"""
Answer bytes → model values, per post: `python tests/bench/bench_convert_bluesky.py`.

The reference, in the same run, is msgspec's untyped decode of the same bytes:
what any reader pays before it knows a single field.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from app.protocols.bluesky.convert import entries_from_feed  # noqa: E402
from app.protocols.bluesky.decode import read_page  # noqa: E402
from tests.outside import OUTSIDE  # noqa: E402

ROUNDS = 400


def recorded_page() -> bytes:
    """All timeline items there are, as one answer."""
    if OUTSIDE is None:
        raise SystemExit("no recordings beside the project: nothing to measure")
    items = []
    for name in ("page1", "page2"):
        path = OUTSIDE / "recordings/atproto" / f"app.bsky.feed.getTimeline.{name}.json"
        items += json.loads(path.read_text("utf-8"))["body"]["feed"]
    return json.dumps({"feed": items, "cursor": "x"}, ensure_ascii=False).encode()


def best_of(work: Callable[[], object]) -> float:
    """Seconds of the quickest of many rounds: the least disturbed one."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def main() -> None:
    body = recorded_page()
    now = datetime.now(UTC)
    count = len(read_page(body)[0])
    untyped = best_of(lambda: msgspec.json.decode(body)) / count * 1e6
    split = best_of(lambda: read_page(body)) / count * 1e6
    ours = best_of(lambda: entries_from_feed(read_page(body)[0], now)) / count * 1e6
    print(f"bluesky: {count} posts of {len(body) / count / 1000:.1f} KB")
    print(f"  untyped decode (reference) {untyped:6.1f} µs/post")
    print(f"  split into items           {split:6.1f} µs/post")
    print(f"  bytes → model              {ours:6.1f} µs/post, {ours / untyped:.1f} × reference")


if __name__ == "__main__":
    main()
