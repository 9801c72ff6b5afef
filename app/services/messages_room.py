"""The part of the inbox that knows its rows, and acts upon conversations and messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import Account, AccountId, Profile
from app.model.errors import NotFound, ServiceError, Unsupported
from app.model.message import Conversation, Desk, Message
from app.moderation.decide import decide, decide_repost
from app.moderation.verdict import Verdict
from app.services.asking import told
from app.services.messages_fetching import Fetching
from app.services.messages_values import MessagesChanged, TalkRow

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.moderation import Moderation
    from app.store import Keeper, Reader, Store
    from app.store.messages import KeptTalk

log = logging.getLogger(__name__)

Prepare = Callable[[Iterable[str]], Awaitable[None]]


class MessageRoom:
    """Rows from the cache, and what one does in them."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        moderation: Moderation,
        clock: Clock,
        *,
        offline: bool,
        prepare: Prepare,
    ) -> None:
        """*prepare*: loads what speaks for these protocols, off the loop."""
        self._store, self._accounts, self._clock = store, accounts, clock
        self._prepare = prepare
        self._moderation = moderation
        self._fetching = Fetching(store, accounts, clock, offline=offline)
        self._listeners: list[Callable[[MessagesChanged], None]] = []
        self._making: dict[tuple[str, ...], asyncio.Future[Conversation]] = {}
        self._desks: dict[tuple[AccountId, str], asyncio.Lock] = {}

    # -------------------------------------------------------------------- acts

    async def accept(self, account: AccountId, key: str) -> None:
        """Somebody's request is one like the others from now on. Raises: ServiceError."""
        from app.protocols.messaging import AnswersMessages
        from app.store.messages import change_conversation

        conversation = await self._there(account, key)
        if conversation.request:
            service = self._fetching.speaks(account)
            if isinstance(service, AnswersMessages):
                await told(self._accounts, account, service.accept_conversation(conversation))
            await self._store.change_cache(
                lambda db: change_conversation(db, account, key, request=False)
            )
        await self._change_desk(account, key, agreed=True)
        self._tell(MessagesChanged(account, key))

    async def make_group(self, account: AccountId, name: str, people: Sequence[Profile]) -> str:
        """
        A group with these, made where there is none of that name; its key. They hear of it.

        Raises:
            BadInput, Refused: The name, or somebody, cannot be taken; why.
            ServiceError: It may be there all the same: the next try finds it.
        """
        from app.protocols.messaging import MakesGroups

        service = self._fetching.speaks(account)
        if not isinstance(service, MakesGroups):
            raise Unsupported("There are no groups here.", "Write to them as they are.")
        wanted = (account, name, *sorted(one.uri for one in people))
        making = self._making.get(wanted)
        if making is None:
            call = told(self._accounts, account, service.make_group(name, people))
            making = self._making[wanted] = asyncio.ensure_future(call)
            making.add_done_callback(lambda done: self._on_made(wanted, done))
        # Who is in a hurry asks twice: what is on its way must not be left for a second one.
        found = await asyncio.shield(making)
        await self._fetching.keep(account, [found])
        await self._change_desk(account, found.id, agreed=True)
        self._tell(MessagesChanged(account, found.id))
        return found.id

    def _on_made(self, wanted: tuple[str, ...], done: asyncio.Future[Conversation]) -> None:
        self._making.pop(wanted, None)
        error = None if done.cancelled() else done.exception()
        if error is not None:  # perhaps nobody waits for it any more
            log.info("making a group: %s", type(error).__name__)

    async def leave(self, account: AccountId, key: str) -> None:
        """Leave it, or turn a request away: gone from here and there. Raises: ServiceError."""
        conversation = await self._there(account, key)
        service = self._fetching.speaks(account)
        await told(self._accounts, account, service.leave_conversation(conversation))
        self._fetching.note_left(account, conversation)
        await self._forget(account, key)

    async def mute(self, account: AccountId, key: str, *, on: bool) -> None:
        """It tells of nothing new (any more, or again). Raises: ServiceError."""
        from app.protocols.messaging import MutesConversations
        from app.store.messages import change_conversation

        conversation = await self._there(account, key)
        service = self._fetching.speaks(account)
        if not isinstance(service, MutesConversations):
            raise Unsupported("No conversation can be muted there.", "Mute its people.")
        await told(self._accounts, account, service.mute_conversation(conversation, on=on))
        await self._store.change_cache(lambda db: change_conversation(db, account, key, muted=on))
        self._tell(MessagesChanged(account, key))

    async def react(
        self, account: AccountId, key: str, message: str, value: str, *, on: bool
    ) -> None:
        """Put an emoji under a message, or take it away. Raises: ServiceError."""
        from app.protocols.messaging import ReactsToMessages
        from app.store.messages import save_messages

        conversation = await self._there(account, key)
        service = self._fetching.speaks(account)
        if not isinstance(service, ReactsToMessages):
            raise Unsupported("There are no reactions there.", "Answer in words.")
        about = await self._message(account, key, message)
        call = service.react_to_message(conversation, about, value, on=on)
        after = await told(self._accounts, account, call)
        kept = replace(about, reactions=after.reactions)
        await self._store.change_cache(lambda db: save_messages(db, account, key, [kept]))
        self._tell(MessagesChanged(account, key))

    async def delete(self, account: AccountId, key: str, message: str) -> None:
        """Delete a message, as far as the network can. Raises: ServiceError."""
        from app.store.messages import drop_message

        conversation = await self._there(account, key)
        about = await self._message(account, key, message)
        service = self._fetching.speaks(account)
        await told(self._accounts, account, service.delete_message(conversation, about))
        await self._store.change_cache(lambda db: drop_message(db, account, key, message))
        self._tell(MessagesChanged(account, key))

    async def mark_read(self, account: AccountId, key: str) -> None:
        """
        All that is known of it was read. Kept at once; the server hears of it, now or later.

        Raises: StoreError.
        """
        row = (await self._rows()).get((account, key))
        if row is None or not row.unread or row.request:
            return
        last = row.conversation.last
        await self._change_desk(account, key, read=last.id if last is not None else "")
        await self._tell_read(account, row.conversation)
        self._tell(MessagesChanged(account, key))

    async def _settle_read(self, account: AccountId) -> None:
        """What was read here while its server could not be told, it is told now."""
        for row in (await self._rows()).values():
            one = row.conversation
            if row.account == account and one.unread and not row.unread and not row.request:
                await self._tell_read(account, one)

    async def _tell_read(self, account: AccountId, conversation: Conversation) -> None:
        from app.store.messages import change_conversation

        try:
            service = self._fetching.speaks(account)
            await told(self._accounts, account, service.read_conversation(conversation))
        except ServiceError as error:
            # It is kept here; the next sync tells it.
            log.info("reading of %s not told: %s", account, error.kind)
            return
        key = conversation.id
        await self._store.change_cache(lambda db: change_conversation(db, account, key, unread=0))

    def subscribe(self, listener: Callable[[MessagesChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # -------------------------------------------------------------------- rows

    async def _rows(self) -> dict[tuple[AccountId, str], TalkRow]:
        """All conversations of accounts that are there, the newest first."""
        views = self._moderation.preferences().views.values()
        followed = frozenset(uri for view in views for uri in view.followed)

        # Of who has no conversations the protocol need not be loaded at the start.
        asking = await self._asking(await self._store.load(lambda r: r.messages.talking()))
        networks = {account.id: account.network for account in self._accounts.all()}

        def read(reader: Reader) -> list[TalkRow]:
            desks, counts = reader.letters.desks(), _counts(reader)
            return [
                self._row(one, networks, asking, followed, desks, counts)
                for one in reader.messages.conversations()
                if one.account in asking and one.account in networks
            ]

        rows = await self._store.load(read)
        return {(row.account, row.conversation.id): row for row in rows}

    async def _asking(self, talking: set[AccountId]) -> dict[AccountId, bool]:
        """Those of our accounts that have conversations: whether requests stand apart there."""
        accounts = [account for account in self._accounts.all() if account.id in talking]
        await self._prepare(account.protocol for account in accounts)
        return {one.id: self._asks(one) for one in accounts if one.id in self._accounts}

    def _row(
        self,
        kept: KeptTalk,
        networks: Mapping[AccountId, str],
        asking: Mapping[AccountId, bool],
        followed: frozenset[str],
        desks: Mapping[tuple[AccountId, str], Desk],
        counts: Mapping[tuple[AccountId, str], tuple[int, int]],
    ) -> TalkRow:
        one, account = kept.conversation, kept.account
        place = (account, one.id)
        desk = desks.get(place, Desk())
        waiting, failed = counts.get(place, (0, 0))
        request = one.request and (asking[account] or not desk.agreed)
        if not asking[account] and one.last is not None and followed:
            known = any(person.uri in followed for person in one.people)
            mine = self._is_mine(one.last, account)
            request = not (known or mine or desk.agreed or not one.people)
        read = one.last is not None and desk.read == one.last.id
        return TalkRow(
            account=account,
            network=networks[account],
            conversation=one,
            desk=desk,
            request=request,
            unread=0 if read else one.unread,
            waiting=waiting,
            failed=failed,
        )

    def _is_mine(self, message: Message, account: AccountId) -> bool:
        mine = self._accounts.find(account).uri
        return message.said is not None and message.said.author.uri == mine

    def _is_averted(self, row: TalkRow) -> bool:
        """With nobody but people of whom I want to hear nothing."""
        people, preferences = row.conversation.people, self._moderation.preferences()
        return bool(people) and all(
            decide_repost(one, (row.account,), preferences).action == "hide" for one in people
        )

    def _verdicts(self, account: AccountId, said: Sequence[Message]) -> dict[str, Verdict]:
        """Of those that are covered: in a conversation nothing is left out."""
        preferences, now = self._moderation.preferences(), self._clock.now()
        found = {}
        for one in said:
            if one.said is None:
                continue
            viewers = {account: one.viewer}
            verdict = decide(one.said, viewers, preferences, now=now, context="opened")
            if verdict.action != "show":
                found[one.id] = verdict
        return found

    def _asks(self, account: Account) -> bool:
        try:
            return self._fetching.known(account.id).messaging.asks
        except ServiceError:
            return True  # it has none, so there is nothing to tell apart

    def _can_write(self, account: Account) -> bool:
        try:
            self._fetching.known(account.id)
        except ServiceError:
            return False
        return True

    async def _conversation(self, account: AccountId, key: str) -> Conversation | None:
        kept = await self._store.load(lambda r: r.messages.conversation(account, key))
        return None if kept is None else kept.conversation

    async def _there(self, account: AccountId, key: str) -> Conversation:
        found = await self._conversation(account, key)
        if found is None:
            raise NotFound("This conversation is not there any more.", "It may have been left.")
        return found

    async def _message(self, account: AccountId, key: str, id: str) -> Message:
        for fetched in (False, True):
            if fetched:
                await self._fetching.fill(account, key)
            for one in await self._said(account, key):
                if one.id == id:
                    return one
        raise NotFound("This message is not there any more.", "It may have been deleted.")

    async def _said(self, account: AccountId, key: str) -> list[Message]:
        """All that is known of it, the newest first."""
        return await self._store.load(lambda r: r.messages.messages(account, key, _ALL))

    async def _change_desk(self, account: AccountId, key: str, **changes: object) -> None:
        """Raises: NotFound: The account was removed, and nothing of it is kept. StoreError."""
        await self._renew_desk(account, key, lambda desk: replace(desk, **changes))

    async def _renew_desk(
        self, account: AccountId, key: str, change: Callable[[Desk], Desk]
    ) -> None:
        """The same, by how it stands."""

        def write(keeper: Keeper) -> None:
            self._accounts.find(account)  # in its turn: what is kept before is wiped
            letters = keeper.letters
            letters.save_desk(account, key, change(letters.desk(account, key)))

        async with self._desk(account, key):
            await self._store.keep(write)

    def _desk(self, account: AccountId, key: str) -> asyncio.Lock:
        """Held while it is written: who comes back at once sees what was typed."""
        return self._desks.setdefault((account, key), asyncio.Lock())

    async def _forget(self, account: AccountId, key: str) -> None:
        from app.store.messages import drop_conversation

        await self._store.keep(lambda keeper: keeper.letters.save_desk(account, key, Desk()))
        await self._store.change_cache(lambda db: drop_conversation(db, account, key))
        self._tell(MessagesChanged(account, key))

    def _tell(self, change: MessagesChanged) -> None:
        for listener in tuple(self._listeners):
            listener(change)


_ALL = 10_000


def _counts(reader: Reader) -> dict[tuple[AccountId, str], tuple[int, int]]:
    """Letters by conversation: on their way, and those that need somebody."""
    found: dict[tuple[AccountId, str], tuple[int, int]] = {}
    for one in reader.letters.letters():
        place = (one.account, one.conversation)
        waiting, failed = found.get(place, (0, 0))
        needs = one.state == "failed" or (one.trouble is not None and one.trouble.repair != "")
        found[place] = (waiting + (not needs), failed + needs)
    return found
