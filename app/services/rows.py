"""
What a timeline view needs to know of its data. Qt-free, values only.

``services/timelines`` implements ``RowSource``; the view draws it; tests and
benches hand in lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from msgspec import Struct

from app.feed.rows import Shown
from app.model.timeline import RowKey


class Inserted(Struct, frozen=True):
    """*count* rows came in before *index*."""

    index: int
    count: int


class Removed(Struct, frozen=True):
    """*count* rows from *index* are gone."""

    index: int
    count: int


class Changed(Struct, frozen=True):
    """These rows have a new value (or have just come into memory)."""

    indexes: tuple[int, ...]


class Reset(Struct, frozen=True):
    """Everything is different: read all again."""


class EdgeState(Struct, frozen=True):
    """What happens at an end of the list."""

    edge: Literal["newer", "older"]
    state: Literal["more", "loading", "end", "failed"]
    message: str = ""


Change = Inserted | Removed | Changed | Reset | EdgeState


class RowSource(Protocol):
    """
    Rows, newest first, of which only some are in memory.

    All calls return at once and belong to the thread of the event loop.
    """

    def __len__(self) -> int: ...

    def key(self, index: int) -> RowKey:
        """Identity of the row. Always in memory."""
        ...

    def row(self, index: int) -> Shown | None:
        """The value, or None: it is being loaded, ``Changed`` will tell."""
        ...

    def index_of(self, key: RowKey) -> int | None:
        """Where the row stands now."""
        ...

    def want_older(self) -> None:
        """The reader comes near the end. Harmless when called often."""
        ...

    def want_newer(self) -> None:
        """The reader is at the top and asks for more."""
        ...

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell *listener* of every change, after it was made. Returns the way out."""
        ...
