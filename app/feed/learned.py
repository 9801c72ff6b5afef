"""
What "more like this" and "less like this" have taught. Pure; nothing else is learned from.

Naive Bayes over which words a post has, each word by its hash; rare words count more.
It is honest about how little it knows: without marks everything is 0.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

from app.feed.patterns import words_in

ENOUGH = 20
"""Marks of each kind before what was learned may leave posts out; until then it covers."""

SURE = 0.8
"""So sure it must be to cover a post."""

_BUCKETS = 1 << 16
_MOST_WORDS = 200
_SMOOTH = 0.5


class Learned:
    """
    One lesson: of everything, or of one topic.

    Attributes:
        more, less: How many marks of each it was made from.
    """

    def __init__(self, marks: Iterable[tuple[str, bool]]) -> None:
        """*marks*: (a post's words, more like this)."""
        self.more = self.less = 0
        with_word: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
        for text, more in marks:
            with_word[more].update(_words(text))
            if more:
                self.more += 1
            else:
                self.less += 1
        self._weights = self._weigh(with_word[True], with_word[False])

    @property
    def may_hide(self) -> bool:
        """It has seen enough of both to leave posts out."""
        return min(self.more, self.less) >= ENOUGH

    @property
    def knows_nothing(self) -> bool:
        """There are no marks."""
        return not (self.more or self.less)

    def value(self, text: str) -> float:
        """−1 ("less like this") … 1 ("more like this")."""
        if not self._weights:
            return 0.0
        words = _words(text)
        total = sum(self._weights.get(word, 0.0) for word in words)
        return math.tanh(total / math.sqrt(len(words) or 1) / 2)

    def share(self, text: str) -> float:
        """How surely it is like what "less" was said to, 0…1: for a topic one wants less of."""
        return (1 - self.value(text)) / 2

    def _weigh(self, more: Counter[int], less: Counter[int]) -> dict[int, float]:
        """Log of how much more often a word stands in one kind, times how rare it is."""
        posts = self.more + self.less
        weights = {}
        for word in more.keys() | less.keys():
            liked = (more[word] + _SMOOTH) / (self.more + 2 * _SMOOTH)
            unliked = (less[word] + _SMOOTH) / (self.less + 2 * _SMOOTH)
            rare = math.log(1 + posts / (more[word] + less[word]))
            weights[word] = math.log(liked / unliked) * rare
        return weights


@lru_cache(maxsize=4_096)
def _hash(word: str) -> int:
    return crc32(word.encode("utf-8", "replace")) % _BUCKETS


def _words(text: str) -> set[int]:
    return {_hash(word) for word in words_in(text)[:_MOST_WORDS]}
