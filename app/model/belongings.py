"""What an account owns besides its posts: people, lists, bookmarks, tags, its profile."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

Took = Literal["done", "already", "requested"]
"""What became of one thing that was to be taken over. ``requested``: others must agree."""


class Who(Struct, frozen=True, omit_defaults=True):
    """Somebody. *handle*: always with the host, without "@"; *uri*: their identity."""

    handle: str
    uri: str = ""


class Followed(Struct, frozen=True, omit_defaults=True):
    """
    Somebody who is followed, and how.

    Attributes:
        reposts, notify: None = not known: what the server does by itself.
        languages: Codes; empty = all.
        note: What was privately noted about them.
    """

    handle: str
    uri: str = ""
    reposts: bool | None = None
    notify: bool | None = None
    languages: tuple[str, ...] = ()
    note: str = ""


class Muted(Struct, frozen=True, omit_defaults=True):
    """
    Somebody who is muted.

    Attributes:
        notifications: Theirs are hidden, too; None = not known.
        until: Aware UTC; None = for ever.
    """

    handle: str
    uri: str = ""
    notifications: bool | None = None
    until: datetime | None = None


class OwnList(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A list of people that the account keeps for reading.

    Attributes:
        ref: The server's own name of it; means nothing elsewhere.
        replies: Whose answers it shows: "followed", "list", "none", or "" = not known.
        exclusive: Its people are left out of the home timeline.
        public: Anybody can look it up.
        moderation: It is for muting or blocking its people, not for reading them.
    """

    title: str
    members: tuple[Who, ...] = ()
    replies: str = ""
    exclusive: bool = False
    public: bool = False
    moderation: bool = False
    ref: str = ""


class ProfileLine(Struct, frozen=True):
    """A field of a profile, as it was typed."""

    name: str
    value: str


class OwnProfile(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    The account's own profile, as its owner typed it.

    Attributes:
        avatar, header: URLs; "" = none of one's own.
        followers, following, posts: As the server counts.
        wrote_at: When it wrote last, as the server tells (a day, or a moment).
        aliases: Other profiles that this one says are the same, as far as it is told.
        moved_to: URI of the profile it has moved to.
        avatar_alt, header_alt: Descriptions of the pictures.
        default_…: Of new posts; *quotes*: who may quote them, as the network says it.
    """

    uri: str
    handle: str
    name: str = ""
    text: str = ""
    fields: tuple[ProfileLine, ...] = ()
    avatar: str = ""
    header: str = ""
    avatar_alt: str = ""
    header_alt: str = ""
    locked: bool = False
    bot: bool = False
    discoverable: bool | None = None
    hides_people: bool | None = None
    indexable: bool | None = None
    default_visibility: str = ""
    default_language: str = ""
    default_sensitive: bool | None = None
    default_quotes: str = ""
    followers: int = -1
    following: int = -1
    posts: int = -1
    wrote_at: str = ""
    aliases: tuple[str, ...] = ()
    moved_to: str = ""
    created_at: datetime | None = None


class OldPost(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A post from elsewhere that is put in quietly, with its old date.

    Attributes:
        quiet: It was not for the public timelines.
        media: The new server's own names of its files.
        reply_to: The new server's own name of the post before it in its thread.
    """

    text: str
    written_at: datetime
    warning: str = ""
    sensitive: bool = False
    lang: str = ""
    quiet: bool = False
    media: tuple[str, ...] = ()
    reply_to: str = ""


class MoveWays(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How a server lets an account say that it is, or goes, somewhere else.

    Attributes:
        alias, move: ``call``: Godwit can; ``page``: only on a page of the server.
        aliases_page, move_page, import_page, export_page: Where; "" = not known.
        takes: Kinds of files that can be sent in whole.
        backdates: Old posts may be put in quietly (see ``Backdates``).
        cooldown_days: After a move, until the next.
    """

    alias: Literal["call", "page"] = "page"
    move: Literal["call", "page"] = "page"
    aliases_page: str = ""
    move_page: str = ""
    import_page: str = ""
    export_page: str = ""
    takes: tuple[str, ...] = ()
    backdates: bool = False
    cooldown_days: int = 30
