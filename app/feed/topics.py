"""
What a post is about, from lists of words, and how heated it sounds. Pure.

Looked up once per post, when its traits are made: a rule then costs nothing.
share = 1 − 0.6^hits: one word of a list 0.4, two 0.64, three 0.78; a tag or a linked
site of the list counts as three words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct, json

from app.feed.patterns import PhraseBook
from app.feed.traits import Traits

STRONG = 3
"""Words that a tag or a linked site stands for."""


class TopicList(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Words, tags and sites of one topic. *name*: for people."""

    name: str
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


class Lists(Struct, frozen=True, kw_only=True):
    """All topics, and words that make a text a heated one."""

    topics: Mapping[str, TopicList] = {}
    heated: tuple[str, ...] = ()


class WordLists:
    """The lists, ready to be looked for all at once: about 5 µs a post."""

    def __init__(self, lists: Lists) -> None:
        self.names = {topic: one.name for topic, one in lists.topics.items()}
        self._topics_of: dict[str, list[str]] = defaultdict(list)
        self._tags: dict[str, list[str]] = defaultdict(list)
        self._sites: dict[str, list[str]] = defaultdict(list)
        for topic, one in lists.topics.items():
            for words, holder in (
                (one.words, self._topics_of),
                (one.tags, self._tags),
                (one.sites, self._sites),
            ):
                for word in words:
                    holder[word].append(topic)
        self._heated = frozenset(lists.heated)
        self._book = PhraseBook([*self._topics_of, *self._heated])

    @classmethod
    def from_json(cls, document: bytes) -> WordLists:
        """Raises: msgspec.DecodeError (ours: a bug)."""
        return cls(json.decode(document, type=Lists))

    def judge(self, text: str, traits: Traits) -> tuple[tuple[tuple[str, float], ...], float]:
        """(topic, share) of each topic that it touches, and its heat 0…1."""
        found = self._book.found(text)
        hits: dict[str, int] = defaultdict(int)
        for word in found:
            for topic in self._topics_of.get(word, ()):
                hits[topic] += 1
        for tag in traits.tags:
            for topic in self._tags.get(tag, ()):
                hits[topic] += STRONG
        for site in traits.links:
            for topic in _known(site, self._sites):
                hits[topic] += STRONG
        shares = tuple((topic, share(count)) for topic, count in sorted(hits.items()))
        return shares, heat(text, sum(word in self._heated for word in found), traits.words)


def share(hits: int) -> float:
    """How surely a post with so many words of a list is about that."""
    return round(1 - 0.6**hits, 3)


def heat(text: str, hits: int, words: int) -> float:
    """
    min(1, heated words per 20 + share of words in CAPITALS + 0.25 for “!!”).

    After facts D4 #12. A text of one language only: others stay at 0.
    """
    value = hits * 20 / max(words, 20)
    if text != text.lower():
        loud = sum(len(word) > 3 and word.isupper() for word in text.split())
        value += loud / max(words, 1)
    if "!!" in text:
        value += 0.25
    return round(min(1.0, value), 3)


def _known(site: str, sites: Mapping[str, list[str]]) -> Iterable[str]:
    """Of the site, or of one that it is part of."""
    while site:
        if site in sites:
            return sites[site]
        site = site.partition(".")[2]
    return ()
