"""What the chat service sends (lexicons ``chat.bsky.convo.defs``, ``chat.bsky.actor.defs``)."""

from __future__ import annotations

from msgspec import Raw, field

from app.protocols.bluesky.wire import ABSENT, AuthorViewer, Count, Facet, Label, Wire


class Member(Wire, frozen=True):
    """``chat.bsky.actor.defs#profileViewBasic``."""

    did: str
    handle: str = ""
    display_name: str = ""
    avatar: str = ""
    labels: list[Label] = []
    viewer: AuthorViewer | None = None
    chat_disabled: bool = False


class Sender(Wire, frozen=True):
    """Who did it."""

    did: str


class ReactionView(Wire, frozen=True):
    """``#reactionView``."""

    value: str
    sender: Sender


class NamedMessage(Wire, frozen=True):
    """A message that another answers."""

    id: str = ""


class Referred(Wire, frozen=True):
    """Somebody whom an event is about."""

    did: str = ""


class Happened(Wire, frozen=True):
    """``#systemMessageView`` → data: the fields of all its kinds."""

    type: str = field(default="", name="$type")
    member: Referred = Referred()
    added_by: Referred = Referred()
    removed_by: Referred = Referred()
    locked_by: Referred = Referred()
    unlocked_by: Referred = Referred()
    new_name: str = ""


class MessageView(Wire, frozen=True):
    """``#messageView``, ``#deletedMessageView`` and ``#systemMessageView``."""

    id: str
    sent_at: str
    rev: str = ""
    type: str = field(default="", name="$type")
    text: str = ""
    sender: Sender = Sender("")
    facets: list[Facet] = []
    embed: Raw = ABSENT
    reactions: list[ReactionView] = []
    reply_to: NamedMessage = NamedMessage()
    data: Happened = Happened()


class Kind(Wire, frozen=True):
    """``#directConvo`` or ``#groupConvo``."""

    type: str = field(default="", name="$type")
    name: str = ""
    lock_status: str = "unlocked"


class ConvoView(Wire, frozen=True):
    """``#convoView``."""

    id: str
    rev: str = ""
    members: list[Raw] = []
    last_message: Raw = ABSENT
    muted: bool = False
    status: str = "accepted"
    unread_count: Count = 0
    kind: Kind = Kind()


class ConvoPage(Wire, frozen=True):
    """``chat.bsky.convo.listConvos``."""

    convos: list[Raw]
    cursor: str | None = None


class OneConvo(Wire, frozen=True):
    """``getConvo``, ``getConvoForMembers``."""

    convo: Raw


class Available(Wire, frozen=True):
    """``getConvoAvailability``."""

    can_chat: bool = True
    convo: Raw = ABSENT


class Messages(Wire, frozen=True):
    """``getMessages``."""

    messages: list[Raw]
    cursor: str | None = None
    related_profiles: list[Raw] = []


class OneMessage(Wire, frozen=True):
    """``addReaction``, ``removeReaction``."""

    message: Raw


class LogEntry(Wire, frozen=True):
    """One of ``getLog``."""

    type: str = field(default="", name="$type")
    convo_id: str = ""
    message: Raw = ABSENT


class Log(Wire, frozen=True):
    """``getLog``."""

    logs: list[Raw]
    cursor: str | None = None
