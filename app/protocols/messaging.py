"""
The contract of a protocol, continued: private messages.

An ``AccountService`` offers what it can by being one of these too (``isinstance``).
Every method may raise ``ServiceError``. What is done twice is done once, but for
``send_message``. One suite, ``tests/contract``, holds every implementation to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from app.model import Cursor, Profile
from app.model.message import (
    Conversation,
    ConversationPage,
    GroupLink,
    GroupMember,
    Happenings,
    Invitation,
    Message,
    MessagePage,
    Messaging,
    OutgoingMessage,
)


@runtime_checkable
class Messages(Protocol):
    """The account can be written to in private, and write."""

    @property
    def messaging(self) -> Messaging:
        """What such messages are there."""
        ...

    async def conversations(
        self,
        cursor: Cursor | None = None,
        *,
        requests: bool = False,
        limit: int = 40,
        background: bool = False,
    ) -> ConversationPage:
        """
        One page, the newest first. What cannot be read is counted, the page goes on.

        Args:
            requests: Those that wait for consent (where ``Messaging.asks``), not the others.
        """
        ...

    async def messages(
        self,
        conversation: Conversation,
        cursor: Cursor | None = None,
        *,
        limit: int = 50,
        background: bool = False,
    ) -> MessagePage:
        """One page of it, the newest first. Raises: NotFound."""
        ...

    async def conversation_with(self, people: Sequence[Profile]) -> Conversation:
        """
        The one with exactly these, begun where there is none. Nobody hears of it.

        Raises:
            Refused: One of them cannot be written to; why.
        """
        ...

    async def message_ticket(
        self, conversation: Conversation, message: OutgoingMessage, at: datetime
    ) -> str:
        """What to know before sending, so that it can be looked for. Nothing is sent."""
        ...

    async def send_message(
        self, conversation: Conversation, message: OutgoingMessage, ticket: str
    ) -> Message:
        """
        Send it; as the server has it.

        Raises:
            OutcomeUnknown: It may have been done. Ask ``look_message`` before any other try.
            Refused: The server said no; nothing was done.
            ServiceError: Nothing was done.
        """
        ...

    async def look_message(
        self, conversation: Conversation, message: OutgoingMessage, ticket: str
    ) -> Message | None:
        """Was it done? Looks, never sends. None: it is not there (now)."""
        ...

    async def read_conversation(self, conversation: Conversation) -> None:
        """All up to ``last`` was read."""
        ...

    async def leave_conversation(self, conversation: Conversation) -> None:
        """Leave it, or turn a request away: it is gone from the list."""
        ...

    async def delete_message(self, conversation: Conversation, message: Message) -> None:
        """Raises: Unsupported: It is not mine, and the network cannot hide it from me."""
        ...


@runtime_checkable
class AnswersMessages(Protocol):
    """Strangers ask before they write."""

    async def accept_conversation(self, conversation: Conversation) -> None:
        """From now on it is one like the others."""
        ...


@runtime_checkable
class MakesGroups(Protocol):
    """Several people are written to in a group that somebody makes (``Messaging.groups``)."""

    async def make_group(self, name: str, people: Sequence[Profile]) -> Conversation:
        """
        Make one with these and myself; they hear of it at once.

        One of that name with exactly these people is as good: so a try after a lost answer
        finds what the first has made.

        Raises:
            BadInput: The name is empty or too long.
            OutcomeUnknown: It may be there: the next try finds it.
            Refused: Somebody cannot be put into a group; why.
        """
        ...


@runtime_checkable
class KeepsGroups(Protocol):
    """
    What one does with a group that is there (``Messaging.groups``).

    All but looking and joining is for its owner; another one is ``Refused``. What is
    returned is the group afterwards.
    """

    async def rename_group(self, conversation: Conversation, name: str) -> Conversation:
        """Raises: BadInput: The name is empty or too long. Refused."""
        ...

    async def group_people(self, conversation: Conversation) -> tuple[GroupMember, ...]:
        """Everybody in it."""
        ...

    async def add_people(
        self, conversation: Conversation, people: Sequence[Profile]
    ) -> Conversation:
        """Put them in; they agree, or not. Raises: Refused: one of them cannot be; why."""
        ...

    async def remove_people(
        self, conversation: Conversation, people: Sequence[Profile]
    ) -> Conversation:
        """Put them out."""
        ...

    async def lock_group(self, conversation: Conversation, *, on: bool) -> Conversation:
        """Nobody can write (any more, or again they can)."""
        ...

    async def open_link(
        self, conversation: Conversation, *, asks: bool, followed: bool
    ) -> GroupLink:
        """There is one that works and is so: made, switched on, or changed. See ``GroupLink``."""
        ...

    async def close_link(self, conversation: Conversation) -> None:
        """Nobody joins by it any more."""
        ...

    async def asking_in(self, conversation: Conversation) -> tuple[Profile, ...]:
        """Who waits to be let in."""
        ...

    async def let_in(self, conversation: Conversation, who: Profile, *, on: bool) -> Conversation:
        """Let somebody in who waits, or turn them away."""
        ...

    async def invitation(self, link: str) -> Invitation:
        """What a link leads to. Raises: BadInput: It is none of this network."""
        ...

    async def join_group(self, invitation: Invitation) -> Conversation | None:
        """Join by a link. None: its owner is asked. Raises: Refused: it cannot be; why."""
        ...


@runtime_checkable
class ReactsToMessages(Protocol):
    """Emoji under messages."""

    async def react_to_message(
        self, conversation: Conversation, message: Message, value: str, *, on: bool
    ) -> Message:
        """Put one there, or take it away; the message afterwards."""
        ...


@runtime_checkable
class MutesConversations(Protocol):
    """A conversation can be kept quiet."""

    async def mute_conversation(self, conversation: Conversation, *, on: bool) -> None:
        """It tells of no new message (any more, or again)."""
        ...


@runtime_checkable
class LogsMessages(Protocol):
    """One short question tells whether anything has happened in private."""

    async def messages_since(self, mark: str) -> Happenings:
        """
        Whether anything has since *mark* ("" = begin now), and the mark for the next time.

        What is new, read, deleted or answered by an emoji; pages tell what it was. Only
        what was left no page tells.
        """
        ...
