"""The list itself: which rows are in memory, and telling what changes in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from app.feed.pipeline import Hidden
from app.feed.rows import Row
from app.model.timeline import RowKey
from app.services.row_keys import RowKeys
from app.services.row_loads import Span, Values
from app.services.row_values import RowValues
from app.services.rows import Change, Changed, Inserted, Removed, Reset

MOST_KEYS = 6_000
"""In memory at most; the far end is dropped, and read again when needed."""

AROUND = 300
"""Rows kept on either side of the reader in any case."""


class TimelineRows:
    """
    A stretch of a timeline, newest first, without what moderation hides.

    Every method makes its change first and tells it then. No I/O.

    Attributes:
        more_newer, more_older: Rows that are not in memory stand above, below.
    """

    def __init__(self, over: Callable[[Row], Row] | None = None) -> None:
        self.more_newer = False
        self.more_older = False
        self.values = RowValues(over)
        self._keys = RowKeys()
        self._hidden: dict[RowKey, str] = {}
        self._listeners: list[Callable[[Change], None]] = []

    def __len__(self) -> int:
        return len(self._keys)

    def key(self, index: int) -> RowKey:
        """Raises: IndexError."""
        return self._keys[index]

    def find(self, key: RowKey) -> int | None:
        """Index of *key*."""
        return self._keys.find(key)

    def __contains__(self, key: RowKey) -> bool:
        return key in self._keys

    def is_hidden(self, key: RowKey) -> bool:
        """The row is left out."""
        return key in self._hidden

    def above(self, key: RowKey) -> int:
        """How many rows in memory stand above *key*."""
        return self._keys.above(key)

    def part(self, start: int, end: int) -> list[RowKey]:
        """Keys from index *start* up to *end*, as far as there are any."""
        return [self._keys[i] for i in range(max(0, start), min(end, len(self._keys)))]

    @property
    def hidden(self) -> Hidden:
        """What is left out of this stretch."""
        by = Counter(self._hidden.values())
        return Hidden(len(self._hidden), dict(by.most_common()))

    def hidden_keys(self, cause: str | None = None) -> tuple[RowKey, ...]:
        """The rows that are left out; those for one *cause* only."""
        return tuple(key for key, why in self._hidden.items() if cause in (None, why))

    def hidden_near(self, cause: str, here: RowKey) -> RowKey | None:
        """Of those for *cause* the next below *here*, else the lowest above."""
        keys = self.hidden_keys(cause)
        below = [key for key in keys if key <= here]
        return max(below) if below else min(keys, default=None)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, change: Change) -> None:
        """Tell all listeners."""
        for listener in tuple(self._listeners):
            listener(change)

    # ------------------------------------------------------------- changes

    def show(self, span: Span, values: Values) -> None:
        """Hold this stretch instead, of which some *values* are known."""
        self._hidden = dict(values.hidden)
        gone = values.hidden.keys() | values.gone
        self._keys = RowKeys(key for key in span.keys if key not in gone)
        self.values.clear()
        self.values.put(values.rows)
        self.more_newer, self.more_older = span.more_newer, span.more_older
        self.tell(Reset())

    def clip(self, newest: RowKey, oldest: RowKey) -> tuple[RowKey, RowKey] | None:
        """
        The part of a stretch in which rows may come in now.

        Above and below what is in memory rows come in only when they are
        read there (``grow``); None: nothing of it is in memory.
        """
        if not len(self._keys):
            return None
        if oldest < self._keys[len(self._keys) - 1]:
            self.more_older = True
            oldest = self._keys[len(self._keys) - 1]
        if self.more_newer:
            newest = min(newest, self._keys[0])
        return (newest, oldest) if newest >= oldest else None

    def merge(self, keys: Iterable[RowKey], newest: RowKey, oldest: RowKey) -> None:
        """Between *newest* and *oldest* there stand exactly *keys*."""
        there = set(keys)
        for key in [key for key in self._hidden if newest >= key >= oldest and key not in there]:
            del self._hidden[key]
        have = set(self._keys.between(newest, oldest))
        self.remove(have - there)
        self._insert(there - have - self._hidden.keys())

    def grow(self, span: Span, *, newer: bool) -> None:
        """Add a stretch that was read above (*newer*) or below."""
        if newer:
            self.more_newer = span.more_newer
        else:
            self.more_older = span.more_older
        self._insert(set(span.keys) - self._hidden.keys())

    def take(self, values: Values) -> None:
        """Values have come: keep them; take out what is hidden or gone."""
        seen_again = self._hidden.keys() & values.rows.keys()
        for key in (*seen_again, *(self._hidden.keys() & values.gone)):
            del self._hidden[key]
        self._hidden.update(values.hidden)
        self.remove({*values.gone, *values.hidden})
        changed = self.values.put(values.rows)
        self._insert(seen_again)
        indexes = (self._keys.find(key) for key in changed if key not in seen_again)
        if found := tuple(sorted(index for index in indexes if index is not None)):
            self.tell(Changed(found))

    def lay_over(self, post_uri: str) -> None:
        """What lies over that post is another: its rows show it now."""
        indexes = (self._keys.find(key) for key in self.values.lay_over(post_uri))
        if found := tuple(sorted(index for index in indexes if index is not None)):
            self.tell(Changed(found))

    def expect(self, values: Values) -> None:
        """Rows that are about to come in: their values, and which are hidden."""
        self._hidden.update(values.hidden)
        self.values.put(values.rows)

    def remove(self, keys: Iterable[RowKey]) -> None:
        """Take rows away."""
        gone = set(keys)
        self.values.drop(gone)
        for index, count in self._keys.remove(gone):
            self.tell(Removed(index, count))

    def trim(self, focus: int) -> None:
        """Drop the end that is farther from the reader at index *focus*."""
        if len(self._keys) <= MOST_KEYS:
            return
        excess = len(self._keys) - MOST_KEYS * 3 // 4
        above = max(0, focus - AROUND)
        below = max(0, len(self._keys) - focus - AROUND)
        if above >= below:
            run = self._keys.drop_newest(min(excess, above))
            self.more_newer = True
        else:
            run = self._keys.drop_oldest(min(excess, below))
            self.more_older = True
        newest, oldest = self._keys[0], self._keys[len(self._keys) - 1]
        outside = [key for key in self.values.in_memory() if not oldest <= key <= newest]
        self.values.drop(outside)
        for key in [key for key in self._hidden if not oldest <= key <= newest]:
            del self._hidden[key]
        self.tell(Removed(*run))

    # ------------------------------------------------------------- private

    def _insert(self, keys: Iterable[RowKey]) -> None:
        for index, count in self._keys.insert(keys):
            self.tell(Inserted(index, count))
