"""
Private messages of all accounts in one inbox: from the cache at once, in step with servers.

Servers can read them, and so they are nowhere mixed with posts: a table of their own, no
search, no feed. Whom I mute or block is left out here as everywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import AccountId, Profile, RichText
from app.model.errors import BadInput, NotFound, Refused
from app.model.message import (
    Conversation,
    Letter,
    LetterId,
    Message,
    Messaging,
    OutgoingMessage,
)
from app.model.person import Known
from app.services.asking import told
from app.services.messages_asking import MessageAsking
from app.services.messages_room import Prepare
from app.services.messages_sending import Sending
from app.services.messages_values import Inbox, MessagesChanged, Reachable, Talk, TalkRow

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.compose.spans import MentionForm
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.services.moderation import Moderation
    from app.services.people import People
    from app.store import Reader, Store
    from app.store.messages import KeptTalk

log = logging.getLogger(__name__)

SHOWN = 100
"""Messages of a conversation at first."""

_NAMES: frozenset[MentionForm] = frozenset({"hosted", "local"})

COPY = "A bridge made this copy, and carries no messages."


class Messages(MessageAsking):
    """
    Args:
        offline: Ask no server: what the cache has is shown, what is written waits.
        is_told: What is said in an account is told as it is said.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        moderation: Moderation,
        people: People,
        clock: Clock,
        *,
        prepare: Prepare,
        offline: bool = False,
        is_told: Callable[[AccountId], bool] = lambda account: False,
    ) -> None:
        super().__init__(
            store, accounts, moderation, clock, offline=offline, prepare=prepare, is_told=is_told
        )
        self._people = people
        self._sending = Sending(
            store,
            accounts,
            clock,
            speaks=self._fetching.speaks,
            find=self._conversation,
            arrived=self._fetching.keep_sent,
            tell=lambda account, key: self._tell(MessagesChanged(account, key)),
            offline=offline,
        )
        accounts.subscribe(self._on_accounts)

    async def resume(self) -> None:
        """Go on with what an earlier run has left unsent. Raises: StoreError."""
        await self._sending.resume()

    # --------------------------------------------------------------- the inbox

    async def inbox(self, accounts: Iterable[AccountId] = (), words: str = "") -> Inbox:
        """
        All conversations, the newest first.

        Args:
            accounts: Only theirs; none: of all.
            words: Only with people (or a group) whose name has them.

        Raises: StoreError.
        """
        wanted, sought = set(accounts), words.casefold().removeprefix("@").strip()
        rows: list[TalkRow] = []
        requests: list[TalkRow] = []
        hidden = unread = 0
        for row in (await self._rows()).values():
            if self._is_averted(row):
                hidden += 1
                continue
            counted = not row.request and not row.conversation.muted
            unread += bool(row.unread) and counted
            if (wanted and row.account not in wanted) or not _has_name(row, sought):
                continue
            (requests if row.request else rows).append(row)
        return Inbox(rows=tuple(rows), requests=tuple(requests), unread=unread, hidden=hidden)

    async def unread(self) -> int:
        """Conversations with something unread. Raises: StoreError."""
        return (await self.inbox()).unread

    async def talk(self, account: AccountId, key: str, most: int = SHOWN) -> Talk:
        """
        A conversation, from the cache.

        Raises: NotFound, Unsupported, StoreError.
        """
        async with self._desk(account, key):
            row = (await self._rows()).get((account, key))
        if row is None:
            raise NotFound("This conversation is not there any more.", "It may have been left.")

        def read(reader: Reader) -> tuple[list[Message], KeptTalk | None, list[Letter]]:
            return (
                reader.messages.messages(account, key, most + 1),
                reader.messages.conversation(account, key),
                reader.letters.letters(),
            )

        from app.store.messages import THE_END

        said, kept, letters = await self._store.load(read)
        below = kept is not None and kept.older is not None and kept.older != THE_END
        shown = tuple(said[:most][::-1])
        left_out = set(row.desk.left_out)
        return Talk(
            row=row,
            messaging=self.messaging(account),
            messages=shown,
            letters=tuple(
                one for one in letters if (one.account, one.conversation) == (account, key)
            ),
            verdicts=self._verdicts(account, shown),
            more=len(said) > most or below,
            to=tuple(one for one in row.conversation.people if one.uri not in left_out),
        )

    def messaging(self, account: AccountId) -> Messaging:
        """What private messages are on its network. Raises: NotFound, Unsupported."""
        return self._fetching.known(account).messaging

    async def older(self, account: AccountId, key: str) -> int:
        """Fetch what lies further down. Returns how many came. Raises: ServiceError."""
        count = await self._fetching.older(account, key)
        self._tell(MessagesChanged(account, key))
        return count

    # ----------------------------------------------------------------- writing

    async def start(self, account: AccountId, people: Sequence[Profile]) -> str:
        """
        The conversation with these, begun where there is none; its key. Nobody hears of it.

        Raises:
            Refused: One of them cannot be written to; why.
        """
        service = self._fetching.speaks(account)
        found = await told(self._accounts, account, service.conversation_with(people))
        if await self._conversation(account, found.id) is None or found.last is not None:
            await self._fetching.keep(account, [found])
        await self._change_desk(account, found.id, agreed=True)
        return found.id

    async def check(self, account: AccountId, people: Sequence[Profile]) -> None:
        """Whether they can be written to. Raises: Refused: one cannot; why."""
        service = self._fetching.speaks(account)
        # Of a group the others hear at once: so each is asked about alone.
        sets = [[one] for one in people] if service.messaging.groups else [people]
        for some in sets:
            await told(self._accounts, account, service.conversation_with(some))

    async def reachable(self, words: str, limit: int = 8) -> tuple[Reachable, ...]:
        """
        People to write to whose handle or name begins like *words*, on all networks: who
        is on several stands there once for each.
        """
        mine = [one for one in self._accounts.all() if self._can_write(one)]
        own = {one.uri for one in mine}
        found = await self._people.suggest(words, [one.id for one in mine], limit)
        humans = {k.profile.uri: person.profiles for person in self._people.all()
                  for k in person.profiles}  # fmt: skip
        made: dict[str, Reachable] = {}
        for one in found:
            alone = (Known(one.networks[0], one.profile),)
            for known in humans.get(one.profile.uri, alone):
                account = next((a for a in mine if a.network == known.network), None)
                if account is not None and known.profile.uri not in own:
                    made[known.profile.uri] = Reachable(
                        account=account.id,
                        network=known.network,
                        profile=known.profile,
                        why=COPY if self._people.is_copy(known) else "",
                    )
        return tuple(made.values())

    async def send(
        self, account: AccountId, key: str, text: str, to: Sequence[Profile] | None = None
    ) -> Letter:
        """
        Send *text*: durable at once, then on its way.

        Args:
            to: Those of its people that receive it; None: all but those left out.

        Raises:
            BadInput: It is empty, too long, to nobody, or somebody else would receive it.
            Refused: Nothing can be written there.
            NotFound, StoreError.
        """
        talk = await self.talk(account, key, 1)
        conversation = talk.row.conversation
        receivers = tuple(talk.to if to is None else to)
        rich = self.written(account, text)
        why = self.objection(talk, rich, receivers)
        if why is not None:
            raise why
        last = conversation.last
        return await self._sending.put(
            account,
            key,
            OutgoingMessage(text=rich, to=receivers, answers=last.id if last is not None else ""),
        )

    def written(self, account: AccountId, text: str) -> RichText:
        """*text* as it is sent: links are links."""
        from app.compose.spans import find_spans  # only who writes needs it

        text = text.strip()
        spans = tuple(span for span in find_spans(text) if span.kind in ("link", "tag"))
        return RichText(text, spans)

    def objection(
        self, talk: Talk, rich: RichText, to: Sequence[Profile]
    ) -> BadInput | Refused | None:
        """Why that cannot be sent; None: it can."""
        conversation = talk.row.conversation
        if conversation.closed:
            return Refused(conversation.closed, "Nothing to do.")
        if not rich.text:
            return BadInput("There is nothing in this message.", "Write something.")
        from app.model.graphemes import count_graphemes  # only who writes needs it

        length = count_graphemes(rich.text)
        if conversation.limit and length > conversation.limit:
            return BadInput(
                f"The message has {length} characters; {conversation.limit} are possible.",
                "Shorten it, or send it in two.",
            )
        if not to:
            return BadInput("Nobody would receive this message.", "Put somebody back in.")
        named = self._strangers(rich.text, conversation) if talk.messaging.names else ()
        if named:
            return BadInput(
                f"{', '.join(named)} would receive this message as well.",
                "Write the name without its @, or begin a conversation with them.",
            )
        return None

    async def flush(self, letter: LetterId) -> Letter | None:
        """For a command: until it is there (None), or waits for somebody."""
        return await self._sending.flush(letter, timedelta(seconds=150))

    async def retry(self, letter: LetterId) -> None:
        """Try one again. Raises: NotFound, Refused (it may be there), StoreError."""
        await self._sending.retry(letter)

    async def drop(self, letter: LetterId) -> str:
        """Forget one that is not there; its text. Raises: NotFound, Refused, StoreError."""
        return (await self._sending.drop(letter)).text.text

    async def keep_draft(self, account: AccountId, key: str, text: str) -> None:
        """What was typed and not sent. Raises: StoreError."""
        await self._change_desk(account, key, draft=text)

    async def put_back(self, account: AccountId, key: str, text: str) -> None:
        """What did not leave is a draft again, where nothing else was typed. Raises: StoreError."""
        await self._renew_desk(
            account, key, lambda desk: desk if desk.draft else replace(desk, draft=text)
        )

    async def leave_out(self, account: AccountId, key: str, uris: Iterable[str]) -> None:
        """Messages do not go to these people any more (where names make who receives)."""
        await self._change_desk(account, key, left_out=tuple(uris))
        self._tell(MessagesChanged(account, key))

    async def close(self) -> None:
        """Ask and send no more; what was begun stands on the disk."""
        for making in tuple(self._making.values()):
            making.cancel()
        await self._sending.close()
        await self._rounds.close()

    # ----------------------------------------------------------------- private

    def _strangers(self, text: str, conversation: Conversation) -> tuple[str, ...]:
        """Who is named in *text* and is not in the conversation."""
        from app.compose.spans import find_spans  # only who writes needs it

        people = {one.handle.casefold() for one in conversation.people}
        known = people | {one.partition("@")[0] for one in people}
        named = [text[s.start : s.end] for s in find_spans(text, _NAMES) if s.kind == "mention"]
        return tuple(one for one in named if one.removeprefix("@").casefold() not in known)

    def _on_accounts(self, change: AccountsChanged) -> None:
        if change.what == "removed":
            self.troubles.pop(change.account, None)
            self._tell(MessagesChanged(change.account))


def _has_name(row: TalkRow, sought: str) -> bool:
    names = [row.conversation.group]
    names += [f"{one.name} {one.handle}" for one in row.conversation.people]
    return not sought or any(sought in name.casefold() for name in names)
