"""
Which of several candidates somebody is on another network, and how sure that is.

Precision first: a name alone never ticks anybody, somebody labelled as an
impostor is nobody, and where several are equally likely none is. Source: facts D3.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from app.model.portrait import Portrait
from app.people.book import PROVES, Evidence, weigh
from app.people.signs import signs_from

SHOWN = 0.2
"""Below this it is not even a hint."""

_NAMES = ("same_name", "same_shown_name", "lookalike")
_LINKS = ("mutual", "from_followed", "from_candidate")
_COMMON = frozenset({
    "admin", "news", "info", "test", "mail", "blog", "contact", "hello", "team", "support",
    "press", "social", "news24", "official", "the", "anonymous", "nobody", "user", "me",
})  # fmt: skip
"""First parts of handles that thousands have."""

_SEVERAL = 0.15
_EQUALS = 0.5


class Found(Struct, frozen=True):
    """
    Somebody who may be meant.

    Attributes:
        named: The profile of whom one looks for names them, as was found out by asking.
        proof: What the people book or a bridge has proved.
    """

    portrait: Portrait
    named: bool = False
    proof: Evidence | None = None


class Judged(Struct, frozen=True):
    """A candidate: *confidence* 0…1, and why, the surest first."""

    portrait: Portrait
    confidence: float
    evidence: tuple[Evidence, ...]

    @property
    def is_sure(self) -> bool:
        """May be ticked beforehand."""
        return self.confidence >= PROVES


def judge(mine: Portrait, candidates: Sequence[Found]) -> tuple[Judged, ...]:
    """
    The candidates that are worth showing, the surest first.

    Args:
        mine: Whom the user follows.
    """
    named = {one.portrait.profile.uri for one in candidates if one.named}
    weighed = [_weighed(mine, one, named) for one in _together(candidates)]
    judged = [one for one in weighed if one is not None and one.confidence >= SHOWN]
    judged.sort(key=lambda one: -one.confidence)
    return tuple(_unsure_of_equals(judged))


def _together(candidates: Sequence[Found]) -> list[Found]:
    """Each profile once, with all that was found out about it."""
    known: dict[str, Found] = {}
    for one in candidates:
        uri = one.portrait.profile.uri
        before = known.get(uri)
        if before is not None:
            one = Found(before.portrait, before.named or one.named, before.proof or one.proof)
        known[uri] = one
    return list(known.values())


def _weighed(mine: Portrait, found: Found, named: set[str]) -> Judged | None:
    their = found.portrait
    if found.proof is not None:
        return Judged(their, found.proof.confidence, (found.proof,))
    if their.impostor or their.moved_to:
        return None
    us = signs_from(mine)
    if found.named:
        us = replace(us, names=us.names | {their.profile.uri})
    evidence = list(weigh(us, signs_from(their)))
    first = mine.profile.handle.lower().split("@")[0].split(".")[0]
    if len(first) < 4 or first in _COMMON:
        evidence = [one for one in evidence if one.kind != "same_name"]
    if not evidence:
        return None
    confidence = evidence[0].confidence
    kinds = {one.kind for one in evidence}
    if evidence[0].kind in _LINKS and len(named) > 1 and not kinds & set(_NAMES):
        # Of several who are named one is the friend, the band or the employer.
        confidence -= _SEVERAL
    return Judged(their, round(confidence, 2), tuple(evidence))


def _unsure_of_equals(judged: list[Judged]) -> list[Judged]:
    """Where two are equally sure, neither is; a bridge's copy beside the original is no rival."""
    if len(judged) < 2 or judged[0].confidence > judged[1].confidence:
        return judged
    best = judged[0].confidence
    equals = [one for one in judged if one.confidence == best]
    if any(one.evidence[0].kind in ("user", "bridge") for one in equals):
        return judged
    less = round(best * _EQUALS, 2)
    return [replace(one, confidence=less) if one.confidence == best else one for one in judged]
