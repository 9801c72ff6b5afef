"""Conversations and messages on their way from servers into the cache."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import AccountId, Cursor
from app.model.errors import NotFound, Unsupported
from app.model.message import Conversation, ConversationPage, Message
from app.services.asking import told
from app.services.messages_gone import PAGE, WHOLE, Vanishing, Walk
from app.services.offline import not_asked
from app.services.sync import AccountReport

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.protocols.messaging import Messages
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.store import Reader, Store

PAGES = 5
"""Pages of one walk down to what is known."""

MESSAGES = 60

_NEVER = datetime.min.replace(tzinfo=UTC)


class Fetching:
    """Asks servers, and keeps what they tell."""

    def __init__(self, store: Store, accounts: Accounts, clock: Clock, *, offline: bool) -> None:
        self._store, self._accounts, self._offline = store, accounts, offline
        self.vanishing = Vanishing(store, accounts, clock)
        self._locks: dict[AccountId, asyncio.Lock] = {}
        self._left: dict[tuple[AccountId, str], datetime] = {}

    def speaks(self, account: AccountId) -> Messages:
        """
        Who speaks of messages for *account*.

        Raises:
            Unsupported: Its server has none.
            Unreachable: No server is to be asked.
        """
        if self._offline:
            raise not_asked("Start it without --offline.")
        return self.known(account)

    def known(self, account: AccountId) -> Messages:
        """The same, to ask it what needs no server. Raises: Unsupported."""
        from app.protocols.messaging import Messages

        service = self._accounts.service(account)
        if not isinstance(service, Messages):
            raise Unsupported(f"{self._accounts.find(account).host} has no private messages.")
        return service

    async def newest(self, account: AccountId, report: AccountReport, *, background: bool) -> None:
        """
        Conversations with something new, and all on the first page (once after the start:
        all that are known). Those that are listed no more go. Raises: ServiceError.
        """
        async with self._lock(account):
            service = self.speaks(account)
            walk = Walk(asks=service.messaging.asks)
            kept = await self.vanishing.kept(account)
            for requests in (False, True) if walk.asks else (False,):
                known = await self._store.load(lambda r: r.messages.newest(account))
                cursor: Cursor | None = None
                for at in range(WHOLE):
                    page = await told(
                        self._accounts,
                        account,
                        service.conversations(
                            cursor, requests=requests, limit=PAGE, background=background
                        ),
                    )
                    walk.note(page, requests=requests)
                    report.fetched += len(page.conversations) + page.unreadable
                    report.new += await self._keep_page(account, page)
                    cursor = page.older
                    enough = at + 1 >= PAGES or _reaches(page, known)
                    whole = self.vanishing.is_first(account) and walk.below(kept, requests=requests)
                    if cursor is None or (enough and not whole):
                        break
            await self.vanishing.after(account, service, walk, kept)

    async def fill(self, account: AccountId, key: str) -> int:
        """The newest messages of a conversation. Returns how many there are. Raises: ServiceError."""
        return await self._fetch(account, key, None)

    async def renew(self, account: AccountId, key: str) -> bool:
        """``fill``; True: something in it is other than before. Raises: ServiceError."""

        def newest(reader: Reader) -> list[Message]:
            return reader.messages.messages(account, key, MESSAGES)

        before = await self._store.load(newest)
        await self.fill(account, key)
        return await self._store.load(newest) != before

    async def older(self, account: AccountId, key: str) -> int:
        """The next page further down. Returns how many came. Raises: ServiceError."""
        from app.store.messages import THE_END

        kept = await self._store.load(lambda r: r.messages.conversation(account, key))
        if kept is None or kept.older == THE_END:
            return 0
        return await self._fetch(account, key, Cursor(kept.older) if kept.older else None)

    async def _fetch(self, account: AccountId, key: str, cursor: Cursor | None) -> int:
        from app.store.messages import save_messages

        kept = await self._store.load(lambda r: r.messages.conversation(account, key))
        if kept is None:
            raise NotFound("This conversation is not there any more.", "It may have been left.")
        if kept.conversation.last is None and not kept.conversation.refs:
            return 0  # begun here, and nothing was said yet
        service = self.speaks(account)
        call = service.messages(kept.conversation, cursor, limit=MESSAGES)
        page = await told(self._accounts, account, call)
        self._must_be_there(account)
        # What is known further down stays: only the first fetch, and older ones, say where.
        older = page.older if cursor is not None or kept.older is None else ""
        await self._store.change_cache(
            lambda db: save_messages(db, account, key, page.messages, older)
        )
        return len(page.messages)

    async def keep(self, account: AccountId, conversations: Iterable[Conversation]) -> int:
        """Save them. Returns how many are new, or have something new. Raises: StoreError."""
        from app.store.messages import save_conversations

        self._must_be_there(account)
        network = self._accounts.find(account).network
        found = list(conversations)
        for one in found:
            self._left.pop((account, one.id), None)
            self.vanishing.note_there(account, one.id)
        return await self._store.change_cache(
            lambda db: save_conversations(db, account, network, found)
        )

    async def take(self, account: AccountId, conversations: Iterable[Conversation]) -> int:
        """
        As ``keep``, with what was said last in each: where more is missing above what is
        known, it is fetched when somebody looks. Raises: StoreError.
        """
        from app.store.messages import save_messages

        found = self._without_left(account, conversations)
        new = await self.keep(account, found)
        for one in found:
            if one.last is not None:
                key, last = one.id, one.last
                await self._store.change_cache(
                    lambda db, key=key, last=last: save_messages(db, account, key, [last])  # type: ignore[misc]
                )
        return new

    async def keep_sent(
        self, account: AccountId, conversation: Conversation, message: Message
    ) -> None:
        """A message of mine is there: as the newest of its conversation. Raises: StoreError."""
        from app.store.messages import save_messages

        if account not in self._accounts:
            return
        now = replace(conversation, at=message.at, last=message, unread=0, request=False)
        await self.keep(account, [now])
        key = conversation.id
        await self._store.change_cache(lambda db: save_messages(db, account, key, [message]))

    async def _keep_page(self, account: AccountId, page: ConversationPage) -> int:
        found = self._without_left(account, page.conversations)
        return await self.keep(account, found) if found else 0

    def note_left(self, account: AccountId, conversation: Conversation) -> None:
        """It was left: what a server told before and is still on its way does not bring it back."""
        self._left[account, conversation.id] = conversation.at

    def _without_left(
        self, account: AccountId, found: Iterable[Conversation]
    ) -> list[Conversation]:
        """Those that were not left, or in which something was said since."""
        left = self._left
        return [one for one in found if not one.at <= left.get((account, one.id), _NEVER)]

    def _must_be_there(self, account: AccountId) -> None:
        """Removed while a page was on its way, its cache is wiped and stays so. Raises: NotFound."""
        if account not in self._accounts:
            raise NotFound("The account was removed.", "Nothing to do.")

    def _lock(self, account: AccountId) -> asyncio.Lock:
        return self._locks.setdefault(account, asyncio.Lock())


def _reaches(page: ConversationPage, known: int) -> bool:
    """Down to what was known before (µs)."""
    from app.feed.times import micros

    return bool(known) and any(micros(one.at) <= known for one in page.conversations)
