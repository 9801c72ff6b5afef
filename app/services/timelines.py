"""Timelines: opened for a window, or read page by page for a command."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.pipeline import Hidden, Settings, row_from_stored, why_hidden
from app.feed.rows import Card, Row
from app.model import AccountId
from app.model.errors import NotFound, ServiceError
from app.model.timeline import ALL, RowKey, StoredRow, TimelineId
from app.moderation.decide import Preferences
from app.services.sources import ACCOUNT, NETWORK, Depth, accounts_of

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.open_timeline import OpenTimeline
    from app.services.sync import Sync
    from app.store import Reader, Store

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
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._sync = sync
        self._clock = clock
        self._order = order
        self._opened: list[OpenTimeline] = []

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
            preferences=Preferences(own=frozenset(account.uri for account in mine)),
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
        shown: list[Row] = []
        by: dict[str, int] = {}
        problems: dict[AccountId, ServiceError] = {}
        at, fetches, settings = before, 0, self.settings()
        while True:
            rows, floor = await self._store.load(
                lambda reader: self._below(reader, timeline, at, limit + 1, problems)
            )
            certain = [row for row in rows if not fetch or floor is None or row.key >= floor]
            for stored in certain:
                if len(shown) == limit:
                    return _page(shown, by, shown[-1].key, problems)
                at = stored.key
                row = row_from_stored(stored, now=self._clock.now(), settings=settings)
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
            problems |= await self._fetch_older(timeline, floor)

    def close(self) -> None:
        """Close all opened timelines."""
        for opened in tuple(self._opened):
            opened.close()

    # ------------------------------------------------------------- private

    def _below(
        self,
        reader: Reader,
        timeline: TimelineId,
        before: RowKey | None,
        limit: int,
        without: Iterable[AccountId],
    ) -> tuple[tuple[StoredRow, ...], RowKey | None]:
        """Rows below *before*, and down to where the timeline is certain."""
        mine = [account.id for account in accounts_of(timeline, self._accounts.all())]
        floor = Depth.read(reader, mine).certain_above(without)
        return reader.rows(timeline, before, limit), floor

    async def _fetch_older(
        self, timeline: TimelineId, floor: RowKey
    ) -> dict[AccountId, ServiceError]:
        """One page more of every account that ends at *floor*; what failed."""
        mine = [account.id for account in accounts_of(timeline, self._accounts.all())]
        depth = await self._store.load(lambda reader: Depth.read(reader, mine))
        problems: dict[AccountId, ServiceError] = {}

        async def ask(account: AccountId) -> None:
            try:
                await self._sync.older(account)
            except ServiceError as error:
                problems[account] = error

        async with asyncio.TaskGroup() as group:
            for account in depth.waiting(floor):
                group.create_task(ask(account))
        return problems


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
