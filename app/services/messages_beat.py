"""How often servers are asked for messages while somebody looks at them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.model import AccountId
from app.model.errors import ServiceError
from app.services.asking import told
from app.services.together import together

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.messages_fetching import Fetching
    from app.services.messages_values import MessagesChanged

log = logging.getLogger(__name__)

QUICKEST, SLOWEST = 2.0, 20.0
"""Seconds between two looks while somebody talks, and while nobody does."""

SLOWER = 1.4

PAGES_EVERY = 10.0
"""Seconds between two looks where a look is a page, and nothing is told."""

TOLD_EVERY = 60.0
"""The same where what is said is told as it is said."""


class Beat:
    """
    Looks at every account's messages, each at its own pace.

    Args:
        sync: Fetches what is new of one account.
        is_told: It is told of as it happens.
    """

    def __init__(
        self,
        accounts: Accounts,
        fetching: Fetching,
        clock: Clock,
        sync: Callable[[AccountId], Awaitable[object]],
        is_told: Callable[[AccountId], bool],
    ) -> None:
        self._accounts, self._fetching, self._clock = accounts, fetching, clock
        self._sync, self._is_told = sync, is_told
        self._wake: dict[AccountId, asyncio.Event] = {}

    def note(self, change: MessagesChanged) -> None:
        """Somebody writes, or something was said: there may be an answer soon."""
        if change.conversation and (event := self._wake.get(change.account)):
            event.set()

    async def run(self, stirred: Callable[[AccountId], None]) -> None:
        """
        Until cancelled.

        Args:
            stirred: Told of an account in which something may have happened.
        """
        async with together() as group:
            for account in self._accounts.all():
                group.create_task(self._look(account.id, stirred))

    async def _look(self, account: AccountId, stirred: Callable[[AccountId], None]) -> None:
        wake = self._wake[account] = asyncio.Event()
        mark, pause = "", QUICKEST
        while account in self._accounts:
            wake.clear()
            happened = False
            try:
                mark, happened, pause = await self._ask(account, mark, pause)
                if happened:
                    await self._sync(account)
            except ServiceError as error:
                log.info("messages of %s: %s", account, error.kind)
                pause = SLOWEST
            except Exception:
                # A bug with what one server sent must not end the looking at all others.
                log.exception("bug in messages of %s", account)
                pause = SLOWEST
            if happened:
                stirred(account)
            await self._clock.wait(wake, pause)
            if wake.is_set():
                pause = QUICKEST
                await self._clock.wait(asyncio.Event(), QUICKEST)

    async def _ask(self, account: AccountId, mark: str, pause: float) -> tuple[str, bool, float]:
        """The next mark, whether something happened, and the pause after that."""
        from app.protocols.messaging import LogsMessages

        service = self._fetching.speaks(account)
        if not isinstance(service, LogsMessages):
            return "", True, TOLD_EVERY if self._is_told(account) else PAGES_EVERY
        known = mark
        mark, happened = await told(self._accounts, account, service.messages_since(mark))
        # At first nobody knows since when: one look at all of it.
        happened = happened or not known
        return mark, happened, QUICKEST if happened else min(SLOWEST, pause * SLOWER)
