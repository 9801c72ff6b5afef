"""A conversation as rows: what was there stays, whatever is told next."""

from __future__ import annotations

from app.feed.threads import Tree
from app.model.thread import Absent
from app.services.rows import Change, Changed, Inserted, Removed, Reset
from app.ui.thread.rows import ThreadRow
from app.ui.thread.source import ThreadSource, differences
from tests.unit.feed.test_threads import answer, tree, voice


def heard(source: ThreadSource) -> list[Change]:
    """What it tells from now on."""
    told: list[Change] = []
    source.subscribe(told.append)
    return told


def small(*more: object) -> Tree:
    """Two answers, one of them answered, and *more*."""
    return tree(voice(answer("a", ago=6), answer("a1", "a", ago=3), answer("b", ago=4), *more))


def rows(source: ThreadSource) -> list[ThreadRow]:
    """All of them."""
    return [source.row(index) for index in range(len(source))]


def test_an_answer_that_comes_later_moves_no_key() -> None:
    """Only what is new is told as new; every row keeps its key."""
    source = ThreadSource(small())
    before = {row.line.uri: row.key for row in rows(source) if row.line}
    told = heard(source)

    source.show(small(answer("a2", "a", ago=2)))

    after = {row.line.uri: row.key for row in rows(source) if row.line}
    assert [one for one in told if isinstance(one, Inserted)] == [Inserted(3, 1)]
    assert {uri: after[uri] for uri in before} == before
    assert [source.index_of(row.key) for row in rows(source)] == list(range(len(source)))


def test_an_answer_that_is_gone_takes_only_itself() -> None:
    """One row is told as removed."""
    source = ThreadSource(small(answer("c", ago=1)))
    told = heard(source)

    source.show(small())

    assert [one for one in told if not isinstance(one, Changed)] == [Removed(4, 1)]


def test_another_order_is_told_as_all_new() -> None:
    """Rows that change places cannot be told one by one."""
    source = ThreadSource(small())
    told = heard(source)

    source.show(tree(voice(answer("a", ago=6), answer("b", ago=4)), order="new"))

    assert told == [Reset()]


def test_differences_make_the_new_of_the_old() -> None:
    """Applied one after the other to the old list they give the new one."""
    old, new = [1, 2, 3, 4, 5, 6], [9, 1, 3, 10, 11, 4, 6, 12]

    changes = differences(old, new)

    made = list(old)
    for change in changes or []:
        if isinstance(change, Removed):
            del made[change.index : change.index + change.count]
        else:
            made[change.index : change.index] = new[change.index : change.index + change.count]
    assert made == new


def test_cards_carry_the_key_of_their_row() -> None:
    """What is refused is said in the row that it is about, also where two were written at once."""
    source = ThreadSource(small())

    assert {row.card.key == row.key for row in rows(source) if row.card} == {True}
    assert len({row.key for row in rows(source)}) == len(source)


def test_lines_run_between_those_that_belong_together() -> None:
    """Down from what is answered, to what answers it, and nowhere else."""
    above = (answer("x", ago=20, by="x"), answer("y", "x", ago=15, by="y"))
    source = ThreadSource(tree(voice(answer("a"), answer("a1", "a"), answer("b"), above=above)))

    shape = [(row.place, row.joined, row.opens, row.ends) for row in rows(source)]

    assert shape == [
        ("above", False, True, False),
        ("above", True, True, False),
        ("focus", True, False, True),
        ("answer", False, True, False),
        ("answer", True, False, True),
        ("answer", False, False, True),
    ]


def test_two_that_are_missing_in_one_place_are_two_rows() -> None:
    """Servers do not always say which posts they keep back."""
    gaps = [Absent(parent=f"https://north.example/{to}", state="blocked") for to in ("a", "b")]
    source = ThreadSource(tree(voice(answer("a"), answer("b"), *gaps)))

    assert len({row.key for row in rows(source)}) == len(source) == 5
