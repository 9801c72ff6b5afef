"""Private messages of the demo's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from app.model import Cursor, Post, Profile, Quote
from app.model.errors import (
    Malformed,
    NotFound,
    OutcomeUnknown,
    Refused,
    Unreachable,
    Unsupported,
)
from app.model.graphemes import count_graphemes
from app.model.message import (
    Conversation,
    ConversationPage,
    GroupState,
    Message,
    MessagePage,
    MessageReaction,
    Messaging,
    OutgoingMessage,
)
from app.protocols.demo.grouping import JOIN, MOST, Grouping
from app.protocols.demo.letters import TALKS, Line, Talk
from app.protocols.demo.markup import rich
from app.protocols.demo.people import FIRST, PEOPLE
from app.protocols.demo.service import DemoService
from app.protocols.demo.sketch import address

_FIRST = Messaging(
    name="Conversations",
    readers="The servers of everybody in it can read it.",
    mutes=True,
    names=True,
)
_SECOND = Messaging(
    name="Chat",
    readers="The chat service of Bluesky can read it, and so can the hosts.",
    reactions=True,
    mutes=True,
    asks=True,
    groups=True,
    joins=JOIN,
)
_LENGTH = {FIRST.id: 500}
_USUAL = 1_000
_ONLY_FOLLOWED = frozenset({PEOPLE["maribel/sky"].uri})


class Corresponding(DemoService):
    """The part of the service that writes and reads messages."""

    @property
    def messaging(self) -> Messaging:
        """As on the network it stands for."""
        return _FIRST if self._account.network == FIRST.id else _SECOND

    async def conversations(
        self,
        cursor: Cursor | None = None,
        *,
        requests: bool = False,
        limit: int = 40,
        background: bool = False,
    ) -> ConversationPage:
        """One page, the newest first."""
        await self._speak(older=cursor is not None)
        kept = sorted(self._talks().values(), key=lambda one: one.at, reverse=True)
        if self.messaging.asks:
            kept = [one for one in kept if one.request == requests]
        start = int(cursor) if cursor and cursor.isdigit() else 0
        more = start + limit < len(kept)
        return ConversationPage(
            conversations=tuple(kept[start : start + limit]),
            older=Cursor(str(start + limit)) if more else None,
        )

    async def messages(
        self,
        conversation: Conversation,
        cursor: Cursor | None = None,
        *,
        limit: int = 50,
        background: bool = False,
    ) -> MessagePage:
        """One page of it, the newest first. Raises: NotFound."""
        await self._speak(older=cursor is not None)
        self._find(conversation)
        said = sorted(self._said(conversation.id), key=lambda one: one.at, reverse=True)
        start = int(cursor) if cursor and cursor.isdigit() else 0
        more = start + limit < len(said)
        return MessagePage(
            messages=tuple(said[start : start + limit]),
            older=Cursor(str(start + limit)) if more else None,
        )

    async def conversation_with(self, people: Sequence[Profile]) -> Conversation:
        """The one with exactly these. Raises: Refused."""
        await self._speak()
        if not people:
            raise Refused("Nobody was chosen.", "Choose somebody.")
        if len(people) > 1 and self.messaging.groups:
            raise Refused("Several people are a group here, with a name.", "Make a group first.")
        for one in people:
            if one.uri in _ONLY_FOLLOWED:
                raise Refused(
                    f"{one.shown_name} takes messages only from people they follow.",
                    "Write to them in public.",
                )
        key = _key(people)
        talks = self._talks()
        if key in talks:
            return talks[key]
        begun = Conversation(id=key, people=tuple(people), at=self._world.now, limit=self._room())
        if self.messaging.asks:
            talks[key] = begun
        return begun

    async def message_ticket(
        self, conversation: Conversation, message: OutgoingMessage, at: datetime
    ) -> str:
        """Its number. Raises: Refused: too long, or to nobody."""
        await self._speak()
        if not message.to:
            raise Refused("Nobody would receive this message.", "Put somebody back in.")
        if count_graphemes(message.text.text) > self._room():
            raise Refused("The message is too long.", "Shorten it.")
        self._world.ledger.number += 1
        return f"letter-{self._world.ledger.number}"

    async def send_message(
        self, conversation: Conversation, message: OutgoingMessage, ticket: str
    ) -> Message:
        """Its ticket makes each try the same act."""
        try:
            await self._speak()
        except (Malformed, Unreachable) as error:
            if isinstance(error, Unreachable) and not error.sent:
                raise
            raise OutcomeUnknown(error.message) from error
        host = self._account.host
        self._faults.refusal(host)
        self._faults.before_write(host, self._world.now)
        known = self._world.ledger.letters.get((self._account.id, ticket))
        if known is None:
            known = self._put(conversation, message, ticket)
        self._faults.after_write(host)
        return known

    async def look_message(
        self, conversation: Conversation, message: OutgoingMessage, ticket: str
    ) -> Message | None:
        """None: it is not there."""
        await self._speak()
        return self._world.ledger.letters.get((self._account.id, ticket))

    async def read_conversation(self, conversation: Conversation) -> None:
        """All of it was read."""
        await self._speak()
        self._change(conversation, unread=0)

    async def leave_conversation(self, conversation: Conversation) -> None:
        """Gone from the list."""
        await self._speak()
        self._talks().pop(conversation.id, None)

    async def delete_message(self, conversation: Conversation, message: Message) -> None:
        """Own ones on the first network, all (for oneself) on the second."""
        await self._speak()
        mine = message.said is not None and message.said.author.uri == self._account.uri
        if not mine and not self.messaging.asks:
            raise Unsupported("Only your own messages can be deleted here.", "Mute or leave it.")
        said = self._said(conversation.id)
        said[:] = [one for one in said if one.id != message.id]

    async def mute_conversation(self, conversation: Conversation, *, on: bool) -> None:
        """It tells of nothing new (any more, or again)."""
        await self._speak()
        self._change(conversation, muted=on)

    def _reacted(
        self, conversation: Conversation, message: Message, value: str, on: bool
    ) -> Message:
        mine = MessageReaction(value, self._account.uri)
        said = self._said(conversation.id)
        for at, one in enumerate(said):
            if one.id == message.id:
                rest = tuple(other for other in one.reactions if other != mine)
                said[at] = replace(one, reactions=(*rest, mine) if on else rest)
                return said[at]
        raise NotFound("This message was deleted.")

    # ------------------------------------------------------------- private

    def _room(self) -> int:
        return _LENGTH.get(self._account.network, _USUAL)

    def _talks(self) -> dict[str, Conversation]:
        ledger, mine = self._world.ledger, self._account.id
        if mine not in ledger.talks:
            ledger.talks[mine] = {}
            for talk in TALKS:
                if talk.of == mine:
                    self._begin(talk)
        return ledger.talks[mine]

    def _said(self, conversation: str) -> list[Message]:
        return self._world.ledger.said.setdefault((self._account.id, conversation), [])

    def _begin(self, talk: Talk) -> None:
        people = tuple(PEOPLE[key] for key in talk.people)
        key = _key(people)
        said = [self._line(key, number, line) for number, line in enumerate(talk.lines)]
        self._world.ledger.said[self._account.id, key] = said
        self._world.ledger.talks[self._account.id][key] = Conversation(
            id=key,
            people=people,
            at=said[-1].at,
            last=said[-1],
            unread=talk.unread,
            request=talk.request,
            muted=talk.muted,
            group=talk.group,
            state=GroupState(mine=talk.mine, count=len(people) + 1, most=MOST)
            if talk.group
            else None,
            closed=talk.closed,
            limit=self._room(),
        )

    def _line(self, key: str, number: int, line: Line) -> Message:
        at = self._world.origin - timedelta(minutes=line.ago)
        if line.told:
            return Message(id=f"{number}", at=at, told=line.told)
        quote = None
        if line.quote:
            who, _, name = line.quote.partition(" ")
            uri = address(PEOPLE[who], name)[0]
            quote = Quote(state="shown", uri=uri, post=self._world.post(uri))
        said = self._post(f"{key}#{number}", line.who, line.text, at)
        return Message(
            id=f"{number}",
            at=at,
            said=replace(said, quote=quote, media=line.media),
            reactions=tuple(MessageReaction(v, PEOPLE[who].uri) for v, who in line.reactions),
        )

    def _post(self, uri: str, who: str, text: str, at: datetime) -> Post:
        return Post(
            uri=f"demo-message:{uri}",
            network=self._account.network,
            author=PEOPLE[who],
            created_at=at,
            sort_at=at,
            text=rich(text),
            visibility="direct",
        )

    def _put(self, conversation: Conversation, message: OutgoingMessage, ticket: str) -> Message:
        at = self._world.tick()
        talks = self._talks()
        key = conversation.id if len(message.to) == len(conversation.people) else _key(message.to)
        known = talks.get(key) or Conversation(id=key, people=message.to, at=at, limit=self._room())
        if known.closed:
            raise Refused(known.closed, "Nothing to do.")
        me = next(key for key, one in PEOPLE.items() if one.uri == self._account.uri)
        post = replace(self._post(f"{key}#{ticket}", me, "", at), text=message.text)
        sent = Message(id=ticket, at=at, said=post, answers=message.answers)
        self._said(key).append(sent)
        talks[key] = replace(known, at=at, last=sent, request=False, unread=0)
        self._world.ledger.letters[self._account.id, ticket] = sent
        return sent

    def _find(self, conversation: Conversation) -> Conversation:
        found = self._talks().get(conversation.id)
        if found is None and conversation.last is not None:
            raise NotFound("This conversation is not there any more.", "It may have been left.")
        return found or conversation

    def _change(self, conversation: Conversation, **changes: object) -> None:
        talks = self._talks()
        if conversation.id in talks:
            talks[conversation.id] = replace(talks[conversation.id], **changes)


class Chatting(Corresponding, Grouping):
    """The second network also has requests, groups and reactions."""

    async def accept_conversation(self, conversation: Conversation) -> None:
        """From now on it is one like the others."""
        await self._speak()
        self._change(conversation, request=False)

    async def react_to_message(
        self, conversation: Conversation, message: Message, value: str, *, on: bool
    ) -> Message:
        """The message afterwards."""
        await self._speak()
        return self._reacted(conversation, message, value, on)


def _key(people: Sequence[Profile]) -> str:
    return " ".join(sorted(one.uri for one in people))
