"""The reading anchor: nothing but the reader moves it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.timeline.column import Column

VIEW = 500


class Rows:
    """Rows of true heights, named, under a column."""

    def __init__(self, sizes: list[int], estimate: int = 100) -> None:
        self.names = list(range(len(sizes)))
        self.sizes = dict(enumerate(sizes))
        self.column = Column()
        self.column.reset(len(sizes), estimate)
        self.estimate = estimate

    def measure(self, index: int) -> int:
        """True height of the row that stands there now."""
        return self.sizes[self.names[index]]

    def seen(self) -> list[tuple[int, int]]:
        """Names and places of the rows in sight."""
        found = self.column.visible(VIEW, 0, self.measure)
        return [(self.names[index], y) for index, y in found]

    def insert(self, at: int, sizes: list[int]) -> None:
        """New rows."""
        names = [1000 + len(self.sizes) + n for n in range(len(sizes))]
        self.sizes |= dict(zip(names, sizes, strict=True))
        self.names[at:at] = names
        self.column.insert(at, len(sizes), self.estimate)


SIZES = st.lists(st.integers(20, 900), min_size=30, max_size=60)


@given(SIZES, st.integers(0, 6_000), st.lists(st.integers(20, 900), max_size=40), st.data())
def test_rows_above_never_move_what_is_read(
    sizes: list[int], by: int, new: list[int], data: st.DataObject
) -> None:
    """Rows that come in above the top edge leave everything in sight where it is."""
    rows = Rows(sizes)
    rows.column.move(by, rows.measure)
    before = rows.seen()
    at = data.draw(st.integers(0, rows.column.index))

    rows.insert(at, new)

    assert rows.seen() == before


@given(SIZES, st.lists(st.integers(-700, 900), max_size=25))
def test_scrolling_is_exact_over_true_heights(sizes: list[int], steps: list[int]) -> None:
    """Scrolling moves rows by exactly what was asked, whatever was estimated."""
    rows = Rows(sizes)
    rows.seen()
    for step in steps:
        before = dict(rows.seen())
        top = sum(rows.sizes[name] for name in rows.names[: rows.column.index])
        top += rows.column.offset
        most = max(sum(sizes) - VIEW, 0)
        rows.column.move(step, rows.measure)
        after = dict(rows.seen())

        moved = min(max(top + step, 0), most) - top
        for name in before.keys() & after.keys():
            assert after[name] == before[name] - moved


def test_a_wrong_estimate_above_moves_only_the_scroll_bar() -> None:
    """Going up into rows never measured shows them joined to what was read."""
    rows = Rows([300] * 50, estimate=80)
    rows.column.go(20, 0)
    assert rows.seen()[0] == (20, 0)

    rows.column.move(-100, rows.measure)

    assert rows.seen()[:2] == [(19, -200), (20, 100)]


def test_the_end_stays_at_the_bottom_edge() -> None:
    """The last row does not leave the bottom edge while rows above can fill the view."""
    rows = Rows([120] * 10)
    rows.column.go(9, 0)

    seen = rows.seen()

    assert seen[-1] == (9, VIEW - 120)


def test_fewer_rows_than_the_view_start_at_the_top() -> None:
    """A short list begins at the top edge."""
    rows = Rows([100, 100])
    rows.column.move(70, rows.measure)

    assert rows.seen() == [(0, 0), (1, 100)]


def test_a_removed_anchor_gives_its_place_to_the_next_row() -> None:
    """When the row being read goes, the row below it takes the top edge."""
    rows = Rows([100] * 20)
    rows.column.go(5, 30)
    del rows.names[5]

    rows.column.remove(5, 1)

    assert rows.seen()[0] == (6, 0)


def test_rows_come_into_an_empty_column() -> None:
    """The first rows of all are shown from the newest."""
    rows = Rows([])

    rows.insert(0, [50, 60])

    assert [y for _, y in rows.seen()] == [0, 50]
