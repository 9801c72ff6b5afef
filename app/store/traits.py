"""
What feeds judge posts by, kept beside the posts: filled lazily, in short bursts.

Storing a post costs nothing for it: triggers drop what a changed or deleted post
had, and what is missing is made when a feed asks, newest first, 28 µs a post. (While
posts are stored each would cost that, a fifth of the budget, ranked feeds or not.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from app.store.database import Database

if TYPE_CHECKING:
    from app.store.store import Store

BURST = 200
"""Posts per transaction: about 5 ms."""

Made = tuple[int, str, str, bytes]
"""Time (µs), author, URI, and the traits themselves."""

Make = Callable[[bytes], Made | None]
"""From a post as it is kept; None: it cannot be read."""


async def keep_traits(store: Store, posts: Sequence[int], make: Make, *, pause: float = 0.0) -> int:
    """
    Make and keep the traits of *posts* that have none, in bursts. Returns how many.

    *pause*: s between two of them, where somebody may be scrolling. Raises: StoreError.
    """
    made = 0
    for start in range(0, len(posts), BURST):
        part = posts[start : start + BURST]
        made += await store.change_cache(partial(fill, posts=part, make=make))
        if pause:
            await asyncio.sleep(pause)
    return made


def fill(db: Database, posts: Sequence[int], make: Make) -> int:
    """The same in one transaction; from the posts as they are now."""
    with db.transaction():
        found = db.all(
            """SELECT p.id, p.body FROM post p LEFT JOIN trait t ON t.post=p.id
               WHERE t.post IS NULL AND p.id IN ()""",
            among=posts,
        )
        rows = [(id, *made) for id, body in found if (made := make(body)) is not None]
        db.run_many(
            "INSERT OR REPLACE INTO trait (post, at, author, uri, body) VALUES (?, ?, ?, ?, ?)",
            rows,
        )
        return len(rows)
