"""
The three steps of reading a source: its newest page, a page of a gap, a page
further down. Each is one fetch and one transaction.

The transaction stores the items *and* what is still missing around them, so
that a kill between two steps loses nothing and doubles nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from app.model import AccountId, Cursor, Page, Source
from app.model.errors import NotFound
from app.model.timeline import Entry, Gap, Stub
from app.services.contiguity import OVERLAP, Outcome, Walk, lowest, unique

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.store import GapSpec, Saved, Store

PAGE = 40
"""Items asked for at once: what every server grants."""


class Arrived(Struct, frozen=True):
    """
    A page was stored: timelines look again at what lies in its span.

    The span also holds the gap rows that came, went or moved.
    """

    account: AccountId
    source: Source
    newest: datetime
    oldest: datetime
    saved: Saved


class Stepped(Struct, frozen=True, kw_only=True):
    """
    What one step did.

    Attributes:
        more: There is more to fetch in this direction.
        gap: The gap that is still open behind it.
    """

    fetched: int = 0
    new: int = 0
    more: bool = False
    gap: Gap | None = None


class Steps:
    """Steps of all accounts; one at a time per account and source."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        bridging: Bridging,
        tell: Callable[[Arrived], None],
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._bridging = bridging
        self._tell = tell
        self._locks: dict[tuple[AccountId, Source], asyncio.Lock] = {}
        self._gap_walks: dict[int, Walk] = {}
        self.stuck: set[int] = set()
        """Gaps in which the server went in circles; not to be tried unasked."""
        self._bottom_walks: dict[tuple[AccountId, Source], Walk] = {}

    async def newest(
        self, account: AccountId, source: Source, *, background: bool = False
    ) -> Stepped:
        """Fetch the newest page; what it leaves open becomes a gap."""
        async with self._lock(account, source):
            known = await self._store.load(lambda r: r.newest_keys(account, source, OVERLAP))
            below = known[0][1] if known else None
            walk = Walk(below=below, known=len(known))
            page, outcome = await self._top(account, source, walk, background)
            if not known:
                saved = await self._save(account, source, page, bottom=page.older)
                return Stepped(fetched=len(page.items), new=saved.new)
            if outcome == "joined" or not page.items:
                saved = await self._save(account, source, page)
                return Stepped(fetched=len(page.items), new=saved.new)
            spec = _gap_below(page, outcome, known[0][1])
            saved = await self._save(account, source, page, open_gap=spec)
            if saved.gap is None:
                return Stepped(fetched=len(page.items), new=saved.new)
            self._gap_walks[saved.gap] = walk
            gap = Gap(
                id=saved.gap,
                account=account,
                source=source,
                newer_at=spec.newer_at,
                older_at=spec.older_at,
                cursor=spec.cursor,
            )
            more = bool(gap.cursor)
            return Stepped(fetched=len(page.items), new=saved.new, more=more, gap=gap)

    async def fill(self, gap: Gap, *, background: bool = False) -> Stepped:
        """
        Fetch the newest page of *gap*: it shrinks, closes, or has no more.

        A gap whose cursor is empty has nothing more on the server; filling it
        takes its row away.

        Raises:
            NotFound: It is closed already.
        """
        account, source = gap.account, gap.source
        async with self._lock(account, source):
            gap = await self.gap(gap.id, account)
            if not gap.cursor:
                await self._save(account, source, Page(items=()), gap, close_gap=gap.id)
                return Stepped()
            walk = self._gap_walks.setdefault(gap.id, Walk(below=gap.older_at))
            page = await self._fetch(account, source, gap.cursor, background)
            outcome = walk.take(page, await self._known(account, source, page))
            if outcome == "more" and page.older == gap.cursor:
                outcome = "stuck"
            if outcome != "more":
                self._gap_walks.pop(gap.id, None)
            self.stuck.discard(gap.id)
            if outcome == "stuck":
                # Perhaps only now: the way on is kept, for the user or the next start.
                self.stuck.add(gap.id)
                saved = await self._save(account, source, page, gap)
                return Stepped(fetched=len(page.items), new=saved.new, gap=gap)
            if outcome == "joined":
                saved = await self._save(account, source, page, gap, close_gap=gap.id)
                return Stepped(fetched=len(page.items), new=saved.new)
            left = _shrunk(gap, page, outcome)
            move = (gap.id, left.cursor, left.newer_at)
            saved = await self._save(account, source, page, gap, move_gap=move)
            more = bool(left.cursor)
            return Stepped(fetched=len(page.items), new=saved.new, more=more, gap=left)

    async def older(
        self, account: AccountId, source: Source, *, background: bool = False
    ) -> Stepped:
        """Fetch the next page below all that is known."""
        place = (account, source)
        async with self._lock(account, source):
            bottom = await self._store.load(lambda r: r.bottom(account, source))
            if not isinstance(bottom, str):
                return Stepped()
            walk = self._bottom_walks.setdefault(place, Walk(oldest=True))
            page = await self._fetch(account, source, Cursor(bottom), background)
            outcome = walk.take(page, ())
            ended = outcome != "more" or page.older == bottom
            if ended:
                self._bottom_walks.pop(place, None)
            left = None if ended else page.older
            saved = await self._save(account, source, page, bottom=left)
            return Stepped(fetched=len(page.items), new=saved.new, more=not ended)

    async def take(
        self, account: AccountId, source: Source, items: tuple[Entry | Stub, ...]
    ) -> Saved:
        """
        Store what came without being asked for.

        Beside steps that are under way: what they prove known ground with was known
        before they began.
        """
        return await self._save(account, source, Page(items=items))

    async def gap(self, gap: int, account: AccountId) -> Gap:
        """Raises: NotFound: there is no such gap (any more)."""
        for known in await self._store.load(lambda r: r.gaps(account)):
            if known.id == gap:
                return known
        raise NotFound("This gap is filled already.", "Nothing to do.")

    # ------------------------------------------------------------- private

    def _lock(self, account: AccountId, source: Source) -> asyncio.Lock:
        return self._locks.setdefault((account, source), asyncio.Lock())

    async def _top(
        self, account: AccountId, source: Source, walk: Walk, background: bool
    ) -> tuple[Page, Outcome]:
        """The first page that has something in it: empty ones are normal."""
        cursor: Cursor | None = None
        while True:
            page = await self._fetch(account, source, cursor, background)
            outcome = walk.take(page, await self._known(account, source, page))
            if page.items or outcome != "more":
                return page, outcome
            cursor = page.older

    async def _fetch(
        self, account: AccountId, source: Source, cursor: Cursor | None, background: bool
    ) -> Page:
        service = self._accounts.service(account)
        page = await service.page(source, cursor, limit=PAGE, background=background)
        return replace(page, items=unique(page.items))

    async def _known(self, account: AccountId, source: Source, page: Page) -> set[str]:
        keys = [item.key for item in page.items]
        return await self._store.load(lambda r: r.has_entry(account, source, keys))

    async def _save(
        self,
        account: AccountId,
        source: Source,
        page: Page,
        gap: Gap | None = None,
        **around: Any,
    ) -> Saved:
        """One transaction. *around*: what ``Batch`` says about the surroundings."""
        from app.store import Batch  # opens SQLite's door: not before the first frame

        echo_keys = await self._bridging.echo_keys(account, page.items)
        batch = Batch(
            account=account,
            source=source,
            items=page.items,
            echo_keys=echo_keys,
            older=page.older,
            **around,
        )
        if account not in self._accounts:
            # Removed while the page was on its way: its cache is wiped, and stays so.
            raise NotFound("The account was removed.", "Nothing to do.")
        saved = await self._store.save(batch)
        times = [item.sort_at for item in page.items]
        times += [t for t in (gap and gap.newer_at, gap and gap.older_at) if t]
        if times:
            self._tell(Arrived(account, source, max(times), min(times), saved))
        return saved


def _gap_below(page: Page, outcome: Outcome, known_at: datetime) -> GapSpec:
    """The hole that the newest page leaves above what was known."""
    from app.store import GapSpec

    newer_at = lowest(page.items, floor=known_at, default=known_at)
    cursor = page.older if outcome != "end" and page.older else Cursor("")
    return GapSpec(newer_at=newer_at, older_at=known_at, cursor=cursor)


def _shrunk(gap: Gap, page: Page, outcome: Outcome) -> Gap:
    """What is left of *gap* below *page*; never more than before."""
    cursor = page.older if outcome == "more" and page.older else Cursor("")
    lowest_at = lowest(page.items, floor=gap.older_at, default=gap.newer_at)
    newer_at = min(gap.newer_at, lowest_at)
    return replace(gap, cursor=cursor, newer_at=newer_at)
