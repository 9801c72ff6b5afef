"""
Messages of one account, kept by the network's chat service and reached through the PDS.

Source: lexicons ``chat.bsky.convo.*``; the service is named as in the network's own
clients (``atproto-proxy``). ``sendMessage`` knows no key of the client: what became of a
message whose answer was lost, the log tells (``getLog``, from before it was sent).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Raw

from app.model import Cursor, Profile, RichText
from app.model.errors import (
    Malformed,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServiceError,
    Unreachable,
    Unsupported,
)
from app.model.graphemes import count_graphemes
from app.model.message import (
    Conversation,
    ConversationPage,
    Happenings,
    Message,
    MessagePage,
    Messaging,
    OutgoingMessage,
)
from app.protocols.bluesky import messaging_wire as wire
from app.protocols.bluesky.api import Params, answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.facets import facets_from_text
from app.protocols.bluesky.messages import (
    JOIN,
    LIMIT,
    LIMIT_BYTES,
    conversation_from,
    left_in,
    message_from,
    people_from,
)
from app.protocols.bluesky.refusals import error_from_xrpc, is_out_of_scope, said
from app.protocols.bluesky.speaking import Speaking
from app.protocols.http import Reply

CHAT = "did:web:api.bsky.chat#bsky_chat"
"""The service that keeps messages, as ``atproto-proxy`` names it."""

T = TypeVar("T")

_CONVO = "chat.bsky.convo."
_WHY = "messages"
_MOST = 100
_LOG_PAGES = 50
_MESSAGING = Messaging(
    name="Chat",
    readers="The chat service of Bluesky can read it, and so can the hosts.",
    reactions=True,
    mutes=True,
    asks=True,
    groups=True,
    joins=JOIN,
)
_REFUSALS: Mapping[str, tuple[str, str]] = {
    "AccountSuspended": ("This account was suspended.", "Nothing to do."),
    "BlockedActor": ("You block this account.", "Unblock it first."),
    "BlockedSubject": ("This account does not take messages from you.", "Nothing to do."),
    "MessagesDisabled": ("This account takes no messages.", "Write to it in public."),
    "NotFollowedBySender": (
        "This account takes messages only from people it follows.", "Write to it in public.",
    ),
    "RecipientNotFound": ("There is no such account in the chat.", "Check the handle."),
    "ConvoLocked": ("This conversation is locked: nobody can write here.", "Nothing to do."),
    "OwnerCannotLeave": ("Who owns a group cannot leave it while it is open.", "Lock it first."),
    "InsufficientRole": ("Only the owner of a group can do that.", "Ask them."),
    "UserForbidsGroups": ("This account takes part in no groups.", "Write to them alone."),
    "MemberLimitReached": ("The group is full.", "Nothing to do."),
    "NewAccountCannotCreateGroup": ("This account is too new to make a group.", "Try it later."),
    "ConvoLockedByModeration": (
        "This group was locked by the people who look after the chat.", "Nothing to do.",
    ),
    "FollowRequired": ("Only people whom its owner follows can join.", "Ask them."),
    "InvalidCode": ("This link leads to no group.", "Ask for another one."),
    "LinkDisabled": ("This link was switched off.", "Ask for another one."),
    "UserKicked": ("You were put out of this group.", "Nothing to do."),
    "NoJoinLink": ("This group has no link.", "Make one."),
    "ReactionLimitReached": ("There are too many reactions already.", "Take one away first."),
    "ReactionMessageDeleted": ("This message was deleted.", "Nothing to do."),
    "ReactionNotAllowed": ("Nobody can react to this message.", "Nothing to do."),
    "ReactionInvalidValue": ("The chat takes no such reaction.", "Use one emoji."),
}  # fmt: skip


class Corresponding(Speaking):
    """The part of the service that writes and reads messages (``Messages`` and its like)."""

    @property
    def messaging(self) -> Messaging:
        """Chat; see ``Messages``."""
        return _MESSAGING

    async def conversations(
        self,
        cursor: Cursor | None = None,
        *,
        requests: bool = False,
        limit: int = 40,
        background: bool = False,
    ) -> ConversationPage:
        """One page; see ``Messages``."""
        params: dict[str, str | int | bool] = {
            "limit": max(1, min(limit, _MOST)),
            "status": "request" if requests else "accepted",
        }
        if cursor:
            params["cursor"] = cursor
        page = await self._chat("listConvos", params, wire.ConvoPage, background=background)
        found, unreadable = [], 0
        for raw in page.convos:
            try:
                found.append(self._conversation(raw))
            except Unreadable:
                unreadable += 1
        older = page.cursor if page.convos and page.cursor != cursor else None
        return ConversationPage(
            conversations=tuple(found),
            older=Cursor(older) if older else None,
            unreadable=unreadable,
        )

    async def messages(
        self,
        conversation: Conversation,
        cursor: Cursor | None = None,
        *,
        limit: int = 50,
        background: bool = False,
    ) -> MessagePage:
        """One page; see ``Messages``."""
        params: dict[str, str | int | bool] = {
            "convoId": conversation.id,
            "limit": max(1, min(limit, _MOST)),
        }
        if cursor:
            params["cursor"] = cursor
        page = await self._chat("getMessages", params, wire.Messages, background=background)
        people = self._chat_people(conversation) | people_from(page.related_profiles)
        found = []
        for raw in page.messages:
            try:
                view = read(raw, wire.MessageView)
                found.append(message_from(view, conversation.id, people, self._now()))
            except Unreadable:
                continue  # one that cannot be read; the others can
        older = page.cursor if page.messages and page.cursor != cursor else None
        return MessagePage(messages=tuple(found), older=Cursor(older) if older else None)

    async def conversation_with(self, people: Sequence[Profile]) -> Conversation:
        """The one with these; see ``Messages``. Raises: Refused."""
        members: list[tuple[str, str | int | bool]] = [("members", one.uri) for one in people]
        if not members:
            raise Refused("Nobody was chosen.", "Choose somebody.")
        if len(members) > 1:
            raise Refused("Several people are a group here, with a name.", "Make a group first.")
        found = await self._chat("getConvoForMembers", members, wire.OneConvo)
        return self._chat_convo(found.convo)

    async def message_ticket(
        self, conversation: Conversation, message: OutgoingMessage, at: datetime
    ) -> str:
        """How far the log has come; see ``Messages``."""
        length = count_graphemes(message.text.text)
        if length > LIMIT or len(message.text.text.encode()) > LIMIT_BYTES:
            raise Refused(
                f"The message has {length} characters; {LIMIT} are possible.", "Shorten it."
            )
        found = await self._chat("getConvo", {"convoId": conversation.id}, wire.OneConvo)
        rev = read(found.convo, wire.ConvoView).rev
        if not rev:
            raise Malformed("The chat does not say how far it has come.")
        return rev

    async def send_message(
        self, conversation: Conversation, message: OutgoingMessage, ticket: str
    ) -> Message:
        """Once; see ``Messages``."""
        wanted: dict[str, object] = {"text": message.text.text}
        if facets := facets_from_text(message.text):
            wanted["facets"] = facets
        body = {"convoId": conversation.id, "message": wanted}
        reply = await self._chat_act("sendMessage", body)
        return self._chat_message(reply, conversation)

    async def look_message(
        self, conversation: Conversation, message: OutgoingMessage, ticket: str
    ) -> Message | None:
        """What the log has since; see ``Messages``."""
        cursor = ticket
        for _ in range(_LOG_PAGES):
            page = await self._chat("getLog", {"cursor": cursor}, wire.Log)
            for raw in page.logs:
                found = self._sent_one(raw, conversation, message.text)
                if found is not None:
                    return found
            if not page.logs or not page.cursor or page.cursor == cursor:
                return None
            cursor = page.cursor
        raise Unreachable(
            "More has happened in the chat since than can be looked through.",
            "Look whether the message is there, and say so.",
        )

    async def read_conversation(self, conversation: Conversation) -> None:
        """Up to the last one that is known here; see ``Messages``."""
        body = {"convoId": conversation.id}
        if conversation.last is not None:
            body["messageId"] = conversation.last.id
        await self._chat_act("updateRead", body)

    async def leave_conversation(self, conversation: Conversation) -> None:
        """See ``Messages``."""
        try:
            await self._chat_act("leaveConvo", {"convoId": conversation.id})
        except NotFound:
            return  # it was left already

    async def delete_message(self, conversation: Conversation, message: Message) -> None:
        """Only for oneself: the others keep it; see ``Messages``."""
        body = {"convoId": conversation.id, "messageId": message.id}
        await self._chat_act("deleteMessageForSelf", body)

    async def accept_conversation(self, conversation: Conversation) -> None:
        """See ``AnswersMessages``."""
        await self._chat_act("acceptConvo", {"convoId": conversation.id})

    async def react_to_message(
        self, conversation: Conversation, message: Message, value: str, *, on: bool
    ) -> Message:
        """See ``ReactsToMessages``."""
        body = {"convoId": conversation.id, "messageId": message.id, "value": value}
        reply = await self._chat_act("addReaction" if on else "removeReaction", body)
        return self._chat_message(bytes(answer(reply, wire.OneMessage).message), conversation)

    async def mute_conversation(self, conversation: Conversation, *, on: bool) -> None:
        """See ``MutesConversations``."""
        await self._chat_act("muteConvo" if on else "unmuteConvo", {"convoId": conversation.id})

    async def messages_since(self, mark: str) -> Happenings:
        """What its log has since; see ``LogsMessages``."""
        begun = bool(mark)
        for _ in range(_LOG_PAGES):
            params = {"cursor": mark} if mark else {}
            page = await self._chat("getLog", params, wire.Log, background=True)
            onward = page.cursor or mark
            if begun or not page.logs or onward == mark:
                left = tuple(left_in(page.logs)) if begun else ()
                return Happenings(mark=onward, any=bool(page.logs), left=left)
            mark = onward  # some begin at the beginning: what was is not news
        return Happenings(mark=mark, any=True)

    # ------------------------------------------------------------- private

    async def _chat(
        self,
        method: str,
        params: Params,
        kind: type[T],
        *,
        background: bool = False,
        of: str = _CONVO,
    ) -> T:
        body = await self._api.get(
            of + method, params, why=_WHY, background=background, to=CHAT, error=_error
        )
        return answer(body, kind)

    async def _chat_act(self, method: str, body: object, *, of: str = _CONVO) -> bytes:
        return await self._api.post(of + method, body, why=_WHY, to=CHAT, error=_error)

    def _conversation(self, raw: Raw) -> Conversation:
        return conversation_from(raw, self._account.uri, self._now())

    def _chat_convo(self, raw: Raw) -> Conversation:
        try:
            return self._conversation(raw)
        except Unreadable as error:
            raise Malformed("The chat gave a conversation that nobody can read.") from error

    def _chat_message(self, body: bytes, conversation: Conversation) -> Message:
        """It was done; and if the answer cannot be read, it is looked for."""
        try:
            view = read(body, wire.MessageView)
            return message_from(view, conversation.id, self._chat_people(conversation), self._now())
        except Unreadable as error:
            raise OutcomeUnknown("The chat’s answer cannot be read: it may be done.") from error

    def _chat_people(self, conversation: Conversation) -> dict[str, Profile]:
        mine = self._account
        own = Profile(uri=mine.uri, handle=mine.handle, name=mine.name, avatar=mine.avatar)
        return {one.uri: one for one in (own, *conversation.people)}

    def _sent_one(self, raw: Raw, conversation: Conversation, text: RichText) -> Message | None:
        try:
            entry = read(raw, wire.LogEntry)
            if not entry.type.endswith("#logCreateMessage") or entry.convo_id != conversation.id:
                return None
            view = read(entry.message, wire.MessageView)
            if view.sender.did != self._account.uri or view.text != text.text:
                return None
            return message_from(view, conversation.id, self._chat_people(conversation), self._now())
        except Unreadable:
            return None


def _error(reply: Reply, server: str, handle: str) -> ServiceError:
    """What a no of the chat means; ``AccountSuspended`` is somebody else here."""
    if is_out_of_scope(reply):
        return Refused(
            "This sign-in does not allow messages.",
            "Sign in again in the browser, or with an app password that may read messages.",
        )
    name, words = said(reply).error, said(reply).message
    if name == "InvalidConvo":
        return NotFound("This conversation is not there any more.", "It may have been left.")
    if name in _REFUSALS:
        return Refused(*_REFUSALS[name])
    if "could not resolve proxy did" in words:
        return Unreachable("Your server cannot find the chat service.", "Try again later.")
    error = error_from_xrpc(reply, server, handle)
    if isinstance(error, Unsupported):
        return Unsupported("There are no messages here.", "Use another account for this.")
    return error
