"""
Conversations and their statuses → ours. Pure. Source: entities/Conversation.

Servers make a conversation of every thread; people have one with everybody. So all
threads between the same people are one here, and each is a reference of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from app.model.errors import Malformed
from app.model.message import Conversation, Message
from app.model.post import Post
from app.model.profile import Profile
from app.model.text import RichText, Span
from app.model.timeline import Entry
from app.protocols.mastodon import wire
from app.protocols.mastodon.convert import (
    Neighbours,
    Viewpoint,
    entry_from_status,
    full_handle,
    profile_from_account,
    time_of,
)

_NOBODY = "self"


class Thread(Struct):
    """``Conversation`` of the API."""

    id: str | None = None
    unread: bool | None = None
    accounts: list[wire.Account] | None = None
    last_status: wire.Status | None = None


def key_of(people: Iterable[Profile]) -> str:
    """The one conversation with these."""
    return "\n".join(sorted(one.uri for one in people)) or _NOBODY


def conversation_from(thread: Thread, look: Viewpoint, length: int) -> Conversation:
    """
    One thread as a conversation.

    Args:
        length: Characters that the server takes.

    Raises:
        Malformed: It has no id, or no status.
    """
    status = thread.last_status
    if not thread.id or status is None:
        raise Malformed("This conversation has no messages.")
    people = others_in(thread, look)
    last = message_from(status, Neighbours(look))
    # What I said last I have read, whatever a server makes of it.
    own = last.said is not None and last.said.author.uri == look.viewer
    return Conversation(
        id=key_of(people),
        people=people,
        at=last.at,
        last=last,
        unread=1 if thread.unread and not own else 0,
        muted=status.muted or False,
        limit=room_of(people, length, look.domain),
        refs=(f"{thread.id} {status.id}",),
    )


def others_in(thread: Thread, look: Viewpoint) -> tuple[Profile, ...]:
    """
    Who is in it beside the account itself.

    Raises:
        Malformed: Nobody is named (some streams name none), and more than its last author may be.
    """
    others = {}
    for account in thread.accounts or _authors(thread.last_status, look):
        profile = profile_from_account(account, look.domain)
        if profile.uri != look.viewer:
            others[profile.uri] = profile
    return tuple(others.values())


def _authors(status: wire.Status | None, look: Viewpoint) -> tuple[wire.Account, ...]:
    """Of a conversation that names nobody: who wrote to just me, or I to myself."""
    if status is not None and status.account is not None:
        by_me = profile_from_account(status.account, look.domain).uri == look.viewer
        if len(status.mentions or ()) <= (0 if by_me else 1):
            return (status.account,)
    raise Malformed("This conversation does not say who is in it.")


def silent_in(thread: Thread | None, look: Viewpoint) -> list[str]:
    """Which one it is, where it cannot be shown (often: its last status is gone)."""
    try:
        return [key_of(others_in(thread, look))] if thread is not None and thread.id else []
    except Malformed:
        return []


def joined(conversations: Iterable[Conversation]) -> list[Conversation]:
    """Those between the same people are one, in the order of the newest."""
    found: dict[str, Conversation] = {}
    for one in conversations:
        before = found.get(one.id)
        if before is None:
            found[one.id] = one
            continue
        newer, older = (before, one) if before.at >= one.at else (one, before)
        found[one.id] = replace(
            newer, unread=newer.unread + older.unread, refs=(*newer.refs, *older.refs)
        )
    return list(found.values())


def message_from(status: wire.Status, near: Neighbours) -> Message:
    """
    A status as a message: without the names at its beginning, which only address it.

    Raises:
        Malformed: It has no author or no identity.
    """
    entry = entry_from_status(status, near, time_of(status) or near.look.now)
    return message_from_entry(entry)


def message_from_entry(entry: Entry) -> Message:
    """The same of one that was converted."""
    post = entry.post
    return Message(
        id=post.uri,
        at=post.sort_at,
        said=replace(post, text=without_names(post.text)),
        viewer=entry.viewer,
        answers=post.reply_to.uri if post.reply_to is not None else "",
    )


def without_names(text: RichText) -> RichText:
    """*text* without the mentions that it begins with."""
    at = 0
    for span in text.spans:
        named = span.kind == "mention" or text.text[span.start] == "@"
        if not named or text.text[at : span.start].strip():
            break
        at = span.end
    while at < len(text.text) and text.text[at].isspace():
        at += 1
    spans = tuple(
        Span(span.start - at, span.end - at, span.kind, span.target)
        for span in text.spans
        if span.start >= at
    )
    return RichText(text.text[at:], spans)


def addressed(text: RichText, to: Sequence[Profile], domain: str) -> RichText:
    """*text* behind the names of those it goes to: by them the server knows who receives it."""
    names = "".join(f"@{_typed(one, domain)} " for one in to)
    spans = tuple(
        Span(span.start + len(names), span.end + len(names), span.kind, span.target)
        for span in text.spans
    )
    return RichText(names + text.text, spans)


def room_of(people: Sequence[Profile], length: int, domain: str) -> int:
    """What is left for the words: names count without their host."""
    names = sum(len(one.handle.partition("@")[0]) + 2 for one in people)
    return max(1, length - names) if length else 0


def is_between(post: Post, status: wire.Status, people: frozenset[str], look: Viewpoint) -> bool:
    """Whether it is said to just these (handles), by one of them or the account itself."""
    if post.visibility != "direct":
        return False
    named = {full_handle(one.acct or "", look.domain).casefold() for one in status.mentions or ()}
    return named | {post.author.handle.casefold()} == people


def handles_of(people: Iterable[Profile], own: str) -> frozenset[str]:
    """All who are in it, as ``is_between`` compares."""
    return frozenset({own.casefold(), *(one.handle.casefold() for one in people)})


def thread_refs(refs: Sequence[str]) -> list[tuple[str, str]]:
    """(the server's id of the thread, of its last status) of each."""
    pairs = (ref.partition(" ") for ref in refs)
    return [(thread, status) for thread, _, status in pairs if thread and status]


def _typed(profile: Profile, domain: str) -> str:
    """How the server knows them: its own people without its host."""
    name, _, host = profile.handle.partition("@")
    return name if host == domain else profile.handle
