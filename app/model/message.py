"""Private messages between few people, as servers keep them, and those that I send."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NewType

from msgspec import Struct

from app.model.post import Post, ViewerState
from app.model.profile import Profile
from app.model.sending import Trouble
from app.model.text import RichText
from app.model.timeline import AccountId, Cursor

LetterId = NewType("LetterId", str)


class MessageReaction(Struct, frozen=True, array_like=True):
    """An emoji under a message, and the URI of who put it there."""

    value: str
    by: str


class Message(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One message.

    Attributes:
        id: Its server's, or the URI of the post that it is.
        at: When it was sent. Aware UTC.
        said: What was written; None: it was deleted, or is none of somebody's words.
        told: In words, what stands there instead.
        viewer: What the account did with it, where it is a post.
        answers: Id of the message that it answers, as far as is known.
    """

    id: str
    at: datetime
    said: Post | None = None
    told: str = ""
    viewer: ViewerState = ViewerState()
    reactions: tuple[MessageReaction, ...] = ()
    answers: str = ""


class GroupLink(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A link by which people join a group.

    Attributes:
        works: It does now; it can be switched off and on.
        asks: Who comes by it waits until the owner agrees.
        followed: Only whom the owner follows may come.
    """

    url: str
    works: bool = True
    asks: bool = False
    followed: bool = False


class GroupState(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How a group stands.

    Attributes:
        mine: The account owns it: names it, adds and removes, locks.
        count, most: People in it with oneself, and how many there may be; 0 = not known.
        locked: Nobody can write until its owner opens it again.
        asking: How many wait to be let in, as far as that is told.
    """

    mine: bool = False
    count: int = 0
    most: int = 0
    locked: bool = False
    asking: int = 0
    link: GroupLink | None = None


class GroupMember(Struct, frozen=True, kw_only=True):
    """Somebody in a group; the account itself is one, too."""

    profile: Profile
    owner: bool = False


class Invitation(Struct, frozen=True, kw_only=True):
    """
    What a link to a group leads to.

    Attributes:
        conversation: Id of the group; the account *is_in* it, or has *asked* to be.
        closed: Why nobody can join by it, one sentence; "" = it can be tried.
    """

    link: GroupLink
    name: str = ""
    owner: Profile | None = None
    count: int = 0
    most: int = 0
    conversation: str = ""
    is_in: bool = False
    asked: bool = False
    closed: str = ""


class Conversation(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A conversation of one account.

    Attributes:
        id: Identity at its account.
        people: The others; (): nobody (any more) but the account itself.
        at: When something was last said.
        unread: How many messages were not read, as far as is told; 1 for "some".
        request: Somebody wants to begin it; nobody has agreed yet.
        group: Name of a group; "" where people are named. *state*: how it stands.
        closed: Why nothing can be written any more, one sentence; "" = it can.
        limit: Characters (as people count them) of one message; 0 = not known.
        refs: Of the protocol, opaque, the newest first. One whose first word is the same
            takes the place of another.
    """

    id: str
    people: tuple[Profile, ...]
    at: datetime
    last: Message | None = None
    unread: int = 0
    request: bool = False
    muted: bool = False
    group: str = ""
    state: GroupState | None = None
    closed: str = ""
    limit: int = 0
    refs: tuple[str, ...] = ()


class ConversationPage(Struct, frozen=True, kw_only=True):
    """
    One page, the newest first.

    Attributes:
        unreadable: Records on it that could not be read.
        silent: Ids of these, as far as even that could be read: they are listed.
    """

    conversations: tuple[Conversation, ...]
    older: Cursor | None = None
    unreadable: int = 0
    silent: tuple[str, ...] = ()


class Happenings(Struct, frozen=True, kw_only=True):
    """
    What has happened in private since some mark.

    Attributes:
        mark: For the next question.
        any: Anything has.
        left: Ids of conversations that were left, and not begun again.
    """

    mark: str
    any: bool = False
    left: tuple[str, ...] = ()


class MessagePage(Struct, frozen=True, kw_only=True):
    """One page of a conversation, the newest first."""

    messages: tuple[Message, ...]
    older: Cursor | None = None


class Messaging(Struct, frozen=True, kw_only=True):
    """
    What private messages are on a network.

    Attributes:
        name: What people call them there.
        readers: Who can read them beside those who write, one sentence.
        reactions, mutes: There are such.
        asks: Its server knows requests. False: Godwit tells strangers apart itself.
        names: Who is named in the text receives it, and nobody else.
        groups: Several people are a group, which somebody makes and names.
        joins: Links to groups begin so; "" = there are none.
    """

    name: str
    readers: str
    reactions: bool = False
    mutes: bool = False
    asks: bool = False
    names: bool = False
    groups: bool = False
    joins: str = ""


class OutgoingMessage(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A message as it is sent.

    Attributes:
        to: Whom it goes to.
        answers: Id of the message it follows; "" = it begins the conversation.
    """

    text: RichText
    to: tuple[Profile, ...]
    answers: str = ""


LetterState = Literal["queued", "sending", "unknown", "failed", "delivered"]
"""As of deliveries: ``unknown``: it may be there, Godwit looks and sends nothing."""


class Letter(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A message of mine on its way, durable before its first byte leaves.

    Attributes:
        at: When it was written.
        ticket: Opaque, made before the first byte: by it a second try is the same act, or
            is seen to have been done. "" = nothing has left yet.
        looks: How often it was looked for since nobody knows what became of it.
        not_before: When the next look or try is.
        done: Id of the message, when it is there.
    """

    id: LetterId
    account: AccountId
    conversation: str
    message: OutgoingMessage
    at: datetime
    state: LetterState = "queued"
    ticket: str = ""
    attempts: int = 0
    looks: int = 0
    not_before: datetime | None = None
    trouble: Trouble | None = None
    done: str = ""


class Desk(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What is kept on this computer of a conversation.

    Attributes:
        draft: What was typed and not sent.
        left_out: URIs of people whom it does not go to.
        agreed: The user has agreed to a stranger's conversation.
        read: Id of the last message that was read here.
    """

    draft: str = ""
    left_out: tuple[str, ...] = ()
    agreed: bool = False
    read: str = ""
