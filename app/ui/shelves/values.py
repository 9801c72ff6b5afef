"""What the page of lists, tags and trends shows. Values only."""

from __future__ import annotations

from msgspec import Struct

PARTS = (
    ("lists", "Lists"),
    ("tags", "Tags"),
    ("trends", "Trends"),
    ("apart", "Bells & reposts"),
)

REPLIES = (
    ("followed", "People I follow"),
    ("list", "People on it"),
    ("none", "Nobody"),
)
"""Whose answers a list shows, as servers with rules have it."""


class ActItem(Struct, frozen=True, omit_defaults=True):
    """A button: *key*, its words, its kind, an icon."""

    key: str
    words: str
    kind: str = "outline"
    icon: str = ""


class MemberItem(Struct, frozen=True, omit_defaults=True):
    """Somebody on a list, or who could be put on it. *key*: their URI, else the handle."""

    key: str
    name: str
    handle: str
    picture: str = ""
    on: bool = True


class ListItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A list of people as the page shows it.

    Attributes:
        about: Whose it is, and who can see it.
        ruled: Its server lets one choose *replies* and *exclusive*.
        readable: It can be shown as a feed.
        busy: Something is being changed.
        said: What was done, or why not; *danger*: it was not. *undo*: it can be taken back.
    """

    key: str
    title: str
    about: str
    members: tuple[MemberItem, ...] = ()
    ruled: bool = False
    readable: bool = True
    replies: str = ""
    exclusive: bool = False
    busy: bool = False
    said: str = ""
    danger: bool = False
    undo: bool = False


class DetailItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A tag, topic or page, and what can be done with it."""

    key: str
    title: str
    about: str = ""
    lines: tuple[str, ...] = ()
    acts: tuple[ActItem, ...] = ()
    said: str = ""
    danger: bool = False
