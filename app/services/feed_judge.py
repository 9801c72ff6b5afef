"""
What moderation says of candidates, and the candidates themselves, remembered between feeds.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.pipeline import row_from_stored
from app.feed.rows import Card
from app.model.timeline import ALL, RowKey, TimelineId
from app.moderation.verdict import Verdict
from app.services.row_loads import Look

if TYPE_CHECKING:
    from app.feed.topics import WordLists
    from app.services.feed_candidates import Pool
    from app.services.feed_plans import Place
    from app.store import Reader, Store
    from app.store.candidates import Candidates

MOST_POOLS, MOST_KNOWN = 3, 100_000

BEFOREHAND, BURST, PAUSE = 5_000, 100, 0.03
"""Rows that are judged beforehand, so many at once, and s between."""


class Judge(Struct, kw_only=True):
    """
    What moderation says, remembered as long as nothing that decides has changed.

    *known*: row → verdict, of those that had to be looked at.
    """

    look: Look
    known: dict[RowKey, Verdict] = {}

    @property
    def is_watchful(self) -> bool:
        """Every post must be looked at, also those of which nobody says anything."""
        return self.look.settings.preferences.watchful

    def judge(
        self, read: Candidates, timeline: TimelineId, keys: Sequence[RowKey]
    ) -> dict[RowKey, Verdict]:
        """The verdict on each row, as the timeline would show it."""
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        asked = [key for key in keys if key not in self.known]
        for start in range(0, len(asked), 500):
            for key, stored in read.values(timeline, asked[start : start + 500]).items():
                row = row_from_stored(stored, now=self.look.now, settings=self.look.settings)
                if isinstance(row, Card):
                    self.known[key] = row.verdict
        return {key: self.known[key] for key in keys if key in self.known}


async def judge_beforehand(store: Store, judge: Judge) -> None:
    """Where every post has to be looked at: in bursts, while nobody waits. Raises: StoreError."""
    if not judge.is_watchful:
        return
    keys = await store.load(lambda reader: reader.keys(ALL, limit=BEFOREHAND))
    for start in range(0, len(keys), BURST):
        await store.load(partial(_judge, judge, keys[start : start + BURST]))
        await asyncio.sleep(PAUSE)


def _judge(judge: Judge, keys: Sequence[RowKey], reader: Reader) -> None:
    from app.store.candidates import Candidates  # not before the first frame

    judge.judge(Candidates(reader), ALL, keys)


class Pools:
    """
    Candidates that were read, kept while nothing in the cache has changed.

    All feeds over the same sources share one: switching between them reads nothing.
    """

    def __init__(self, lists: Callable[[], WordLists]) -> None:
        self._lists = lists
        self._kept: OrderedDict[tuple[tuple[Place, ...], int], Pool] = OrderedDict()
        self._age = 0

    def load(self, read: Candidates, places: tuple[Place, ...], most: int, judge: Judge) -> Pool:
        """Read them, or what was read. On a reader's thread."""
        from app.services.feed_candidates import load_pool  # numpy: not before a feed is made

        key, age = (places, most), self._age
        if judge.look.shown:
            return load_pool(read, places, most, judge, self._lists())
        pool = self._kept.get(key)
        if pool is None:
            pool = load_pool(read, places, most, judge, self._lists())
            if age == self._age:
                self._kept[key] = pool
                while len(self._kept) > MOST_POOLS:
                    self._kept.popitem(last=False)
        return pool

    def forget(self) -> None:
        """Something has changed."""
        self._age += 1
        self._kept.clear()
