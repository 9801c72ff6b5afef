"""Conversations and messages of the chat service → ours. Pure: time is an argument."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, unquote

from msgspec import Raw

from app.model import LinkCard, Post, Profile
from app.model.message import Conversation, GroupLink, GroupState, Message, MessageReaction
from app.protocols.bluesky.convert import NETWORK, quote_from_record_view
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.embeds import Embedded, embedded
from app.protocols.bluesky.messaging_wire import (
    ConvoView,
    Happened,
    Invited,
    JoinLink,
    LogEntry,
    Member,
    MessageView,
)
from app.protocols.bluesky.profiles import NO_HANDLE, profile_from_author
from app.protocols.bluesky.text import rich_text
from app.protocols.bluesky.times import moment
from app.protocols.bluesky.wire import Author
from app.protocols.safety import clean_name, clean_text

LIMIT, LIMIT_BYTES = 1_000, 10_000
"""``#messageInput``: graphemes, and bytes in UTF-8."""

JOIN = "https://bsky.app/chat/"
"""Links to groups of the network's own clients begin so."""

_INVITED = "chat.bsky.embed.joinLink#view"
_GONE = "A deleted account"
_EVENTS = {
    "AddMember": "{who} was added",
    "RemoveMember": "{who} was removed",
    "MemberJoin": "{who} has joined",
    "MemberLeave": "{who} has left",
    "LockConvo": "The conversation was locked",
    "UnlockConvo": "The conversation is open again",
    "LockConvoPermanently": "The conversation was closed for good",
    "EditGroup": "The group is called “{name}” now",
    "CreateJoinLink": "A link to join was made",
    "EditJoinLink": "The link to join was changed",
    "EnableJoinLink": "The link to join works again",
    "DisableJoinLink": "The link to join was switched off",
}


_COMES_AND_GOES = frozenset(
    {"logBeginConvo", "logAcceptConvo", "logCreateMessage", "logLeaveConvo"}
)


def conversation_from(raw: Raw, mine: str, now: datetime) -> Conversation:
    """
    A conversation of the account *mine* (DID).

    Raises:
        Unreadable: It has no id.
    """
    view = read(raw, ConvoView)
    if not view.id:
        raise Unreadable("it has no id")
    members = members_from(view.members)
    others = {did: one for did, one in members.items() if did != mine}
    people = {did: _profile(one) for did, one in members.items()}
    last = message_or_none(view.last_message, view.id, people, now)
    is_group = view.kind.type.endswith("#groupConvo")
    return Conversation(
        id=view.id,
        people=tuple(people[did] for did in others),
        at=last.at if last is not None else _EARLIEST,
        last=last,
        unread=view.unread_count,
        request=view.status == "request",
        muted=view.muted,
        group=clean_name(view.kind.name) if is_group else "",
        state=_state(view, members.get(mine)) if is_group else None,
        closed=_closed(view, list(others.values())),
        limit=LIMIT,
        refs=(view.rev,) if view.rev else (),
    )


def _state(view: ConvoView, me: Member | None) -> GroupState:
    kind = view.kind
    return GroupState(
        mine=me is not None and me.kind.role == "owner",
        count=kind.member_count,
        most=kind.member_limit,
        locked=kind.lock_status != "unlocked",
        asking=kind.join_request_count,
        link=link_from(kind.join_link) if kind.join_link is not None else None,
    )


def link_from(view: JoinLink) -> GroupLink:
    """As people pass it on."""
    return GroupLink(
        url=f"{JOIN}{quote(view.code, safe='')}",
        works=view.enabled_status == "enabled",
        asks=view.require_approval,
        followed=view.join_rule != "anyone",
    )


def code_from(link: str) -> str:
    """Of a link to a group; "" = it is none."""
    found = re.fullmatch(r"(?:https://)?bsky\.app/chat/([^/?#\s]{1,64})/?(?:[?#].*)?", link.strip())
    return unquote(found[1]) if found else ""


def members_from(raws: Sequence[Raw]) -> dict[str, Member]:
    """By DID; who cannot be read is left out."""
    found = {}
    for raw in raws:
        try:
            member = read(raw, Member)
            profile_from_author(_author(member))
        except Unreadable:
            continue
        found[member.did] = member
    return found


def people_from(raws: Sequence[Raw]) -> dict[str, Profile]:
    """The same as profiles."""
    return {did: _profile(member) for did, member in members_from(raws).items()}


def message_or_none(
    raw: Raw, convo: str, people: Mapping[str, Profile], now: datetime
) -> Message | None:
    """None: it cannot be read at all."""
    try:
        return message_from(read(raw, MessageView), convo, people, now)
    except Unreadable:
        return None


def message_from(
    view: MessageView, convo: str, people: Mapping[str, Profile], now: datetime
) -> Message:
    """
    A message of the conversation *convo*.

    Raises:
        Unreadable: It has no id or no time.
    """
    at = moment(view.sent_at)
    if not view.id or at is None:
        raise Unreadable("it has no id or no time")
    at = min(at, now)
    if view.type.endswith("#systemMessageView"):
        return Message(id=view.id, at=at, told=_event(view.data, people))
    if view.type.endswith("#deletedMessageView"):
        return Message(id=view.id, at=at, told="This message was deleted")
    found = _embedded(view, now)
    did = view.sender.did
    said = Post(
        uri=f"chat:{convo}/{view.id}",
        network=NETWORK,
        author=people.get(did) or Profile(uri=did, handle=NO_HANDLE),
        created_at=at,
        sort_at=at,
        text=rich_text(view.text, view.facets),
        media=found.media,
        card=found.card,
        quote=found.quote,
        visibility="direct",
    )
    reactions = tuple(
        MessageReaction(clean_text(one.value)[:64], one.sender.did)
        for one in view.reactions
        if one.value
    )
    return Message(id=view.id, at=at, said=said, reactions=reactions, answers=view.reply_to.id)


def left_in(logs: Sequence[Raw]) -> list[str]:
    """Conversations that were left, if nothing tells that they were begun again."""
    left: dict[str, bool] = {}
    for raw in logs:
        try:
            entry = read(raw, LogEntry)
        except Unreadable:
            continue  # of something else
        kind = entry.type.rpartition("#")[2]
        if entry.convo_id and kind in _COMES_AND_GOES:
            left[entry.convo_id] = kind == "logLeaveConvo"
    return [convo for convo, gone in left.items() if gone]


def _embedded(view: MessageView, now: datetime) -> Embedded:
    if not bytes(view.embed):
        return Embedded()
    if _INVITED.encode() in bytes(view.embed):
        return Embedded(card=_invited(view.embed))
    return embedded(view.embed, now, quote_from_record_view)


def _invited(embed: Raw) -> LinkCard:
    try:
        found = read(embed, Invited).join_link_preview
    except Unreadable:
        return LinkCard(url="https://bsky.app/messages", title="An invitation to a group")
    name = clean_name(found.name)
    title = f"An invitation to “{name}”" if name else "An invitation that leads nowhere any more"
    return LinkCard(url=f"{JOIN}{quote(found.code, safe='')}", title=title)


def _event(data: Happened, people: Mapping[str, Profile]) -> str:
    kind = data.type.rpartition("#systemMessageData")[2]
    somebody = people.get(data.member.did)
    who = somebody.shown_name if somebody is not None else "Somebody"
    name = clean_name(data.new_name)
    return _EVENTS.get(kind, "Something happened here").format(who=who, name=name)


def _closed(view: ConvoView, others: Sequence[Member]) -> str:
    if view.kind.lock_status != "unlocked":
        return "This conversation is locked: nobody can write here."
    if view.kind.type.endswith("#groupConvo"):
        return ""
    if not others:
        return "Nobody else is here any more."
    other = others[0]
    name = _profile(other).shown_name
    if other.handle == "missing.invalid":
        return "This account was deleted."
    if other.chat_disabled:
        return f"{name} takes no messages any more."
    if other.viewer is not None and other.viewer.blocking:
        return f"You block {name}."
    if other.viewer is not None and other.viewer.blocked_by:
        return f"{name} does not take messages from you."
    return ""


def _profile(member: Member) -> Profile:
    profile = profile_from_author(_author(member))
    if member.handle == "missing.invalid":
        return Profile(uri=profile.uri, handle=NO_HANDLE, name=_GONE)
    return profile


def _author(member: Member) -> Author:
    return Author(
        did=member.did,
        handle=member.handle,
        display_name=member.display_name,
        avatar=member.avatar,
        labels=member.labels,
    )


_EARLIEST = moment("1970-01-01T00:00:00Z") or datetime.min
