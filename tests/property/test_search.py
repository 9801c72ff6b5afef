"""Whatever is typed into the search is understood or told in words, and never hurts the index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feed.query import fits, has_words, query_from_text, server_words, sifted
from app.model.errors import BadInput
from app.model.query import searchable
from app.services.search_links import is_address
from app.store import Keeper, Store
from app.store.seeking import Seeker
from tests.unit.store.build import ANA, account, at, entry, post, run, save

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

PARTS = st.sampled_from(
    ["from:", "to:", "has:", "net:", "in:", "before:", "after:", "lang:", "folder:", "is:", "-",
     '"', "(", ")", "*", "^", " OR ", " NOT ", " AND ", "NEAR(", ":", "#", "@", ",", " ", "image",
     "bookmarks", "2026-02-30", "7d", "99999y", "ana", "\0", "\ud800", "¹", "ß", "İ", "東京", "٣"]
)  # fmt: skip
TYPED = st.lists(st.one_of(PARTS, st.text(max_size=6)), max_size=9).map("".join)


@pytest.fixture(scope="module")
def seeker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeker]:
    """A small cache."""
    folder: Path = tmp_path_factory.mktemp("search")
    store = Store.open(folder / "profile")

    def add(keeper: Keeper) -> None:
        keeper.save_account(account(ANA, "fedi"))

    run(store.keep(add))
    save(store, *(entry(post(n, n, text=f"Godwit 東京 {n} ring", tags=("a",))) for n in range(9)))
    yield Seeker(store.reader)
    store.close()


@given(text=TYPED)
def test_anything_typed_is_searched_for_or_refused_in_words(text: str, seeker: Seeker) -> None:
    """No error but ``BadInput``; what the index gives has the words that were asked for."""
    is_address(text)
    try:
        query = query_from_text(text, now=NOW)
    except BadInput as error:
        assert error.message
        assert error.next_step
        return
    server_words(query)
    sifted(query)
    step = seeker.look(query, None, 50)
    for one in step.found:
        fits(query, one.post, one.viewers)
        has_words(query, searchable(one.post))


@given(n=st.integers(0, 8), scan=st.integers(1, 12))
def test_steps_of_any_size_find_the_same(n: int, scan: int, seeker: Seeker) -> None:
    """Nothing twice, nothing left out."""
    query = query_from_text(f"ring -{n} ", now=at(100))
    below, found = None, []
    while True:
        step = seeker.look(query, below, scan)
        found += [one.post.uri for one in step.found if fits(query, one.post, {})]
        below = step.below
        if below is None:
            break
    assert len(found) == len(set(found)) == 8
