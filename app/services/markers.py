"""
How far accounts have read their home timelines, on this device and on others.

Marks only go forward, and a server is told only of what somebody has really read
here: so two devices never fight. One on which nobody reads follows the other, if
its reader wants (technotes/place.md).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.feed.times import micros
from app.model import AccountId
from app.model.errors import NotFound, ServiceError
from app.model.timeline import Anchor, RowKey, TimelineId
from app.services.sources import accounts_of
from app.services.together import together
from app.store.times import moment

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.protocols.placing import KeepsPlace
    from app.services.accounts import Accounts, AccountsChanged
    from app.store import Reader, Store
    from app.store.marks import ReadMark

log = logging.getLogger(__name__)

SETTING = "home mark:"
"""+ account: how far its home timeline was read."""

MOST = 999
"""Rows that are counted between two places."""


class Mark(Struct, frozen=True, array_like=True):
    """
    Attributes:
        at: µs up to which was read, 0 while nobody has said so.
        key: What stands there; "" where it is gone.
        place: The same as its server calls it.
        elsewhere: It was read on another device.
        wish: µs up to which was read here, and its server has not heard of it yet.
    """

    at: int = 0
    key: str = ""
    place: str = ""
    elsewhere: bool = False
    wish: int = 0


class Ahead(Struct, frozen=True):
    """
    Somebody has read further on another device.

    Attributes:
        anchor: Where they are.
        key: The row there.
        rows: So many rows lie between, ``MOST`` at most.
        whole: All accounts of the timeline were read so far.
    """

    anchor: Anchor
    key: RowKey
    rows: int
    whole: bool


class Markers:
    """
    The marks of all accounts.

    Args:
        offline: Ask no server.
    """

    def __init__(self, store: Store, accounts: Accounts, *, offline: bool = False) -> None:
        self._store, self._accounts, self._offline = store, accounts, offline
        self._marks: dict[AccountId, Mark] = {}
        self._locks: dict[AccountId, asyncio.Lock] = {}
        self._listeners: list[Callable[[AccountId], None]] = []
        accounts.subscribe(self._on_accounts)

    def subscribe(self, listener: Callable[[AccountId], None]) -> Callable[[], None]:
        """Tell *listener* of accounts that were read on elsewhere. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # ----------------------------------------------------------------- servers

    async def look(self, accounts: Iterable[AccountId] | None = None) -> None:
        """
        Ask servers how far was read, and tell what they have not heard yet.

        Who cannot be asked is asked the next time. Raises: StoreError.
        """
        chosen = [one.id for one in self._accounts.all()] if accounts is None else [*accounts]
        async with together() as group:
            for account in chosen:
                group.create_task(self._guarded(account, self._look))

    async def read_to(self, timeline: TimelineId, at: int) -> None:
        """
        Somebody has read *timeline* here, up to *at* (µs): tell the servers.

        What cannot be told is kept, and told with the next ``look``. Raises: StoreError.
        """
        async with together() as group:
            for account in accounts_of(timeline, self._accounts.all()):
                mark = await self.mark(account.id)
                if at <= max(mark.at, mark.wish):
                    continue
                await self._keep(account.id, replace(mark, wish=at))
                group.create_task(self._guarded(account.id, self._tell))

    async def _guarded(
        self, account: AccountId, work: Callable[[AccountId, KeepsPlace], object]
    ) -> None:
        async with self._locks.setdefault(account, asyncio.Lock()):
            service = self._service(account)
            if service is None:
                return
            try:
                await work(account, service)  # type: ignore[misc]
            except ServiceError as error:
                log.info("place of %s: %s", account, error.kind)

    async def _look(self, account: AccountId, service: KeepsPlace) -> None:
        place = await service.place_read()
        await self._follow(account, service, place)
        await self._tell(account, service)

    async def _follow(self, account: AccountId, service: KeepsPlace, place: str) -> None:
        """Take over what was read elsewhere; what lies behind says nothing new."""
        mark = await self.mark(account)
        if not service.is_further(place, mark.place):
            return
        anchor = await service.look_at_place(place)
        if anchor is None or micros(anchor.at) <= mark.at:
            await self._keep(account, replace(mark, place=place))
            return
        made = Mark(micros(anchor.at), anchor.key, place, True, mark.wish)
        await self._keep(account, made)
        for listener in tuple(self._listeners):
            listener(account)

    async def _tell(self, account: AccountId, service: KeepsPlace) -> None:
        mark = await self.mark(account)
        if mark.wish <= mark.at:
            return
        known: list[ReadMark] = await self._store.load(
            lambda reader: reader.marks_below(account, mark.wish)
        )
        found = next((one for one in known if one.at > mark.at), None)
        if found is None:
            return
        after = await service.mark_place_read(found.ref)
        if after == found.ref:
            await self._keep(account, Mark(found.at, found.key, after, False, mark.wish))
        else:
            await self._follow(account, service, after)

    def _service(self, account: AccountId) -> KeepsPlace | None:
        from app.protocols.placing import KeepsPlace

        if self._offline or account not in self._accounts:
            return None
        try:
            service = self._accounts.service(account)
        except NotFound:
            return None
        return service if isinstance(service, KeepsPlace) else None

    # --------------------------------------------------------------- what is known

    async def mark(self, account: AccountId) -> Mark:
        """How far it was read, as far as it is known. Raises: StoreError."""
        if account not in self._marks:
            kept = await self._store.load(lambda reader: reader.setting(SETTING + account))
            # It may have been read further while the disk was asked.
            self._marks.setdefault(account, _mark_from(kept))
        return self._marks[account]

    async def ahead(self, timeline: TimelineId, at: RowKey) -> Ahead | None:
        """
        Was *timeline* read further elsewhere than *at*, and how far? Raises: StoreError.

        Of several accounts the one that was read least far counts; those whose servers
        keep no place say nothing.
        """
        members = [account.id for account in accounts_of(timeline, self._accounts.all())]
        marks = [await self.mark(account) for account in members]
        said = [mark for mark in marks if mark.at]
        if not said or not any(mark.elsewhere for mark in said):
            return None
        least = min(said, key=lambda mark: mark.at)
        if least.at <= at.at:
            return None
        anchor = Anchor(least.key, moment(least.at))
        whole = len(said) == len(marks)

        def read(reader: Reader) -> Ahead | None:
            key = reader.row_of(timeline, anchor)
            if key is None or key <= at:
                return None
            above = reader.keys(timeline, after=at, limit=MOST)
            return Ahead(anchor, key, sum(one <= key for one in above), whole)

        return await self._store.load(read)

    async def _keep(self, account: AccountId, mark: Mark) -> None:
        if account not in self._accounts:
            return  # removed meanwhile
        self._marks[account] = mark
        value = [mark.at, mark.key, mark.place, mark.elsewhere, mark.wish]
        await self._store.keep(lambda keeper: keeper.set_setting(SETTING + account, value))

    def _on_accounts(self, change: AccountsChanged) -> None:
        if change.what == "removed":
            self._marks.pop(change.account, None)


def _mark_from(kept: object) -> Mark:
    match kept:
        case [int(at), str(key), str(place), bool(elsewhere), int(wish)]:
            return Mark(at, key, place, elsewhere, wish)
    return Mark()
