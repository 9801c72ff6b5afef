"""How often servers are asked for messages while somebody looks at them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from app.model import AccountId
from app.model.errors import ServiceError
from app.model.message import Happenings
from app.services.asking import told
from app.services.together import together

if TYPE_CHECKING:
    from app.services.accounts import Accounts, AccountsChanged
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
        left: Told of conversations of an account that were left, here or elsewhere.
    """

    def __init__(
        self,
        accounts: Accounts,
        fetching: Fetching,
        clock: Clock,
        sync: Callable[[AccountId], Awaitable[object]],
        is_told: Callable[[AccountId], bool],
        *,
        left: Callable[[AccountId, Sequence[str]], Awaitable[None]],
    ) -> None:
        self._accounts, self._fetching, self._clock = accounts, fetching, clock
        self._sync, self._is_told, self._left = sync, is_told, left
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
            looks: dict[AccountId, asyncio.Task[None]] = {}

            def begin(account: AccountId) -> None:
                """One that came while it was asked of the others is asked, too."""
                known = looks.get(account)
                if account in self._accounts and (known is None or known.done()):
                    looks[account] = group.create_task(self._look(account, stirred))

            def on_change(change: AccountsChanged) -> None:
                if change.what == "removed" and (gone := looks.pop(change.account, None)):
                    gone.cancel()
                elif change.what in ("added", "renewed"):
                    begin(change.account)

            for account in self._accounts.all():
                begin(account.id)
            leave = self._accounts.subscribe(on_change)
            try:
                await asyncio.Event().wait()  # accounts may come at any time
            finally:
                leave()

    async def _look(self, account: AccountId, stirred: Callable[[AccountId], None]) -> None:
        wake = self._wake[account] = asyncio.Event()
        mark, pause = "", QUICKEST
        while account in self._accounts:
            wake.clear()
            happened = False
            try:
                said, pause = await self._ask(account, mark, pause)
                mark, happened = said.mark, said.any
                if said.left:
                    await self._left(account, said.left)
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

    async def _ask(self, account: AccountId, mark: str, pause: float) -> tuple[Happenings, float]:
        """What its server tells, and the pause after that."""
        from app.protocols.messaging import LogsMessages

        service = self._fetching.speaks(account)
        if not isinstance(service, LogsMessages):
            every = TOLD_EVERY if self._is_told(account) else PAGES_EVERY
            return Happenings(mark="", any=True), every
        said = await told(self._accounts, account, service.messages_since(mark))
        if not mark:  # at first nobody knows since when: one look at all of it
            said = Happenings(mark=said.mark, any=True, left=said.left)
        return said, QUICKEST if said.any else min(SLOWEST, pause * SLOWER)
