"""The search index is put in order when nobody writes, and is whole all the time."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store import Store, merging
from app.store.reader import Reader
from tests.unit.store.build import entry, page, post, run
from tests.unit.store.check import troubles

PAGES = 40


def pieces(reader: Reader) -> int:
    """How many pieces the index has."""
    found = reader._cache.one("SELECT count(DISTINCT segid) FROM post_words_idx")
    return int(found[0])


async def fill(store: Store) -> None:
    """Forty pages, one after the other."""
    for first in range(0, PAGES * 5, 5):
        await store.save(page(*(entry(post(n, n)) for n in range(first, first + 5))))


def test_it_is_merged_when_it_has_been_quiet(
    store: Store, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every save leaves a piece; then they become few, and everything is still found."""

    async def scenario() -> int:
        monkeypatch.setattr(merging, "QUIET", 3600)  # a slow machine is quiet now and then
        await fill(store)
        before = await store.load(pieces)
        monkeypatch.setattr(merging, "QUIET", 0.01)
        await store.save(page(entry(post(PAGES * 5, PAGES * 5))))
        for _ in range(10_000):
            if await store.load(pieces) < 8:
                break
        return before

    before = run(scenario())
    assert 8 <= before
    assert pieces(store.reader) < 8
    assert PAGES * 5 + 1 == len(store.reader.search("post", limit=1_000))
    store.close()
    assert [] == troubles(profile / "cache.db")


def test_every_step_leaves_it_whole(store: Store, profile: Path) -> None:
    """A kill between two steps costs nothing."""
    run(fill(store))
    store.close()
    more = True
    while more:
        again = Store.open(profile)
        more = run(again._write(again._merge))
        assert PAGES * 5 == len(again.reader.search("post", limit=1_000))
        again.close()
        assert [] == troubles(profile / "cache.db")
