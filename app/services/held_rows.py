"""What every open timeline does alike: rows that are in memory, values that follow, a header."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from app.feed.rows import Shown
from app.model.timeline import RowKey
from app.services.row_values import RowValues
from app.services.rows import Change
from app.services.timeline_header import Header

CHUNK = 40
"""Values read at once around what is looked at."""


class InMemory(Protocol):
    """The rows of a timeline, as far as they are in memory."""

    @property
    def values(self) -> RowValues: ...
    def __len__(self) -> int: ...
    def key(self, index: int) -> RowKey: ...
    def find(self, key: RowKey) -> int | None: ...
    def part(self, start: int, end: int) -> list[RowKey]: ...
    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]: ...


class HeldRows:
    """
    The half of ``RowSource`` (services/rows.py) that only looks at what is held.

    Whoever is one of these loads in ``run`` what ``values`` want, woken by ``_wake``.
    """

    def __init__(self, rows: InMemory) -> None:
        self._held = rows
        self._wake = asyncio.Event()
        self._header = Header()
        self._header_listeners: list[Callable[[Header], None]] = []

    def __len__(self) -> int:
        return len(self._held)

    def key(self, index: int) -> RowKey:
        """Identity of the row. Raises: IndexError."""
        return self._held.key(index)

    def row(self, index: int) -> Shown | None:
        """The value; None: it is on its way, ``Changed`` will tell."""
        key = self._held.key(index)
        value = self._held.values.get(key)
        if value is None:
            around = self._held.part(index - CHUNK // 4, index + CHUNK * 3 // 4)
            self._held.values.want([*reversed(around), key])
            self._wake.set()
        return value

    def index_of(self, key: RowKey) -> int | None:
        """Where the row stands now."""
        return self._held.find(key)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        return self._held.subscribe(listener)

    @property
    def header(self) -> Header:
        """What stands above the list now."""
        return self._header

    def subscribe_header(self, listener: Callable[[Header], None]) -> Callable[[], None]:
        """Tell *listener* of every new header. Returns the way out."""
        self._header_listeners.append(listener)
        return lambda: self._header_listeners.remove(listener)

    def _show_header(self, header: Header) -> None:
        """Take it, and tell it if it is another."""
        if header != self._header:
            self._header = header
            for listener in tuple(self._header_listeners):
                listener(header)
