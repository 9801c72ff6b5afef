"""Fetching notifications: what is new, what is missing, and how far they were read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from app.model import Account, AccountId, Source
from app.model.errors import NotFound, Unsupported
from app.model.notification import NoticePage, ReadMark
from app.services.offline import not_asked
from app.services.sync import AccountReport

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.protocols.notifying import Notifies
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.store import Saved, Store
    from app.store.notices import GapLeft, NoticeGap, SavedNotices

PAGE = 80
"""Asked for at once; servers that grant less give less."""

PAGES = 10
"""Pages of one walk before the rest is left for who asks for it."""

FIRST_PAGES = 3
"""The same for an account that was never asked."""

LOOKED = 2_000
"""Notifications among which a server's read mark is looked for."""

SOURCE = Source("notifications")


class ReadUpTo(NamedTuple):
    """µs up to which an account has read; *told*: as its server was told, or told us."""

    at: int = 0
    told: int = 0
    known: bool = False


class NoticeSync:
    """
    The way of notifications from servers into the store, one walk at a time per account.

    How an account is doing its home timeline says: a sign-in may be good for that alone.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        bridging: Bridging,
        note_saved: Callable[[Saved], None],
        *,
        offline: bool,
    ) -> None:
        self._store, self._accounts, self._bridging = store, accounts, bridging
        self._note_saved = note_saved
        self._offline = offline
        self._locks: dict[AccountId, asyncio.Lock] = {}

    def service(self, account: AccountId) -> Notifies:
        """
        Who speaks for *account*.

        Raises:
            Unsupported: Its server has no notifications.
            Unreachable: No server is to be asked.
        """
        from app.protocols.notifying import Notifies

        if self._offline:
            raise not_asked("Start it without --offline to fetch.")
        service = self._accounts.service(account)
        if not isinstance(service, Notifies):
            host = self._accounts.find(account).host
            raise Unsupported(f"{host} has no notifications.")
        return service

    async def newest(self, account: AccountId, report: AccountReport, *, background: bool) -> None:
        """
        Fetch what is new, down to what was known. Raises: ServiceError.

        After so many pages the rest is a gap, stored with the page above it: a kill
        between two pages forgets nothing.
        """
        async with self._lock(account):
            known = await self._store.load(lambda r: r.notices.newest(account))
            most = FIRST_PAGES if known is None else PAGES
            cursor, gap = None, None
            for _ in range(most):
                service = self.service(account)
                page = await service.notices(cursor, limit=PAGE, background=background)
                saved, left = await self._save(account, page, known, gap)
                report.fetched += len(page.notices) + page.unreadable
                report.new += saved.new
                if left is None:
                    return
                cursor, gap = left.cursor, saved.gap

    async def fill(self, gap: NoticeGap) -> SavedNotices:
        """One page of what is missing. Raises: ServiceError, NotFound: it is there by now."""
        account = gap.account
        async with self._lock(account):
            gaps = await self._store.load(lambda r: r.notices.gaps())
            if all(one.id != gap.id for one in gaps):
                raise NotFound("This gap is filled already.", "Nothing to do.")
            service = self.service(account)
            page = await service.notices(gap.cursor, limit=PAGE)
            saved, _ = await self._save(account, page, gap.older_at, gap.id, below=gap)
            return saved

    async def _save(
        self,
        account: AccountId,
        page: NoticePage,
        known: datetime | None,
        instead: int | None,
        below: NoticeGap | None = None,
    ) -> tuple[SavedNotices, GapLeft | None]:
        from app.store.notices import GapLeft, save_notices

        mine = self._accounts.find(account)
        await self._save_posts(mine, page)
        left = None
        if page.older is not None and page.older != (below.cursor if below else None):
            times = [notice.at for notice in page.notices]
            lowest = min(times, default=below.newer_at if below else known)
            if lowest is not None and (known is None or lowest > known):
                left = GapLeft(newer_at=lowest, older_at=known, cursor=page.older)
        self._must_be_there(account)
        saved = await self._store.change_cache(
            lambda db: save_notices(
                db, account, mine.network, page.notices, instead=instead, left=left
            )
        )
        return saved, left

    async def _save_posts(self, account: Account, page: NoticePage) -> None:
        from app.store import Batch

        if not page.posts:
            return
        echo_keys = await self._bridging.echo_keys(account.id, page.posts)
        self._must_be_there(account.id)
        saved = await self._store.save(
            Batch(account=account.id, source=SOURCE, items=page.posts, echo_keys=echo_keys)
        )
        self._note_saved(saved)

    def _must_be_there(self, account: AccountId) -> None:
        """Removed while a page was on its way, its cache is wiped and stays so. Raises: NotFound."""
        if account not in self._accounts:
            raise NotFound("The account was removed.", "Nothing to do.")

    async def settle(self, account: AccountId, who: str, *, accepted: bool) -> int:
        """
        A request to follow was answered. Returns how many are told of it. Raises: StoreError.

        A page that was asked for before is saved first: it would bring the request back.
        """
        from app.store.notices import settle_request

        async with self._lock(account):
            return await self._store.change_cache(
                lambda db: settle_request(db, account, who, accepted=accepted)
            )

    # ------------------------------------------------------- how far it was read

    async def mark_of(self, account: AccountId) -> ReadMark | None:
        """How far its server says it was read. Raises: ServiceError."""
        return await self.service(account).notices_read()

    async def time_of(self, account: AccountId, mark: ReadMark) -> int | None:
        """µs of the newest notification that *mark* says was read; None: it knows none."""
        from app.feed.times import micros

        if mark.at is not None:
            return micros(mark.at)
        places = await self._store.load(lambda r: r.notices.places(account, LOOKED))
        wanted = _order(mark.place)
        return next((at for at, place in places if place and _order(place) <= wanted), None)

    async def tell(self, account: AccountId, upto: int) -> int | None:
        """
        Tell its server that all up to *upto* (µs) was read; who is further stays there.

        Returns how far it was read now, µs, as far as the server says. Raises: ServiceError.
        """
        from app.store.times import moment

        places = await self._store.load(lambda r: r.notices.places(account, LOOKED))
        place = next((place for at, place in places if at <= upto and place), "")
        mark = ReadMark(at=moment(upto), place=place)
        after = await self.service(account).mark_notices_read(mark)
        return None if after is None else await self.time_of(account, after)

    def _lock(self, account: AccountId) -> asyncio.Lock:
        return self._locks.setdefault(account, asyncio.Lock())


def _order(place: str) -> tuple[int, str]:
    """Places are numbers, or ids of one length that rise: shorter is earlier."""
    return len(place), place
