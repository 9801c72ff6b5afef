"""
The order of a feed, and why each stands where it does. Pure, and the same every time.

score = (Σ weight × feature) × 2^(−age / half-life) × the author's factor. Ties go
to the newer, then by address, so that an order never flickers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from app.feed.features import HOUR, feature_values
from app.feed.knowledge import Candidate, Knowledge
from app.feed.recipe import Feature, Rank, Recipe, Spread

_EVERY: Final = 10
"""A network's share is kept within every so many posts."""


class Part(Struct, frozen=True):
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


def rank(recipe: Recipe, candidates: Sequence[Candidate], known: Knowledge) -> list[Ranked]:
    """The feed's order, its limit applied; rules have been applied before."""
    ordered = _ordered(recipe.rank, candidates, known)
    if recipe.top < 1:
        ordered = ordered[: max(1, round(len(ordered) * recipe.top))] if ordered else []
    spread = _spread(ordered, recipe.spread, known, scored=recipe.rank.mode == "score")
    if recipe.fold.by:
        spread = _folded(spread, recipe.fold.by, recipe.fold.keep, known)
    return _with_quotas(spread, recipe.spread.quotas)[: recipe.limit]


def _ordered(order: Rank, candidates: Sequence[Candidate], known: Knowledge) -> list[Ranked]:
    if order.mode == "source":
        return [Ranked(candidate=one) for one in sorted(candidates, key=lambda one: one.place)]
    if order.mode == "time":
        newest = sorted(candidates, key=_newest_first)
        return [Ranked(candidate=one) for one in (newest[::-1] if order.oldest_first else newest)]
    columns = [feature_values(term.feature, candidates, known) for term in order.terms]
    weights = [term.weight for term in order.terms]
    scored = []
    for at, candidate in enumerate(candidates):
        total = 0.0
        for column, weight in zip(columns, weights, strict=True):
            total += column[at] * weight
        decay = _decay(candidate, order, known)
        scored.append((total * decay, decay, at, candidate))
    scored.sort(key=lambda one: (-one[0], *_newest_first(one[3])))
    return [
        Ranked(
            candidate=candidate,
            score=score,
            decay=decay,
            parts=tuple(
                Part(term.feature, column[at], term.weight)
                for term, column in zip(order.terms, columns, strict=True)
            ),
        )
        for score, decay, at, candidate in scored
    ]


def _newest_first(one: Candidate) -> tuple[int, str]:
    return (-one.traits.at, one.uri)


def _decay(candidate: Candidate, order: Rank, known: Knowledge) -> float:
    if order.half_life_hours <= 0:
        return 1.0
    hours = max(known.now - candidate.traits.at, 0) / HOUR
    return float(2.0 ** (-hours / order.half_life_hours))


# --------------------------------------------------------------------- spread


def _spread(
    ordered: list[Ranked], spread: Spread, known: Knowledge, *, scored: bool
) -> list[Ranked]:
    """Nobody fills the feed: later posts of one author count less, stand apart, or are left out."""
    if scored and spread.author_decay < 1:
        ordered = _weakened(ordered, spread, known)
    if spread.max_per_author:
        counts: dict[str, int] = defaultdict(int)
        kept = []
        for one in ordered:
            who = _who(one.candidate, spread, known)
            counts[who] += 1
            if counts[who] <= spread.max_per_author:
                kept.append(one)
        ordered = kept
    return _apart(ordered, spread, known) if spread.max_run else ordered


def _weakened(ordered: list[Ranked], spread: Spread, known: Knowledge) -> list[Ranked]:
    """
    Greedily: the best first, where the nth of one author counts less.

    A heap holds everybody's next; a post's factor depends only on how many of
    its author have been taken, so each is weighed at most twice.
    """
    own: dict[str, list[Ranked]] = defaultdict(list)
    for one in ordered:
        own[_who(one.candidate, spread, known)].append(one)
    heap = [(_key(posts[0]), who, 0) for who, posts in own.items()]
    heapify(heap)
    found = []
    while heap:
        _, who, at = heappop(heap)
        one = own[who][at]
        found.append(one)
        if at + 1 < len(own[who]):
            factor = spread.author_decay ** (at + 1) * (1 - spread.floor) + spread.floor
            following = own[who][at + 1]
            # Of a score below zero the weaker would be the better.
            score = following.score * factor if following.score > 0 else following.score
            own[who][at + 1] = replace(following, score=score, author_factor=factor)
            heappush(heap, (_key(own[who][at + 1]), who, at + 1))
    return found


def _key(one: Ranked) -> tuple[float, int, str]:
    return (-one.score, *_newest_first(one.candidate))


def _apart(ordered: list[Ranked], spread: Spread, known: Knowledge) -> list[Ranked]:
    """At most ``max_run`` of one author in a row, as long as there is anybody else."""
    waiting: list[Ranked] = []
    found: list[Ranked] = []
    last, run = "", 0

    def take(one: Ranked) -> None:
        nonlocal last, run
        who = _who(one.candidate, spread, known)
        last, run = who, run + 1 if who == last else 1
        found.append(one)

    for one in ordered:
        if _who(one.candidate, spread, known) == last and run >= spread.max_run:
            waiting.append(one)
            continue
        take(one)
        at = 0
        while at < len(waiting):
            if _who(waiting[at].candidate, spread, known) != last or run < spread.max_run:
                take(waiting.pop(at))
                at = 0
            else:
                at += 1
            if at >= _LOOK_AHEAD:
                break
    return found + waiting


_LOOK_AHEAD: Final = 32
"""So many waiting posts are tried for a place: enough to mix, and linear."""


def _who(candidate: Candidate, spread: Spread, known: Knowledge) -> str:
    author = candidate.traits.author
    return known.who(author) if spread.by_person else author


# ------------------------------------------------------------ folds and shares


def _folded(ordered: list[Ranked], by: str, keep: int, known: Knowledge) -> list[Ranked]:
    """The first *keep* of each group stay; the others lie below the first."""
    groups: dict[str, list[int]] = defaultdict(list)
    found: list[Ranked] = []
    below: dict[int, list[Candidate]] = defaultdict(list)
    for one in ordered:
        name = _group(one.candidate, by, known)
        group = groups[name] if name else []
        if name and len(group) >= keep:
            below[group[0]].append(one.candidate)
            continue
        group.append(len(found))
        found.append(one)
    return [
        replace(one, folded=tuple(below[at])) if at in below else one
        for at, one in enumerate(found)
    ]


def _group(candidate: Candidate, by: str, known: Knowledge) -> str:
    if by == "link":
        return candidate.traits.first_link
    author = candidate.traits.author
    return known.who(author) if by == "person" else author


def _with_quotas(ordered: list[Ranked], quotas: dict[str, float]) -> list[Ranked]:
    """Within every ten posts each named network has its share, as long as it has posts."""
    if not quotas:
        return ordered
    own: dict[str, list[Ranked]] = defaultdict(list)
    for one in reversed(ordered):
        own[one.candidate.traits.network].append(one)
    left = {id(one): one for one in ordered}
    found: list[Ranked] = []
    counts: dict[str, int] = defaultdict(int)

    def take(one: Ranked) -> None:
        del left[id(one)]
        counts[one.candidate.traits.network] += 1
        found.append(one)

    while left:
        one = next(iter(left.values()))
        place = len(found) % _EVERY + 1
        if place == 1:
            counts.clear()
        for network, share in quotas.items():
            posts = own[network]
            while posts and id(posts[-1]) not in left:
                posts.pop()
            # So many places are left in this ten, and so many are still owed.
            owed = round(share * _EVERY) - counts[network]
            if posts and owed >= _EVERY - place + 1:
                one = posts[-1]
                break
        take(one)
    return found
