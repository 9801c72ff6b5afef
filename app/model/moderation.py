"""What somebody has settled about what they see, as networks keep it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

Setting = Literal["ignore", "warn", "hide"]

WordTarget = Literal["content", "tag"]


class MutedWord(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A word, phrase or tag that somebody does not want to see.

    Attributes:
        value: As typed, without "#".
        targets: Where: ``content`` is text and tags, ``tag`` tags only.
        spare_followed: Not in posts of people I follow.
        expires_at: RFC 3339, "" = never. Compared as text, like the reference.
    """

    value: str
    targets: tuple[WordTarget, ...] = ("content", "tag")
    spare_followed: bool = False
    expires_at: str = ""
    id: str = ""


class LabelerSettings(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A labeler I have subscribed to, and what its labels are to do. *uri* names it."""

    uri: str
    labels: dict[str, Setting] = {}


class SavedFeed(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A feed that an account keeps on its server.

    *kind*: ``timeline`` (*value* "following"), ``feed`` or ``list`` (URI).
    """

    kind: Literal["timeline", "feed", "list"]
    value: str
    pinned: bool = False
    id: str = ""


class Settled(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    The preferences of one account, as its server keeps them.

    Attributes:
        adult: Adult content is switched on.
        labels: Setting per label value; what is not named has its default.
        labelers: In order; the network's own first.
        hidden: URIs of posts that were hidden one by one.
        feeds: Pinned first.
        hide_…: What the home timeline leaves out.
        thread_order: As the network calls it.
    """

    adult: bool = False
    labels: dict[str, Setting] = {}
    labelers: tuple[LabelerSettings, ...] = ()
    words: tuple[MutedWord, ...] = ()
    hidden: tuple[str, ...] = ()
    feeds: tuple[SavedFeed, ...] = ()
    hide_replies: bool = False
    hide_replies_by_unfollowed: bool = True
    hide_reposts: bool = False
    hide_quotes: bool = False
    thread_order: str = ""


FilterContext = Literal["home", "notifications", "public", "thread", "account"]


class FilterWord(Struct, frozen=True, omit_defaults=True):
    """A keyword or phrase of a filter. *whole*: not inside a longer word."""

    text: str
    whole: bool = True
    id: str = ""


class Filter(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A filter that a server keeps for an account.

    Attributes:
        contexts: Where it holds.
        expires_at: Aware UTC; None = never.
        posts: URIs of single posts that it catches.
    """

    id: str
    title: str
    contexts: frozenset[FilterContext]
    action: Literal["warn", "hide", "blur"] = "warn"
    words: tuple[FilterWord, ...] = ()
    posts: tuple[str, ...] = ()
    expires_at: datetime | None = None
