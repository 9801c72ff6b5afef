"""
Looking for twins of 50 000 posts that come in, page by page, over a cache of as many.

One in ten is by somebody of the people book (100 people), half of those have a twin. The
reference is going through the same pages with nobody in the book.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from app.model import HOME, AccountId, Entry, Post, Profile, RichText
from app.model.person import Known, PersonLink
from app.services.twins import Twins
from app.store import Batch, Store
from tests.bench.measure import say
from tests.posts import NOW

HERE, THERE = AccountId("me@north.example"), AccountId("me.example")
PAGE, PEOPLE = 40, 100
WORDS = "the tide comes in slowly over the flats and nobody counts waders any more".split()


def person(number: int, network: str) -> Profile:
    """Somebody there."""
    return Profile(f"https://{network}.example/u{number}", f"u{number}@{network}.example")


def posts(count: int, network: str, seed: int) -> list[Post]:
    """One a minute, oldest first; every second of a known person's says the same on both."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        known = number % 10 == 0
        who = person(number // 10 % PEOPLE if known else 1_000 + number % 997, network)
        same = random.Random(number) if known and number % 20 == 0 else chance
        at = NOW - timedelta(minutes=count - number)
        made.append(
            Post(
                uri=f"https://{network}.example/{number}",
                network=network,
                author=who,
                created_at=at,
                sort_at=at,
                text=RichText(" ".join(same.choices(WORDS, k=20))),
            )
        )
    return made


async def measure(store: Store, count: int) -> None:
    """Fill, then look."""
    kept, coming = posts(count, "south", 1), posts(count, "north", 2)
    for start in range(0, count, 1_000):
        items = tuple(
            Entry(key=one.uri, sort_at=one.sort_at, post=one) for one in kept[start : start + 1_000]
        )
        await store.save(Batch(account=THERE, source=HOME, items=items))
    book = tuple(
        PersonLink(
            one=Known("north", person(number, "north")),
            other=Known("south", person(number, "south")),
            why="user",
            evidence="You said so.",
            at=NOW,
        )
        for number in range(PEOPLE)
    )

    async def went(links: tuple[PersonLink, ...]) -> tuple[float, int]:
        twins = Twins(store, lambda: links, lambda: ())
        found = 0
        began = time.perf_counter()
        for start in range(0, count, PAGE):
            found += len(await twins.find(coming[start : start + PAGE]))
        return (time.perf_counter() - began) * 1e3, found

    nobody, _ = await went(())
    all_of_them, found = await went(book)
    say(f"{count} posts, nobody in the book", nobody, "ms")
    say(f"{count} posts, {PEOPLE} people in the book, {found} twins", all_of_them, "ms", nobody,
        "<= 1000", all_of_them <= 1_000)  # fmt: skip


def main(count: int) -> None:
    """Print two lines."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "profile")
        try:
            asyncio.run(measure(store, count))
        finally:
            store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=50_000)
    main(parser.parse_args().count)
