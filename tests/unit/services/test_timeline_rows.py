"""The list in memory: whatever happens, what is told is what is there."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.feed.rows import Row
from app.model import Stub
from app.model.timeline import RowKey, StubRow
from app.services.row_keys import RowKeys
from app.services.row_loads import Span, Values
from app.services.row_values import MOST_VALUES, RowValues
from app.services.rows import Change, Inserted, Removed, Reset
from app.services.timeline_rows import TimelineRows
from tests.unit.fakes import NOON
from tests.unit.services.servers import ANA

places = st.builds(RowKey, st.integers(-5, 60), st.integers(0, 3))
sets = st.sets(places, max_size=40)
NOTHING = Values({}, {}, frozenset())


def row(key: RowKey) -> Row:
    return StubRow(key=key, stub=Stub(key=str(key), sort_at=NOON, reason=""), account=ANA)


def newest_first(keys: set[RowKey]) -> list[RowKey]:
    return sorted(keys, reverse=True)


@given(sets, sets, sets)
def test_keys_are_a_sorted_set(first: set[RowKey], more: set[RowKey], less: set[RowKey]) -> None:
    """Inserting and removing in runs gives what a sorted set gives."""
    keys, mirror = RowKeys(first), newest_first(first)
    for index, count in keys.insert(more):
        mirror[index:index] = [keys[index + i] for i in range(count)]
        assert mirror == list(keys)
    for index, count in keys.remove(less):
        del mirror[index : index + count]
        assert mirror == list(keys)

    assert newest_first((first | more) - less) == mirror
    for index, key in enumerate(mirror):
        assert keys.find(key) == keys.above(key) == index


@given(sets, places, places)
def test_a_stretch_has_both_its_ends(present: set[RowKey], one: RowKey, two: RowKey) -> None:
    """``between`` gives exactly the keys in it, and ``above`` counts those over a place."""
    newest, oldest = max(one, two), min(one, two)
    keys = RowKeys(present)

    assert keys.between(newest, oldest) == [
        key for key in newest_first(present) if oldest <= key <= newest
    ]
    assert keys.above(one) == sum(key > one for key in present)


class Mirror:
    """Knows the rows only from changes."""

    def __init__(self, rows: TimelineRows) -> None:
        self.rows, self.keys = rows, self.read(rows)
        rows.subscribe(self.on_change)

    @staticmethod
    def read(rows: TimelineRows) -> list[RowKey]:
        return [rows.key(i) for i in range(len(rows))]

    def on_change(self, change: Change) -> None:
        match change:
            case Inserted(index, count):
                self.keys[index:index] = [self.rows.key(index + i) for i in range(count)]
            case Removed(index, count):
                del self.keys[index : index + count]
            case Reset():
                self.keys = self.read(self.rows)
        assert self.keys == self.read(self.rows), "told too early or too late"


acts = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), sets, places, places),
        st.tuples(st.just("hide"), sets),
        st.tuples(st.just("gone"), sets),
        st.tuples(st.just("grow"), sets, st.booleans()),
        st.tuples(st.just("show"), sets),
    ),
    max_size=12,
)


@settings(max_examples=200)
@given(acts)
def test_every_change_is_told_as_it_is_made(steps: list[tuple]) -> None:
    """A listener that applies changes one by one always has the list as it is."""
    rows = TimelineRows()
    rows.show(Span(()), NOTHING)
    mirror = Mirror(rows)
    for name, *arguments in steps:
        match name:
            case "merge":
                there, one, two = arguments
                newest, oldest = max(one, two), min(one, two)
                inside = {key for key in there if oldest <= key <= newest}
                rows.merge(inside, newest, oldest)
                shown = {k for k in mirror.keys if oldest <= k <= newest}
                assert shown == {k for k in inside if not rows.is_hidden(k)}
            case "hide":
                hidden = {key: "Filter: x" for key in arguments[0] if key in rows}
                rows.take(Values({}, hidden, frozenset()))
                assert not hidden.keys() & set(mirror.keys)
            case "gone":
                rows.take(Values({}, {}, frozenset(arguments[0])))
            case "grow":
                rows.grow(Span(tuple(arguments[0])), newer=arguments[1])
            case "show":
                rows.show(Span(tuple(newest_first(arguments[0]))), NOTHING)
    assert mirror.keys == newest_first(set(mirror.keys))


def test_what_is_hidden_comes_back_when_it_is_not_hidden_any_more() -> None:
    """A changed filter lets the row in again, at its place."""
    rows = TimelineRows()
    keys = [RowKey(at, 0) for at in (3, 2, 1)]
    rows.show(Span(tuple(keys)), Values({}, {keys[1]: "Filter: x"}, frozenset()))
    mirror = Mirror(rows)
    assert rows.hidden.count == 1
    rows.take(Values({keys[1]: row(keys[1])}, {}, frozenset()))

    assert mirror.keys == keys
    assert rows.hidden.count == 0


def test_the_least_recently_used_values_go() -> None:
    """Memory holds a fixed number; what was just looked at stays."""
    values = RowValues()
    keys = [RowKey(n, 0) for n in range(MOST_VALUES)]
    values.put({key: row(key) for key in keys})
    values.get(keys[0])
    values.put({RowKey(-1, 0): row(RowKey(-1, 0))})

    assert len(values) == MOST_VALUES
    assert keys[0] in values
    assert keys[1] not in values


def test_what_was_asked_for_last_is_loaded_first() -> None:
    """A reader who scrolls fast gets what is before his eyes."""
    values = RowValues()
    values.want([RowKey(n, 0) for n in range(100)])
    values.want([RowKey(500, 0)])

    assert values.take_wanted(1) == [RowKey(500, 0)]
