"""Heights of many rows: where a row begins, which row is at a place, all in O(√n)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

CHUNK = 512
"""Rows per chunk before it is split; sums of chunks are added up in C."""


class Heights:
    """
    Heights in whole px, in chunks with their sums.

    Inserting 40 of 100 000, correcting one and finding a place each cost
    some microseconds: a flat list of prefix sums costs milliseconds instead.
    """

    def __init__(self, heights: Iterable[int] = (), *, chunk: int = CHUNK) -> None:
        self._chunk = chunk
        self._chunks: list[list[int]] = []
        self._sums: list[int] = []
        self._counts: list[int] = []
        self.insert(0, heights)

    def __len__(self) -> int:
        return sum(self._counts)

    def __iter__(self) -> Iterator[int]:
        for chunk in self._chunks:
            yield from chunk

    def __getitem__(self, index: int) -> int:
        chunk, inside = self._place(index)
        return self._chunks[chunk][inside]

    @property
    def total(self) -> int:
        """Height of all rows."""
        return sum(self._sums)

    def set(self, index: int, height: int) -> int:
        """Give a row its true height. Returns by how much it differs from before."""
        chunk, inside = self._place(index)
        difference = height - self._chunks[chunk][inside]
        self._chunks[chunk][inside] = height
        self._sums[chunk] += difference
        return difference

    def top(self, index: int) -> int:
        """Where the row begins; ``top(len)`` is the end of all."""
        if index >= len(self):
            return self.total
        chunk, inside = self._place(index)
        return sum(self._sums[:chunk]) + sum(self._chunks[chunk][:inside])

    def at(self, y: int) -> tuple[int, int]:
        """Row at *y* and how far into it; clamped to the first and last row."""
        if not self._chunks or y <= 0:
            return 0, 0
        before = 0
        for number, total in enumerate(self._sums):
            if y < before + total:
                first = sum(self._counts[:number])
                return self._within(number, first, y - before)
            before += total
        last = len(self) - 1
        return last, self[last]

    def _within(self, number: int, first: int, y: int) -> tuple[int, int]:
        begin = 0
        for inside, end in enumerate(accumulate(self._chunks[number])):
            if y < end:
                return first + inside, y - begin
            begin = end
        raise AssertionError("a chunk's sum is that of its rows")

    def insert(self, index: int, heights: Iterable[int]) -> None:
        """Put rows before *index*."""
        new = list(heights)
        if not new:
            return
        if not self._chunks:
            self._put_chunks(0, new)
            return
        if index >= len(self):
            chunk, inside = len(self._chunks) - 1, self._counts[-1]
        else:
            chunk, inside = self._place(index)
        rows = self._chunks[chunk]
        rows[inside:inside] = new
        self._drop_chunk(chunk)
        self._put_chunks(chunk, rows)

    def remove(self, index: int, count: int) -> None:
        """Take *count* rows out, from *index*."""
        while count > 0:
            chunk, inside = self._place(index)
            rows = self._chunks[chunk]
            taken = min(count, len(rows) - inside)
            del rows[inside : inside + taken]
            self._drop_chunk(chunk)
            self._put_chunks(chunk, rows)
            count -= taken

    def _place(self, index: int) -> tuple[int, int]:
        left = index
        for number, count in enumerate(self._counts):
            if left < count:
                return number, left
            left -= count
        raise IndexError(index)

    def _drop_chunk(self, number: int) -> None:
        del self._chunks[number], self._sums[number], self._counts[number]

    def _put_chunks(self, number: int, rows: list[int]) -> None:
        step = len(rows) if len(rows) <= self._chunk else self._chunk // 2
        parts = [rows[at : at + step] for at in range(0, len(rows), step)] if rows else []
        self._chunks[number:number] = parts
        self._sums[number:number] = [sum(part) for part in parts]
        self._counts[number:number] = [len(part) for part in parts]
