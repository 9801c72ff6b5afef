"""When a walk down a source may be believed to be complete."""

from __future__ import annotations

import pytest

from app.model import Cursor, Page
from app.services.contiguity import Walk, lowest, unique
from tests.unit.fakes import NOON
from tests.unit.services.servers import entry


def page(*numbers: int, older: str | None = "more") -> Page:
    return Page(items=tuple(entry(n) for n in numbers), older=Cursor(older) if older else None)


def keys(*numbers: int) -> set[str]:
    return {entry(n).key for n in numbers}


def test_three_known_items_at_the_end_join() -> None:
    """Known ground is reached when the last three different items were known."""
    assert Walk().take(page(9, 8, 3, 2, 1), keys(3, 2, 1)) == "joined"


@pytest.mark.parametrize("known", [(9,), (9, 8), (9, 8, 7), (9, 8, 7, 1)])
def test_known_items_above_unknown_ones_prove_nothing(known: tuple[int, ...]) -> None:
    """A known item far up may be a repeat: what counts is the end of the page."""
    assert Walk().take(page(9, 8, 7, 3, 2, 1), keys(*known)) == "more"


def test_fewer_known_items_are_enough_when_there_are_no_more() -> None:
    """A source that has one item joins at that one."""
    assert Walk(known=1).take(page(3, 2, 1), keys(1)) == "joined"


def test_an_item_counts_once_in_a_walk() -> None:
    """An item of an earlier page is known by the second, and proves nothing there."""
    walk = Walk()
    walk.take(page(9, 8, 7), ())

    assert walk.take(page(9, 8, 7, 6), keys(9, 8, 7)) == "more"


def test_a_run_of_known_items_goes_on_over_pages() -> None:
    """Short pages add up."""
    walk = Walk()

    assert walk.take(page(9, 3), keys(3)) == "more"
    assert walk.take(page(2), keys(2)) == "more"
    assert walk.take(page(1), keys(1)) == "joined"


def test_items_above_a_gap_do_not_close_it() -> None:
    """Only what is as old as the ground below a gap can prove that it is reached."""
    walk = Walk(below=entry(3).sort_at)

    assert walk.take(page(9, 8, 7), keys(9, 8, 7)) == "more"
    assert walk.take(page(3, 2, 1), keys(3, 2, 1)) == "joined"


def test_the_end_of_the_server_joins_when_something_known_was_met() -> None:
    """After the last page there is nothing that could be missing."""
    assert Walk().take(page(9, 1, older=None), keys(1)) == "joined"


def test_an_end_without_anything_known_is_an_end() -> None:
    """The server no longer reaches down to what is known: that is not joined."""
    assert Walk().take(page(9, 8, older=None), ()) == "end"


def test_a_server_in_circles_is_noticed() -> None:
    """Two pages without a new item end a walk."""
    walk = Walk()
    walk.take(page(9, 8), ())

    assert walk.take(page(9, 8), keys(9, 8)) == "more"
    assert walk.take(page(8, 9), keys(9, 8)) == "stuck"


def test_an_empty_page_is_not_the_end() -> None:
    """A single empty page with more to come is normal."""
    walk = Walk()

    assert walk.take(page(), ()) == "more"
    assert walk.take(page(3, 2, 1), keys(1, 2, 3)) == "joined"


def test_the_bottom_never_joins() -> None:
    """Below all that is known only the server's end ends a walk."""
    walk = Walk(oldest=True)

    assert walk.take(page(3, 2, 1), keys(1, 2, 3)) == "more"
    assert walk.take(page(0, older=None), ()) == "end"


def test_one_ancient_item_does_not_move_the_end_of_a_page() -> None:
    """A post from below the ground under a gap leaves the page's end where it is."""
    items = [entry(4), entry(99, seconds=-10_000_000), entry(3), entry(2)]
    floor = entry(1).sort_at

    assert lowest(items, floor=floor, default=NOON) == entry(2).sort_at


def test_repeats_inside_a_page_go() -> None:
    """The first of each stays, in order."""
    assert [entry(2), entry(1)] == list(unique([entry(2), entry(1), entry(2)]))
