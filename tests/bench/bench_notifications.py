"""
Ten thousand notifications, as after a storm: saved, grouped, and their first rows read.

The reference is reading as many rows of a table with nothing done to them.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from app.feed.notices import grouped
from app.model import Account, AccountId, Entry, Post, Profile, RichText
from app.model.notification import Notice, NoticeKind
from app.model.timeline import Source
from app.services.notifications import MOST
from app.services.notifications_rows import row_from
from app.store import Batch, Store
from app.store.notices import save_notices
from tests.bench.measure import say
from tests.posts import NOW

ME = AccountId("me@north.example")
KINDS: tuple[NoticeKind, ...] = (
    ("like",) * 12 + ("repost",) * 4 + ("follow",) * 2 + ("mention",) * 2
)


def person(number: int) -> Profile:
    return Profile(f"https://n{number % 40}.example/u{number}", f"u{number}@n{number % 40}.example")


def entry(number: int) -> Entry:
    at = NOW - timedelta(hours=number)
    post = Post(
        uri=f"https://north.example/{number}",
        network="north",
        author=person(0),
        created_at=at,
        sort_at=at,
        text=RichText(f"post {number}"),
    )
    return Entry(key=post.uri, sort_at=at, post=post)


def notices(count: int) -> list[Notice]:
    chance = random.Random(3)
    return [
        Notice(
            key=str(number),
            kind=(kind := chance.choice(KINDS)),
            at=NOW - timedelta(milliseconds=6 * number),
            actors=(person(chance.randrange(4_000)),),
            about="" if kind == "follow" else f"https://north.example/{chance.randrange(60)}",
        )
        for number in range(count)
    ]


def timed(act: Callable[[], object], times: int = 15) -> float:
    """ms, the best of some."""
    best = 1e9
    for _ in range(times):
        began = time.perf_counter()
        act()
        best = min(best, (time.perf_counter() - began) * 1e3)
    return best


async def filled(store: Store, count: int) -> float:
    """Save all of it in pages of 80. Returns ms for each page."""
    account = Account(
        id=ME,
        protocol="north",
        network="north",
        server="",
        uri="https://north.example/me",
        handle=ME,
    )
    await store.keep(lambda keeper: keeper.save_account(account))
    items = tuple(entry(number) for number in range(60))
    await store.save(Batch(account=ME, source=Source("notifications"), items=items))
    told = notices(count)
    began = time.perf_counter()
    for start in range(0, count, 80):
        page = told[start : start + 80]
        await store.change_cache(lambda db, page=page: save_notices(db, ME, "north", page))
    return (time.perf_counter() - began) * 1e3 / (count / 80)


def main(count: int = MOST) -> None:
    """Fill, then measure."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "profile")
        page = asyncio.run(filled(store, count))
        reader = store.reader.notices
        db = reader._cache
        bare = timed(lambda: db.all("SELECT id, at, kind, post, actor, many, seen FROM notice"))
        read = timed(lambda: reader.glances({ME: 0}, MOST))
        glances = reader.glances({ME: 0}, MOST)
        whole = timed(lambda: grouped(reader.glances({ME: 0}, MOST)))
        groups = grouped(glances).groups
        humans: dict[str, str] = {}
        from app.moderation.decide import NOTHING

        def rows() -> None:
            for group in groups[:30]:
                row_from(group, reader, {ME: "north"}, humans, NOTHING, NOW)

        say("a page of 80 saved", page, "ms")
        say(f"{count} glances read", read, "ms", bare)
        say(f"{count} grouped into {len(groups)}", whole, "ms", bare, "50 ms", whole <= 50)
        say("first 30 rows made", timed(rows), "ms")
        store.close()


if __name__ == "__main__":
    main()
