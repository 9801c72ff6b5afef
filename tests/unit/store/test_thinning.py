"""What leaves a cache that is too large, and what never does."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import HOME, AccountId, Cursor, Source, ViewerState
from app.model.timeline import ALL, Echo, GapRow
from app.store import Batch, Store
from app.store import thinning as module
from app.store.prune import ALWAYS
from app.store.thinning import Staying, Thinning
from app.store.times import micros
from tests.unit.store.build import (
    ANA,
    BO,
    account,
    at,
    entry,
    post,
    raw,
    repost,
    run,
    save,
)
from tests.unit.store.build import profile as somebody
from tests.unit.store.check import troubles

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small numbers, so that sixty posts are many."""
    monkeypatch.setattr(module, "AROUND", 4)


def thin(store: Store, until: float | None, **staying: Any) -> None:
    """To the end, in the shortest bursts. *until*: minutes; None: everything."""
    thinning = Thinning(ALWAYS if until is None else micros(at(until)), Staying(**staying))

    async def all_of_it() -> None:
        while (await store.thin(thinning, 0)).more:
            continue

    run(all_of_it())


def pages(store: Store, count: int = 60, size: int = 10, of: AccountId = ANA) -> None:
    """So many posts a minute apart, in pages, each with the cursor below it."""
    for first in range(0, count, size):
        save(
            store,
            *(entry(post(n, n)) for n in range(first, first + size)),
            of=of,
            older=Cursor(f"below {first}"),
        )
    save(store, of=of, bottom=Cursor("the old bottom"))


def numbers(store: Store) -> list[int | str]:
    """The rows of `all`, newest first: posts by number, gaps by their cursor."""
    found: list[int | str] = []
    for row in store.reader.rows(ALL, limit=999):
        match row:
            case Echo():
                found.append(int(row.sightings[0].entry.post.uri.rsplit("/", 1)[-1]))
            case GapRow():
                found.append(row.gap.cursor)
    return found


def kept(store: Store) -> set[int]:
    """Numbers of the posts that the cache has, shown or not."""
    uris = {post(n).uri: n for n in range(99)}
    return {uris[uri] for uri in store.reader.posts(uris)}


def test_the_cut_is_where_a_cursor_is_known(store: Store, profile: Path) -> None:
    """So older posts can be fetched from there, and no unknown hole appears."""
    pages(store)
    thin(store, 35)

    assert [*range(59, 29, -1)] == numbers(store)
    assert Cursor("below 30") == store.reader.bottom(ANA, HOME)
    assert () == store.reader.search('"post 7"')
    assert {*range(30, 60)} == kept(store)
    assert [] == troubles(profile / "cache.db")


def test_what_is_still_to_be_read_stays(store: Store, profile: Path) -> None:
    """However old it is."""
    pages(store)
    thin(store, None, unread=micros(at(20)))

    assert [*range(59, 19, -1)] == numbers(store)
    assert Cursor("below 20") == store.reader.bottom(ANA, HOME)


def test_rows_around_a_reading_place_stay_and_above_them_is_a_gap(
    store: Store, profile: Path
) -> None:
    """What went between is known to be missing, and can be fetched again."""
    pages(store)
    thin(store, 45, places=(micros(at(15)),))

    assert [*range(59, 39, -1), "below 40", *range(19, 9, -1)] == numbers(store)
    assert Cursor("below 10") == store.reader.bottom(ANA, HOME)
    [gap] = store.reader.gaps(ANA)
    assert (at(40), at(19)) == (gap.newer_at, gap.older_at)
    assert [] == troubles(profile / "cache.db")

    save(store, *(entry(post(n, n)) for n in range(15, 40)), close_gap=gap.id)
    assert [*range(59, 9, -1)] == numbers(store)


def test_what_is_mine_or_was_acted_on_stays_to_be_found(store: Store, profile: Path) -> None:
    """In no timeline, but in search, among bookmarks, and with what was done to it."""
    pages(store)
    acted = {"liked": 3, "reposted": 4, "bookmarked": 5, "pinned": 6}
    for what, n in acted.items():
        save(store, entry(post(n, n), ViewerState(**{what: True})))
    other = somebody("me")
    save(store, entry(replace(post(90, 7), author=other)), of=BO)
    save(store, of=BO, older=Cursor("below 90"), bottom=None)
    thin(
        store,
        55,
        authors=frozenset({other.uri}),
        uris=frozenset({post(8).uri, "https://elsewhere.example/9"}),
    )

    assert [*range(59, 49, -1)] == [n for n in numbers(store) if n != 90]
    assert {3, 4, 5, 6, 8, 90, *range(50, 60)} == kept(store)
    assert {ANA: ViewerState(bookmarked=True)} == store.reader.viewers(post(5).uri)
    assert [post(8).uri] == [found.post.uri for found in store.reader.search('"post 8"')]
    assert [] == troubles(profile / "cache.db")

    save(store, entry(post(5, 5), ViewerState(bookmarked=False)), source=Source("bookmarks"))
    thin(store, 55)
    assert {3, 4, 5, 6, *range(50, 60)} == kept(store) - {90}
    run(store.remove_post(post(4).uri))
    assert 4 not in kept(store)
    assert [] == troubles(profile / "cache.db")


def test_what_stayed_for_a_reason_goes_when_the_reason_does(store: Store, profile: Path) -> None:
    """A like that was taken back keeps nothing."""
    pages(store)
    save(store, entry(post(3, 3), ViewerState(liked=True)))
    thin(store, 55)
    assert 3 in kept(store)

    run(store.amend(post(3).uri, ANA, lambda post, viewer: (post, ViewerState())))
    thin(store, 55)
    assert 3 not in kept(store)
    assert [] == troubles(profile / "cache.db")


def test_what_came_last_stays_however_old_it_is(store: Store) -> None:
    """Somebody has just opened that conversation, or scrolled down there."""
    pages(store)
    save(store, entry(post(70, -9_000)), source=Source("thread", post(70).uri))
    thin(store, 35, fresh=1)

    assert 70 in kept(store)
    thread = Source("thread", post(70).uri)
    assert [post(70).uri] == [e.post.uri for e in store.reader.entries(ANA, thread, 9)]


def test_conversations_that_are_open_stay_and_old_ones_go(
    store: Store, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that they consist of."""
    monkeypatch.setattr(module, "RECENT", 0)
    pages(store)
    for n in (70, 80):
        items = [entry(post(n + more, n / 10 + more)) for more in range(3)]
        save(store, *items, source=Source("thread", post(n).uri))
    thin(store, 55, threads=frozenset({post(80).uri}))

    assert {80, 81, 82, *range(50, 60)} == kept(store)
    assert [] == troubles(profile / "cache.db")


def test_one_account_leaves_what_another_has(store: Store, profile: Path) -> None:
    """A post that another account still shows stays, also when its row's head goes."""
    save(store, entry(post(1, 0)), entry(post(2, 0.5)), of=ANA)
    save(store, repost(post(1, 0), "cleo", 60), of=BO)
    save(store, entry(post(3, 3 * 24 * 60)), of=ANA, older=Cursor("below 3"))
    thin(store, None)
    rows = store.reader.rows(ALL)

    assert [[post(3).uri], ["https://one.example/reposts/cleo/1"]] == [
        [s.entry.key for s in row.sightings] for row in rows if isinstance(row, Echo)
    ]
    assert {BO} == set(store.reader.viewers(post(1).uri))
    assert {} == store.reader.posts([post(2).uri])
    assert [] == troubles(profile / "cache.db")


def test_an_account_that_leaves_takes_no_bookmark_of_another(store: Store, profile: Path) -> None:
    """Also where the post stands in no timeline any more."""
    pages(store)
    save(store, entry(post(3, 3), ViewerState(bookmarked=True)), of=BO)
    save(store, of=BO, older=Cursor("below 3"))
    thin(store, 55)
    run(store.keep(lambda keeper: keeper.save_account(account(ANA))))
    run(store.keep(lambda keeper: keeper.remove_account(ANA)))

    assert {BO: ViewerState(bookmarked=True)} == store.reader.viewers(post(3).uri)
    assert [] == troubles(profile / "cache.db")


@pytest.mark.parametrize("seed", range(12))
def test_nothing_goes_that_is_not_known_to_be_missing(
    store: Store, profile: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is cut where: below each end there is a cursor, in each hole a gap with its own."""
    chance = random.Random(seed)
    monkeypatch.setattr(module, "CHUNK", chance.choice((1, 3, 50)))
    size = chance.choice((2, 5, 12))
    for of in (ANA, BO):
        pages(store, 60, size, of)
    for _ in range(3):
        places = tuple(micros(at(chance.randrange(60))) for _ in range(chance.randrange(4)))
        thin(store, chance.randrange(60), places=places)

        shown = numbers(store)
        for above, below in pairwise(shown):
            if isinstance(above, int) and isinstance(below, int):
                assert above - below == 1
            elif isinstance(above, int):
                assert f"below {above}" == below
        assert Cursor(f"below {shown[-1]}") in (
            store.reader.bottom(ANA, HOME),
            Cursor("below 0"),
        )
        for place in places:
            assert (
                []
                == [
                    n
                    for n in range(60)
                    if abs(micros(at(n)) - place) <= 60_000_000 and n not in shown
                ]
                or min(n for n in shown if isinstance(n, int)) > 0
            )
        assert [] == troubles(profile / "cache.db")


def test_killed_while_it_gets_smaller_nothing_else_is_lost(tmp_path: Path) -> None:
    """kill -9 between any two bursts: the way on is known, and the next pass goes on."""
    folder = tmp_path / "profile"
    store = Store.open(folder)
    pages(store, 600, 10)
    store.close()
    for after in (1, 3, 8, 20):
        command = [sys.executable, "-m", "tests.unit.store.thin_until_killed", str(folder)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(after):
            process.stdout.readline()
        process.kill()
        process.communicate()
        store = Store.open(folder)
        shown = numbers(store)

        assert "" == store.recovered
        assert {*range(400, 600)} <= set(shown)
        assert Cursor("below 400") == store.reader.bottom(ANA, HOME)
        below = [n for n in shown if isinstance(n, int) and n < 400]
        assert below == [*range(399, 399 - len(below), -1)]
        store.close()
        assert [] == troubles(folder / "cache.db")


def test_a_burst_that_fails_is_done_again(store: Store, profile: Path) -> None:
    """What another process held up is not left out."""
    pages(store)
    thinning = Thinning(micros(at(35)), Staying())
    run(store.thin(thinning, 0))
    other = raw(profile)
    other.execute("PRAGMA journal_mode")
    run(store.save(Batch(account=ANA, source=HOME)))
    store.close()
    again = Store.open(profile)
    db = raw(profile)
    db.execute("BEGIN IMMEDIATE")
    with pytest.raises(Exception, match="Another program"):
        _burst_without_patience(again, thinning)
    db.execute("ROLLBACK")
    db.close()

    async def rest() -> None:
        while (await again.thin(thinning, 0)).more:
            continue

    run(rest())
    assert [*range(59, 29, -1)] == numbers(again)
    again.close()
    other.close()


def _burst_without_patience(store: Store, thinning: Thinning) -> None:
    async def burst() -> None:
        await store.change_cache(lambda db: db.run("PRAGMA busy_timeout=1"))
        await store.thin(thinning, 0)

    run(burst())
