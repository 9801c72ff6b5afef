"""
Memory of the window: opened on 100 000 cached posts of five accounts, and after
10 000 cards with their pictures were scrolled through.

PSS and RSS, beside an empty PySide6 window of the same run. Where another program
has Qt loaded at that moment, both share with it and the ratio of PSS comes out too high.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench.measure import empty_window_mb, others_with_qt, pss_mb, rss_mb, say

CARDS = 10_000
STEP = 780
"""px at a time: nearly the height of the view, so that each card is painted."""


def look_through(profile: Path, cards: int) -> None:
    """In a process of its own: print MB when open, and after *cards* cards."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.bench.real_window import RealWindow, in_window

    async def work(window: RealWindow) -> None:
        import asyncio

        await window.values_in_sight()
        await asyncio.sleep(1)
        print("opened", pss_mb(), rss_mb(), flush=True)
        seen = 0
        for part in range(1, 5):
            seen += await window.scroll(cards * part // 4 - seen, STEP)
            gc.collect()
            print(f"after {cards * part // 4}", pss_mb(), rss_mb(), flush=True)
        if seen < cards:
            print(f"the scrolling ended after {seen} cards", flush=True)
        pictures = window.live._pictures._pictures
        kept = getattr(pictures, "bytes_kept", 0) / 2**20
        print(f"pictures {kept:.1f} MB, {window.rows} rows in memory", flush=True)

    in_window(profile, work, change=lambda house: replace(house, media=_media(house, profile)))


def _media(house: object, profile: Path) -> object:
    """Pictures for every address, as if all were on disk: sizes of real ones."""
    from app.services.media import Media
    from app.store.media_cache import MediaCache
    from tests.bench.sample_pictures import draw_samples

    samples = draw_samples(profile / "samples")
    cache = MediaCache(profile / "media")

    def local(url: str) -> Path:
        small = "avatar" in url or "emoji" in url
        return samples[0 if small else 1 + hash(url) % (len(samples) - 1)]

    return Media(house.http, cache, local=local)  # type: ignore[attr-defined]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--cards", type=int, default=CARDS)
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.look:
        look_through(options.look, options.cards)
        return
    from tests.bench.fill import copied

    with tempfile.TemporaryDirectory() as name:
        profile = Path(name) / "profile"
        copied(options.posts, profile)
        if others := others_with_qt():
            print(f"  ({others} other programs use Qt now: PSS is shared with them)")
        empty = empty_window_mb()
        command = [sys.executable, "-m", "tests.bench.bench_memory", "--look", str(profile)]
        command += ["--cards", str(options.cards)]
        found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in found.splitlines():
        name, *values = line.rsplit(" ", 2)
        if name == "opened" or name.startswith("after"):
            last = name == f"after {options.cards}"
            for kind, value, beside in zip(("PSS", "RSS"), map(float, values), empty, strict=True):
                met = value <= 2.5 * beside if last and kind == "PSS" else None
                budget = "<= 2.5 x M" if met is not None else ""
                say(f"{name}: {kind}", value, "MB", beside, budget, met)
        else:
            print(f"  ({line})")


if __name__ == "__main__":
    main()
