"""Rows one under the other, and where the reader is in them. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable

from app.ui.timeline.heights import Heights

Measure = Callable[[int], int]
"""True height of a row; may be costly the first time."""


class Column:
    """
    Heights, and the reading anchor: which row is cut by the top edge, how far.

    Only what the reader does moves the anchor. Rows that come in above, and
    heights that turn out different from their estimate, move the scroll
    bar instead: nothing jumps.
    """

    def __init__(self) -> None:
        self.heights = Heights()
        self.index = 0
        self.offset = 0

    def __len__(self) -> int:
        return len(self.heights)

    @property
    def top(self) -> int:
        """Scroll value of the anchor."""
        return self.heights.top(self.index) + self.offset if len(self) else 0

    def reset(self, count: int, estimate: int) -> None:
        """Forget all heights. The anchor stays where it can."""
        self.heights = Heights([estimate] * count)
        self.index = min(self.index, max(count - 1, 0))
        if not count:
            self.offset = 0

    def insert(self, index: int, count: int, estimate: int) -> None:
        """Rows came in before *index*."""
        was_empty = not len(self)
        self.heights.insert(index, [estimate] * count)
        if index <= self.index and not was_empty:
            self.index += count

    def remove(self, index: int, count: int) -> None:
        """Rows are gone; when the anchor's was among them, the one below takes its place."""
        self.heights.remove(index, count)
        if index + count <= self.index:
            self.index -= count
        elif index <= self.index:
            self.index, self.offset = index, 0
        self.index = min(self.index, max(len(self) - 1, 0))

    def go(self, index: int, offset: int = 0) -> None:
        """Put the row's px *offset* at the top edge."""
        self.index = min(max(index, 0), max(len(self) - 1, 0))
        self.offset = offset

    def go_value(self, value: int) -> None:
        """Go where the scroll bar says."""
        self.index, self.offset = self.heights.at(value)

    def move(self, by: int, measure: Measure) -> None:
        """Go down (or up, negative) by px, over true heights."""
        self.offset += by
        while self.offset < 0 and self.index > 0:
            self.index -= 1
            self.offset += self._true(self.index, measure)
        if self.offset < 0:
            self.offset = 0
        while self.index < len(self) - 1:
            height = self._true(self.index, measure)
            if self.offset < height:
                break
            self.offset -= height
            self.index += 1

    def visible(self, view: int, tail: int, measure: Measure) -> list[tuple[int, int]]:
        """
        Rows in sight and where each begins, px from the top edge.

        The end of the list (and *tail* px below it) does not leave the
        bottom edge while there is something above to fill the view with.
        """
        if not len(self):
            return []
        rows, end = self._walk(view, measure)
        missing = view - (end + tail)
        last = rows[-1][0] == len(self) - 1
        if last and missing > 0 and (self.index > 0 or self.offset > 0):
            self.move(-missing, measure)
            rows, _ = self._walk(view, measure)
        return rows

    def standing(self, view: int) -> list[tuple[int, int]]:
        """The same as they stood last: nothing is measured, nothing moves."""
        made, y, index = [], -self.offset, self.index
        while index < len(self) and y < view:
            made.append((index, y))
            y += self.heights[index]
            index += 1
        return made

    def _walk(self, view: int, measure: Measure) -> tuple[list[tuple[int, int]], int]:
        first = self._true(self.index, measure)
        if self.offset >= first and self.index < len(self) - 1:
            # A row became lower than the place it was read at: go to its end.
            self.offset = max(first - 1, 0)
        y, index = -self.offset, self.index
        rows: list[tuple[int, int]] = []
        while index < len(self) and y < view:
            rows.append((index, y))
            y += self._true(index, measure)
            index += 1
        return rows, y

    def _true(self, index: int, measure: Measure) -> int:
        height = measure(index)
        self.heights.set(index, height)
        return height
