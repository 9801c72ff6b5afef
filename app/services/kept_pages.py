"""Pages of what an account keeps at its server, fetched into the cache: bookmarks, likes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from app.model import Account, AccountId, Cursor, Entry, Source, ViewerState
from app.model.errors import ServiceError, Unsupported
from app.services.asking import told
from app.services.offline import not_asked

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.timelines import Timelines
    from app.store import Store


class Fetched(Struct, frozen=True, kw_only=True):
    """What an account's server said. *more*: it has more than was asked for."""

    account: AccountId
    count: int = 0
    more: bool = False
    trouble: ServiceError | None = None


class KeptPages:
    """
    Args:
        source: What is asked for, newest first.
        mark: What is true of every post of it: some servers forget to say so.
        pages: So many are fetched of one account at a time.
        offline: Ask no server.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        timelines: Timelines,
        source: Source,
        mark: Callable[[ViewerState], ViewerState],
        *,
        pages: int,
        offline: bool = False,
    ) -> None:
        self._store, self._accounts, self._timelines = store, accounts, timelines
        self._source, self._mark = source, mark
        self._pages, self._offline = pages, offline

    async def fetch(self, able: Callable[[Account], bool]) -> tuple[Fetched, ...]:
        """What is new, of all *able* accounts. Nothing raises: a refusal is told."""
        mine = [one.id for one in self._accounts.all() if able(one)]
        found = await asyncio.gather(*(self._guarded(id, None) for id in mine))
        return tuple(one for one in found if one is not None)

    async def fetch_older(self) -> tuple[Fetched, ...]:
        """A page below what is there, of all accounts that have more."""
        reader = self._store.reader
        bottoms = {one.id: reader.bottom(one.id, self._source) for one in self._accounts.all()}
        going_on = [(id, Cursor(at)) for id, at in bottoms.items() if isinstance(at, str)]
        found = await asyncio.gather(*(self._guarded(id, at) for id, at in going_on))
        return tuple(one for one in found if one is not None)

    def goes_on(self) -> bool:
        """Some server has more than was fetched. Raises: StoreError."""
        reader = self._store.reader
        bottoms = (reader.bottom(one.id, self._source) for one in self._accounts.all())
        return not self._offline and any(isinstance(at, str) for at in bottoms)

    async def _guarded(self, account: AccountId, older: Cursor | None) -> Fetched | None:
        """None: its server keeps no such thing."""
        try:
            if self._offline:
                raise not_asked("What was fetched before is shown.")
            return await self._fetch(account, older)
        except Unsupported:
            return None
        except ServiceError as error:
            return Fetched(account=account, trouble=error)

    async def _fetch(self, account: AccountId, older: Cursor | None) -> Fetched:
        """From the newest down to what is known, or one page below what is there."""
        service, cursor = self._accounts.service(account), older
        before = self._store.reader.bottom(account, self._source)
        count = 0
        for _ in range(1 if older is not None else self._pages):
            page = await told(self._accounts, account, service.page(self._source, cursor))
            entries = [item for item in page.items if isinstance(item, Entry)]
            new = await self._keep(account, entries, page.older)
            count, cursor = count + len(entries), page.older
            # Newest first: where all is known, so is what lies below, down to where one was.
            if older is None and not new and before is not UNSET:
                await self._keep(account, (), before)
                cursor = before
                break
            if cursor is None or account not in self._accounts:
                break
        return Fetched(account=account, count=count, more=cursor is not None)

    async def _keep(
        self, account: AccountId, entries: Sequence[Entry], bottom: Cursor | UnsetType | None
    ) -> int:
        from app.store import Batch

        if account not in self._accounts:
            return 0  # removed meanwhile: its cache is wiped, and stays so
        items = tuple(replace(one, viewer=self._mark(one.viewer)) for one in entries)
        batch = Batch(account=account, source=self._source, items=items, bottom=bottom)
        saved = await self._store.save(batch)
        if saved.changed:
            self._timelines.note_saved(saved)
        return saved.new
