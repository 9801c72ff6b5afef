"""What came since the reader was here last: how many posts, by how many people."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.pipeline import row_from_stored
from app.feed.rows import Card
from app.model.timeline import ALL, RowKey
from app.people.book import first_profiles

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.services.timelines import Timelines
    from app.store import Reader, Store

MOST, PART = 2_000, 100
"""Rows that are counted; at once, so that nobody who scrolls waits."""


class Came(Struct, frozen=True):
    """*many*: there are more than *posts* says."""

    posts: int = 0
    people: int = 0
    many: bool = False


async def came_since(store: Store, timelines: Timelines, clock: Clock, since: int) -> Came:
    """
    Count the cards of all accounts above *since* (µs); what is hidden does not count.

    Raises:
        StoreError: The cache cannot be read.
    """
    settings, now = timelines.settings(), clock.now()
    edge = RowKey(since, 2**62)
    humans = await store.load(lambda reader: first_profiles(reader.person_links()))
    posts, authors, below = 0, set[str](), None
    for _ in range(0, MOST, PART):
        before = below

        def read(reader: Reader, before: RowKey | None = before) -> list[tuple[RowKey, str]]:
            found = []
            for stored in reader.rows(ALL, before, PART):
                row = row_from_stored(stored, now=now, settings=settings)
                author = ""
                if isinstance(row, Card) and row.verdict.action != "hide":
                    author = row.post.author.uri
                found.append((stored.key, author))
            return found

        part = await store.load(read)
        for key, author in part:
            if key <= edge:
                return Came(posts, len(authors))
            if author:
                posts += 1
                authors.add(humans.get(author, author))
        if len(part) < PART:
            return Came(posts, len(authors))
        below = part[-1][0]
        await asyncio.sleep(0)
    return Came(posts, len(authors), many=True)
