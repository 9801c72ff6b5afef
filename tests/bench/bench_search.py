"""
Searching a cache of 10 000, 100 000 and 1 000 000 posts: newest first, typed, narrowed, by relevance.

``python -m tests.bench.bench_search [--sizes 10000 100000]``. The ratio is against fetching the newest
50 bodies by a bare sqlite3. Budgets (issue "Reading in depth"): the first 50, newest first, <= 5 ms
warm; by relevance the first answer <= 150 ms, and it can be cancelled between steps: so no
step may be long.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from pathlib import Path

from app.feed.query import fits, query_from_text
from app.feed.query_marks import beside, marks_in
from app.feed.query_offers import Known, offers_at
from app.model.query import Query
from app.services.search import FIRST, LARGEST, NONE_IN_SIGHT, WEIGHED
from app.services.search_sorting import most_relevant
from app.services.search_typing import STEP, STEPS, understood
from app.store import Store
from app.store.seeking import Seeker
from app.store.values import Found
from tests.bench.bench_store import BARE_PAGE, line, warm
from tests.bench.fill import NOW, copied

NEWEST = (
    ("rare word", "salt butter "), ("common word", "night "), ("commonest", "the "),
    ("two words", "night coast "), ("phrase", '"night coast" '), ("not a word", "night -coast "),
    ("with pictures", "night has:image "), ("of a month", "night after:30d "),
    ("one network", "night net:bluesky "),
)  # fmt: skip
TYPED = (("two letters", "ni"), ("three letters", "nig"), ("a common beginning", "the"))
SIFTED = (("pictures", "has:image"), ("polls", "has:poll"), ("a language nobody has", "lang:zz"))


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    for size in parser.parse_args().sizes:
        with tempfile.TemporaryDirectory() as name:
            profile = Path(name) / "profile"
            copied(size, profile)
            measure(profile, size)


def measure(profile: Path, size: int) -> None:
    """All lines of one size."""
    bare = sqlite3.connect(profile / "cache.db")
    reference = warm(lambda: bare.execute(BARE_PAGE).fetchall())
    bare.close()
    print(f"{size:>9,} entries   bare page {reference:.2f} ms")
    store = Store.open(profile)
    seeker = Seeker(store.reader)
    for name, text in NEWEST:
        ms = warm(lambda text=text: seeker.echoes(page(seeker, asked(text))[0]), 15)
        line(f"newest 50 as rows, {name}", ms, "ms", ms / reference)
        ms = warm(lambda text=text: seeker.look(asked(text), None, 50), 15)
        line(f"  the search itself, {name}", ms, "ms", ms / reference, "<= 5", ms <= 5)
    for name, text in TYPED:
        ms = warm(lambda text=text: page(seeker, asked(text)), 5)
        line(f"while typed, {name}", ms, "ms", ms / reference)
    for name, text in SIFTED:
        began = time.perf_counter()
        found, slowest = page(seeker, asked(text))
        ms = (time.perf_counter() - began) * 1e3
        line(f"only conditions: {name} ({len(found)})", ms, "ms", ms / reference)
        line("  slowest step", slowest, "ms", slowest / reference)
    typing(seeker, reference)
    ms = warm(lambda: relevant(seeker), 5)
    line("by relevance, common word", ms, "ms", ms / reference, "<= 150", ms <= 150)
    store.close()


def typing(seeker: Seeker, reference: float) -> None:
    """What the window does with each key, and with the posts that are found."""
    text = 'night "low water" -coast has:image after:30d from:'
    ms = warm(lambda: seeker.look(Query(), None, STEP), 15)
    line(f"who wrote, in which languages, {STEP} of {STEP * STEPS} posts", ms, "ms", ms / reference)
    known = Known(people=[one.post.author for one in seeker.look(Query(), None, STEP).found])

    def key() -> None:
        understood(text, NOW, ())
        offers_at(text, len(text), known)

    ms = warm(key, 50)
    line("a key: understood and offered", ms, "ms", ms / reference, "<= 8", ms <= 8)
    query = asked("night")
    posts = [one.post for one in page(seeker, query)[0]]

    def mark() -> None:
        for post in posts:
            marks_in(query, post.text.text)
            beside(query, post)

    ms = warm(mark, 15) * 10 / max(len(posts), 1)
    line("marked in ten posts, as many as are seen", ms, "ms", ms / reference, "<= 8", ms <= 8)


def asked(text: str) -> Query:
    """What *text* asks for."""
    return query_from_text(text, now=NOW)


def page(seeker: Seeker, query: Query, most: int = 50) -> tuple[list[Found], float]:
    """The first *most*, as the service looks for them; ms of the slowest step."""
    found: list[Found] = []
    sifted = query.conditions or query.without
    scan = FIRST if sifted else min(most, LARGEST)
    below, seen, slowest = None, 0, 0.0
    while True:
        began = time.perf_counter()
        step = seeker.look(query, below, scan)
        found += [one for one in step.found if fits(query, one.post, one.viewers)]
        slowest = max(slowest, (time.perf_counter() - began) * 1e3)
        below, seen, scan = step.below, seen + step.looked_at, min(scan * 2, LARGEST)
        if len(found) >= most or below is None or seen >= NONE_IN_SIGHT:
            return found[:most], slowest


def relevant(seeker: Seeker) -> list[Found]:
    """The best 50 of the newest that fit."""
    query = asked("night coast ")
    return most_relevant(query, page(seeker, query, WEIGHED)[0])[:50]


if __name__ == "__main__":
    main()
