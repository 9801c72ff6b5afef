"""Conversations as the list draws them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.model import AccountId, NetworkInfo, Post
from app.services.messages_values import Inbox, TalkRow
from app.ui.messages.values import (
    ListState,
    TalkItem,
)
from app.ui.presenters.places import info_of
from app.ui.timeline.words import full_time, isolated, relative_time

LONG = 4_000
"""Characters of a message that are shown at most."""

EMPTY = (
    "No messages yet",
    "What people write to you in private stands here, of all your accounts.",
)
UNANSWERED = (
    "Nothing could be fetched",
    "No server of yours has answered. What people write to you stands here when one does.",
)
NOT_FOUND = ("Nobody of that name", "No conversation has them.")


def key_of(account: str, conversation: str) -> str:
    """One key for both."""
    return f"{account} {conversation}"


def title_of(row: TalkRow) -> str:
    """Who is in it, for people."""
    one = row.conversation
    if one.group:
        return one.group
    return ", ".join(isolated(who.shown_name) for who in one.people) or "Only you"


def list_state(
    inbox: Inbox,
    networks: Mapping[str, NetworkInfo],
    now: datetime,
    *,
    chosen: str,
    network: str,
    named: Mapping[str, str],
    all_requests: bool,
    foot: str,
    loading: bool,
    sought: str,
    unanswered: bool,
    own: Mapping[AccountId, str],
) -> ListState:
    """
    The inbox.

    Args:
        network: Only its conversations; "" = of all.
        named: Network → what messages are called there.
        unanswered: No server could be asked.
        own: Account → URI of its profile.
    """

    def fits(row: TalkRow) -> bool:
        return not network or row.network == network

    def item(row: TalkRow) -> TalkItem:
        return item_of(row, networks, now, chosen=chosen, own=own.get(row.account, ""))

    requests = [item(row) for row in inbox.requests if fits(row)]
    said = [foot] if foot else []
    if inbox.hidden:
        is_are = "is" if inbox.hidden == 1 else "are"
        said.append(f"{inbox.hidden} {is_are} left out: with people you mute or block.")
    return ListState(
        items=tuple(item(row) for row in inbox.rows if fits(row)),
        requests=tuple(requests if all_requests else requests[:1]),
        asking=len(requests),
        networks=tuple((id, name, info_of(id, networks).mark) for id, name in named.items()),
        foot=" ".join(said),
        empty=NOT_FOUND if sought else UNANSWERED if unanswered else EMPTY,
        loading=loading,
    )


def item_of(
    row: TalkRow, networks: Mapping[str, NetworkInfo], now: datetime, *, chosen: str, own: str
) -> TalkItem:
    """One conversation."""
    one = row.conversation
    key = key_of(row.account, one.id)
    note, trouble = "", False
    if row.failed:
        note, trouble = "Not sent:", True
    elif row.waiting:
        note = "Sending:"
    elif row.desk.draft:
        note = "Draft:"
    preview = row.desk.draft if note == "Draft:" else preview_of(row, own)
    return TalkItem(
        key=key,
        title=title_of(row),
        preview=" ".join(preview.split()),
        when=relative_time(one.at, now),
        full_when=full_time(one.at),
        picture=one.people[0].avatar if one.people else "",
        mark=info_of(row.network, networks).mark,
        unread=row.unread,
        muted=one.muted,
        request=row.request,
        note=note,
        trouble=trouble,
        chosen=key == chosen,
    )


def preview_of(row: TalkRow, own: str) -> str:
    """The last words, and whose they are where that is not plain."""
    last = row.conversation.last
    if last is None:
        return "Nothing was said yet"
    if last.said is None:
        return last.told
    words = words_of(last.said)
    if last.said.author.uri == own:
        return f"You: {words}"
    if len(row.conversation.people) > 1:
        first = last.said.author.shown_name.split(" ")[0]
        return f"{isolated(first)}: {words}"
    return words


def words_of(post: Post) -> str:
    """Its text, else what stands for it."""
    if post.text.text:
        return post.text.text[:LONG]
    described = next((media.alt for media in post.media if media.alt), "")
    if post.media:
        return described or "A picture"
    if post.quote is not None:
        return "A post"
    return post.card.title if post.card is not None else ""
