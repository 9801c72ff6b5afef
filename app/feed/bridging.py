"""
Who talks with whom among the people one follows, and what crosses between them. Pure.

An experiment (facts D4 #12): corners are people who answer and repost each other, as
seen in the cache; a post bridges when people from different corners take it up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from app.feed.knowledge import Candidate

FEW = 3
"""People who must have taken a post up before it says anything."""

_ROUNDS = 5


def corners(candidates: Iterable[Candidate], following: frozenset[str]) -> dict[str, str]:
    """
    Person → their corner, named after one of them.

    Everybody takes, round after round, the corner that most of those they talk with
    are in; ties go by name, so that it is the same every time.
    """
    talks: dict[str, Counter[str]] = defaultdict(Counter)
    for one in candidates:
        author = one.traits.author
        others = [*one.reposters, *([one.traits.reply_to] if one.traits.reply_to else [])]
        for other in others:
            if other != author and other in following and author in following:
                talks[author][other] += 1
                talks[other][author] += 1
    of = {person: person for person in talks}
    for _ in range(_ROUNDS):
        changed = False
        for person in sorted(talks):
            weights: Counter[str] = Counter()
            for other, times in talks[person].items():
                weights[of[other]] += times
            best = min(weights, key=lambda corner: (-weights[corner], corner))
            if weights[best] > weights[of[person]]:
                of[person], changed = best, True
        if not changed:
            break
    return of


def engaged(candidates: Iterable[Candidate], following: frozenset[str]) -> dict[str, set[str]]:
    """Post → people I follow who reposted or answered it, as far as the cache has seen."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in candidates:
        if one.reposters:
            found[one.uri].update(following.intersection(one.reposters))
        if one.traits.parent and one.traits.author in following:
            found[one.traits.parent].add(one.traits.author)
    return found


def diversity(people: Iterable[str], of: Mapping[str, str]) -> float:
    """1 − Σ (share of each corner)²; 0 below three people."""
    counts = Counter(of.get(person, person) for person in people)
    total = sum(counts.values())
    if total < FEW:
        return 0.0
    return 1 - sum((count / total) ** 2 for count in counts.values())
