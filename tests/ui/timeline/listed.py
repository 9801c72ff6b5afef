"""A RowSource over a list, for tests and benches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.feed.rows import Row
from app.model.timeline import RowKey
from app.services.rows import Change, Changed, Inserted, Removed, Reset


class ListedRows:
    """
    Rows in a list; changes are told as the real one tells them.

    *holes*: indexes whose value is not in memory.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = list(rows)
        self.holes: set[int] = set()
        self.asked: list[str] = []
        self._listeners: list[Callable[[Change], None]] = []
        self._index()

    def _index(self) -> None:
        self._places = {row.key: index for index, row in enumerate(self.rows)}

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, index: int) -> RowKey:
        """Identity of a row."""
        return self.rows[index].key

    def row(self, index: int) -> Row | None:
        """Its value, unless it is a hole."""
        return None if index in self.holes else self.rows[index]

    def index_of(self, key: RowKey) -> int | None:
        """Where it stands."""
        return self._places.get(key)

    def want_older(self) -> None:
        """Remember that it was asked."""
        self.asked.append("older")

    def want_newer(self) -> None:
        """Remember that it was asked."""
        self.asked.append("newer")

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell *listener* from now on."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, change: Change) -> None:
        """To all who listen."""
        for listener in list(self._listeners):
            listener(change)

    def insert(self, index: int, rows: Sequence[Row]) -> None:
        """New rows came in."""
        self.rows[index:index] = rows
        self._index()
        self.tell(Inserted(index, len(rows)))

    def remove(self, index: int, count: int) -> None:
        """Rows are gone."""
        del self.rows[index : index + count]
        self._index()
        self.tell(Removed(index, count))

    def put(self, index: int, row: Row) -> None:
        """A row has a new value."""
        self.rows[index] = row
        self._index()
        self.tell(Changed((index,)))

    def fill(self, index: int) -> None:
        """A value has come into memory."""
        self.holes.discard(index)
        self.tell(Changed((index,)))

    def reset(self, rows: Sequence[Row]) -> None:
        """Everything is different."""
        self.rows = list(rows)
        self._index()
        self.tell(Reset())
