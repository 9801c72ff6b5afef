"""Bringing accounts up to date: what is new, what is missing, what is older."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from app.model import HOME, AccountId, Source
from app.model.errors import NotFound, ServiceError, StoreError, Unsupported
from app.model.timeline import Entry, Gap, Stub
from app.services.offline import not_asked
from app.services.steps import PAGE, Arrived, Stepped, Steps
from app.services.together import together

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.store import Keeper, Reader, Saved, Store

log = logging.getLogger(__name__)

T = TypeVar("T")

PAGES = 5
"""Pages of one walk before the rest becomes a gap, filled later."""

FIRST_DEPTH = PAGE * PAGES
"""A new source is read so deep at once; the rest when the reader comes there."""


class AccountReport(Struct, kw_only=True):
    """What a sync did for one account. *gaps*: how many are still open."""

    account: AccountId
    fetched: int = 0
    new: int = 0
    gaps: int = 0
    error: ServiceError | None = None

    def add(self, step: Stepped) -> None:
        """Count one step."""
        self.fetched += step.fetched
        self.new += step.new


async def _nothing() -> None:
    """All is loaded."""


async def _nobody(account: AccountId, background: bool) -> None:
    """Nothing is to be asked before."""


class Sync:
    """
    The one way from servers into the store.

    Errors of one account stay in its report and its state; the others go on.

    Args:
        prepare: Awaited before a server is asked: loads what that takes, where
            nobody has to wait for it. Quick when it is loaded.
        before: Awaited before the newest of an account is asked for.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        bridging: Bridging,
        clock: Clock,
        *,
        offline: bool = False,
        prepare: Callable[[], Awaitable[None]] = _nothing,
        before: Callable[[AccountId, bool], Awaitable[None]] = _nobody,
    ) -> None:
        self._store = store
        self._before = before
        self._prepare = prepare
        self._accounts = accounts
        self._clock = clock
        self._offline = offline
        self._steps = Steps(store, accounts, bridging, self._tell)
        self._listeners: list[Callable[[Arrived], None]] = []
        self.last: datetime | None = None
        """When an account was brought up to date, the latest of all."""

    def start(self, reader: Reader) -> None:
        """Read when the last sync was (sync: the first frame says so)."""
        times = [reader.sync_state(account.id).at for account in self._accounts.all()]
        self.last = max((at for at in times if at is not None), default=None)

    def subscribe(self, listener: Callable[[Arrived], None]) -> Callable[[], None]:
        """Tell *listener* of every stored page. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def run(
        self,
        accounts: Iterable[AccountId] | None = None,
        source: Source = HOME,
        *,
        background: bool = False,
        pages: int = PAGES,
    ) -> tuple[AccountReport, ...]:
        """
        Bring accounts (None: all) up to date, side by side.

        Fetches what is new, reads a new source to its first depth, and fills
        gaps while the *pages* of one walk last.

        Raises:
            NotFound: One of *accounts* does not exist.
        """
        chosen = (
            [account.id for account in self._accounts.all()]
            if accounts is None
            else [self._accounts.find(account).id for account in accounts]
        )
        reports = tuple(AccountReport(account=account) for account in chosen)
        async with together() as group:
            for report in reports:
                group.create_task(self._run_one(report, source, background, pages))
        if source == HOME:
            await self._remember(reports)
        return reports

    async def older(self, account: AccountId, source: Source = HOME) -> Stepped:
        """
        One page further down than all that is known of *source*.

        Raises:
            ServiceError: Also kept as the account's state.
        """
        await self._get_ready()
        return await self._guarded(account, self._steps.older(account, source))

    async def fill(
        self, account: AccountId, gap: int, *, pages: int = 1, background: bool = False
    ) -> Stepped:
        """
        Fill a gap by so many pages, newest first.

        Raises:
            NotFound: It is closed already.
            ServiceError: Also kept as the account's state; the gap stays.
        """
        await self._get_ready()
        left: Gap | None = await self._steps.gap(gap, account)
        fetched = new = 0
        while left is not None and pages > 0:
            step = await self._guarded(account, self._steps.fill(left, background=background))
            fetched, new, pages = fetched + step.fetched, new + step.new, pages - 1
            left = step.gap
            if not step.more:
                break
        more = left is not None and bool(left.cursor)
        return Stepped(fetched=fetched, new=new, more=more, gap=left)

    async def take(
        self,
        account: AccountId,
        items: tuple[Entry | Stub, ...],
        source: Source = HOME,
        tell: Callable[[Saved], None] = lambda saved: None,
    ) -> None:
        """
        Store what the account's server has told by itself; its surroundings are known.

        Args:
            tell: Told what that did, where *source* is of no timeline.

        Raises:
            NotFound: The account was removed.
            StoreError: Nothing was stored.
        """
        tell(await self._steps.take(account, source, items))

    async def open_gaps(self, account: AccountId | None = None) -> tuple[Gap, ...]:
        """Gaps that can be filled unasked, newest first."""
        gaps, cut = await self._store.load(lambda r: (r.gaps(account), r.cut_gaps()))
        not_now = self._steps.stuck | cut
        left = [
            gap
            for gap in gaps
            if gap.cursor and gap.account in self._accounts and gap.id not in not_now
        ]
        return tuple(sorted(left, key=lambda gap: gap.newer_at, reverse=True))

    # ------------------------------------------------------------- private

    async def _run_one(
        self, report: AccountReport, source: Source, background: bool, most: int
    ) -> None:
        account = report.account
        try:
            await self._get_ready()
            await self._before(account, background)
            await self._guarded(account, self._walk(report, source, background, most))
            report.gaps = len(await self.open_gaps(account))
        except ServiceError as error:
            log.info("sync of %s: %s", account, error.kind)
            report.error = error

    async def _walk(
        self, report: AccountReport, source: Source, background: bool, most: int
    ) -> None:
        account, steps = report.account, self._steps
        step = await steps.newest(account, source, background=background)
        report.add(step)
        pages = 1
        while step.more and step.gap is not None and pages < most:
            step = await steps.fill(step.gap, background=background)
            report.add(step)
            pages += 1
        while pages < most and await self._is_shallow(account, source):
            step = await steps.older(account, source, background=background)
            report.add(step)
            pages += 1
            if not step.more:
                break
        await self._fill_some(report, source, most, background)
        # Before anybody hears that the account is at rest again.
        if source == HOME:
            self.last = self._clock.now()

    async def _is_shallow(self, account: AccountId, source: Source) -> bool:
        known = await self._store.load(lambda r: r.newest_keys(account, source, FIRST_DEPTH))
        return len(known) < FIRST_DEPTH

    async def _fill_some(
        self, report: AccountReport, source: Source, pages: int, background: bool
    ) -> None:
        for gap in await self.open_gaps(report.account):
            left: Gap | None = gap if gap.source == source else None
            while left is not None and left.cursor and pages > 0:
                try:
                    step = await self._steps.fill(left, background=background)
                except NotFound:
                    break  # somebody else, a window or a command, has closed it
                report.add(step)
                left, pages = step.gap, pages - 1

    async def _remember(self, reports: Iterable[AccountReport]) -> None:
        """Keep how it went, for the next start. A full disk has been told already."""
        from app.store import SyncState

        now = self._clock.now()
        states = {
            report.account: SyncState(at=now)
            for report in reports
            if report.error is None and report.account in self._accounts
        }

        def write(keeper: Keeper) -> None:
            for account, state in states.items():
                keeper.save_sync(account, state)

        try:
            await self._store.keep(write)
        except StoreError as error:
            log.warning("time of the sync not kept: %s", error.kind)

    async def _guarded(self, account: AccountId, call: Awaitable[T]) -> T:
        """Await a call for *account*, and keep how it went as its state."""
        with self._accounts.busy(account):
            try:
                result = await call
            except (NotFound, Unsupported):
                raise  # a gap that is gone says nothing about the account
            except ServiceError as error:
                await self._accounts.report(account, error)
                raise
        await self._accounts.report(account, None)
        return result

    async def _get_ready(self) -> None:
        if self._offline:
            raise not_asked("Start it without --offline to fetch.")
        await self._prepare()

    def _tell(self, arrived: Arrived) -> None:
        for listener in tuple(self._listeners):
            listener(arrived)
