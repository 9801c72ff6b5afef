"""Emoji that servers of mine have of their own: asked for once an hour at most, found by name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.model import AccountId
from app.model.text import Emoji
from app.services.asking import told

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.clock import Clock

KEPT = timedelta(hours=1)


class ServerEmoji:
    """What each server offers, in memory: it changes seldom and costs one question."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts, self._clock = accounts, clock
        self._known: dict[AccountId, tuple[datetime, tuple[Emoji, ...]]] = {}
        self._locks: dict[AccountId, asyncio.Lock] = {}

    async def of(self, account: AccountId) -> tuple[Emoji, ...]:
        """All of that account's server; () where it has none. Raises: ServiceError."""
        from app.protocols.writing import OffersEmoji

        async with self._locks.setdefault(account, asyncio.Lock()):
            at, known = self._known.get(account, (None, ()))
            if at is not None and abs(self._clock.now() - at) < KEPT:
                return known
            service = self._accounts.service(account)
            if not isinstance(service, OffersEmoji):
                return ()
            found = await told(self._accounts, account, service.server_emoji())
            self._known[account] = (self._clock.now(), found)
            return found


def find_custom(emoji: Iterable[Emoji], words: str, most: int) -> tuple[Emoji, ...]:
    """Those whose names hold all *words*: first whose names begin with the first of them."""
    wanted = words.lower().replace(":", " ").split()
    found = [one for one in emoji if all(word in one.shortcode.lower() for word in wanted)]
    if wanted:
        found.sort(key=lambda one: not one.shortcode.lower().startswith(wanted[0]))
    return tuple(found[:most])
