"""A feed as a window holds it: its order stands still until the reader asks for a new one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from app.feed.rows import Card, Row, Shown
from app.feed.times import micros
from app.model.errors import ServiceError
from app.model.timeline import Anchor, RowKey, TimelineId
from app.services.held_rows import CHUNK
from app.services.ranked_asking import Beyond, RankedAsking, in_words
from app.services.ranked_folds import head_key, is_fold, place_in
from app.services.ranked_rows import RankedRows, read_folded, read_values
from app.services.row_loads import Look, Values
from app.services.row_values import entry_of
from app.services.rows import EdgeState, Reset
from app.services.timeline_header import Header
from app.store.candidates import Candidates, note_seen
from app.store.times import moment

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.services.feed_making import Made
    from app.store import Reader, Saved, Store

log = logging.getLogger(__name__)

FIRST_VALUES = (4, 50)
"""Values read above and below the reading position before anything is shown."""

SAVE_AFTER, IDLE = 2.0, 3600.0
"""Seconds until a new reading position is on disk; without one."""

QUIET = timedelta(seconds=2)
"""Between two orders that are made because something has arrived."""

FIRST_DRAWN = 16
"""Rows that may be in sight at first."""

SEEN_FOR = timedelta(days=60)

GetReady = Callable[[Sequence[tuple[RowKey, Row]]], Awaitable[None]]
"""Lays out rows that are about to be shown, in turns."""

Making = Callable[[Look], "Callable[[Reader], Made]"]
"""On the loop: what is known now; the result runs on a reader's thread."""


class RankedTimeline(RankedAsking):
    """
    Implements ``RowSource`` (services/rows.py), and the rest of ``OpenTimeline``.

    ``run`` does what takes time, one thing after the other. Until it has made the
    feed there are no rows: ``Reset`` tells (≤ 60 ms for 5 000 candidates).

    Args:
        make: Makes the feed from the cache.
        beyond: What its sources have that is not here.
        after: Told of every feed that was made (fills what was lacking).
    """

    def __init__(
        self,
        feed: str,
        store: Store,
        make: Making,
        look: Callable[[], Look],
        clock: Clock,
        beyond: Beyond,
        after: Callable[[Made], Awaitable[None]],
        over: Callable[[Row], Row] | None = None,
    ) -> None:
        self.feed, self.id = feed, TimelineId(f"feed:{feed}")
        self._store, self._make, self._plain_look, self._clock = store, make, look, clock
        self._after = after
        super().__init__(RankedRows(over), beyond)
        self._next: Made | None = None
        self._outdated = self._apply = True
        self._made_at: datetime | None = None
        self._stale: set[RowKey] = set()
        self._position: tuple[RowKey, int] | None = None
        self._unsaved = False
        self._jump: tuple[RowKey | None] | None = None
        self._shown: frozenset[str] = frozenset()
        self.before_shown: GetReady | None = None
        self._behind: asyncio.Task[None] | None = None
        self._wake.set()

    # --------------------------------------------------- position and head

    @property
    def made(self) -> Made | None:
        """The feed that is on the screen, for ``why`` and the lab."""
        return self._rows.made

    @property
    def position(self) -> tuple[RowKey, int] | None:
        """Row at the top of the view, and its offset in px; None: the very top."""
        return self._position

    def take_place(self, left: RankedTimeline) -> None:
        """Begin where *left*, the same feed, has just been: that may not be on disk yet."""
        if left.position is not None:
            self._position, self._unsaved = left.position, left._unsaved

    def set_position(self, key: RowKey, offset: int) -> None:
        """The reader has moved there; it is on disk a moment later."""
        if self._position != (key, offset):
            self._position, self._unsaved = (key, offset), True
            self._wake.set()

    def note_seen(self, key: RowKey) -> None:
        """What counts as new here is what a newer order would bring."""

    def jump(self, key: RowKey | None) -> None:
        """Go to *key*; None: to the top, in the newest order. ``Reset`` tells."""
        self._jump = (key,)
        self._wake.set()

    def row(self, index: int) -> Shown | None:
        """The value; None: it is on its way, ``Changed`` will tell."""
        return self._rows.fold(self._rows.key(index)) or super().row(index)

    def unfold(self, key: RowKey) -> None:
        """Open the fold with that row, or close it."""
        self._rows.toggle(key)

    async def left_out(self) -> dict[str, int]:
        """What its rules leave out, by cause; ``show_hidden`` lets it in. Raises: StoreError."""
        made = self._rows.made
        if made is None:
            return {}

        def count(reader: Reader) -> dict[str, int]:
            from app.services.feed_left_out import left_out  # numpy: on this thread, loaded by now

            return left_out(made, Candidates(reader))

        return await self._store.load(count)

    async def folded(self, key: RowKey) -> tuple[Card, ...]:
        """What is folded below a row, in its order. Raises: StoreError."""
        made, look = self._rows.made, self._look()
        if made is None:
            return ()
        return await self._store.load(lambda r: read_folded(Candidates(r), made, key, look))

    # -------------------------------------------------------- what arrives

    def note_saved(self, saved: Saved | None) -> None:
        """The store has changed: values look again, and a new order is made beside."""
        if saved is not None:
            self._stale.update(saved.changed, saved.removed)
        self._outdated = True
        self._wake.set()

    def remake(self) -> None:
        """The recipe, what is known, or moderation is another: show the new order at once."""
        self._outdated = self._apply = True
        self._made_at = None
        self._wake.set()

    def refresh_values(self) -> None:
        """Settings have changed: judge and make all anew."""
        self.remake()

    def refresh_post(self, post_uri: str, *, at_once: bool) -> None:
        """A post changes: what lies over its rows now shows *at_once*, or they are read anew."""
        if at_once:
            self._rows.lay_over(post_uri)
        else:
            self._stale.update(self._rows.values.keys_of_post(post_uri))
            self._wake.set()

    def refresh_gap(self, gap: int) -> None:
        """Feeds have no gaps of their own."""

    def show_hidden(self, cause: str) -> None:
        """Until it is left, let in what *cause* left out."""
        self._shown |= {cause}
        self.remake()

    # ------------------------------------------------------------- at work

    async def run(self) -> None:
        """Until cancelled: make, load, keep the position."""
        self.ask_first()
        following = asyncio.create_task(self._follow(), name=f"following {self.id}")
        try:
            while True:
                await self._clock.wait(self._wake, self._pause())
                woken = self._wake.is_set()
                self._wake.clear()
                try:
                    await self._work()
                    if not woken:
                        await self.keep_position()
                except ServiceError as error:  # our disk's; or the feed is gone
                    log.warning("feed %s: %s", self.feed, error.kind)
                    self._tell_edge(EdgeState("newer", "failed", in_words(error)))
        finally:
            beside = (following, self._asking, self._behind)
            tasks = [task for task in beside if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def keep_position(self) -> None:
        """Write down where the reader is, and what stood above. Raises: StoreError."""
        made, position = self._rows.made, self._position
        if made is None or position is None or not self._unsaved:
            return
        row = self._rows.values.get(head_key(position[0]))
        name = entry_of(row) if row is not None else None
        if name is None:
            return
        offset = 0 if is_fold(position[0]) else position[1]
        anchor = Anchor(name, moment(position[0].at), offset)
        await self._store.keep(lambda keeper: keeper.save_anchor(self.id, anchor))
        index = self._rows.find(position[0])
        if index:
            passed = set(self._rows.part(0, index))
            uris = [one.uri for one in made.kept.candidates if one.key in passed]
            now = self._clock.now()
            at, keep = micros(now), micros(now - SEEN_FOR)
            await self._store.change_cache(lambda db: note_seen(db, uris, at, keep))
        if self._position == position:
            self._unsaved = False

    def _pause(self) -> float:
        if self._outdated and self._made_at is not None:
            left = (self._made_at + QUIET - self._clock.now()).total_seconds()
            return max(left, 0.05)
        return SAVE_AFTER if self._unsaved else IDLE

    async def _work(self) -> None:
        """What is wanted, most urgent first, until nothing is."""
        while True:
            if self._jump is not None and self._rows.made is not None:
                await self._go(*self._jump)
            elif self._rows.values.is_wanting:
                await self._load(self._rows.values.take_wanted(CHUNK))
            elif self._outdated and self._is_quiet():
                await self._make_anew()
            elif self._stale:
                await self._load(self._take_stale())
            else:
                return

    def _is_quiet(self) -> bool:
        return self._made_at is None or self._clock.now() >= self._made_at + QUIET

    def _look(self) -> Look:
        return structs.replace(self._plain_look(), shown=self._shown)

    async def _make_anew(self) -> None:
        self._outdated = False
        look = self._look()
        make = self._make(look)
        if self._apply or self._rows.made is None or not len(self._rows):
            self._apply = False
            made, values, position = await self._store.load(lambda r: self._first(r, make, look))
            await self._lay_ahead(made, values, position)
            self._show(made, values, position)
        else:
            made = await self._store.load(make)
            self._next = made if made.keys != self._rows.made.keys else None
        # Was it asked for anew meanwhile? Then at once, without a pause.
        self._made_at = None if self._apply else self._clock.now()
        self._count()
        if self._behind is None:
            self._behind = asyncio.create_task(self._follow_up(made), name=f"behind {self.id}")

    async def _lay_ahead(
        self, made: Made, values: Values, position: tuple[RowKey, int] | None
    ) -> None:
        """Whoever draws may get ready for the first rows before there is a gap to be seen."""
        if self.before_shown is None:
            return
        start = made.keys.index(position[0]) if position and position[0] in made.keys else 0
        keys = made.keys[start : start + FIRST_DRAWN]
        rows = [
            (key, self._rows.values.laid_over(values.rows[key]))
            for key in keys
            if key in values.rows
        ]
        await self.before_shown(rows)

    async def _follow_up(self, made: Made) -> None:
        """What a new order gives reason to do, while others scroll."""
        try:
            await self._after(made)
        except ServiceError as error:
            log.info("behind feed %s: %s", self.feed, error.kind)
        finally:
            self._behind = None

    def _first(
        self, reader: Reader, make: Callable[[Reader], Made], look: Look
    ) -> tuple[Made, Values, tuple[RowKey, int] | None]:
        """The feed, and the values around the reading position. On a reader's thread."""
        made = make(reader)
        position = self._position
        if position is None and (anchor := reader.anchor(self.id)) is not None:
            shown = made.ranking.candidates()
            key = next((one.key for one in shown if one.uri == anchor.key), None)
            key = key or reader.row_of(made.pool.timeline, anchor)
            if key is not None:
                position = key, anchor.offset if key.at == micros(anchor.at) else 0
        if position is not None:
            place = place_in(made, self._rows.unfolded, position[0])
            offset = position[1] if place == position[0] else 0
            position = (place, offset) if place is not None else None
        top = position[0] if position is not None and position[0] in made.keys else None
        middle = made.keys.index(top) if top is not None else 0
        wanted = made.keys[max(0, middle - FIRST_VALUES[0]) : middle + FIRST_VALUES[1]]
        return made, read_values(Candidates(reader), made, wanted, look), position

    def _show(self, made: Made, values: Values, position: tuple[RowKey, int] | None) -> None:
        self._next, self._position = None, position
        self._stale.clear()
        self._settle_edges()
        self._rows.show(made, values)
        self._tell_edges()

    async def _go(self, key: RowKey | None) -> None:
        self._jump = None
        if key is not None and key not in self._rows:
            return
        made = self._next
        if key is None and made is not None:
            look = self._look()
            first = made.keys[: FIRST_VALUES[1]]
            values = await self._store.load(
                lambda reader: read_values(Candidates(reader), made, first, look)
            )
            self._show(made, values, None)
        else:
            top = self._rows.key(0) if len(self._rows) else None
            target = key if key is not None else top
            self._position = (target, 0) if target is not None else None
            self._rows.tell(Reset())
        self._unsaved = self._position is not None
        self._count()

    async def _load(self, keys: list[RowKey]) -> None:
        made, look = self._rows.made, self._look()
        if made is None or not keys:
            return
        self._rows.take(
            await self._store.load(lambda r: read_values(Candidates(r), made, keys, look))
        )

    def _take_stale(self) -> list[RowKey]:
        found: list[RowKey] = []
        while self._stale and len(found) < CHUNK:
            key = self._stale.pop()
            if key in self._rows.values:
                found.append(key)
        return found

    def _count(self) -> None:
        new = self._rows.new_in(self._next) if self._next is not None else 0
        made = self._rows.made
        out = len(made.pool.columns) - len(made.ranking) if made is not None else 0
        header = Header(new, many=False, hidden=self._rows.hidden, left_out=out)
        self._show_header(header)
