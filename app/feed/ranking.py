"""
The order of a feed, and why each stands where it does. Pure, and the same every time.

score = (Σ weight × feature) × 2^(−age / half-life) × the author's factor. Ties go
to the newer, then by address, so that an order never flickers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct

from app.feed.columns import Columns, Floats, Numbers
from app.feed.knowledge import Candidate, Knowledge
from app.feed.ordering import Best, Scores, best, in_lanes, scores
from app.feed.recipe import Feature, Recipe, Term
from app.feed.spreading import Line, folded, people, spread_out, with_quotas

_AHEAD = 4
"""So many times what is shown is sorted at first: nearly always enough."""


class Part(Struct, frozen=True, gc=False):
    """One term of a score: *value* 0…1 times *weight*."""

    feature: Feature
    value: float
    weight: float

    @property
    def amount(self) -> float:
        """What it adds."""
        return self.value * self.weight


class Ranked(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A candidate in its place.

    ``sum(part.amount) × decay × author_factor == score`` for ranked feeds.

    Attributes:
        score: What it was ordered by; 0 where time or the source orders.
        decay: Of its age.
        author_factor: Of how many of its author stand above.
        folded: What was folded below it.
    """

    candidate: Candidate
    score: float = 0.0
    parts: tuple[Part, ...] = ()
    decay: float = 1.0
    author_factor: float = 1.0
    folded: tuple[Candidate, ...] = ()


class Ranking:
    """
    The feed's order. What each is worth is told when it is asked.

    Attributes:
        rows: In order, their places among the candidates.
        below: What was folded below a row.
    """

    def __init__(
        self,
        columns: Columns,
        terms: tuple[Term, ...],
        made: Scores,
        line: Line,
        rows: list[int],
        below: dict[int, list[int]],
    ) -> None:
        self._columns, self._terms, self._made, self._line = columns, terms, made, line
        self.rows, self.below = rows, below

    @property
    def worth(self) -> Floats | Numbers:
        """What each candidate is worth by itself, before posts were spread."""
        return self._made.worth

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Ranked]:
        return map(self.of_row, self.rows)

    def __getitem__(self, place: int) -> Ranked:
        return self.of_row(self.rows[place])

    def candidates(self) -> list[Candidate]:
        """In order."""
        rows = self._columns.candidates
        return [rows[row] for row in self.rows]

    def of_row(self, row: int) -> Ranked:
        """A candidate with its numbers, shown or not."""
        rows = self._columns.candidates
        below = tuple(rows[other] for other in self.below.get(row, ()))
        if not self._made.values:
            return Ranked(candidate=rows[row], folded=below)
        return Ranked(
            candidate=rows[row],
            score=self._line.worth.get(row, float(self._made.worth[row])),
            parts=tuple(
                Part(term.feature, float(column[row]), term.weight)
                for term, column in zip(self._terms, self._made.values, strict=True)
            ),
            decay=1.0 if self._made.decay is None else float(self._made.decay[row]),
            author_factor=self._line.factors.get(row, 1.0),
            folded=below,
        )


def rank(recipe: Recipe, candidates: Sequence[Candidate] | Columns, known: Knowledge) -> Ranking:
    """The feed's order, its limit applied; rules have been applied before."""
    columns = candidates if isinstance(candidates, Columns) else Columns(candidates)
    order, spread, fold = recipe.rank, recipe.spread, recipe.fold
    made = scores(order, columns, known)
    total = len(columns)
    if recipe.top < 1 and total:
        total = max(1, round(total * recipe.top))
    mixed = order.mode != "score" and bool(columns.number("lane").any())
    whole = mixed or bool(fold.by) or bool(spread.quotas)
    who = people(columns, known, by_person=spread.by_person)
    weakens = order.mode == "score" and spread.author_decay < 1
    reverse = order.mode == "time" and order.oldest_first
    most = total if whole else min(total, recipe.limit * _AHEAD)
    while True:
        first = _first(made, columns, most, total, oldest_first=reverse)
        line = Line(first, columns, who)
        mix = in_lanes(first.rows, columns) if mixed else None
        shown = spread_out(line, spread, weakens=weakens, rows=mix)
        below: dict[int, list[int]] = {}
        if fold.by:
            heads, below = folded(shown, _groups(recipe, columns, known), fold.keep)
            shown = iter(heads)
        if spread.quotas:
            codes = columns.text("network")
            networks = [codes.names[code] for code in codes.codes.tolist()]
            shown = with_quotas(list(shown), networks, spread.quotas)
        rows = list(islice(shown, recipe.limit))
        if len(rows) >= recipe.limit or not line.short:
            return Ranking(columns, order.terms, made, line, rows, below)
        most = min(total, most * _AHEAD)


def _first(made: Scores, columns: Columns, most: int, total: int, *, oldest_first: bool) -> Best:
    found = best(made.worth, columns, most, oldest_first=oldest_first)
    if most < total:
        return found
    return Best(found.rows[:total], found.worth[:total], None)


def _groups(recipe: Recipe, columns: Columns, known: Knowledge) -> Sequence[int | str]:
    if recipe.fold.by == "link":
        return [one.traits.first_link for one in columns.candidates]
    if recipe.fold.by == "thread":
        return _threads(columns)
    groups: list[int] = people(columns, known, by_person=recipe.fold.by == "person").tolist()
    return groups


def _threads(columns: Columns) -> list[str]:
    """Of each post: the post that its conversation begins with, as far as it is known here."""
    parents = {one.uri: one.traits.parent for one in columns.candidates}
    roots: dict[str, str] = {}
    for start in parents:
        way, uri = {start: None}, start
        while uri not in roots and (parent := parents.get(uri, "")):
            uri = parent
            if uri in way:  # a circle begins with the first of its names
                names = list(way)
                uri = min(names[names.index(uri) :])
                break
            way[uri] = None
        roots.update(dict.fromkeys(way, roots.get(uri, uri)))
    return [roots[one.uri] for one in columns.candidates]
