"""Timelines: opened for a window, or read page by page for a command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.pipeline import Hidden, Settings, row_from_stored, why_hidden
from app.feed.rows import Card, Row
from app.model import HOME, AccountId
from app.model.errors import NotFound, ServiceError
from app.model.timeline import ALL, RowKey, StoredRow, TimelineId
from app.moderation.decide import Preferences
from app.services.gap_filling import GapFilling
from app.services.growth import Growth
from app.services.open_timeline import OpenTimeline
from app.services.row_loads import Look
from app.services.shadows import Shadows
from app.services.sources import ACCOUNT, NETWORK, accounts_of

if TYPE_CHECKING:
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.services.steps import Arrived
    from app.services.sync import Sync
    from app.store import Reader, Saved, Store

log = logging.getLogger(__name__)

MOST_FETCHES = 20
"""Pages that one reading may ask for: a page of a command never runs away."""


class TimelinePage(Struct, frozen=True):
    """
    Rows of a timeline, newest first.

    Attributes:
        older: Where the next page begins; None: there is nothing older.
        certain: False: an account that could not be asked may have more.
        problems: What went wrong on the way, per account.
    """

    rows: tuple[Row, ...]
    older: RowKey | None
    hidden: Hidden
    certain: bool = True
    problems: tuple[tuple[AccountId, ServiceError], ...] = ()


class Timelines:
    """All timelines of a profile."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        sync: Sync,
        clock: Clock,
        order: Callable[[], tuple[str, ...]],
        shadows: Shadows | None = None,
        preferences: Callable[[], Preferences] | None = None,
    ) -> None:
        self._preferences = preferences
        self._shadows = shadows or Shadows()
        self._shadows.subscribe(self._on_shadow)
        self._store = store
        self._accounts = accounts
        self._sync = sync
        self._clock = clock
        self._order = order
        self._opened: list[OpenTimeline] = []
        self._saved_listeners: list[Callable[[Saved], None]] = []
        self._leaving: list[OpenTimeline] = []
        self.gaps = GapFilling(sync)
        self.gaps.subscribe(self._on_gap)
        sync.subscribe(self._on_arrived)
        accounts.subscribe(self._on_accounts)

    def open(self, timeline: TimelineId) -> OpenTimeline:
        """
        Open a timeline at its reading position, on the thread of the store.

        What the first frame shows is read at once; ``OpenTimeline.run`` does
        the rest. Close it with ``leave``.

        Raises:
            StoreError: The cache cannot be read.
        """
        growth = Growth(timeline, self._store, self._accounts, self._sync)
        over = self._shadows.over
        opened = OpenTimeline(timeline, self._store, growth, self._look, self._clock, over)
        # One that is being left may still be on its way to the disk.
        mine = (one for one in (*self._opened, *self._leaving) if one.id == timeline)
        opened.open(self._store.reader, next(mine, None))
        self._opened.append(opened)
        return opened

    async def leave(self, opened: OpenTimeline) -> None:
        """Keep its reading position and forget it. Raises: StoreError."""
        if opened in self._opened:
            self._opened.remove(opened)
            self._leaving.append(opened)
            try:
                await opened.keep_position()
            finally:
                self._leaving.remove(opened)

    async def show_apart(self, post_uri: str) -> None:
        """Part a post from its echoes, for ever. Raises: StoreError."""
        self._note_saved(await self._store.split(post_uri))

    async def join_again(self, post_uri: str) -> None:
        """Let a post join its echoes again. Raises: StoreError."""
        self._note_saved(await self._store.unsplit(post_uri))

    def note_saved(self, saved: Saved) -> None:
        """The store has changed other than by a sync: rows look again."""
        self._note_saved(saved)

    def refresh(self) -> None:
        """What decides has changed: what is on the screen is judged anew."""
        for opened in self._opened:
            opened.refresh_values()

    def subscribe_saved(self, listener: Callable[[Saved], None]) -> Callable[[], None]:
        """Tell *listener* of changes other than by a sync. Returns the way out."""
        self._saved_listeners.append(listener)
        return lambda: self._saved_listeners.remove(listener)

    def is_apart(self, post_uri: str) -> bool:
        """Whether ``show_apart`` holds for that post. Raises: StoreError."""
        return post_uri in self._store.reader.splits()

    def named(self, name: str) -> TimelineId:
        """
        The timeline that people call *name*: ``all`` (also ``home``), a
        network's id, an account's id, or a timeline's own id.

        Raises:
            NotFound: There is none.
        """
        if name in (ALL, "home", ""):
            return ALL
        for account in self._accounts.all():
            if name in (account.id, ACCOUNT + account.id):
                return TimelineId(ACCOUNT + account.id)
            if name in (account.network, NETWORK + account.network):
                return TimelineId(NETWORK + account.network)
        raise NotFound(
            f"There is no timeline “{name}”.",
            "Use “all”, a network's name or an account's id (godwit account list).",
        )

    def settings(self) -> Settings:
        """What decides beside the rows: my names, my profiles, the order."""
        mine = self._accounts.all()
        return Settings(
            preferences=self._preferences()
            if self._preferences is not None
            else Preferences(own=frozenset(account.uri for account in mine)),
            accounts={account.id: f"@{account.handle}" for account in mine},
            order=self._order(),
        )

    async def read(
        self,
        timeline: TimelineId,
        *,
        before: RowKey | None = None,
        limit: int = 40,
        fetch: bool = True,
    ) -> TimelinePage:
        """
        One page, as the window shows it.

        Args:
            before: Rows below this one; None: from the top.
            fetch: Ask servers for more where the cache ends, so that no row
                comes out while an account may still have one above it.

        Raises:
            StoreError: The cache cannot be read.
        """
        growth = Growth(timeline, self._store, self._accounts, self._sync)
        shown: list[Row] = []
        by: dict[str, int] = {}
        problems: dict[AccountId, ServiceError] = {}
        at, fetches, settings = before, 0, self.settings()
        while True:
            rows, floor = await self._store.load(_below(growth, timeline, at, limit, problems))
            certain = [row for row in rows if not fetch or floor is None or row.key >= floor]
            for stored in certain:
                if len(shown) == limit:
                    return _page(shown, by, shown[-1].key, problems)
                at = stored.key
                row = row_from_stored(stored, now=self._clock.now(), settings=settings)
                row = self._shadows.over(row)
                if isinstance(row, Card) and row.verdict.action == "hide":
                    why = why_hidden(row.verdict)
                    by[why] = by.get(why, 0) + 1
                else:
                    shown.append(row)
            if len(certain) == len(rows) and len(rows) > limit:
                continue  # more of them are in the cache
            if not fetch or floor is None or fetches >= MOST_FETCHES:
                older = shown[-1].key if shown and (rows[len(certain) :] or floor) else None
                return _page(shown, by, older, problems)
            fetches += 1
            problems |= await growth.older(floor)

    async def close(self) -> None:
        """Keep all reading positions. Raises: StoreError."""
        for opened in tuple(self._opened):
            await self.leave(opened)

    # ------------------------------------------------------------- private

    def _look(self) -> Look:
        return Look(self.settings(), self._clock.now())

    def _on_shadow(self, post_uri: str, laid: bool) -> None:
        for opened in self._opened:
            opened.refresh_post(post_uri, at_once=laid)

    def _on_arrived(self, arrived: Arrived) -> None:
        if arrived.source != HOME or arrived.account not in self._accounts:
            return
        for opened in self._opened:
            if accounts_of(opened.id, [self._accounts.find(arrived.account)]):
                opened.note(arrived)

    def _on_accounts(self, change: AccountsChanged) -> None:
        if change.what == "state":
            return
        for opened in self._opened:
            opened.note_saved(None)
            opened.refresh_values()

    def _on_gap(self, gap: int) -> None:
        for opened in self._opened:
            opened.refresh_gap(gap)

    def _note_saved(self, saved: Saved) -> None:
        for opened in self._opened:
            opened.note_saved(saved)
        for listener in tuple(self._saved_listeners):
            listener(saved)


def _page(
    shown: list[Row],
    by: dict[str, int],
    older: RowKey | None,
    problems: dict[AccountId, ServiceError],
) -> TimelinePage:
    return TimelinePage(
        rows=tuple(shown),
        older=older,
        hidden=Hidden(sum(by.values()), by),
        certain=not problems,
        problems=tuple(problems.items()),
    )


def _below(
    growth: Growth,
    timeline: TimelineId,
    before: RowKey | None,
    limit: int,
    without: Iterable[AccountId],
) -> Callable[[Reader], tuple[tuple[StoredRow, ...], RowKey | None]]:
    """Reads one row more than *limit*, and down to where they are certain."""
    return lambda reader: (
        reader.rows(timeline, before, limit + 1),
        growth.floor(reader, without),
    )
