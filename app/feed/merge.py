"""
Several sources as one, newest first, without guessing.

An item comes out only when no source can still have something newer that we
do not know of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from app.model import Entry, Stub

Item = Entry | Stub


class Known(Struct, frozen=True):
    """
    What is known of one source, newest first.

    *complete*: there is nothing older. Else everything unknown is as old as
    its last item, or older.
    """

    items: tuple[Item, ...]
    complete: bool = False


class Merged(Struct, frozen=True):
    """
    *items*: certain, newest first, each key once. *waiting*: the sources that
    must tell more before the next item can come; none when all is out.
    """

    items: tuple[Item, ...]
    waiting: tuple[str, ...] = ()


def merge(sources: Mapping[str, Known]) -> Merged:
    """All items that can come out now, and which sources hold up the rest."""
    heads = {
        name: min((item.sort_at for item in known.items), default=None)
        for name, known in sources.items()
        if not known.complete
    }
    every: dict[str, Item] = {}
    for _, known in sorted(sources.items()):
        for item in known.items:
            every.setdefault(item.key, item)
    ordered = sorted(every.values(), key=_place, reverse=True)
    blind = tuple(sorted(name for name, head in heads.items() if head is None))
    if blind:
        return Merged((), blind)

    reached = {name: head for name, head in heads.items() if head is not None}
    if not reached:
        return Merged(tuple(ordered))
    # Of the very moment that a source has reached it may still have more.
    limit = max(reached.values())
    items = tuple(item for item in ordered if item.sort_at > limit)
    return Merged(items, tuple(sorted(name for name, at in reached.items() if at == limit)))


def _place(item: Item) -> tuple[datetime, str]:
    return item.sort_at, item.key
