"""What a search makes of what was found: who, which tags, what weighs most. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log1p
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.feed.query import words_in
from app.feed.rows import Card
from app.model import NetworkInfo, Profile
from app.model.errors import BadInput
from app.model.query import Condition, Query

if TYPE_CHECKING:
    from app.store.values import Found

PEOPLE, TAGS = 5, 6
"""So many are told."""


def with_networks(query: Query, networks: Iterable[NetworkInfo]) -> Query:
    """
    *query* with ids where it names networks as people do: by name or mark, or its beginning.

    Raises:
        BadInput: There is no such network.
    """
    known = list(networks)

    def named(value: str) -> tuple[str, ...]:
        ids = tuple(
            info.id
            for info in known
            if any(said.casefold().startswith(value) for said in (info.id, info.name, info.mark))
        )
        if not ids:
            names = ", ".join(info.name for info in known)
            raise BadInput(f"There is no network “{value}”.", f"There are: {names}.")
        return ids

    def meant(condition: Condition) -> Condition:
        if condition.operator != "net":
            return condition
        ids = (id for value in condition.values for id in named(value))
        return replace(condition, values=tuple(dict.fromkeys(ids)))

    return replace(query, conditions=tuple(map(meant, query.conditions)))


def asks_for_bookmarks(query: Query) -> bool:
    """Only bookmarks are wanted: they are few, and all of them are looked at."""
    return any(
        c.operator == "folder" or (c.operator == "in" and c.values == ("bookmarks",))
        for c in query.conditions
        if not c.negated
    )


def asks_for_likes(query: Query) -> bool:
    """Only what I liked is wanted: all of it is looked at, however old."""
    return any(
        c.operator == "in" and c.values == ("likes",) for c in query.conditions if not c.negated
    )


def people_like(query: Query, cards: Sequence[Card]) -> tuple[Profile, ...]:
    """Who wrote them and is called like a word, most often first."""
    wanted = [word for term in query.terms for word in words_in(term.text)]
    if not wanted:
        return ()
    counts: Counter[str] = Counter()
    people: dict[str, Profile] = {}
    for card in cards:
        author = card.post.author
        named = words_in(f"{author.name} {author.handle}")
        if all(any(name.startswith(word) for name in named) for word in wanted):
            counts[author.uri] += 1
            people[author.uri] = author
    return tuple(people[uri] for uri, _ in counts.most_common(PEOPLE))


def tags_like(query: Query, cards: Sequence[Card]) -> tuple[tuple[str, int], ...]:
    wanted = [word for term in query.terms for word in words_in(term.text)]
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for card in cards:
        for tag in card.post.tags:
            folded = tag.casefold()
            if any(folded.startswith(word) for word in wanted):
                names.setdefault(folded, tag)
                counts[folded] += 1
    return tuple((names[folded], count) for folded, count in counts.most_common(TAGS))


def most_relevant(query: Query, found: Sequence[Found]) -> list[Found]:
    """
    The words early, often and as typed weigh most; then what many liked; then what is new.
    """
    wanted = [word for term in query.terms for word in words_in(term.text)]

    def weight(one: Found) -> float:
        text = words_in(one.post.text.text)
        if not text:
            return 0.0
        hits = [text.count(word) for word in wanted]
        early = sum(1.0 for word in wanted if word in text[:12])
        exact = sum(min(count, 3) for count in hits) / (1 + log1p(len(text)))
        liked = log1p(one.post.counts.likes + 2 * one.post.counts.reposts)
        return 4 * exact + early + 0.3 * liked

    return sorted(found, key=lambda one: (-weight(one), -one.place))
