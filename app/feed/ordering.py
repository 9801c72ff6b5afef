"""
The best of many, in an order that never flickers. Pure.

Only as much is sorted as is shown: the rest is known to be worse than the *edge*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct

from app.feed.columns import Columns, Floats, Numbers
from app.feed.features import ages, feature_values
from app.feed.knowledge import Knowledge
from app.feed.recipe import Rank


class Scores(Struct, frozen=True):
    """
    What rows are ordered by.

    Attributes:
        worth: The higher, the further up.
        values: Per term its feature; *decay*: of each row's age.
    """

    worth: Floats | Numbers
    values: tuple[Floats, ...]
    decay: Floats | None


class Best(Struct, frozen=True):
    """
    The first rows, in order, and what each is worth.

    *edge*: all others are worth less; None: there are no others.
    """

    rows: list[int]
    worth: list[float]
    edge: float | None


def scores(order: Rank, columns: Columns, known: Knowledge) -> Scores:
    """(Σ weight × feature) × 2^(−age / half-life); or what stands for it."""
    if order.mode == "source":
        return Scores(-columns.number("place"), (), None)
    if order.mode == "time":
        at = columns.number("stood")
        return Scores(-at if order.oldest_first else at, (), None)
    values = tuple(feature_values(term.feature, columns, known) for term in order.terms)
    total = np.zeros(len(columns))
    for column, term in zip(values, order.terms, strict=True):
        total = total + column * term.weight
    if order.half_life_hours <= 0:
        return Scores(total, values, None)
    decay: Floats = np.power(2.0, -ages(columns, known) / order.half_life_hours)
    return Scores(total * decay, values, decay)


def best(worth: Floats | Numbers, columns: Columns, most: int, *, oldest_first: bool) -> Best:
    """
    The *most* rows that are worth most; ties go to the newer, then by address.

    With those that are worth as much as the last of them: who comes first among
    them may yet change.
    """
    count = len(worth)
    if most < count:
        edge = np.partition(worth, count - most)[count - most]
        rows = np.flatnonzero(worth >= edge)
    else:
        edge, rows = None, np.arange(count)
    at = columns.number("stood")[rows]
    inside = worth[rows]
    place = np.lexsort((at if oldest_first else -at, -inside))
    rows, inside, at = rows[place], inside[place], at[place]
    found: list[int] = rows.tolist()
    same = (inside[1:] == inside[:-1]) & (at[1:] == at[:-1])
    if same.any():
        _by_address(found, same.tolist(), columns.uris, reverse=oldest_first)
    # Ties changed places among themselves: they are worth the same.
    return Best(found, inside.tolist(), None if edge is None else float(edge))


def _by_address(rows: list[int], same: list[bool], uris: Sequence[str], *, reverse: bool) -> None:
    """Put in order, in place, what *same* says is as good as what follows it."""
    start = 0
    while start < len(same):
        end = start
        while end < len(same) and same[end]:
            end += 1
        if end > start:
            rows[start : end + 1] = sorted(
                rows[start : end + 1], key=uris.__getitem__, reverse=reverse
            )
        start = end + 1


def in_lanes(rows: list[int], columns: Columns) -> list[int]:
    """
    What comes from a source that has an order of its own keeps it.

    The places that a lane's rows have in the mix stay theirs.
    """
    lanes, places = columns.number("lane").tolist(), columns.number("place").tolist()
    own: dict[int, list[int]] = {}
    for row in rows:
        if lanes[row]:
            own.setdefault(lanes[row], []).append(row)
    if not own:
        return rows
    key: Callable[[int], int] = places.__getitem__
    waiting = {lane: iter(sorted(members, key=key)) for lane, members in own.items()}
    return [next(waiting[lanes[row]]) if lanes[row] else row for row in rows]
