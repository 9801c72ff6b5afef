"""The values of rows that are looked at, and those that are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from app.feed.rows import Card, Row
from app.model.timeline import GapRow, RowKey, StubRow

MOST_VALUES = 400
"""In memory at most; those not looked at for longest go first."""

MOST_WANTED = 160
"""Asked for at most: more than is in sight, so what is dropped was flown over."""


class RowValues:
    """
    Values by key, the least recently used dropped.

    *over*: lays over a row what is not in the store yet.
    """

    def __init__(self, over: Callable[[Row], Row] | None = None) -> None:
        self._over = over
        self._values: OrderedDict[RowKey, Row] = OrderedDict()
        self._wanted: OrderedDict[RowKey, None] = OrderedDict()

    def __contains__(self, key: RowKey) -> bool:
        return key in self._values

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: RowKey) -> Row | None:
        """The value, if it is in memory."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def want(self, keys: Iterable[RowKey]) -> None:
        """Ask for those of *keys* that are not in memory; the latest come first."""
        for key in keys:
            if key not in self._values:
                self._wanted[key] = None
                self._wanted.move_to_end(key)
        while len(self._wanted) > MOST_WANTED:
            self._wanted.popitem(last=False)

    @property
    def is_wanting(self) -> bool:
        """Something was asked for."""
        return bool(self._wanted)

    def take_wanted(self, most: int) -> list[RowKey]:
        """What to load next."""
        return [self._wanted.popitem()[0] for _ in range(min(most, len(self._wanted)))]

    def put(self, rows: dict[RowKey, Row]) -> list[RowKey]:
        """Keep values. Returns the keys whose value is another than before."""
        if self._over is not None:
            rows = {key: self._over(row) for key, row in rows.items()}
        changed = [key for key, row in rows.items() if self._values.get(key) != row]
        for key, row in rows.items():
            self._values[key] = row
            self._values.move_to_end(key)
            self._wanted.pop(key, None)
        while len(self._values) > MOST_VALUES:
            self._values.popitem(last=False)
        return changed

    def laid_over(self, row: Row) -> Row:
        """*row* as it would be kept."""
        return row if self._over is None else self._over(row)

    def drop(self, keys: Iterable[RowKey]) -> None:
        """Forget values, and that they were asked for."""
        for key in keys:
            self._values.pop(key, None)
            self._wanted.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        self._wanted.clear()

    def in_memory(self) -> list[RowKey]:
        """Keys of all values."""
        return list(self._values)

    def keys_of_post(self, post_uri: str) -> list[RowKey]:
        """The rows in memory that show that post."""
        return [
            key
            for key, row in self._values.items()
            if isinstance(row, Card) and any(copy.post.uri == post_uri for copy in row.copies)
        ]

    def lay_over(self, post_uri: str) -> list[RowKey]:
        """What lies over that post is another. Returns the keys whose value is another now."""
        return self.put({key: self._values[key] for key in self.keys_of_post(post_uri)})

    def key_of_gap(self, gap: int) -> RowKey | None:
        """The row of that gap, if it is in memory."""
        for key, row in self._values.items():
            if isinstance(row, GapRow) and row.gap.id == gap:
                return key
        return None


def entry_of(row: Row) -> str | None:
    """What a reading position names: the row's entry. A gap has none."""
    match row:
        case Card():
            return row.entry_key
        case StubRow():
            return row.stub.key
        case _:
            return None
