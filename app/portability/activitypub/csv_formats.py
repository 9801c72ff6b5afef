"""
The CSV files that servers of the fediverse write and read: their rows, columns and names.

Source: Mastodon's export and import models (facts: CSV). Values are kept as those
servers keep them: an address is ``user@domain``, without a leading "@".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct

from app.model.moderation import Filter

Kind = Literal[
    "following",
    "followers",
    "lists",
    "muting",
    "blocking",
    "domain_blocking",
    "bookmarks",
    "tags",
    "filters",
]
"""
As Mastodon's importer names them; ``followers`` and ``tags`` only we write.
``filters`` stand in a file of JSON (``filters_json.py``).
"""

MOST_BYTES = 20_000_000
MOST_ROWS = 20_000


class Follow(Struct, frozen=True, omit_defaults=True):
    """
    Somebody who is followed.

    Attributes:
        boosts, notify: None = not said: what the server does by itself.
        languages: Codes; empty = all.
    """

    acct: str
    boosts: bool | None = None
    notify: bool | None = None
    languages: tuple[str, ...] = ()


class Follower(Struct, frozen=True):
    """Somebody who follows. For information: nobody can be made to."""

    acct: str


class Mute(Struct, frozen=True, omit_defaults=True):
    """Somebody who is muted. *hide*: also their notifications; None = not said."""

    acct: str
    hide: bool | None = None


class Block(Struct, frozen=True):
    """Somebody who is blocked."""

    acct: str


class Domain(Struct, frozen=True):
    """A server that is blocked, lower case."""

    name: str


class Bookmark(Struct, frozen=True):
    """A post that is remembered, by its URI (not its web address)."""

    uri: str


class Member(Struct, frozen=True):
    """Somebody on a list. Lists without members cannot be written."""

    title: str
    acct: str


class Hashtag(Struct, frozen=True):
    """A hashtag that is followed, without "#"."""

    name: str


Row = Follow | Follower | Mute | Block | Domain | Bookmark | Member | Hashtag | Filter


class Format(Struct, frozen=True):
    """
    One kind of file.

    Attributes:
        file: The name that Mastodon gives it, and by which others know it again.
        columns: In order. The first is what a header row is known by.
        header: Whether it is written with a header row.
        starts: How names of such files begin.
    """

    kind: Kind
    file: str
    columns: tuple[str, ...]
    header: bool
    starts: tuple[str, ...]
    row: type[Row]


ADDRESS, DOMAIN, URI, LIST, TAG = "Account address", "#domain", "#uri", "List name", "Hashtag"
BOOSTS, NOTIFY, LANGUAGES = "Show boosts", "Notify on new posts", "Languages"
HIDE = "Hide notifications"

_ALL = (
    Format(
        "following",
        "following_accounts.csv",
        (ADDRESS, BOOSTS, NOTIFY, LANGUAGES),
        True,
        ("following", "follows"),
        Follow,
    ),
    Format("followers", "followers.csv", (ADDRESS,), True, ("followers",), Follower),
    Format("lists", "lists.csv", (LIST, ADDRESS), False, ("lists",), Member),
    Format(
        "muting",
        "muted_accounts.csv",
        (ADDRESS, HIDE),
        True,
        ("mutes", "muted_accounts", "muted"),
        Mute,
    ),
    Format(
        "blocking",
        "blocked_accounts.csv",
        (ADDRESS,),
        False,
        ("blocks", "blocked_accounts", "blocked"),
        Block,
    ),
    Format(
        "domain_blocking",
        "blocked_domains.csv",
        (DOMAIN,),
        False,
        ("domain_blocks", "blocked_domains", "domain"),
        Domain,
    ),
    Format("bookmarks", "bookmarks.csv", (URI,), False, ("bookmarks",), Bookmark),
    Format("tags", "followed_tags.csv", (TAG,), True, ("followed_tags", "tags"), Hashtag),
)

FORMATS: Mapping[Kind, Format] = {one.kind: one for one in _ALL}

HEADS = {name.casefold(): name for one in _ALL for name in one.columns}
"""Every column there is, by how it may be typed."""

_KEYS: Mapping[type[Row], Callable[..., tuple[str, ...]]] = {
    Domain: lambda row: (row.name,),
    Hashtag: lambda row: (row.name.casefold(),),
    Bookmark: lambda row: (row.uri,),
    Member: lambda row: (row.title, row.acct.casefold()),
    # Making a filter is not safe to repeat: one with this title, for these places, is it.
    Filter: lambda row: (row.title, *sorted(row.contexts)),
}


def key_of(row: Row) -> tuple[str, ...]:
    """What makes two rows the same: addresses are compared without case."""
    known = _KEYS.get(type(row))
    return known(row) if known else (row.acct.casefold(),)  # type: ignore[union-attr]


def format_of_name(name: str) -> Format | None:
    """By the start of a file's name, as Mastodon guesses: the longest that fits."""
    low = name.casefold()
    fitting = [(start, one) for one in _ALL for start in one.starts if low.startswith(start)]
    return max(fitting, key=lambda pair: len(pair[0]), default=(None, None))[1]
