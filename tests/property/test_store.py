"""Whatever is saved in whatever order: every entry stands once, rows stay, changes are told."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model import AccountId, Counts, Entry, ViewerState
from app.model.timeline import ALL, Echo, RowKey, StoredRow, TimelineId
from app.store import Saved, Store
from tests.unit.store.build import ANA, BO, CY, account, entry, page, post, repost, run
from tests.unit.store.check import troubles

ACCOUNTS = (ANA, BO, CY)
TIMELINES = (ALL, *(TimelineId(f"account:{id}") for id in ACCOUNTS), TimelineId("network:fedi"))

# Posts 0…7, hours apart; some reposts come the next day, some much later.
numbers = st.integers(0, 7)
items = st.one_of(
    st.tuples(st.just("post"), numbers, st.integers(0, 2)),
    st.tuples(st.sampled_from(("cleo", "dora")), numbers, st.integers(0, 60)),
)
pages = st.tuples(
    st.just("save"),
    st.sampled_from(ACCOUNTS),
    st.lists(items, min_size=1, max_size=8),
    st.dictionaries(numbers, st.lists(st.integers(0, 9), max_size=2), max_size=4),
)
changes = st.one_of(
    pages,
    pages,
    pages,
    st.tuples(st.just("split"), numbers),
    st.tuples(st.just("unsplit"), numbers),
)


def item_of(kind: str, number: int, more: int) -> Entry:
    """The drawn post (with *more* likes) or repost (*more* hours later)."""
    written = post(number, number * 180, counts=Counts(likes=more if kind == "post" else 0))
    if kind == "post":
        return entry(written, ViewerState(ref="r", liked=more == 2))
    return repost(written, kind, number * 180 + more * 60)


async def change(store: Store, what: tuple[object, ...]) -> Saved:
    """Do one of the drawn things."""
    if what[0] == "split":
        return await store.split(post(what[1]).uri)  # type: ignore[arg-type]
    if what[0] == "unsplit":
        return await store.unsplit(post(what[1]).uri)  # type: ignore[arg-type]
    _, of, drawn, links = what
    keys = {
        post(n).uri: (
            post(n).uri,
            *(f"https://same.example/{a}" if a > 7 else post(a).uri for a in also),
        )
        for n, also in links.items()  # type: ignore[attr-defined]
    }
    entries = [item_of(*one) for one in drawn]  # type: ignore[attr-defined]
    return await store.save(page(*entries, of=AccountId(str(of)), echo_keys=keys))


def all_rows(store: Store) -> dict[TimelineId, dict[RowKey, StoredRow]]:
    """Every row of every timeline; each timeline strictly falling."""
    found = {}
    for timeline in TIMELINES:
        rows = store.reader.rows(timeline, limit=500)
        keys = [row.key for row in rows]
        assert sorted(set(keys), reverse=True) == keys
        found[timeline] = {row.key: row for row in rows}
    return found


def names(rows: dict[RowKey, StoredRow]) -> list[str]:
    """Keys of all entries that stand there."""
    return sorted(
        s.entry.key for row in rows.values() if isinstance(row, Echo) for s in row.sightings
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(changes, min_size=1, max_size=7))
def test_every_entry_stands_once_and_every_change_is_told(
    drawn: list[tuple[object, ...]],
) -> None:
    """Saves, splits and joins in any order."""
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        store = Store.open(profile)
        seen: set[str] = set()

        async def scenario() -> None:
            for id in ACCOUNTS:
                network = "sky" if id == CY else "fedi"
                await store.keep(lambda k, a=account(id, network): k.save_account(a))
            before = all_rows(store)
            for what in drawn:
                saved = await change(store, what)
                after = all_rows(store)
                for timeline in TIMELINES:
                    old, new = before[timeline], after[timeline]
                    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
                    other = {key for key in old.keys() & new.keys() if old[key] != new[key]}
                    assert gone <= set(saved.removed) <= set(saved.changed)
                    assert other <= set(saved.changed)
                    assert saved.inserted or not come
                if what[0] == "save":
                    seen.update(item_of(*one).key for one in what[2])  # type: ignore[attr-defined]
                    again = await change(store, what)
                    assert (0, False) == (again.new, again.inserted)
                    if len({one[1] for one in what[2]}) == len(what[2]):  # type: ignore[attr-defined]
                        assert () == again.changed == again.removed
                    after = all_rows(store)
                assert sorted(seen) == names(after[ALL])
                before = after

        run(scenario())
        store.close()
        assert [] == troubles(profile / "cache.db")


@settings(max_examples=25, deadline=None)
@given(st.tuples(pages, pages, pages))
def test_a_lost_cache_comes_back_with_the_same_entries(
    drawn: tuple[tuple[object, ...], ...],
) -> None:
    """Saving the same pages into a new cache shows the same, splits included."""
    shown = []
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        for round in range(2):
            store = Store.open(profile)

            async def scenario(store: Store = store, first: bool = round == 0) -> None:
                if first:
                    await store.split(post(3).uri)
                for what in drawn:
                    await change(store, what)

            run(scenario())
            rows = store.reader.rows(ALL, limit=500)
            shown.append(
                [[s.entry.key for s in row.sightings] for row in rows if isinstance(row, Echo)]
            )
            store.close()
            (profile / "cache.db").unlink()

    assert shown[0] == shown[1]
