"""The keys of an open timeline: 16 bytes a row, newest first from outside."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from app.model.timeline import RowKey

Run = tuple[int, int]
"""Index and count of rows that stand next to each other."""


class RowKeys:
    """
    An ordered set of row keys.

    Kept oldest first inside, so that what comes in at the top is appended.
    """

    def __init__(self, keys: Iterable[RowKey] = ()) -> None:
        ordered = sorted(set(keys))
        self._at = array("q", (key.at for key in ordered))
        self._id = array("q", (key.id for key in ordered))

    def __len__(self) -> int:
        return len(self._at)

    def __getitem__(self, index: int) -> RowKey:
        """Raises: IndexError."""
        if not 0 <= index < len(self._at):
            raise IndexError(index)
        place = len(self._at) - 1 - index
        return RowKey(self._at[place], self._id[place])

    def __iter__(self) -> Iterator[RowKey]:
        for at, number in zip(reversed(self._at), reversed(self._id), strict=True):
            yield RowKey(at, number)

    def __contains__(self, key: RowKey) -> bool:
        return self.find(key) is not None

    def find(self, key: RowKey) -> int | None:
        """Index of *key*, or None."""
        place = self._place(key)
        if place < len(self._at) and self._at[place] == key.at and self._id[place] == key.id:
            return len(self._at) - 1 - place
        return None

    def above(self, key: RowKey) -> int:
        """How many rows stand above *key*, whether it is there or not."""
        place = self._place(key)
        there = place < len(self._at) and (self._at[place], self._id[place]) == (key.at, key.id)
        return len(self._at) - place - there

    def between(self, newest: RowKey, oldest: RowKey) -> list[RowKey]:
        """Keys from *newest* down to *oldest*, both included."""
        last = self._place(RowKey(newest.at, newest.id + 1))
        first = self._place(oldest)
        return [RowKey(self._at[i], self._id[i]) for i in range(last - 1, first - 1, -1)]

    def insert(self, keys: Iterable[RowKey]) -> Iterator[Run]:
        """
        Add *keys*, run by run: each is in when it is yielded, with its index.

        From the bottom up. Exhaust it, or what is left is not added.
        """
        new = sorted({key for key in keys if key not in self})
        done = 0
        while done < len(new):
            place = self._place(new[done])
            limit = self._at_place(place)
            count = 1
            while done + count < len(new) and (limit is None or new[done + count] < limit):
                count += 1
            part = new[done : done + count]
            index = len(self._at) - place
            self._at[place:place] = array("q", (key.at for key in part))
            self._id[place:place] = array("q", (key.id for key in part))
            done += count
            yield index, count

    def remove(self, keys: Iterable[RowKey]) -> Iterator[Run]:
        """Take *keys* away, run by run: each is out when it is yielded."""
        indexes = sorted(index for key in set(keys) if (index := self.find(key)) is not None)
        while indexes:
            end = start = indexes.pop()
            while indexes and indexes[-1] == start - 1:
                start = indexes.pop()
            self._cut(start, end - start + 1)
            yield start, end - start + 1

    def drop_newest(self, count: int) -> Run:
        """Take away the *count* rows at the top."""
        count = min(count, len(self))
        self._cut(0, count)
        return 0, count

    def drop_oldest(self, count: int) -> Run:
        """Take away the *count* rows at the bottom."""
        count = min(count, len(self))
        start = len(self) - count
        self._cut(start, count)
        return start, count

    def _cut(self, index: int, count: int) -> None:
        high = len(self._at) - index
        del self._at[high - count : high]
        del self._id[high - count : high]

    def _place(self, key: RowKey) -> int:
        """Where *key* stands inside, or would stand."""
        place = bisect_left(self._at, key.at)
        size = len(self._at)
        while place < size and self._at[place] == key.at and self._id[place] < key.id:
            place += 1
        return place

    def _at_place(self, place: int) -> RowKey | None:
        return RowKey(self._at[place], self._id[place]) if place < len(self._at) else None
