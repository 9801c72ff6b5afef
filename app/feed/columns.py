"""
Candidates by column, so that thousands can be judged and weighed at once. Pure.

A column is made when something first asks for it, and kept; a selection takes its
columns from those of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.feed.knowledge import Candidate
from app.feed.times import HOUR
from app.feed.traits import HAS, Traits

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

__all__ = ["BITS", "HOUR", "Codes", "Columns", "Flags", "Floats", "Numbers"]

BITS = {name: 1 << bit for bit, name in enumerate(HAS)}


class Codes:
    """
    A column of texts: *codes* say which of *names* stands in each row.

    Attributes:
        first: Per name, the first row that has it.
    """

    def __init__(self, names: list[str], codes: Numbers, first: list[int]) -> None:
        self.names, self.codes, self.first = names, codes, first


class Columns:
    """Candidates, each attribute of theirs as an array."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        whole: Columns | None = None,
        picked: Numbers | None = None,
    ) -> None:
        self.candidates = candidates
        self._whole, self._picked = whole, picked
        self._numbers: dict[str, Numbers] = {}
        self._codes: dict[str, Codes] = {}
        self._uris: list[str] | None = None
        self._tagged: list[tuple[int, tuple[str, ...]]] | None = None
        self._traits: list[Traits] | None = None

    def __len__(self) -> int:
        return len(self.candidates)

    def only(self, kept: Flags) -> Columns:
        """Those of the rows that are *kept*."""
        if kept.all():
            return self
        picked = np.flatnonzero(kept)
        rows = self.candidates
        return Columns([rows[at] for at in picked.tolist()], self, picked)

    def number(self, name: str) -> Numbers:
        """
        A numeric trait: ``at``, ``likes``, ``has``, ``length``, ``is_reply``…

        And ``stood`` (where its row stands: the time of a repost), ``place``, ``lane``
        and how many ``reposters`` there are.
        """
        found = self._numbers.get(name)
        if found is None:
            if self._whole is not None and self._picked is not None:
                found = self._whole.number(name)[self._picked]
            elif name == "reposters":
                found = self._made(map(len, map(attrgetter(name), self.candidates)))
            elif name == "stood":
                found = self._made(map(attrgetter("key.at"), self.candidates))
            elif name in ("place", "lane"):
                found = self._made(map(attrgetter(name), self.candidates))
            else:
                found = self._made(map(attrgetter(name), self.traits))
            self._numbers[name] = found
        return found

    def has(self, bits: int) -> Flags:
        """Which have one of *bits* (``traits.HAS``)."""
        flags: Flags = (self.number("has") & bits) != 0
        return flags

    def text(self, name: str) -> Codes:
        """A trait that is a text: ``network``, ``author``, ``domain``, ``lang``, ``reply_to``."""
        found = self._codes.get(name)
        if found is None:
            if self._whole is not None and self._picked is not None:
                found = _narrowed(self._whole.text(name), self._picked)
            else:
                found = _coded(list(map(attrgetter(name), self.traits)))
            self._codes[name] = found
        return found

    @property
    def traits(self) -> list[Traits]:
        """Of the candidates, row by row."""
        if self._traits is None:
            self._traits = list(map(attrgetter("traits"), self.candidates))
        return self._traits

    @property
    def tagged(self) -> list[tuple[int, tuple[str, ...]]]:
        """Rows that have tags, and their tags."""
        if self._tagged is None:
            tags = map(attrgetter("tags"), self.traits)
            self._tagged = [(row, some) for row, some in enumerate(tags) if some]
        return self._tagged

    @property
    def uris(self) -> list[str]:
        """Addresses, row by row."""
        if self._uris is None:
            self._uris = list(map(attrgetter("uri"), self.candidates))
        return self._uris

    def floats(self, values: Any) -> Floats:
        """A column of what *values* gives, row by row."""
        return np.fromiter(values, np.float64, len(self))

    def _made(self, values: Any) -> Numbers:
        return np.fromiter(values, np.int64, len(self))


def _coded(texts: list[str]) -> Codes:
    # Written backwards, so that the first row of each stays.
    first = dict(zip(reversed(texts), range(len(texts) - 1, -1, -1), strict=True))
    names = list(dict.fromkeys(texts))
    number = dict(zip(names, range(len(names)), strict=True))
    codes = np.fromiter(map(number.__getitem__, texts), np.int64, len(texts))
    return Codes(names, codes, [first[name] for name in names])


def _narrowed(whole: Codes, picked: Numbers) -> Codes:
    """Only the names that are left, numbered anew."""
    used, first, codes = np.unique(whole.codes[picked], return_index=True, return_inverse=True)
    names = [whole.names[code] for code in used.tolist()]
    return Codes(names, codes.astype(np.int64), first.tolist())
