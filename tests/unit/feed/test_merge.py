"""Several sources as one."""

from __future__ import annotations

from app.feed.merge import Known, Merged, merge
from app.model import Entry
from tests.posts import post, seen


def entry(number: int, ago: float) -> Entry:
    """The entry of a post of its own."""
    return seen(post(f"https://north.example/{number}", ago=ago)).entry


def test_nothing_comes_out_while_a_source_is_unknown() -> None:
    """A silent source may have the newest of all."""
    known = {"a": Known((entry(1, 5),), complete=True), "b": Known(())}

    assert merge(known) == Merged((), ("b",))


def test_items_wait_for_the_source_that_is_behind() -> None:
    """Only what is newer than all that is unknown comes out."""
    new, middle, old = entry(1, 5), entry(2, 20), entry(3, 60)
    known = {"a": Known((new, old)), "b": Known((middle,))}

    assert merge(known) == Merged((new,), ("b",))


def test_the_same_item_of_two_sources_comes_out_once() -> None:
    """Two accounts see one post."""
    item = entry(1, 5)
    known = {"a": Known((item,), complete=True), "b": Known((item,), complete=True)}

    assert merge(known) == Merged((item,))


def test_no_sources_give_nothing() -> None:
    """Nothing is waited for."""
    assert merge({}) == Merged(())
