"""What timelines are made of, between a server and the store."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NewType

from msgspec import Struct

from app.model.post import Post, ViewerState
from app.model.profile import Profile

Cursor = NewType("Cursor", str)
"""Opaque; only handed back to the service that gave it."""

AccountId = NewType("AccountId", str)
"""Ours, stable for ever, readable: ``ana@127.0.0.1:3000``, ``alice.test``."""

SourceKind = Literal[
    "home", "notifications", "list", "tag", "feed", "author", "search", "bookmarks", "thread",
    "trends", "likes", "quotes",
]  # fmt: skip
"""
``thread``: a conversation, by the URI of the post that it was opened at. ``trends``: what is
much talked about at the account's server, in the server's order. ``likes``: what the account
liked, the latest like first. ``quotes``: posts that quote the one with this URI.
"""


class Source(Struct, frozen=True, omit_defaults=True):
    """Where items come from. *arg*: the list, tag, feed URI… of the kinds that need one."""

    kind: SourceKind = "home"
    arg: str = ""


HOME = Source("home")


class Repost(Struct, frozen=True, omit_defaults=True):
    """Somebody passed a post on."""

    by: Profile
    at: datetime
    uri: str = ""


class Entry(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A post in a timeline, or a repost of one, seen by one account.

    Attributes:
        key: Identity of this entry: the post's URI, or the repost's URI, or
            ``repost:<actor uri>:<post uri>`` where a repost has none. The
            same repost seen by two accounts has the same key.
        sort_at: Where it stands: the post's, or the time of the repost.
    """

    key: str
    sort_at: datetime
    post: Post
    viewer: ViewerState = ViewerState()
    repost: Repost | None = None


class Stub(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A record that could not be read. Shown as such; the page goes on."""

    key: str
    sort_at: datetime
    reason: str
    excerpt: str = ""


class Page(Struct, frozen=True, kw_only=True):
    """
    One page of a source, newest first, as the server gave it.

    Short pages and duplicates are normal. ``older is None`` means the end.
    """

    items: tuple[Entry | Stub, ...]
    older: Cursor | None = None


class Gap(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A known hole in one account's source. *cursor* fetches its newest page.

    Between *older_at* (the newest item below; None = unknown) and *newer_at*
    (the oldest item above).
    """

    id: int
    account: AccountId
    source: Source
    newer_at: datetime
    older_at: datetime | None = None
    cursor: Cursor = Cursor("")


# ---------------------------------------------------------------- as kept


class RowKey(Struct, frozen=True, order=True, array_like=True, gc=False):
    """Place of a row in a timeline: *at* in µs since 1970 (UTC), then *id*."""

    at: int
    id: int


class Sighting(Struct, frozen=True, omit_defaults=True):
    """An entry, and every account that has seen it with its viewer state."""

    entry: Entry
    viewers: dict[AccountId, ViewerState] = {}


class Echo(Struct, frozen=True, kw_only=True):
    """
    A row of posts and reposts that are the same thought (often just one).

    *sightings* are ordered by ``sort_at``; the row stands at *key*.
    """

    key: RowKey
    sightings: tuple[Sighting, ...]


class GapRow(Struct, frozen=True, kw_only=True):
    """A gap as a row."""

    key: RowKey
    gap: Gap


class StubRow(Struct, frozen=True, kw_only=True):
    """An unreadable record as a row."""

    key: RowKey
    stub: Stub
    account: AccountId


StoredRow = Echo | GapRow | StubRow

TimelineId = NewType("TimelineId", str)
"""``all``, ``network:<network id>`` or ``account:<account id>``."""

ALL = TimelineId("all")


class Anchor(Struct, frozen=True):
    """
    The reading position: which row stands at the top, and how far it is cut.

    *key* is the entry key (not a row number), so that it outlives the cache.
    *offset*: px of the row above the viewport's top edge, at text size 100 %.
    """

    key: str
    at: datetime
    offset: int = 0
