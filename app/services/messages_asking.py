"""The part of the inbox that asks servers: in rounds, and often while somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.model import AccountId
from app.model.errors import NotFound
from app.model.message import Conversation
from app.services.messages_groups import MessageGroups
from app.services.messages_room import Prepare
from app.services.messages_values import MessagesChanged
from app.services.rounds import InRounds, Rounds
from app.services.sync import AccountReport

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.moderation import Moderation
    from app.store import Store

PEEKED = 10
"""Conversations per round that are looked into, whether one has ever answered there."""


class MessageAsking(InRounds, MessageGroups):
    """Fetches what is new, and notices what has gone."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        moderation: Moderation,
        clock: Clock,
        *,
        offline: bool,
        prepare: Prepare,
        is_told: Callable[[AccountId], bool],
    ) -> None:
        super().__init__(store, accounts, moderation, clock, offline=offline, prepare=prepare)
        self._offline, self._is_told = offline, is_told
        self._asked_whom: set[AccountId] = set()
        self._rounds = Rounds(
            "messages",
            accounts,
            self._sync_one,
            tell=lambda report: self._tell(MessagesChanged(report.account, new=report.new)),
            offline=offline,
        )

    async def _sync_one(self, report: AccountReport, background: bool) -> None:
        account = report.account
        await self._fetching.newest(account, report, background=background)
        await self._learn_followed(account)
        await self._settle_read(account)
        await self._peek(account)

    async def attend(self, stirred: Callable[[AccountId], None]) -> None:
        """
        While somebody looks at them, until cancelled: ask often where much is said.

        Args:
            stirred: Told of an account in which something may have happened.
        """
        from app.services.messages_beat import Beat

        if self._offline:
            return
        beat = Beat(
            self._accounts,
            self._fetching,
            self._clock,
            lambda one: self.sync([one]),
            self._is_told,
            left=self._on_left,
        )
        leave = self.subscribe(beat.note)
        try:
            await beat.run(stirred)
        finally:
            leave()

    async def take(self, account: AccountId, conversations: Sequence[Conversation]) -> None:
        """
        Its server has told by itself how these stand now. Nobody has read them by that.

        Raises: NotFound: The account was removed. StoreError.
        """
        new = await self._fetching.take(account, conversations)
        for one in conversations:
            self._tell(MessagesChanged(account, one.id, new=new))

    async def _learn_followed(self, account: AccountId) -> None:
        """Once per run: by them strangers are told apart where the server does not."""
        if account not in self._asked_whom and not self._fetching.known(account).messaging.asks:
            self._asked_whom.add(account)
            await self._moderation.followed_people()

    async def _peek(self, account: AccountId) -> None:
        """Where strangers are told apart here: have I ever answered them?"""
        service = self._fetching.known(account)
        if service.messaging.asks:
            return
        rows = [row for row in (await self._rows()).values() if row.account == account]
        for row in [row for row in rows if row.request][:PEEKED]:
            key = row.conversation.id
            if await self._fetching.fill(account, key):
                said = await self._said(account, key)
                if any(self._is_mine(one, account) for one in said):
                    await self._change_desk(account, key, agreed=True)

    async def open(self, account: AccountId, key: str) -> None:
        """Fetch the newest messages of a conversation; told if they change. Raises: ServiceError."""
        try:
            changed = await self._fetching.renew(account, key)
        except NotFound:
            # Its server does not know it: was it left elsewhere?
            service = self._fetching.known(account)
            await self._fetching.vanishing.look(account, service, key)
            self._tell(MessagesChanged(account, key))
            raise
        if changed:
            self._tell(MessagesChanged(account, key))

    async def find(self, account: AccountId, key: str) -> None:
        """Ask for the newest conversations, where that one is not known here yet."""
        if await self._conversation(account, key) is None:
            await self.sync([account])

    async def _on_left(self, account: AccountId, keys: Sequence[str]) -> None:
        """Its server tells that these were left, wherever that was."""
        there = await self._fetching.vanishing.kept(account)
        known = [key for key in keys if key in there]
        if known:
            writable = self._fetching.known(account).messaging.names
            await self._fetching.vanishing.take_out(account, known, writable=writable)
            self._tell(MessagesChanged(account))
