"""
The parts that scores are made of: each is a number from 0 to 1 per candidate. Pure.

Counts of different networks are never compared: each becomes its rank among the
posts of its network and age (facts D3). Formulas of the others: facts D4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Final
from zlib import crc32

import numpy as np

from app.feed.columns import BITS, HOUR, Columns, Floats, Numbers
from app.feed.knowledge import Knowledge
from app.feed.recipe import Feature
from app.feed.traits import MEDIA_BITS

BANDS: Final = (2, 8, 24)
"""Hours at which a post becomes one of the next older ones."""

FEW = 20
"""Among fewer posts than this a rank says nothing: all stand in the middle."""


def feature_values(feature: Feature, columns: Columns, known: Knowledge) -> Floats:
    """The feature of each candidate, 0…1."""
    return _MAKE[feature](columns, known)


def ages(columns: Columns, known: Knowledge) -> Floats:
    """In hours; what is from the future is 0 old."""
    hours: Floats = np.maximum(known.now - columns.number("at"), 0) / HOUR
    return hours


# ---------------------------------------------------------------------- ranks


def ranks(counts: Numbers | Floats, columns: Columns, known: Knowledge) -> Floats:
    """
    (rank + 0.5) / n of a count among the posts of the same network and age band.

    Equal counts get the same: the middle of their places.
    """
    if not len(columns):
        return np.empty(0)
    hours = (known.now - columns.number("at")) / HOUR
    networks = columns.text("network")
    groups = networks.codes * (len(BANDS) + 1) + np.searchsorted(BANDS, hours, side="right")
    number = len(networks.names) * (len(BANDS) + 1)
    # There are few different counts: they are told apart once, then only their places.
    kinds = np.unique(counts)
    places, span = np.searchsorted(kinds, counts), len(kinds)
    cells = groups * span + places
    there = np.bincount(cells, minlength=number * span).reshape(number, span)
    sizes = there.sum(axis=1)
    middles = np.cumsum(there, axis=1) - there + (there - 1) / 2
    shares = (middles + 0.5) / np.maximum(sizes, 1)[:, None]
    found: Floats = shares.ravel()[cells]
    found[sizes[groups] < FEW] = 0.5
    return found


def engagement(columns: Columns) -> Floats:
    """∛((reposts + 1)(likes + 1)(answers + 1)): all three count, none alone."""
    product = columns.number("reposts") + 1.0
    product *= columns.number("likes") + 1.0
    product *= columns.number("replies") + 1.0
    roots: Floats = np.cbrt(product)
    return roots


def _ranked(name: str) -> Callable[[Columns, Knowledge], Floats]:
    return lambda columns, known: ranks(columns.number(name), columns, known)


# --------------------------------------------------------------- the features


def _by_author(columns: Columns, value: Callable[[str], float]) -> Floats:
    """One value for each author, given to all their posts."""
    authors = columns.text("author")
    values = np.array([value(name) for name in authors.names], np.float64)
    return values[authors.codes] if len(columns) else np.empty(0)


def _by_uri(columns: Columns, values: Mapping[str, float], otherwise: float = 0.0) -> Floats:
    if not values:
        return np.full(len(columns), otherwise)
    return columns.floats(values.get(uri, otherwise) for uri in columns.uris)


def _affinity(columns: Columns, known: Knowledge) -> Floats:
    """1 − 1/(1 + a): grows with each answer, ever more slowly."""
    return _by_author(
        columns, lambda author: 1 - 1 / (1 + max(known.affinity.get(author, 0.0), 0.0))
    )


def _quiet(columns: Columns, known: Knowledge) -> Floats:
    """0.2 / (0.2 + posts a day): somebody unknown counts as one a day."""
    return _by_author(columns, lambda author: 0.2 / (0.2 + max(known.rates.get(author, 1.0), 0.0)))


def _mutual(columns: Columns, known: Knowledge) -> Floats:
    return _by_author(columns, lambda author: float(known.relation(author) == "mutual"))


def _tags(columns: Columns, known: Knowledge) -> Floats:
    """Half for one, whole for two."""
    values: Floats = np.zeros(len(columns))
    if known.followed_tags:
        for row, tags in columns.tagged:
            values[row] = min(1.0, len(known.followed_tags.intersection(tags)) / 2)
    return values


def _conversation(columns: Columns, known: Knowledge) -> Floats:
    """√(how many people I follow answered) / 3, at most 1."""
    values: Floats = np.minimum(1.0, np.sqrt(_by_uri(columns, known.answered_by_followed)) / 3)
    return values


def _many(columns: Columns, known: Knowledge) -> Floats:
    values: Floats = 1 - 1 / (1 + np.maximum(columns.number("reposters") - 1.0, 0.0))
    return values


def _chance(columns: Columns, known: Knowledge) -> Floats:
    """The same for an hour: an order that does not flicker."""
    end = f" {known.now // HOUR}".encode()
    return columns.floats(
        crc32(end, crc32(uri.encode("utf-8", "replace"))) for uri in columns.uris
    ) / (2.0**32)


def _rarity(columns: Columns, known: Knowledge) -> Floats:
    """1 − the share of its network among the candidates."""
    networks = columns.text("network")
    counts = np.bincount(networks.codes, minlength=len(networks.names))
    values: Floats = 1 - counts[networks.codes] / max(len(columns), 1)
    return values


def _calm(columns: Columns, known: Knowledge) -> Floats:
    """1 − heat; half of it more where there are more than two answers to every like."""
    heat = columns.floats(map(attrgetter("heat"), columns.traits))
    heat = heat + 0.5 * (columns.number("replies") > 2 * columns.number("likes"))
    values: Floats = 1 - np.minimum(heat, 1.0)
    return values


def _flag(bits: int) -> Callable[[Columns, Knowledge], Floats]:
    return lambda columns, known: columns.has(bits).astype(np.float64)


_MAKE: Final[Mapping[Feature, Callable[[Columns, Knowledge], Floats]]] = {
    "newest": lambda columns, known: np.power(2.0, -ages(columns, known) / 24),
    "likes": _ranked("likes"),
    "reposts": _ranked("reposts"),
    "replies": _ranked("replies"),
    "engagement": lambda columns, known: ranks(engagement(columns), columns, known),
    "conversation": _conversation,
    "affinity": _affinity,
    "mutual": _mutual,
    "quiet": _quiet,
    "followed_tags": _tags,
    "media": _flag(MEDIA_BITS),
    "pictures": _flag(BITS["image"]),
    "links": _flag(BITS["link"]),
    "length": lambda columns, known: np.minimum(1.0, columns.number("length") / 1_000),
    "thread": lambda columns, known: columns.number("thread").astype(np.float64),
    "reposted_by_many": _many,
    "learned": lambda columns, known: (_by_uri(columns, known.learned) + 1) / 2,
    "bridging": lambda columns, known: _by_uri(columns, known.bridging),
    "calm": _calm,
    "own_network": _rarity,
    "random": _chance,
}
