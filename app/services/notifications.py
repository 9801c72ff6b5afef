"""
Notifications of all accounts in one list: from the cache at once, kept in step with servers.

What was read here is told to servers; what was read elsewhere counts here. Marks only go
forward, so two devices never fight: one on which nothing is read follows the other.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from app.feed.notices import Averted, Group, Grouped, NoticeFilter, grouped
from app.feed.times import micros
from app.model import AccountId
from app.model.errors import NotFound, ServiceError, StoreError
from app.model.notification import Glance
from app.people.book import first_profiles
from app.services.notifications_gate import Gates
from app.services.notifications_rows import row_from
from app.services.notifications_sync import NoticeSync, ReadUpTo
from app.services.notifications_values import GapNotice, NoticeList, NoticeRow, NoticesChanged
from app.services.rounds import InRounds, Rounds
from app.services.sync import AccountReport

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.services.moderation import Moderation
    from app.store import Keeper, Reader, Saved, Store
    from app.store.notices import NoticeGap

log = logging.getLogger(__name__)

MOST = 10_000
"""Notifications that are grouped at most; older ones are kept, and said to be left out."""

SETTING = "notices:"
"""+ account: how far it was read."""


class Notifications(InRounds, Gates):
    """
    All notifications.

    Args:
        note_saved: Told of posts that came along: timelines may show them.
        offline: Ask no server: what the cache has is shown.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        bridging: Bridging,
        moderation: Moderation,
        clock: Clock,
        *,
        note_saved: Callable[[Saved], None] = lambda saved: None,
        offline: bool = False,
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._moderation, self._offline = moderation, offline
        self._sync = NoticeSync(store, accounts, bridging, note_saved, offline=offline)
        self._listeners: list[Callable[[NoticesChanged], None]] = []
        self._read: dict[AccountId, ReadUpTo] = {}
        self._rounds = Rounds(
            "notifications",
            accounts,
            self._sync_one,
            tell=lambda report: self._tell(NoticesChanged(report.account, report.new)),
            offline=offline,
        )
        accounts.subscribe(self._on_accounts)

    # --------------------------------------------------------------- fetching

    async def fill(self, gap: int) -> int:
        """
        Fetch a page of what is missing there. Returns how many came.

        Raises: NotFound, ServiceError.
        """
        gaps = await self._store.load(lambda r: r.notices.gaps())
        found = next((one for one in gaps if one.id == gap), None)
        if found is None:
            raise NotFound("This gap is filled already.", "Nothing to do.")
        saved = await self._sync.fill(found)
        self._tell(NoticesChanged(found.account, saved.new))
        return saved.new

    async def _sync_one(self, report: AccountReport, background: bool) -> None:
        account = report.account
        with self._accounts.busy(account):
            await self._sync.newest(account, report, background=background)
            await self._follow(account)
        gaps = await self._store.load(lambda r: r.notices.gaps())
        report.gaps = sum(one.account == account for one in gaps if one.older_at is not None)

    # ----------------------------------------------------------- how far is read

    async def _follow(self, account: AccountId) -> None:
        """Take over what was read elsewhere; tell what was read here. Raises: ServiceError."""
        mark = await self._sync.mark_of(account)
        there = None if mark is None else await self._sync.time_of(account, mark)
        mine = await self._upto(account)
        if not mine.known and there is None:
            # No server says so: what was there before Godwit came is not news.
            newest = await self._newest(account)
            if newest is not None:
                await self._keep(account, ReadUpTo(micros(newest), micros(newest), True))
            return
        if there is not None and there > mine.told:
            mine = ReadUpTo(max(mine.at, there), there, True)
            await self._keep(account, mine)
        await self._advance(account)

    async def _advance(self, account: AccountId) -> None:
        """Everything below the oldest unread one is read; the server hears of it."""
        mine = await self._upto(account)
        # One that is there, not the moment before the next: servers count in coarser steps.
        upto = await self._store.load(lambda r: r.notices.all_read(account, mine.at))
        if upto is None:
            return
        if upto > mine.at:
            mine = ReadUpTo(upto, mine.told, True)
            await self._keep(account, mine)
        if mine.at > mine.told and not self._offline:
            after = await self._sync.tell(account, mine.at)
            told_up_to = max(mine.at, after or 0)
            await self._keep(account, ReadUpTo(told_up_to, told_up_to, True))

    async def mark_read(self, groups: Iterable[Group]) -> None:
        """
        All in these rows was read. Kept at once; servers hear of it, now or with the next sync.

        Raises: StoreError.
        """
        ids = [id for group in groups for id in group.unread]
        if not ids:
            return
        from app.store.notices import mark_seen

        kept = await self._store.load(lambda r: r.notices.accounts_of(ids))
        await self._store.change_cache(lambda db: mark_seen(db, ids))
        for account in kept:
            await self._tell_read(account)
        self._tell(NoticesChanged(AccountId("")))

    async def mark_all_read(self, accounts: Iterable[AccountId] = ()) -> None:
        """Everything that has come was read, of these accounts or all. Raises: StoreError."""
        for account in [*accounts] or [one.id for one in self._accounts.all()]:
            newest = await self._newest(account)
            mine = await self._upto(account)
            if newest is not None and micros(newest) > mine.at:
                await self._keep(account, ReadUpTo(micros(newest), mine.told, True))
                await self._tell_read(account)
        self._tell(NoticesChanged(AccountId("")))

    async def _tell_read(self, account: AccountId) -> None:
        if account not in self._accounts:
            return
        try:
            await self._advance(account)
        except StoreError:
            raise
        except ServiceError as error:
            # It is kept here; the next sync tells it.
            log.info("read mark of %s not told: %s", account, error.kind)

    async def _newest(self, account: AccountId) -> datetime | None:
        return await self._store.load(lambda r: r.notices.newest(account))

    async def _upto(self, account: AccountId) -> ReadUpTo:
        if account not in self._read:
            kept = await self._store.load(lambda r: r.setting(SETTING + account))
            self._read[account] = _upto_from(kept)
        return self._read[account]

    async def _keep(self, account: AccountId, upto: ReadUpTo) -> None:
        if account not in self._accounts:
            return  # removed meanwhile
        # While a server was told, more may have been read: marks only go forward.
        before = self._read.get(account, ReadUpTo())
        upto = ReadUpTo(max(upto.at, before.at), max(upto.told, before.told), True)
        self._read[account] = upto
        try:
            await self._store.keep(lambda keeper: _set(keeper, account, [upto.at, upto.told]))
        except StoreError:
            self._read.pop(account, None)  # as it stands on the disk
            raise

    # ---------------------------------------------------------------- the list

    async def list(self, wanted: NoticeFilter = NoticeFilter()) -> NoticeList:
        """All rows that are *wanted*, newest first. Raises: StoreError."""
        mine = [account.id for account in self._accounts.all()]
        averted = self._averted()

        def read(reader: Reader) -> NoticeList:
            upto = {one: _upto_from(reader.setting(SETTING + one)).at for one in mine}
            glances = reader.notices.glances(upto, MOST)
            found = grouped(glances, wanted, averted, first_profiles(reader.person_links()))
            unread = _unread(glances, averted)
            return NoticeList(
                groups=found.groups,
                gaps=_gaps(reader.notices.gaps(), mine, wanted),
                hidden=found.hidden,
                left_out=max(0, reader.notices.count() - MOST) if len(glances) == MOST else 0,
                unread=len(unread.groups),
                counts=dict(Counter(group.kind for group in unread.groups)),
            )

        return await self._store.load(read)

    async def rows(self, groups: Sequence[Group]) -> dict[str, NoticeRow]:
        """
        The values of rows, by key; what cannot be read (any more) or is not to be seen is
        left out. Raises: StoreError.
        """
        preferences, now = self._moderation.preferences(), self._clock.now()
        networks = {account.id: account.network for account in self._accounts.all()}

        def read(reader: Reader) -> dict[str, NoticeRow]:
            humans = first_profiles(reader.person_links())
            found = {}
            for group in groups:
                row = row_from(group, reader.notices, networks, humans, preferences, now)
                if row is not None:
                    found[group.key] = row
            return found

        return await self._store.load(read)

    async def unread(self) -> int:
        """Rows with something that was not read. Raises: StoreError."""
        mine = [account.id for account in self._accounts.all()]
        averted = self._averted()

        def read(reader: Reader) -> int:
            upto = {one: _upto_from(reader.setting(SETTING + one)).at for one in mine}
            since = min(upto.values(), default=0)
            return len(_unread(reader.notices.glances(upto, MOST, since), averted).groups)

        return await self._store.load(read)

    def _averted(self) -> dict[AccountId, Averted]:
        views = self._moderation.preferences().views
        return {
            account: Averted({*view.muted, *view.blocked}, view.servers)
            for account, view in views.items()
        }

    async def followed(self) -> frozenset[str]:
        """URIs of whom my accounts follow, as far as servers tell."""
        return await self._moderation.followed_people()

    def subscribe(self, listener: Callable[[NoticesChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def close(self) -> None:
        """Ask no more."""
        await self._rounds.close()

    # ----------------------------------------------------------------- private

    def _on_accounts(self, change: AccountsChanged) -> None:
        if change.what == "removed":
            self._read.pop(change.account, None)
            self.troubles.pop(change.account, None)
            self._tell(NoticesChanged(change.account))

    def _tell(self, change: NoticesChanged) -> None:
        for listener in tuple(self._listeners):
            listener(change)


def _upto_from(kept: object) -> ReadUpTo:
    if isinstance(kept, list) and len(kept) == 2 and all(type(one) is int for one in kept):
        return ReadUpTo(kept[0], kept[1], True)
    return ReadUpTo()


def _set(keeper: Keeper, account: AccountId, value: list[int]) -> None:
    """Another process may have read further: marks only go forward."""
    before = _upto_from(keeper.setting(SETTING + account))
    keeper.set_setting(SETTING + account, [max(before.at, value[0]), max(before.told, value[1])])


def _unread(glances: Sequence[Glance], averted: Mapping[AccountId, Averted]) -> Grouped:
    return grouped(glances, NoticeFilter(unread=True), averted)


def _gaps(
    gaps: Iterable[NoticeGap], mine: Sequence[AccountId], wanted: NoticeFilter
) -> tuple[GapNotice, ...]:
    return tuple(
        GapNotice(id=one.id, account=one.account, newer_at=one.newer_at, older_at=one.older_at)
        for one in gaps
        if one.account in mine and (not wanted.accounts or one.account in wanted.accounts)
    )
