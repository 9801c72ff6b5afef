"""A timeline as a window holds it: what is in memory follows the reader."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import structs

from app.feed.rows import Row
from app.feed.times import micros
from app.model.errors import StoreError
from app.model.timeline import RowKey, TimelineId
from app.services.ends import Edge, Ends
from app.services.held_rows import CHUNK, HeldRows
from app.services.reading_place import ReadingPlace
from app.services.row_loads import Look, Span, Values, read_around, read_between, read_values
from app.services.row_values import entry_of
from app.services.rows import Changed, EdgeState, Reset
from app.services.timeline_header import count
from app.services.timeline_rows import TimelineRows

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.services.growth import Growth
    from app.services.steps import Arrived
    from app.store import Reader, Saved, Store

log = logging.getLogger(__name__)

OPENING = (150, 250)
"""Keys read above and below the reading position for the first frame."""

FIRST_VALUES = (4, 20)
"""Values read above and below it: what a tall window shows."""

COMPARED = 400
"""Keys compared with the cache at once: more would hold up the frame."""

SAVE_AFTER, IDLE = 2.0, 3600.0
"""Seconds until a new reading position is on disk; without one."""

HIGHEST, DEEPEST = RowKey(2**62, 0), RowKey(-(2**62), 0)


class OpenTimeline(HeldRows):
    """
    Implements ``RowSource`` (services/rows.py).

    ``run`` does what takes time, one thing after the other, and nothing else
    changes the list. Until it runs the list stands still: the first frame.
    """

    def __init__(
        self,
        timeline: TimelineId,
        store: Store,
        growth: Growth,
        look: Callable[[], Look],
        clock: Clock,
        over: Callable[[Row], Row] | None = None,
    ) -> None:
        self.id = timeline
        self._store, self._growth = store, growth
        self._plain_look, self._clock = look, clock
        self._shown: frozenset[str] = frozenset()
        self._rows = TimelineRows(over)
        super().__init__(self._rows)
        self._ends = Ends(timeline, self._rows, store, growth, clock, self._wake.set)
        self._stale: set[RowKey] = set()
        self._turn = 0
        self._dirty: tuple[RowKey, RowKey] | None = None
        self._jump: tuple[RowKey | None] | None = None
        self._sought: RowKey | None = None
        self._place = ReadingPlace(timeline, store)
        self._counts = False

    def open(self, reader: Reader, left: OpenTimeline | None = None) -> None:
        """
        Read what the first frame shows, on this thread. Raises: StoreError.

        *left*: the same timeline, just left: its place may not be on disk yet.
        """
        self._place.open(reader, left._place if left is not None else None)
        key = self._place.at[0] if self._place.at else None
        self._rows.show(*self._around(reader, key, self._look()))
        if self._place.seen is None and len(self._rows):
            self._place.seen = self._rows.key(0)
        self._counts = True
        self._wake.set()

    # ----------------------------------------------------------- RowSource

    def want_older(self) -> None:
        """The reader comes near the end."""
        self._ends.want("older")
        self._wake.set()

    def want_newer(self) -> None:
        """The reader is at the top and asks for more."""
        self._ends.want("newer")
        self._wake.set()

    # --------------------------------------------------- position and head

    @property
    def position(self) -> tuple[RowKey, int] | None:
        """Row at the top of the view, and its offset in px; None: the very top."""
        return self._place.at

    def set_position(self, key: RowKey, offset: int) -> None:
        """The reader has moved there; it is on disk a moment later."""
        if self._place.at == (key, offset):
            return
        self._place.move(key, offset)
        self._wake.set()

    def note_seen(self, key: RowKey) -> None:
        """All from *key* down was read: it stood in view while somebody was there."""
        if self._place.note_seen(key):
            self._place.is_unsaved = self._counts = True
            self._wake.set()

    def jump(self, key: RowKey | None) -> None:
        """
        Go to *key* (None: to the newest row), wherever it is.

        ``Reset`` tells when it is in memory; ``position`` is there then.
        """
        self._jump = (key,)
        self._wake.set()

    def edge(self, edge: Edge) -> EdgeState:
        """What happens at that end of the list now."""
        return self._ends.state(edge)

    # -------------------------------------------------------- what arrives

    def note(self, arrived: Arrived) -> None:
        """A page was stored for one of the timeline's accounts."""
        newest = RowKey(micros(arrived.newest), 2**62)
        self.note_saved(arrived.saved, newest, RowKey(micros(arrived.oldest), 0))

    def note_saved(
        self, saved: Saved | None, newest: RowKey = HIGHEST, oldest: RowKey = DEEPEST
    ) -> None:
        """The store has changed between two places (without them: anywhere)."""
        if saved is not None:
            # A row that is gone in one timeline may stand in another.
            self._stale.update(saved.changed, saved.removed)
        if self._dirty is not None:
            newest, oldest = max(newest, self._dirty[0]), min(oldest, self._dirty[1])
        self._dirty, self._counts = (newest, oldest), True
        self._wake.set()

    def refresh_values(self) -> None:
        """Settings have changed: make all values anew, also those that are being made."""
        self._turn += 1
        self._stale.update(self._rows.values.in_memory(), self._rows.hidden_keys())
        self._wake.set()

    def refresh_post(self, post_uri: str, *, at_once: bool) -> None:
        """A post changes: what lies over its rows now shows *at_once*, or they are read anew."""
        if at_once:
            self._rows.lay_over(post_uri)
        else:
            self._stale.update(self._rows.values.keys_of_post(post_uri))
            self._wake.set()

    def show_hidden(self, cause: str) -> None:
        """Until it is left, let in what *cause* left out; go to the next below the reader."""
        self._sought = self._rows.hidden_near(cause, (self._place.at or (HIGHEST,))[0])
        self._stale.update(self._rows.hidden_keys(cause))
        self._shown |= {cause}
        self._wake.set()

    def refresh_gap(self, gap: int) -> None:
        """The row of that gap is to be drawn again."""
        key = self._rows.values.key_of_gap(gap)
        index = self._rows.find(key) if key else None
        if index is not None:
            self._rows.tell(Changed((index,)))

    # ------------------------------------------------------------- at work

    async def run(self) -> None:
        """Until cancelled: load, compare, grow, count, keep the position."""
        try:
            while True:
                await self._clock.wait(self._wake, SAVE_AFTER if self._place.is_unsaved else IDLE)
                woken = self._wake.is_set()
                self._wake.clear()
                try:
                    await self._work()
                    if not woken:
                        await self.keep_position()
                except StoreError as error:
                    log.warning("timeline %s: %s", self.id, error.kind)
                    self._ends.failed("older", f"{error.message} {error.next_step}")
        finally:
            await self._ends.close()

    async def keep_position(self) -> None:
        """Write the reading position down. Raises: StoreError."""
        if self._place.at is not None and self._place.is_unsaved:
            row = self._rows.values.get(self._place.at[0])
            # A gap, or not in memory: the position before stays.
            if row is not None and (entry := entry_of(row)) is not None:
                await self._place.keep(entry)

    async def _work(self) -> None:
        """What is wanted, most urgent first, until nothing is."""
        while True:
            if self._jump is not None:
                await self._go(*self._jump)
            elif self._rows.values.is_wanting:
                await self._load(self._rows.values.take_wanted(CHUNK))
            elif self._stale:
                await self._load(self._take_stale())
            elif self._sought is not None:
                self._jump, self._sought = (self._sought,), None
            elif self._dirty is not None:
                await self._compare(*self._dirty)
            elif self._ends.is_wanting:
                await self._ends.grow()
            else:
                break
        if self._counts:
            await self._count()

    def _look(self) -> Look:
        return structs.replace(self._plain_look(), shown=self._shown)

    async def _load(self, keys: list[RowKey]) -> None:
        if not keys:
            return
        look, turn, hidden = self._look(), self._turn, self._rows.hidden
        self._rows.take(
            await self._store.load(lambda reader: read_values(reader, self.id, keys, look))
        )
        self._doubt(turn, keys)
        self._counts = self._counts or hidden != self._rows.hidden

    def _doubt(self, turn: int, keys: Iterable[RowKey]) -> None:
        """What was made while settings changed goes by those before: once more."""
        if turn != self._turn:
            self._stale.update(keys)

    def _take_stale(self) -> list[RowKey]:
        """Up to ``CHUNK`` rows that have changed and are in memory."""
        found: list[RowKey] = []
        while self._stale and len(found) < CHUNK:
            key = self._stale.pop()
            if key in self._rows.values or key in self._rows or self._rows.is_hidden(key):
                found.append(key)
        return found

    async def _compare(self, newest: RowKey, oldest: RowKey) -> None:
        """Make a stretch in memory what it is in the cache, newest part first."""
        self._dirty = None
        if not len(self._rows):
            await self._go(None)
            return
        part = self._rows.clip(newest, oldest)
        if self._rows.more_older:
            self._ends.reopen("older")
        if part is None:
            return
        span = await self._store.load(lambda r: read_between(r, self.id, *part, COMPARED))
        low = span.keys[-1] if span.more_older else part[1]
        new = [key for key in span.keys if key not in self._rows][:CHUNK]
        await self._sift(new)
        self._rows.merge(span.keys, part[0], low)
        index = self._rows.find(self._place.at[0]) if self._place.at else None
        self._rows.trim(index or 0)
        if span.more_older:
            self.note_saved(None, low, part[1])

    async def _sift(self, new: list[RowKey]) -> None:
        """Know which of the rows that come in are hidden before they do."""
        if new:
            look, turn = self._look(), self._turn
            self._rows.expect(
                await self._store.load(lambda reader: read_values(reader, self.id, new, look))
            )
            self._doubt(turn, new)

    async def _go(self, key: RowKey | None) -> None:
        """Be at *key*, and hold its surroundings if it is not in memory."""
        rows, loaded, asked, turn = self._rows, None, self._jump, self._turn
        if key is None and not rows.more_newer and len(rows):
            key = rows.key(0)
        if key is None or key not in rows:
            look = self._look()
            loaded = await self._store.load(lambda reader: self._around(reader, key, look))
            key = key or next(iter(loaded[0].keys), None)
        if self._jump is asked:  # nobody has asked for another place meanwhile
            self._jump = None
        if key is not None:
            self._place.move(key, 0)
            self._place.note_seen(key)
        self._counts = True
        if loaded is not None:
            rows.show(*loaded)
            self._doubt(turn, (*loaded[1].rows, *loaded[1].hidden))
        else:
            rows.tell(Reset())

    def _around(self, reader: Reader, key: RowKey | None, look: Look) -> tuple[Span, Values]:
        """
        The surroundings of *key*, not deeper than is certain, with the values
        that a window shows. On a reader's thread.
        """
        span = read_around(reader, self.id, key, *OPENING)
        floor = self._growth.floor(reader)
        keys = span.keys
        if floor is not None:
            # The reader's own row stays, wherever a new account happens to end.
            lowest = min(floor, key) if key is not None else floor
            keys = tuple(row for row in keys if row >= lowest)
        middle = keys.index(key) if key in keys else 0
        seen = keys[max(0, middle - FIRST_VALUES[0]) : middle + FIRST_VALUES[1]]
        more_older = span.more_older or len(keys) < len(span.keys)
        values = read_values(reader, self.id, seen, look)
        return Span(keys, span.more_newer, more_older), values

    async def _count(self) -> None:
        """Bring the header up to date, and tell it if it is another."""
        self._counts = False
        header = await count(self.id, self._store, self._rows, self._place.seen)
        self._show_header(header)
