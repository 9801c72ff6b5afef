"""Prefix sums in chunks behave like a plain list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.timeline.heights import Heights

SIZES = st.lists(st.integers(1, 500), max_size=60)


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, int, list[int]]]:
    """A few edits; places are taken modulo the length at that time."""
    one = st.tuples(st.sampled_from(("insert", "remove", "set")), st.integers(0, 10_000), SIZES)
    return draw(st.lists(one, max_size=12))


@given(SIZES, edits())
def test_edits_agree_with_a_list(
    start: list[int], changes: list[tuple[str, int, list[int]]]
) -> None:
    """Whatever is done, tops, totals and places are those of a plain list."""
    plain, made = list(start), Heights(start, chunk=8)
    for kind, at, sizes in changes:
        if kind == "insert":
            index = at % (len(plain) + 1)
            plain[index:index] = sizes
            made.insert(index, sizes)
        elif plain and kind == "remove":
            index = at % len(plain)
            count = min(len(sizes), len(plain) - index)
            del plain[index : index + count]
            made.remove(index, count)
        elif plain and sizes:
            index = at % len(plain)
            made.set(index, sizes[0])
            plain[index] = sizes[0]

    assert list(made) == plain
    assert made.total == sum(plain)
    assert [made.top(i) for i in range(len(plain) + 1)] == [
        sum(plain[:i]) for i in range(len(plain) + 1)
    ]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=200), st.integers(-10, 12_000))
def test_at_finds_the_row_at_a_place(sizes: list[int], y: int) -> None:
    """The row found begins at or above the place and ends below it."""
    made = Heights(sizes)

    index, inside = made.at(y)

    if y >= made.total:
        assert (index, inside) == (len(sizes) - 1, sizes[-1])
    else:
        assert made.top(index) + inside == max(y, 0)
        assert 0 <= inside < sizes[index]


def test_set_tells_the_difference() -> None:
    """A corrected height says by how much it was wrong."""
    made = Heights([10, 20, 30])

    assert made.set(1, 25) == 5
    assert made.total == 65
