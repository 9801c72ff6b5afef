"""
What the AppView calls notifications → notices. Pure.

Source: lexicon ``app.bsky.notification.listNotifications``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Raw, Struct, field

from app.model.notification import Notice, NoticeKind, ReadMark
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.profiles import profile_from_author
from app.protocols.bluesky.times import moment
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.wire import ABSENT, Author, StrongRef, Wire
from app.protocols.safety import clean_text

_KINDS: Mapping[str, NoticeKind] = {
    "like": "like",
    "like-via-repost": "like",
    "repost": "repost",
    "repost-via-repost": "repost",
    "follow": "follow",
    "mention": "mention",
    "reply": "reply",
    "quote": "quote",
    "subscribed-post": "post",
}
_TEXTS = {
    "verified": "has verified you",
    "unverified": "has taken your verification back",
    "starterpack-joined": "joined with your starter pack",
    "contact-match": "is somebody from your contacts",
}
_WRITTEN = ("mention", "reply", "quote", "post")
"""Kinds that are about the post that the notification itself is."""


class Told(Wire, frozen=True):
    """``#notification``."""

    uri: str
    author: Author
    indexed_at: str
    reason: str = ""
    reason_subject: str = ""
    is_read: bool = False
    record: Raw = ABSENT


class Page(Wire, frozen=True):
    """The answer."""

    notifications: list[Raw] | None = None
    cursor: str | None = None
    seen_at: str = ""
    priority: bool | None = None


class Subject(Wire, frozen=True):
    """Records of likes and reposts name what they are of."""

    type: str = field(default="", name="$type")
    subject: StrongRef = StrongRef()


class ReadNotices(Struct):
    """A page, converted; *about*: URIs of the posts it is about."""

    notices: list[Notice]
    about: list[str]
    unreadable: int = 0


def mark_from(page: Page) -> ReadMark | None:
    """
    How far the server says it was read; None: it does not say.

    Of who has never looked it says the time of the newest notification, which counts as
    unread then: no mark at all (AppView, ``listNotifications``).
    """
    at = moment(page.seen_at)
    if at is None:
        return None
    for raw in (page.notifications or [])[:1]:
        with contextlib.suppress(Unreadable):
            newest = read(raw, Told)
            if not newest.is_read and moment(newest.indexed_at) == at:
                return None
    return ReadMark(at=at)


def notices_from(raws: Sequence[Raw], now: datetime) -> ReadNotices:
    """Each as far as it can be read; the others are counted."""
    page = ReadNotices([], [])
    for raw in raws:
        try:
            notice = _notice(read(raw, Told), now)
        except Unreadable:
            page.unreadable += 1
            continue
        page.notices.append(notice)
        if notice.about:
            page.about.append(notice.about)
    page.about = list(dict.fromkeys(page.about))
    return page


def _notice(told: Told, now: datetime) -> Notice:
    at = moment(told.indexed_at)
    if at is None or at_uri_parts(told.uri) is None:
        raise Unreadable("it has no time or no address")
    kind = _KINDS.get(told.reason, "other")
    plain = kind in ("other", "moderation")
    return Notice(
        key=f"{told.uri} {told.reason}",
        kind=kind,
        at=min(at, now),
        actors=(profile_from_author(told.author),),
        about=_about(told, kind),
        said=clean_text(told.reason)[:100] if plain else "",
        text=_text(told.reason) if plain else "",
    )


def _about(told: Told, kind: NoticeKind) -> str:
    if kind in _WRITTEN:
        return told.uri
    if kind not in ("like", "repost"):
        return ""
    # Of a like through a repost the reason names the repost; the record names the post.
    try:
        uri = read(told.record, Subject).subject.uri
    except Unreadable:
        uri = ""
    uri = uri or told.reason_subject
    return uri if at_uri_parts(uri) else ""


def _text(reason: str) -> str:
    if known := _TEXTS.get(reason):
        return known
    words = " ".join(clean_text(reason)[:100].replace("-", " ").split()) or "something"
    return f"“{words}”: Godwit does not know this kind yet"
