"""What others did that concerns me, and who gets through to say so."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from msgspec import Struct

from app.model.profile import Profile
from app.model.timeline import AccountId, Cursor, Entry

NoticeKind = Literal[
    "mention", "reply", "quote", "post", "like", "repost", "follow", "follow_request",
    "poll", "edit", "moderation", "other",
]  # fmt: skip
"""
``post``: somebody whose posts I asked to hear of has written one. ``poll``: one that I made
or voted in is over. ``edit``: a post that I passed on or quoted was changed.
``moderation``: moderators, or the server itself, have something to say. ``other``: whatever
a server tells that we do not know: shown as a plain row.
"""

GROUPED: frozenset[str] = frozenset({"like", "repost", "follow"})
"""Kinds of which several become one row."""


class Notice(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One notification, or several of one kind that a server has put together.

    Attributes:
        key: Identity at its server; a group keeps it while it grows.
        at: Of the newest in it. Aware UTC.
        actors: Who did it, the newest first; of a large group only some.
        many: How many did it.
        about: URI of the post it is about: mine, or the one that was written; "" = none.
        said: What the server calls the kind, where it is ``other`` or told in words.
        text: For people, of kinds that a post does not explain.
        place: What the server calls its place, for ``ReadMark``; "" = it goes by time.
    """

    key: str
    kind: NoticeKind
    at: datetime
    actors: tuple[Profile, ...] = ()
    many: int = 1
    about: str = ""
    said: str = ""
    text: str = ""
    place: str = ""


class ReadMark(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How far notifications were read, as a server keeps it.

    *at*: time of the newest one that was read, None where the server names a *place* only.
    """

    at: datetime | None = None
    place: str = ""


class NoticePage(Struct, frozen=True, kw_only=True):
    """
    One page, newest first, with the posts that its notices are about.

    Attributes:
        older: Where it goes on; None = the end.
        read: How far they were read, where the page itself tells.
        unreadable: Records on it that could not be read at all.
    """

    notices: tuple[Notice, ...]
    posts: tuple[Entry, ...] = ()
    older: Cursor | None = None
    read: ReadMark | None = None
    unreadable: int = 0


class Glance(NamedTuple):
    """
    What grouping needs of a notification.

    *at* in µs; *post*: whatever is the same for all copies of one thought, 0 = none;
    *actor*: URI of who did it, the newest.
    """

    id: int
    at: int
    account: AccountId
    kind: str
    post: int
    actor: str
    many: int
    read: bool


class GateRule(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One rule about who gets through.

    Attributes:
        key: Of the network; handed back to change it.
        name, about: For people.
        choice: Key of one of *choices*: (key, word for people).
    """

    key: str
    name: str
    choice: str
    choices: tuple[tuple[str, str], ...]
    about: str = ""


class Gate(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Who gets through to an account, as its server keeps it.

    Attributes:
        people, notices: How many were set aside.
    """

    rules: tuple[GateRule, ...]
    people: int = 0
    notices: int = 0


class SetAside(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody whose notifications were set aside. *id*: the server's own."""

    id: str
    who: Profile
    many: int
    at: datetime
    text: str = ""
