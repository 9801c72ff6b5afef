"""
Ranking as it is written down: one candidate after the other, without arrays.

What ``app/feed/ranking.py`` must give, in the same order and with the same numbers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Final
from zlib import crc32

from msgspec.structs import replace

from app.feed.columns import BITS, HOUR
from app.feed.features import BANDS, FEW
from app.feed.knowledge import Candidate, Knowledge
from app.feed.ranking import Part, Ranked
from app.feed.recipe import Feature, Rank, Recipe, Spread
from app.feed.traits import MEDIA_BITS

Read = Callable[[Candidate, Knowledge], float]


def feature_values(
    feature: Feature, candidates: Sequence[Candidate], known: Knowledge
) -> list[float]:
    """The feature of each candidate, 0…1."""
    if feature in _RANKED:
        return ranks(candidates, known, _RANKED[feature])
    if feature == "own_network":
        return _rarity(candidates)
    read = _READ[feature]
    return [read(candidate, known) for candidate in candidates]


def ranks(
    candidates: Sequence[Candidate], known: Knowledge, count: Callable[[Candidate], float]
) -> list[float]:
    """
    (rank + 0.5) / n of a count among the posts of the same network and age band.

    Equal counts get the same: the middle of their places.
    """
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at, candidate in enumerate(candidates):
        groups[candidate.traits.network, band(candidate, known)].append(at)
    found = [0.5] * len(candidates)
    for group in groups.values():
        if len(group) >= FEW:
            _rank_group(group, candidates, count, found)
    return found


def _rank_group(
    group: list[int],
    candidates: Sequence[Candidate],
    count: Callable[[Candidate], float],
    found: list[float],
) -> None:
    ordered = sorted((count(candidates[at]), at) for at in group)
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        middle = (start + end - 1) / 2
        for _, at in ordered[start:end]:
            found[at] = (middle + 0.5) / len(ordered)
        start = end


def band(candidate: Candidate, known: Knowledge) -> int:
    """Its age band: 0 = the newest."""
    hours = (known.now - candidate.traits.at) / HOUR
    return sum(hours >= edge for edge in BANDS)


def engagement(candidate: Candidate) -> float:
    """∛((reposts + 1)(likes + 1)(answers + 1)): all three count, none alone."""
    traits = candidate.traits
    product = (traits.reposts + 1) * (traits.likes + 1) * (traits.replies + 1)
    return float(product ** (1 / 3))


def _rarity(candidates: Sequence[Candidate]) -> list[float]:
    """1 − the share of its network among the candidates."""
    counts: dict[str, int] = defaultdict(int)
    for candidate in candidates:
        counts[candidate.traits.network] += 1
    total = max(len(candidates), 1)
    return [1 - counts[one.traits.network] / total for one in candidates]


def _affinity(one: Candidate, known: Knowledge) -> float:
    """1 − 1/(1 + a): grows with each answer, ever more slowly."""
    a = known.affinity.get(one.traits.author, 0.0)
    return 1 - 1 / (1 + max(a, 0.0))


def _quiet(one: Candidate, known: Knowledge) -> float:
    """0.2 / (0.2 + posts a day): somebody unknown counts as one a day."""
    return 0.2 / (0.2 + max(known.rates.get(one.traits.author, 1.0), 0.0))


def _tags(one: Candidate, known: Knowledge) -> float:
    return min(1.0, len(known.followed_tags.intersection(one.traits.tags)) / 2)


def _conversation(one: Candidate, known: Knowledge) -> float:
    """√(how many people I follow answered) / 3, at most 1."""
    return min(1.0, math.sqrt(known.answered_by_followed.get(one.uri, 0)) / 3)


def _many(one: Candidate, known: Knowledge) -> float:
    return 1 - 1 / (1 + max(len(one.reposters) - 1, 0))


def _chance(one: Candidate, known: Knowledge) -> float:
    """The same for an hour."""
    hour = known.now // HOUR
    return crc32(f"{one.uri} {hour}".encode()) / 2**32


def _newest(one: Candidate, known: Knowledge) -> float:
    """2^(−age in days)."""
    return float(2.0 ** (-max(known.now - one.traits.at, 0) / (24 * HOUR)))


_RANKED: Final[Mapping[str, Callable[[Candidate], float]]] = {
    "likes": lambda one: one.traits.likes,
    "reposts": lambda one: one.traits.reposts,
    "replies": lambda one: one.traits.replies,
    "engagement": engagement,
}

_READ: Final[Mapping[str, Read]] = {
    "newest": _newest,
    "conversation": _conversation,
    "affinity": _affinity,
    "mutual": lambda one, known: float(known.relation(one.traits.author) == "mutual"),
    "quiet": _quiet,
    "followed_tags": _tags,
    "media": lambda one, known: float(bool(one.traits.has & MEDIA_BITS)),
    "pictures": lambda one, known: float(bool(one.traits.has & BITS["image"])),
    "links": lambda one, known: float(bool(one.traits.has & BITS["link"])),
    "length": lambda one, known: min(1.0, one.traits.length / 1_000),
    "thread": lambda one, known: float(one.traits.thread),
    "reposted_by_many": _many,
    "learned": lambda one, known: (known.learned.get(one.uri, 0.0) + 1) / 2,
    "bridging": lambda one, known: known.bridging.get(one.uri, 0.0),
    "calm": lambda one, known: (
        1 - min(1.0, one.traits.heat + 0.5 * (one.traits.replies > 2 * one.traits.likes))
    ),
    "random": _chance,
}


def rank(recipe: Recipe, candidates: Sequence[Candidate], known: Knowledge) -> list[Ranked]:
    """The feed's order, its limit applied; rules have been applied before."""
    ordered = _ordered(recipe.rank, candidates, known)
    if recipe.top < 1:
        ordered = ordered[: max(1, round(len(ordered) * recipe.top))] if ordered else []
    if recipe.rank.mode != "score":
        ordered = in_lanes(ordered)
    spread = _spread(ordered, recipe.spread, known, scored=recipe.rank.mode == "score")
    if recipe.fold.by:
        spread = _folded(spread, recipe.fold.by, recipe.fold.keep, known)
    return _with_quotas(spread, recipe.spread.quotas)[: recipe.limit]


def _ordered(order: Rank, candidates: Sequence[Candidate], known: Knowledge) -> list[Ranked]:
    if order.mode == "source":
        return [
            Ranked(candidate=one)
            for one in sorted(candidates, key=lambda one: (one.place, *_newest_first(one)))
        ]
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
    return (-one.key.at, one.uri)


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
            if following.score > 0:
                score = following.score * factor
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
        name = _group(one.candidate, by, known) if by != "thread" else _root(one.candidate, ordered)
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


def _root(candidate: Candidate, ordered: list[Ranked]) -> str:
    """Up from answer to answer, among all there are."""
    known = {one.candidate.uri: one.candidate.traits.parent for one in ordered}
    way = [candidate.uri]
    while known.get(way[-1]) and way[-1] not in way[:-1]:
        way.append(known[way[-1]])
    circle = way[way.index(way[-1]) : -1]
    return min(circle) if circle else way[-1]


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


def in_lanes(ordered: list[Ranked]) -> list[Ranked]:
    """What comes from a source that has an order of its own keeps it."""
    own: dict[int, list[Ranked]] = defaultdict(list)
    for one in sorted(ordered, key=lambda one: one.candidate.place):
        own[one.candidate.lane].append(one)
    found = []
    for one in ordered:
        found.append(own[one.candidate.lane].pop(0) if one.candidate.lane else one)
    return found


_EVERY: Final = 10
