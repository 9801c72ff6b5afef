"""Rows of a source with their layouts, states and places: all of the view but the widget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from app.feed.rows import Card, Shown
from app.model.timeline import GapRow, RowKey, StubRow
from app.services.rows import Change, Changed, Inserted, Removed, Reset, RowSource
from app.ui.timeline import words
from app.ui.timeline.cache import LayoutCache
from app.ui.timeline.column import Column
from app.ui.timeline.layout.card import lay_row
from app.ui.timeline.layout.frame import PLAIN, Frame, RowState
from app.ui.timeline.layout.values import RowLayout

LayRow = Callable[[Any, Frame, datetime, RowState], RowLayout]
"""Row (None: it is being read), frame, now, what the reader did to it → its layout."""

LOADING_HEIGHT = 150
"""What an unseen row is taken for until a real one was measured."""

_IN_SIGHT = 10
"""Layouts of the frame before that are kept: those of a tall screen."""

_MOST_IN_TIME = 500
"""Headers of which is remembered until when their time is right; then it begins anew."""


class Shelf:
    """
    Lays rows out when they are needed and knows where each stands.

    Args:
        clock: Now, aware UTC.
        lay: How a row of its source is laid out.
    """

    def __init__(self, frame: Frame, clock: Callable[[], datetime], lay: LayRow = lay_row) -> None:
        self._lay = lay
        self.frame = frame
        self.clock = clock
        self.column = Column()
        self.source: RowSource | None = None
        self.cache = LayoutCache()
        self._before: tuple[Frame, LayoutCache] | None = None
        self.states: dict[RowKey, RowState] = {}
        self._ahead: dict[RowKey, tuple[Shown, RowState, RowLayout]] = {}
        self._measured = 0
        self._rows_measured = 0
        self._in_time: dict[RowKey, tuple[str, datetime, datetime]] = {}
        """What headers say of the time, and from when until when that is right."""

    def __len__(self) -> int:
        return len(self.column)

    @property
    def estimate(self) -> int:
        """Height of a row nobody has seen: the mean of those seen."""
        if not self._rows_measured:
            return round(LOADING_HEIGHT * self.frame.theme.scale)
        return self._measured // self._rows_measured

    def set_source(self, source: RowSource | None) -> None:
        """Show these rows, from the top."""
        self.source = source
        self.forget_layouts()
        self.states.clear()
        self.column = Column()
        self.column.reset(len(source) if source is not None else 0, self.estimate)

    def forget_layouts(self) -> None:
        """None that was made is right any more: other rows, or another way to lay them out."""
        self.cache.clear()
        self._before = None

    def set_frame(self, frame: Frame) -> None:
        """
        New width, theme or direction: all is laid out again when seen.

        But for what was in sight in the frame before: something opens beside the
        timeline and closes again, and 8 ms of each were laying out the same cards.
        What is read stays: the same row, cut at the same part of its height.
        """
        share = self._share()
        before, self._before = self._before, (self.frame, self.cache.latest(_IN_SIGHT))
        again = before is not None and before[0].is_like(frame)
        self.frame, self.cache = before if before and again else (frame, LayoutCache())
        self._in_time.clear()
        heights = self.cache.heights()
        self._measured, self._rows_measured = sum(heights), len(heights)
        self.column.reset(len(self.column), self.estimate)
        if share and len(self.column):
            self.column.offset = round(share * self.measure(self.column.index))

    def _share(self) -> float:
        if not len(self.column) or not self.column.offset:
            return 0.0
        height = self.column.heights[self.column.index]
        return self.column.offset / height if height else 0.0

    # ------------------------------------------------------------ rows

    def row(self, index: int) -> Shown | None:
        """Value of a row, None while it is read."""
        assert self.source is not None
        return self.source.row(index)

    def key(self, index: int) -> RowKey:
        """Identity of a row."""
        assert self.source is not None
        return self.source.key(index)

    def index_of(self, key: RowKey | None) -> int | None:
        """Where a row stands now."""
        if key is None or self.source is None:
            return None
        return self.source.index_of(key)

    def row_of(self, key: RowKey | None) -> Shown | None:
        """Value of the row with this key, if it is in memory."""
        index = self.index_of(key)
        return None if index is None else self.row(index)

    def state(self, key: RowKey) -> RowState:
        """What the reader did to it."""
        return self.states.get(key, PLAIN)

    def change_state(self, key: RowKey, **new: object) -> RowState:
        """Change what the reader did to it."""
        made = replace(self.state(key), **new)
        if made == PLAIN:
            self.states.pop(key, None)
        else:
            self.states[key] = made
        return made

    def entry_key(self, index: int) -> str:
        """What an anchor remembers the row by."""
        row = self.row(index)
        if (card := card_of(row)) is not None:
            return card.entry_key
        if isinstance(row, StubRow):
            return row.stub.key
        return f"gap:{row.gap.id}" if isinstance(row, GapRow) else ""

    # ------------------------------------------------------------ layouts

    def layout(self, index: int) -> RowLayout:
        """The row laid out, kept."""
        key, row = self.key(index), self.row(index)
        state = self.state(key)
        now = self.clock()
        found = self.cache.find(key, row, state)
        if found is not None and not self._is_stale(found, row, now):
            return found
        made = self._lay(row, self.frame, now, state)
        self.cache.keep(key, row, state, made)
        if row is not None:
            self._measured += made.height
            self._rows_measured += 1
        return made

    def lay_ahead(self, key: RowKey, row: Shown) -> int:
        """Lay out a row that ``Reset`` will bring in a moment. Returns its height."""
        state = self.state(key)
        made = self._lay(row, self.frame, self.clock(), state)
        self._ahead[key] = row, state, made
        return made.height

    def _is_stale(self, layout: RowLayout, row: Shown | None, now: datetime) -> bool:
        """Does its header say "6 min" when it is 7?"""
        card = card_of(row)
        if not layout.time_text or card is None:
            return False
        seen = self._in_time.get(card.key)
        if seen is not None and seen[0] == layout.time_text and seen[1] <= now < seen[2]:
            return False
        then = card.post.created_at
        if words.relative_time(then, now, self.frame.locale) != layout.time_text:
            return True
        if len(self._in_time) > _MOST_IN_TIME:
            self._in_time.clear()
        self._in_time[card.key] = layout.time_text, now, words.next_change(then, now)
        return False

    def measure(self, index: int) -> int:
        """True height of a row."""
        return self.layout(index).height

    def visible(self, height: int, tail: int) -> list[tuple[int, int]]:
        """Rows in sight: index and y of each."""
        return self.column.visible(height, tail, self.measure)

    # ------------------------------------------------------------ changes

    def take(self, change: Change) -> None:
        """Follow a change of the source. Costs microseconds, whatever came in."""
        if isinstance(change, Inserted):
            self.column.insert(change.index, change.count, self.estimate)
        elif isinstance(change, Removed):
            self.column.remove(change.index, change.count)
        elif isinstance(change, Reset):
            assert self.source is not None
            self.cache.clear()
            for key, (row, state, made) in self._ahead.items():
                self.cache.keep(key, row, state, made)
            self._ahead.clear()
            self.column.reset(len(self.source), self.estimate)
        elif isinstance(change, Changed):
            # The cache sees by itself that a value is another one.
            pass

    def go_to(self, key: RowKey, offset: int) -> bool:
        """Put a row at the top edge, cut by px *offset* at text size 100 %."""
        index = self.index_of(key)
        if index is None:
            return False
        self.column.go(index, 0)
        self.column.move(round(offset * self.frame.theme.scale), self.measure)
        return True


def card_of(row: object) -> Card | None:
    """The post in a row of any source; None: there is none in it."""
    found = row if isinstance(row, Card) else getattr(row, "card", None)
    return found if isinstance(found, Card) else None
