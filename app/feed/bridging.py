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
    talks: dict[str, dict[str, int]] = defaultdict(dict)
    for one in candidates:
        author = one.traits.author
        if author not in following:
            continue
        others = [*one.reposters, *([one.traits.reply_to] if one.traits.reply_to else [])]
        for other in others:
            if other != author and other in following:
                talks[author][other] = talks[author].get(other, 0) + 1
                talks[other][author] = talks[other].get(author, 0) + 1
    of = {person: person for person in talks}
    people = sorted(talks)
    for _ in range(_ROUNDS):
        changed = False
        for person in people:
            weights: dict[str, int] = {}
            for other, times in talks[person].items():
                weights[of[other]] = weights.get(of[other], 0) + times
            most = max(weights.values())
            if most > weights.get(of[person], 0):
                of[person] = min(corner for corner, much in weights.items() if much == most)
                changed = True
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
    known = [of.get(person, person) for person in people]
    total = len(known)
    if total < FEW:
        return 0.0
    counts = Counter(known)
    return 1 - sum((count / total) ** 2 for count in counts.values())
