"""Rows of timelines: order, paging, values."""

from __future__ import annotations

from app.model import HOME, Cursor, Source, Stub, ViewerState
from app.model.timeline import ALL, Anchor, Echo, GapRow, RowKey, StubRow, TimelineId
from app.store import GapSpec, Store
from tests.unit.store.build import ANA, BO, CY, at, entry, post, repost, save


def texts(rows: object) -> list[str]:
    """What the rows say, as short words."""
    said = []
    for row in rows:  # type: ignore[attr-defined]
        match row:
            case Echo(sightings=sightings):
                said.append("+".join(s.entry.post.text.text for s in sightings))
            case GapRow(gap=gap):
                said.append(f"gap {gap.cursor}")
            case StubRow(stub=stub):
                said.append(f"stub {stub.key}")
    return said


def test_rows_stand_newest_first_and_pages_join(store: Store) -> None:
    """Whatever order they came in, paging by key gives every row once."""
    save(store, *(entry(post(n, n)) for n in (3, 1, 2)))
    save(store, *(entry(post(n, n)) for n in (5, 4)))

    first = store.reader.rows(ALL, limit=2)
    second = store.reader.rows(ALL, before=first[-1].key, limit=2)
    third = store.reader.rows(ALL, before=second[-1].key, limit=2)

    assert ["post 5", "post 4", "post 3", "post 2", "post 1"] == texts(first + second + third)
    assert first == store.reader.rows_after(ALL, second[0].key, limit=2)
    assert 2 == store.reader.count_after(ALL, second[0].key)
    assert [r.key for r in second] == store.reader.keys(ALL, before=first[-1].key, limit=2)
    assert [r.key for r in second] == store.reader.keys(ALL, after=third[0].key, limit=2)


def test_what_is_of_one_moment_stands_by_its_address(store: Store) -> None:
    """However the server put it: two accounts that see the same page see one order."""
    same = [entry(post(f"same-{name}", 5)) for name in "cab"]
    save(store, *same)
    save(store, *(entry(post(f"also-{name}", 6)) for name in "bca"))

    shown = [row.sightings[0].entry.key[-6:] for row in store.reader.rows(ALL)]  # type: ignore[union-attr]
    assert ["also-c", "also-b", "also-a", "same-c", "same-b", "same-a"] == shown


def test_an_entry_comes_back_as_it_went_in(store: Store) -> None:
    """Entry, repost and viewer state survive exactly."""
    plain = entry(post(1, 1, langs=("de",)), ViewerState(ref="a1", liked=True))
    passed_on = repost(post(2, 2), "cleo", 7, ViewerState(ref="a2"))
    save(store, plain, passed_on)

    newer, older = store.reader.rows(ALL)

    assert isinstance(newer, Echo) and isinstance(older, Echo)
    assert passed_on == newer.sightings[0].entry
    assert plain == older.sightings[0].entry
    assert {ANA: ViewerState(ref="a1", liked=True)} == older.sightings[0].viewers


def test_each_account_and_network_has_its_own_timeline(store: Store) -> None:
    """A row stands in `all`, its network's and its account's timeline."""
    save(store, entry(post("a", 1)), of=ANA)
    save(store, entry(post("b", 2)), of=BO)
    save(store, entry(post("c", 3, network="sky")), of=CY)

    shown = {
        name: texts(store.reader.rows(TimelineId(name)))
        for name in ("all", "network:fedi", "network:sky", f"account:{BO}", "account:none")
    }

    assert {
        "all": ["post c", "post b", "post a"],
        "network:fedi": ["post b", "post a"],
        "network:sky": ["post c"],
        f"account:{BO}": ["post b"],
        "account:none": [],
    } == shown


def test_other_sources_make_no_rows(store: Store) -> None:
    """Posts of a list are kept, but only home timelines have rows."""
    source = Source("list", "7")
    saved = save(store, entry(post(1)), source=source)

    assert 1 == saved.new
    assert not saved.inserted
    assert () == store.reader.rows(ALL)
    assert [(post(1).uri, at(0))] == store.reader.newest_keys(ANA, source, 5)


def test_a_post_seen_twice_is_known(store: Store) -> None:
    """Saving the same page again writes nothing and says so."""
    items = [entry(post(n, n)) for n in range(3)]
    first = save(store, *items, items[0])
    second = save(store, *items)

    assert (3, 0, True) == (first.new, first.known, first.inserted)
    assert (0, 3, False, ()) == (second.new, second.known, second.inserted, second.changed)
    assert {post(0).uri} == store.reader.has_entry(ANA, HOME, [post(0).uri, "nowhere"])
    assert set() == store.reader.has_entry(BO, HOME, [post(0).uri])


def test_a_second_account_adds_its_view_to_the_same_row(store: Store) -> None:
    """The row is not doubled; it now names both accounts and their states."""
    save(store, entry(post(1, 1), ViewerState(ref="a")), of=ANA)
    saved = save(store, entry(post(1, 1), ViewerState(ref="b", liked=True)), of=BO)
    (row,) = store.reader.rows(ALL)

    assert isinstance(row, Echo)
    assert {ANA: ViewerState(ref="a"), BO: ViewerState(ref="b", liked=True)} == row.sightings[
        0
    ].viewers
    assert (row.key,) == saved.changed
    assert ["post 1"] == texts(store.reader.rows(TimelineId(f"account:{BO}")))


def test_an_unreadable_record_is_a_row(store: Store) -> None:
    """A stub stands in the timeline, until the record can be read."""
    stub = Stub(key=post(2).uri, sort_at=at(2), reason="no author")
    save(store, entry(post(1, 1)), stub)

    assert ["stub " + post(2).uri, "post 1"] == texts(store.reader.rows(ALL))

    again = save(store, stub)
    mended = save(store, entry(post(2, 2)))

    assert (0, 1) == (again.new, again.known)
    assert ["post 2", "post 1"] == texts(store.reader.rows(ALL))
    assert 1 == len(mended.removed)
    assert set(mended.removed) <= set(mended.changed)


def test_a_gap_opens_moves_and_closes(store: Store) -> None:
    """A gap is a row just below the oldest item above it."""
    save(store, entry(post(1, 1)))
    opened = save(
        store,
        entry(post(9, 9)),
        entry(post(8, 8)),
        open_gap=GapSpec(newer_at=at(8), older_at=at(1), cursor=Cursor("m8")),
    )
    assert ["post 9", "post 8", "gap m8", "post 1"] == texts(store.reader.rows(ALL))
    (gap,) = store.reader.gaps(ANA)
    assert opened.gap == gap.id
    assert (at(8), at(1), Cursor("m8")) == (gap.newer_at, gap.older_at, gap.cursor)
    assert () == store.reader.gaps(BO)

    save(store, entry(post(7, 7)), move_gap=(gap.id, Cursor("m7"), at(7)))
    assert ["post 9", "post 8", "post 7", "gap m7", "post 1"] == texts(store.reader.rows(ALL))

    closed = save(store, entry(post(6, 6)), close_gap=gap.id)
    assert ["post 9", "post 8", "post 7", "post 6", "post 1"] == texts(store.reader.rows(ALL))
    assert () == store.reader.gaps()
    assert 1 == len(closed.removed)


def test_the_bottom_is_remembered(store: Store) -> None:
    """Never fetched, goes on here, and the end are three different things."""
    seen = [store.reader.bottom(ANA, HOME)]
    save(store, entry(post(1)), bottom=Cursor("c1"))
    seen.append(store.reader.bottom(ANA, HOME))
    save(store, entry(post(2)))
    seen.append(store.reader.bottom(ANA, HOME))
    save(store, bottom=None)
    seen.append(store.reader.bottom(ANA, HOME))

    from msgspec import UNSET

    assert [UNSET, "c1", "c1", None] == seen


def test_an_anchor_finds_its_row_or_the_nearest_older(store: Store) -> None:
    """Reading goes on at the entry, else at what is just below its time."""
    save(store, *(entry(post(n, n)) for n in (1, 2, 4)))
    keys = {t: r.key for t, r in zip("421", store.reader.rows(ALL), strict=True)}

    def found(key: str, minutes: float) -> RowKey | None:
        return store.reader.row_of(ALL, Anchor(key, at(minutes)))

    assert keys["2"] == found(post(2).uri, 2)
    assert keys["2"] == found("gone", 3)
    assert keys["1"] == found("gone", -5)
    assert None is store.reader.row_of(TimelineId("account:none"), Anchor("gone", at(0)))


def test_row_values_leave_out_what_is_not_there(store: Store) -> None:
    """Only rows that stand in the timeline have a value."""
    save(store, entry(post(1, 1)), of=ANA)
    save(store, entry(post(2, 2)), of=BO)
    two, one = store.reader.keys(ALL)

    values = store.reader.row_values(TimelineId(f"account:{ANA}"), [two, one, RowKey(5, 8)])

    assert [one] == list(values)
