"""What the inbox and a conversation are made of: the last values before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from app.model import AccountId, Profile
from app.model.message import Conversation, Desk, Letter, Message, Messaging
from app.moderation.verdict import Verdict


class TalkRow(Struct, frozen=True, kw_only=True):
    """
    A conversation in the inbox.

    Attributes:
        request: Of somebody I do not know, or the server says so.
        unread: Messages that were not read.
        waiting, failed: Messages of mine on their way; those that will not arrive.
    """

    account: AccountId
    network: str
    conversation: Conversation
    desk: Desk = Desk()
    request: bool = False
    unread: int = 0
    waiting: int = 0
    failed: int = 0


class Inbox(Struct, frozen=True, kw_only=True):
    """
    All of them, the newest first.

    Attributes:
        requests: Those that wait for my consent.
        unread: Conversations with something unread, without requests and muted ones.
        hidden: Conversations with people I avert, that are left out.
    """

    rows: tuple[TalkRow, ...] = ()
    requests: tuple[TalkRow, ...] = ()
    unread: int = 0
    hidden: int = 0

    def find(self, account: str, key: str) -> TalkRow | None:
        """That one."""
        for row in (*self.rows, *self.requests):
            if row.account == account and row.conversation.id == key:
                return row
        return None


class Talk(Struct, frozen=True, kw_only=True):
    """
    A conversation, opened.

    Attributes:
        messages: The oldest first.
        letters: Of mine, not there yet, in the order in which they were written.
        verdicts: Of messages that are covered, by their id.
        more: There are older ones.
        to: Whom a message goes to.
    """

    row: TalkRow
    messaging: Messaging
    messages: tuple[Message, ...] = ()
    letters: tuple[Letter, ...] = ()
    verdicts: Mapping[str, Verdict] = {}
    more: bool = False
    to: tuple[Profile, ...] = ()


class Reachable(Struct, frozen=True, kw_only=True):
    """
    Somebody one may write to, from one account.

    *why*: why they cannot be written to; "" = nothing is known against it.
    """

    account: AccountId
    network: str
    profile: Profile
    why: str = ""


class MessagesChanged(Struct, frozen=True):
    """
    Something came, was read, or left. *conversation*: "" = several; *new*: conversations
    with something new.
    """

    account: AccountId
    conversation: str = ""
    new: int = 0
