"""
What servers call notifications → notices. Pure.

Source: entities/Notification, entities/GroupedNotificationsResults; deviations: facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from app.model.errors import Malformed
from app.model.notification import Notice, NoticeKind
from app.model.profile import Profile
from app.model.timeline import Entry
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.convert import (
    Neighbours,
    Viewpoint,
    entry_from_status,
    profile_from_account,
    time_of,
)
from app.protocols.mastodon.page import neighbours_of
from app.protocols.mastodon.repair import read_broken
from app.protocols.safety import clean_text

_KINDS: Mapping[str, NoticeKind] = {
    "mention": "mention",
    "status": "post",
    "reblog": "repost",
    "favourite": "like",
    "follow": "follow",
    "follow_request": "follow_request",
    "poll": "poll",
    "update": "edit",
    "quote": "quote",
    "quoted_update": "edit",
    "severed_relationships": "moderation",
    "moderation_warning": "moderation",
    "admin.sign_up": "moderation",
    "admin.report": "moderation",
}
_SEVERED = {
    "domain_block": "{me} blocked the server {what}",
    "user_domain_block": "You blocked the server {what}",
    "account_suspension": "{me} suspended {what}",
}
_WARNINGS = {
    "none": "Your moderators have sent you a warning.",
    "disable": "Your moderators have frozen your account.",
    "mark_statuses_as_sensitive": "Your moderators have marked posts of yours as sensitive.",
    "delete_statuses": "Your moderators have deleted posts of yours.",
    "sensitive": "From now on your moderators mark your posts as sensitive.",
    "silence": "Your moderators have limited your account.",
    "suspend": "Your moderators have suspended your account.",
}
_MOST_ACTORS = 8

MOST_COUNTED = 2**53
"""More than any server has people: what claims more does not fit where it is kept."""


class Event(Struct, gc=False):
    """``RelationshipSeveranceEvent``."""

    type: str | None = None
    target_name: str | None = None
    followers_count: int | None = None
    following_count: int | None = None


class Warned(Struct, gc=False):
    """``AccountWarning``."""

    action: str | None = None
    text: str | None = None


class ReportTarget(Struct):
    """``Admin::Report``, as far as a sentence needs it."""

    comment: str | None = None
    target_account: wire.Account | None = None


class Told(Struct):
    """A notification, or a group of them: each fills its half."""

    id: str | None = None
    type: str | None = None
    created_at: datetime | None = None
    account: wire.Account | None = None
    group_key: str | None = None
    notifications_count: int | None = None
    most_recent_notification_id: int | str | None = None
    page_max_id: str | None = None
    latest_page_notification_at: datetime | None = None
    sample_account_ids: list[str] | None = None
    status_id: str | None = None
    event: Event | None = None
    moderation_warning: Warned | None = None
    report: ReportTarget | None = None
    emoji: str | None = None
    reaction: wire.EmojiReaction | None = None
    emoji_reaction: wire.EmojiReaction | None = None


class _WithStatus(Struct):
    # Not "or None": msgspec then takes nothing but null.
    status: Raw = Raw(b"null")


class Around(Struct):
    """What a page has beside its notifications: people and statuses by the server's ids."""

    accounts: dict[str, wire.Account] = {}
    statuses: dict[str, wire.Status] = {}


class ReadNotices(Struct):
    """A page, converted."""

    notices: list[Notice]
    entries: dict[str, Entry]
    unreadable: int = 0
    last_id: str = ""


def notices_from_page(raws: Sequence[bytes | Raw], look: Viewpoint, own_id: str) -> ReadNotices:
    """Single notifications (``/api/v1/notifications``)."""
    told: list[tuple[Told | None, wire.Status | None]] = [_read_single(raw) for raw in raws]
    near = neighbours_of((status for _, status in told), look)
    page = ReadNotices([], {})
    for one, status in told:
        if one is None:
            page.unreadable += 1
            continue
        page.last_id = one.id or page.last_id
        accounts = [one.account] if one.account is not None else []
        _take(page, one, accounts, status, near, own_id)
    return page


def notices_from_groups(
    raws: Sequence[bytes | Raw], around: Around, look: Viewpoint, own_id: str
) -> ReadNotices:
    """Groups (``/api/v2/notifications``)."""
    near = neighbours_of(around.statuses.values(), look)
    page = ReadNotices([], {})
    for raw in raws:
        try:
            one = _read(raw)
        except Malformed:
            page.unreadable += 1
            continue
        ids = one.sample_account_ids or []
        accounts = [around.accounts[id] for id in ids[:_MOST_ACTORS] if id in around.accounts]
        status = around.statuses.get(one.status_id or "")
        _take(page, one, accounts, status, near, own_id)
    return page


def read_around(accounts: Sequence[bytes | Raw], statuses: Sequence[bytes | Raw]) -> Around:
    """What groups point to; what cannot be read is left out."""
    around = Around()
    for raw in accounts:
        try:
            account = _account(raw)
        except Malformed:
            continue
        if account.id:
            around.accounts[account.id] = account
    for raw in statuses:
        try:
            status = wire.read_status(raw)
        except Malformed:
            continue
        if status.id:
            around.statuses[status.id] = status
    return around


def _take(
    page: ReadNotices,
    told: Told,
    accounts: Sequence[wire.Account],
    status: wire.Status | None,
    near: Neighbours,
    own_id: str,
) -> None:
    look = near.look
    entry = _entry(status, near) if status is not None else None
    if entry is not None:
        page.entries[entry.post.uri] = entry
    actors = _actors(accounts, look)
    key = told.group_key or told.id or ""
    at = blocks.in_utc(told.latest_page_notification_at) or blocks.in_utc(told.created_at)
    kind, text = _kind(told, status, own_id), _text(told, look)
    if not key or at is None or not (actors or text):
        page.unreadable += 1
        return
    key = key.removeprefix("ungrouped-")
    page.notices.append(
        Notice(
            key=key,
            kind=kind,
            at=min(at, look.now),
            actors=actors,
            many=min(max(1, told.notifications_count or 1), MOST_COUNTED),
            about=entry.post.uri if entry is not None else "",
            said=clean_text(told.type or "")[:100] if kind in ("other", "moderation") else "",
            text=text,
            place=told.page_max_id or str(told.most_recent_notification_id or "") or told.id or "",
        )
    )


def _kind(told: Told, status: wire.Status | None, own_id: str) -> NoticeKind:
    kind = _KINDS.get(told.type or "", "other")
    answers = status.in_reply_to_account_id if status is not None else None
    if kind == "mention" and own_id and answers == own_id:
        return "reply"
    return kind


def _text(told: Told, look: Viewpoint) -> str:
    match told.type or "":
        case "severed_relationships":
            return _severed(told.event or Event(), look)
        case "moderation_warning":
            warned = told.moderation_warning or Warned()
            words = _WARNINGS.get(warned.action or "", _WARNINGS["none"])
            return f"{words} {clean_text(warned.text or '')}".strip()[:1000]
        case "admin.sign_up":
            return "signed up at your server"
        case "admin.report":
            about = told.report.target_account if told.report else None
            return f"reported @{clean_text(about.acct or '')[:200]}" if about else "sent a report"
        case known if known in _KINDS:
            return ""
        case unknown if said := _emoji(told):
            return f"reacted with {said}"
        case unknown:
            words = " ".join(clean_text(unknown)[:100].replace("_", " ").replace(".", " ").split())
            return f"“{words}”: Godwit does not know this kind yet"


def _emoji(told: Told) -> str:
    """The emoji of a reaction: each software has a field of its own for it."""
    one = told.reaction or told.emoji_reaction or wire.EmojiReaction()
    name = clean_text(told.emoji or one.name or "")[:60].strip(": ")
    return f":{name}:" if name.isascii() and name else name


def _severed(event: Event, look: Viewpoint) -> str:
    words = _SEVERED.get(event.type or "", "{me} cut ties with {what}")
    what = clean_text(event.target_name or "somebody")[:200]
    lost = [
        f"{count} {noun}"
        for count, noun in (
            (event.followers_count or 0, "of your followers"),
            (event.following_count or 0, "whom you followed"),
        )
        if count > 0
    ]
    said = words.format(me=look.server, what=what)
    return f"{said}: you lost {' and '.join(lost)}." if lost else f"{said}."


def _actors(accounts: Sequence[wire.Account], look: Viewpoint) -> tuple[Profile, ...]:
    found: dict[str, Profile] = {}
    for account in accounts:
        try:
            profile = profile_from_account(account, look.domain)
        except Malformed:
            continue
        found.setdefault(profile.uri, profile)
    return tuple(found.values())


def _entry(status: wire.Status, near: Neighbours) -> Entry | None:
    status = status.reblog or status
    try:
        return entry_from_status(status, near, time_of(status) or near.look.now)
    except Malformed:
        return None


def _read(raw: bytes | Raw) -> Told:
    try:
        return msgspec.json.decode(raw, type=Told)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return read_broken(bytes(raw), Told)


def _account(raw: bytes | Raw) -> wire.Account:
    try:
        return msgspec.json.decode(raw, type=wire.Account)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return read_broken(bytes(raw), wire.Account)


def _read_single(raw: bytes | Raw) -> tuple[Told | None, wire.Status | None]:
    try:
        told = _read(raw)
    except Malformed:
        return None, None
    try:
        inner = msgspec.json.decode(raw, type=_WithStatus).status
        status = wire.read_status(inner) if bytes(inner) != b"null" else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Malformed):
        status = None
    return told, status
