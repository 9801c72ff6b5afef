"""Getting more of a timeline from its servers, at its end and at its top."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from app.model import AccountId
from app.model.errors import ServiceError
from app.model.timeline import RowKey, TimelineId
from app.services.sources import Depth, accounts_of
from app.services.together import together

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.sync import Sync
    from app.store import Reader, Store

Problems = dict[AccountId, ServiceError]


class Growth:
    """What the accounts of one timeline can still add to it."""

    def __init__(self, timeline: TimelineId, store: Store, accounts: Accounts, sync: Sync) -> None:
        self._timeline = timeline
        self._store = store
        self._accounts = accounts
        self._sync = sync

    @property
    def members(self) -> tuple[AccountId, ...]:
        """The accounts whose home timelines it is made of."""
        mine = accounts_of(self._timeline, self._accounts.all())
        return tuple(account.id for account in mine)

    def floor(self, reader: Reader, without: Iterable[AccountId] = ()) -> RowKey | None:
        """Where it stops being certain (see ``Depth``). On a reader's thread."""
        return Depth.read(reader, self.members).certain_above(without)

    async def older(self, floor: RowKey) -> Problems:
        """One page more of every account that ends at *floor*; what failed."""
        depth = await self._store.load(lambda reader: Depth.read(reader, self.members))
        return await self._ask(depth.waiting(floor), self._sync.older)

    async def newer(self) -> Problems:
        """Sync its accounts now; what failed."""
        reports = await self._sync.run(self.members)
        return {report.account: report.error for report in reports if report.error is not None}

    async def _ask(
        self, accounts: Iterable[AccountId], call: Callable[[AccountId], Awaitable[object]]
    ) -> Problems:
        problems: Problems = {}

        async def ask(account: AccountId) -> None:
            try:
                await call(account)
            except ServiceError as error:
                problems[account] = error

        async with together() as group:
            for account in accounts:
                group.create_task(ask(account))
        return problems
