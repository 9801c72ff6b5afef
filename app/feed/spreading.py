"""
So that nobody fills a feed: later posts of one author count less, stand apart, are
left out or folded, and networks have their share. Pure.

Each step takes rows in order and gives rows in order, one at a time, so that only as
many are looked at as are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np

from app.feed.columns import Columns, Numbers
from app.feed.knowledge import Knowledge
from app.feed.ordering import Best
from app.feed.recipe import Spread

_EVERY: Final = 10
"""A network's share is kept within every so many posts."""

_LOOK_AHEAD: Final = 32
"""So many waiting posts are tried for a place: enough to mix, and linear."""


class Line:
    """
    Rows on their way through the steps.

    Attributes:
        short: More rows than were given are needed to go on.
        factors: Of rows whose author stands above already.
        worth: What weakened rows are worth.
    """

    def __init__(self, best: Best, columns: Columns, people: Numbers) -> None:
        self._best, self._columns = best, columns
        self._who = dict(zip(best.rows, people[best.rows].tolist(), strict=True))
        self.short = False
        self.factors: dict[int, float] = {}
        self.worth: dict[int, float] = {}

    def plain(self) -> Iterator[int]:
        """As they are."""
        yield from self._best.rows
        self.short = self._best.edge is not None

    def weakened(self, spread: Spread) -> Iterator[int]:
        """
        Greedily: the best first, where the nth of one author counts less.

        A heap holds everybody's next; a post's factor depends only on how many of
        its author have been taken, so each is weighed at most twice.
        """
        own: dict[int, list[int]] = defaultdict(list)
        for row in self._best.rows:
            own[self._who[row]].append(row)
        worth = dict(zip(self._best.rows, self._best.worth, strict=True))
        at, uris = self._columns.number("stood"), self._columns.uris
        heap = [
            (-worth[rows[0]], -int(at[rows[0]]), uris[rows[0]], who, 0) for who, rows in own.items()
        ]
        heapify(heap)
        edge = self._best.edge
        while heap:
            less, _, _, who, number = heappop(heap)
            if edge is not None and -less < edge:
                break
            rows = own[who]
            yield rows[number]
            if number + 1 < len(rows):
                row = rows[number + 1]
                value = worth[row]
                # Of a score below zero the weaker would be the better.
                if value > 0:
                    factor = spread.author_decay ** (number + 1) * (1 - spread.floor)
                    factor += spread.floor
                    value *= factor
                    self.factors[row], self.worth[row] = factor, value
                heappush(heap, (-value, -int(at[row]), uris[row], who, number + 1))
        self.short = edge is not None

    def at_most(self, rows: Iterable[int], most: int) -> Iterator[int]:
        """No more than *most* of one author."""
        counts: dict[int, int] = defaultdict(int)
        for row in rows:
            counts[self._who[row]] += 1
            if counts[self._who[row]] <= most:
                yield row

    def apart(self, rows: Iterable[int], most: int) -> Iterator[int]:
        """At most *most* of one author in a row, as long as there is anybody else."""
        waiting: list[int] = []
        who, last, run = self._who, -1, 0
        for row in rows:
            if who[row] == last and run >= most:
                waiting.append(row)
                continue
            following: int | None = row
            while following is not None:
                run = run + 1 if who[following] == last else 1
                last = who[following]
                yield following
                following = next(
                    (
                        waiting.pop(place)
                        for place, one in enumerate(waiting[:_LOOK_AHEAD])
                        if who[one] != last or run < most
                    ),
                    None,
                )
        if not self.short:
            yield from waiting


def spread_out(
    line: Line, spread: Spread, *, weakens: bool, rows: Iterable[int] | None = None
) -> Iterator[int]:
    """All that *spread* asks for. *rows*: where they were put in another order."""
    if rows is None:
        rows = line.weakened(spread) if weakens else line.plain()
    if spread.max_per_author:
        rows = line.at_most(rows, spread.max_per_author)
    return line.apart(rows, spread.max_run) if spread.max_run else iter(rows)


def folded(
    rows: Iterable[int], groups: Sequence[int | str], keep: int
) -> tuple[list[int], dict[int, list[int]]]:
    """The first *keep* of each group stay; the others lie below the first. "" = in no group."""
    heads: dict[int | str, list[int]] = defaultdict(list)
    found: list[int] = []
    below: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        name = groups[row]
        if name != "":
            if len(heads[name]) >= keep:
                below[heads[name][0]].append(row)
                continue
            heads[name].append(row)
        found.append(row)
    return found, below


def with_quotas(
    rows: list[int], networks: Sequence[str], quotas: dict[str, float]
) -> Iterator[int]:
    """Within every ten posts each named network has its share, as long as it has posts."""
    own: dict[str, list[int]] = defaultdict(list)
    for row in reversed(rows):
        own[networks[row]].append(row)
    left = set(rows)
    counts: dict[str, int] = defaultdict(int)
    coming, taken = 0, 0
    while left:
        while rows[coming] not in left:
            coming += 1
        row, place = rows[coming], taken % _EVERY + 1
        if place == 1:
            counts.clear()
        for network, share in quotas.items():
            posts = own[network]
            while posts and posts[-1] not in left:
                posts.pop()
            # So many places are left in this ten, and so many are still owed.
            owed = round(share * _EVERY) - counts[network]
            if posts and owed >= _EVERY - place + 1:
                row = posts[-1]
                break
        left.discard(row)
        counts[networks[row]] += 1
        taken += 1
        yield row


def people(columns: Columns, known: Knowledge, *, by_person: bool) -> Numbers:
    """Per row a number for its author, the same for all accounts of one person."""
    authors = columns.text("author")
    if not (by_person and known.people):
        return authors.codes
    numbers: dict[str, int] = {}
    persons = [numbers.setdefault(known.who(name), len(numbers)) for name in authors.names]
    return np.array(persons, np.int64)[authors.codes]
