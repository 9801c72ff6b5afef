"""What a search says where there are no posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.ui.presenters.search_kept import nothing_kept
from app.ui.shell.states import State

if TYPE_CHECKING:
    from app.model.errors import ServiceError
    from app.model.query import Query
    from app.services.search_values import Seen
    from app.ui.shell.states import Act
    from app.ui.theme.look import Look


def nothing_found(look: Look, query: Query, seen: Seen, more: Callable[[], None]) -> State:
    """Why, and what can be done about it. *more*: looks further back."""
    if seen.back_to is not None:
        since = seen.back_to.astimezone()
        title = f"Nothing since {since.day} {since:%B %Y}"
        words = "That is how far back it was looked."
        acts: list[Act] = [("Look further back", "outline", more)]
        return State(look, title, words, icon="magnifying-glass", acts=acts)
    words = "Press Enter to ask the servers of your accounts."
    if seen.hidden:
        words = f"{seen.hidden} posts have it, and are hidden by what you have settled."
    title = "Nothing that you have read has this"
    if (nothing := nothing_kept(query)) is not None and not seen.hidden:
        title, words = nothing
    return State(look, title, words, icon="magnifying-glass")


def did_not_work(look: Look, error: ServiceError) -> State:
    """Of a search that failed, in place of what it would have found."""
    words = f"{error.message} {error.next_step}".strip()
    return State(look, "The search did not work", words, icon="warning-circle")
