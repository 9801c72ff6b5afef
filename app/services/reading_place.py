"""Where one reads in a timeline, and how far up it was ever read; kept across starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.feed.times import micros
from app.model.timeline import Anchor, RowKey, TimelineId
from app.services.seen import keep_seen, read_seen
from app.store.times import moment

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store import Keeper, Reader, Store


class ReadingPlace:
    """
    Attributes:
        at: Row at the top of the view, and its offset in px; None: the very top.
        seen: The highest row that was ever read: it stood in view for a moment, or one has
            jumped to it. What is above it is new.
        is_unsaved: It has moved since it was written down.
    """

    def __init__(self, timeline: TimelineId, store: Store) -> None:
        self._timeline, self._store = timeline, store
        self.at: tuple[RowKey, int] | None = None
        self.seen: RowKey | None = None
        self.is_unsaved = False

    def open(self, reader: Reader, left: ReadingPlace | None = None) -> None:
        """
        Be where one was. Raises: StoreError.

        *left*: the place in the same timeline, just left: it may not be on disk yet.
        """
        self.at, self.seen = self._kept(reader), read_seen(reader, self._timeline)
        if left is not None and left.at is not None:
            self.at, self.is_unsaved = left.at, left.is_unsaved
            self.seen = max(filter(None, (self.seen, left.seen)), default=None)

    def move(self, key: RowKey, offset: int) -> None:
        """The view is there now."""
        self.at, self.is_unsaved = (key, offset), True

    def note_seen(self, key: RowKey) -> bool:
        """All from *key* down was read. Whether nobody has read so far up before."""
        if self.seen is not None and key <= self.seen:
            return False
        self.seen = key
        return True

    async def keep(self, entry: str) -> None:
        """Write it down; *entry*: key of what the row at ``at`` shows. Raises: StoreError."""
        if self.at is None:
            return
        here = key, offset = self.at
        anchor = Anchor(entry, moment(key.at), offset)
        seen = max(self.seen or key, key)

        def write(keeper: Keeper) -> None:
            keeper.save_anchor(self._timeline, anchor)
            keep_seen(keeper, self._timeline, seen)

        await self._store.keep(write)
        # Only now: a full disk, or the end of the window, may have come between.
        if self.at == here:
            self.is_unsaved = False

    def _kept(self, reader: Reader) -> tuple[RowKey, int] | None:
        anchor = reader.anchor(self._timeline)
        key = reader.row_of(self._timeline, anchor) if anchor else None
        if anchor is None or key is None:
            return None
        return key, anchor.offset if key.at == micros(anchor.at) else 0
