"""What a search understands of a text while it is typed, and what it can offer to go on with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.feed.query import parts_of, query_of
from app.feed.query_offers import Known
from app.model import NetworkInfo, Profile
from app.model.errors import BadInput
from app.model.query import Part, Query
from app.services import search_reading as reading
from app.services.search_sorting import with_networks

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store import Store

STEP, STEPS = 200, 10
"""Of the newest posts so many are read in one go, about 2 ms; and how often."""


class Understood(Struct, frozen=True):
    """
    Attributes:
        query: What is looked for: all that makes sense.
        parts: All of it, each at its place.
    """

    query: Query
    parts: tuple[Part, ...]


def understood(text: str, now: datetime, networks: Iterable[NetworkInfo]) -> Understood:
    """What *text* asks for, and what of it makes no sense. Raises: BadInput: it is too long."""
    known = tuple(networks)
    parts = tuple(_with_network(part, known) for part in parts_of(text, now=now))
    return Understood(query_of(parts), parts)


def _with_network(part: Part, networks: tuple[NetworkInfo, ...]) -> Part:
    condition = part.condition
    if condition is None or condition.operator != "net":
        return part
    try:
        meant = with_networks(Query(conditions=(condition,)), networks)
    except BadInput as error:
        return replace(part, condition=None, problem=error)
    return replace(part, condition=meant.conditions[0])


async def known_in(
    store: Store, networks: Iterable[NetworkInfo], folders: Iterable[str] = ()
) -> Known:
    """
    Who wrote the newest posts of the cache, in which languages; no server is asked.

    Raises: StoreError.
    """
    people: dict[str, Profile] = {}
    wrote: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    below: int | None = None
    for _ in range(STEPS):
        step = await store.load(partial(reading.step, Query(), below, STEP, ()))
        for one in step.found:
            author = one.post.author
            people.setdefault(author.uri, author)
            wrote[author.uri] += 1
            languages.update(lang.casefold().partition("-")[0] for lang in one.post.langs)
        below = step.below
        if below is None:
            break
    return Known(
        people=tuple(people[uri] for uri, _ in wrote.most_common()),
        languages=tuple(code for code, _ in languages.most_common() if code),
        networks=tuple((info.id, info.name) for info in networks),
        folders=tuple(folders),
    )
