"""Tags that my accounts follow at their servers, together: feeds take from them and weigh them."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.model.errors import ServiceError

if TYPE_CHECKING:
    from app.model import AccountId
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.store import Store

log = logging.getLogger(__name__)

TAGS = "feeds.tags"
"""Setting: per account, what it follows."""

FRESH = timedelta(hours=1)


class FollowedTags:
    """Kept on disk; asked for when a feed needs them, now and then."""

    def __init__(
        self, store: Store, accounts: Accounts, clock: Clock, *, offline: bool = False
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._offline = offline
        self._asked: datetime | None = None

    def known(self) -> tuple[str, ...]:
        """All of them, each once, however it is written. Raises: StoreError."""
        kept = self._kept()
        mine = [account.id for account in self._accounts.all()]
        found: dict[str, str] = {}
        for account in mine:
            for tag in kept.get(account, ()):
                found.setdefault(tag.casefold(), tag)
        return tuple(found.values())

    async def refresh(self, *, force: bool = False) -> None:
        """Ask the servers, if that is long ago. Refusals leave what was known."""
        now = self._clock.now()
        fresh = self._asked is not None and now - self._asked < FRESH
        if self._offline or (fresh and not force):
            return
        self._asked = now
        accounts = [account.id for account in self._accounts.all()]
        answers = await asyncio.gather(*map(self._ask, accounts))
        before = self._kept()
        after = dict(before)
        for account, tags in zip(accounts, answers, strict=True):
            if tags is not None:
                after[account] = tags
        if after != before:
            await self._store.keep(lambda keeper: keeper.set_setting(TAGS, after))

    async def _ask(self, account: AccountId) -> list[str] | None:
        from app.protocols.offering import FollowsTags

        try:
            service = self._accounts.service(account)
            if not isinstance(service, FollowsTags):
                return None
            return [tag.removeprefix("#") for tag in await service.followed_tags()]
        except ServiceError as error:
            log.info("followed tags of %s: %s", account, error.kind)
            return None

    def _kept(self) -> dict[str, list[str]]:
        kept = self._store.reader.setting(TAGS, {})
        return kept if isinstance(kept, dict) else {}
