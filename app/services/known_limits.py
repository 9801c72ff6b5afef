"""What servers take: asked, and remembered for when they cannot be asked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.model import AccountId
from app.model.errors import RateLimited, ServiceError, StoreError, Unreachable
from app.model.sending import Limits

if TYPE_CHECKING:
    from app.services.deliver import Deliver
    from app.store import Store

log = logging.getLogger(__name__)


class KnownLimits:
    """Of all accounts; durable."""

    def __init__(self, store: Store, deliver: Deliver) -> None:
        self._store, self._deliver = store, deliver
        self._limits: dict[AccountId, Limits] = {}

    async def ask(self, account: AccountId, *, offline: Unreachable | None) -> Limits:
        """See ``Outbox.limits``. *offline*: why no server is asked."""
        try:
            if offline is not None:
                raise offline
            found = await self._deliver.service(account).limits()
        except (Unreachable, RateLimited, StoreError):
            known = self.known(account)
            if known is None:
                raise
            return known
        if found != self.known(account):
            self._limits[account] = found
            await self._store.keep(lambda keeper: keeper.written.save_limits(account, found))
        return found

    def known(self, account: AccountId) -> Limits | None:
        """What it said last."""
        found = self._limits.get(account)
        if found is None:
            found = self._store.reader.written.limits(account)
            if found is not None:
                self._limits[account] = found
        return found

    async def learn(self, account: AccountId, *, offline: Unreachable | None) -> None:
        """Ask a new account's server, so that one can write from now on."""
        try:
            await self.ask(account, offline=offline)
        except ServiceError as error:
            log.info("what %s takes is not known yet: %s", account, error.kind)
