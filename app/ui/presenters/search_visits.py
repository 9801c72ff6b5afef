"""What was found, and where in it one was: kept while one is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from app.feed.rows import Card
    from app.model import AccountId
    from app.model.query import Query
    from app.services.search_values import Answer, Seen
    from app.ui.timeline.view import TimelineView


class Asked(NamedTuple):
    """What servers were asked, and how each has answered."""

    query: Query
    answers: dict[AccountId, Answer]


class Searched(NamedTuple):
    """
    A search as it stood.

    Attributes:
        side: Which column is seen where there is room for one.
        first, seen: The first and the last stretch of the cache.
        cards: All that was found in the cache.
        places: In both columns: the post at the top edge, and how far it is cut.
    """

    side: str
    first: Seen
    seen: Seen
    cards: tuple[Card, ...]
    asked: Asked
    places: tuple[tuple[str, int] | None, ...]


def place_in(view: TimelineView) -> tuple[str, int] | None:
    """Where one is in a list of what was found."""
    anchor = view.anchor()
    return (anchor[1], anchor[2]) if anchor is not None else None


def go_back_in(view: TimelineView, place: tuple[str, int] | None) -> None:
    """There again; rows of another list have other keys."""
    if place is None:
        return
    shelf = view.shelf
    for index in range(len(shelf)):
        if shelf.entry_key(index) == place[0]:
            view.go_to(shelf.key(index), place[1])
            return
