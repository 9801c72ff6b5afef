"""
The parts that scores are made of: each is a number from 0 to 1 per candidate. Pure.

Counts of different networks are never compared: each becomes its rank among the
posts of its network and age (facts D3). Formulas of the others: facts D4.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from zlib import crc32

from app.feed.knowledge import Candidate, Knowledge
from app.feed.recipe import Feature
from app.feed.traits import HAS, MEDIA_BITS

HOUR = 3_600_000_000
BANDS: Final = (2, 8, 24)
"""Hours at which a post becomes one of the next older ones."""

FEW = 20
"""Among fewer posts than this a rank says nothing: all stand in the middle."""

_BITS: Final = {name: 1 << bit for bit, name in enumerate(HAS)}

NAMES: Final[Mapping[Feature, str]] = {
    "newest": "Newest first",
    "likes": "Likes, among its network’s posts of that age",
    "reposts": "Reposts, among its network’s posts of that age",
    "replies": "Answers, among its network’s posts of that age",
    "engagement": "Likes, reposts and answers together",
    "conversation": "People you follow talk about it",
    "affinity": "You answer, like and repost its author",
    "mutual": "You follow each other",
    "quiet": "Its author posts rarely",
    "followed_tags": "Tags that you follow",
    "media": "Has pictures or videos",
    "pictures": "Has pictures",
    "links": "Links to a page",
    "length": "Long text",
    "thread": "Part of a thread by its author",
    "reposted_by_many": "Reposted by several people here",
    "learned": "More and less like this, as you said",
    "bridging": "Liked in different corners of your people",
    "calm": "Calm in tone",
    "own_network": "From a small network here",
    "random": "Chance",
}

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
    """The same for an hour: an order that does not flicker."""
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
    "pictures": lambda one, known: float(bool(one.traits.has & _BITS["image"])),
    "links": lambda one, known: float(bool(one.traits.has & _BITS["link"])),
    "length": lambda one, known: min(1.0, one.traits.length / 1_000),
    "thread": lambda one, known: float(one.traits.thread),
    "reposted_by_many": _many,
    "learned": lambda one, known: (known.learned.get(one.uri, 0.0) + 1) / 2,
    "bridging": lambda one, known: known.bridging.get(one.uri, 0.0),
    "calm": lambda one, known: 1 - known.heat.get(one.uri, 0.0),
    "random": _chance,
}
