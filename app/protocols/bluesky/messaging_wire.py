"""What the chat service sends (lexicons ``chat.bsky.convo.defs``, ``chat.bsky.actor.defs``)."""

from __future__ import annotations

from msgspec import Raw, field

from app.protocols.bluesky.wire import ABSENT, AuthorViewer, Count, Facet, Label, Wire


class MemberKind(Wire, frozen=True):
    """``#groupConvoMember`` among others."""

    role: str = ""


class Member(Wire, frozen=True):
    """``chat.bsky.actor.defs#profileViewBasic``."""

    did: str
    handle: str = ""
    display_name: str = ""
    avatar: str = ""
    labels: list[Label] = []
    viewer: AuthorViewer | None = None
    chat_disabled: bool = False
    kind: MemberKind = MemberKind()


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


class JoinLink(Wire, frozen=True):
    """``chat.bsky.group.defs#joinLinkView``."""

    code: str
    enabled_status: str = "enabled"
    require_approval: bool = False
    join_rule: str = "anyone"


class Kind(Wire, frozen=True):
    """``#directConvo`` or ``#groupConvo``."""

    type: str = field(default="", name="$type")
    name: str = ""
    lock_status: str = "unlocked"
    member_count: Count = 0
    member_limit: Count = 0
    join_request_count: Count = 0
    join_link: JoinLink | None = None


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


class Members(Wire, frozen=True):
    """``getConvoMembers``."""

    members: list[Raw]
    cursor: str | None = None


class OneLink(Wire, frozen=True):
    """``createJoinLink`` and its like."""

    join_link: JoinLink


class Asking(Wire, frozen=True):
    """``chat.bsky.group.defs#joinRequestView``."""

    requested_by: Raw


class AskingPage(Wire, frozen=True):
    """``chat.bsky.group.listJoinRequests``."""

    requests: list[Raw]
    cursor: str | None = None


class Waiting(Wire, frozen=True):
    """``#joinLinkViewerState``."""

    requested_at: str = ""


class Preview(Wire, frozen=True):
    """``#joinLinkPreviewView``, and what stands for one that leads nowhere."""

    code: str
    type: str = field(default="", name="$type")
    convo_id: str = ""
    name: str = ""
    owner: Raw = ABSENT
    member_count: Count = 0
    member_limit: Count = 0
    require_approval: bool = False
    join_rule: str = "anyone"
    convo: Raw = ABSENT
    viewer: Waiting = Waiting()


class Previews(Wire, frozen=True):
    """``chat.bsky.group.getJoinLinkPreviews``."""

    join_link_previews: list[Raw]


class Joined(Wire, frozen=True):
    """``chat.bsky.group.requestJoin``."""

    status: str
    convo: Raw = ABSENT


class Invited(Wire, frozen=True):
    """``chat.bsky.embed.joinLink#view``."""

    join_link_preview: Preview
