"""What is talked about at the servers of my accounts, each server once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec import Struct

from app.model import Account, AccountId
from app.model.about import Trend
from app.model.errors import ServiceError
from app.services.asking import told
from app.services.offline import not_asked

if TYPE_CHECKING:
    from app.services.accounts import Accounts


class ServerTrends(Struct, frozen=True, kw_only=True):
    """
    What one server tells.

    Attributes:
        account: Who asked.
        posts: It has a list of much-read posts, too (``Source("trends")``).
        trouble: Why nothing is known.
    """

    account: AccountId
    trends: tuple[Trend, ...] = ()
    posts: bool = False
    trouble: ServiceError | None = None


class Trends:
    """
    Args:
        offline: Ask no server.
    """

    def __init__(self, accounts: Accounts, *, offline: bool = False) -> None:
        self._accounts, self._offline = accounts, offline

    async def all(self) -> tuple[ServerTrends, ...]:
        """Of every server that has some, side by side. Nothing raises."""
        from app.protocols.about import TellsTrends

        asked: dict[tuple[str, str], Account] = {}
        for account in self._accounts.all():
            if isinstance(self._accounts.service(account.id), TellsTrends):
                asked.setdefault((account.network, account.server), account)
        found = await asyncio.gather(*map(self._of, asked.values()))
        return tuple(one for one in found if one.trends or one.posts or one.trouble)

    async def _of(self, account: Account) -> ServerTrends:
        from app.protocols.about import TellsTrends

        service = self._accounts.service(account.id)
        assert isinstance(service, TellsTrends)
        try:
            if self._offline:
                raise not_asked("Servers know what is talked about.")
            trends = await told(self._accounts, account.id, service.trends())
        except ServiceError as error:
            return ServerTrends(account=account.id, trouble=error)
        return ServerTrends(account=account.id, trends=trends, posts="trends" in account.abilities)
