"""What somebody has settled about what they see, as networks keep it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.post import FilterContext

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
        posts: Single posts that it catches: URIs, or the server's own ids of them
            (``ViewerState.ref``).
        local: The server does not say what it catches: it is looked for here.
    """

    id: str
    title: str
    contexts: frozenset[FilterContext]
    action: Literal["warn", "hide", "blur"] = "warn"
    words: tuple[FilterWord, ...] = ()
    posts: tuple[str, ...] = ()
    expires_at: datetime | None = None
    local: bool = False


Severity = Literal["inform", "alert", "none"]
Blurs = Literal["content", "media", "none"]


class LabelMeaning(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a labeler says that one of its labels means, in the reader's language."""

    value: str
    name: str = ""
    description: str = ""
    severity: Severity = "none"
    blurs: Blurs = "none"
    default: Setting = "warn"
    adult: bool = False


class Labeler(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A moderation service that labels.

    Attributes:
        values: All that it may give; those without a meaning of their own are
            the ones that everybody knows.
        likes: As the network counts.
    """

    uri: str
    handle: str = ""
    name: str = ""
    description: str = ""
    avatar: str = ""
    values: tuple[str, ...] = ()
    meanings: tuple[LabelMeaning, ...] = ()
    likes: int = 0


class Averted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Whom an account mutes and blocks: URI of the profile → its handle."""

    muted: dict[str, str] = {}
    blocked: dict[str, str] = {}


class RefusedServer(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A server that an account's own server does not talk to (*severity* suspend), or quiets.

    *digest*: SHA-256 of the domain, in hex, where the name itself is not told whole.
    """

    domain: str
    severity: Literal["suspend", "silence"] = "suspend"
    reason: str = ""
    digest: str = ""


class PeopleList(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A list of people, somebody's, made for moderation. *members*: URI → handle."""

    uri: str
    title: str
    by: str = ""
    description: str = ""
    members: dict[str, str] = {}


# What can be changed in the preferences that a server keeps.


class AdultChange(Struct, frozen=True):
    """Adult content switched on or off."""

    on: bool


class LabelChange(Struct, frozen=True):
    """What a label does; *labeler*: of that one only."""

    value: str
    setting: Setting
    labeler: str = ""


class LabelerChange(Struct, frozen=True):
    """Subscribed to a labeler, or not any more."""

    uri: str
    on: bool = True


class WordChange(Struct, frozen=True):
    """A muted word added or changed, or taken away."""

    word: MutedWord
    on: bool = True


class HiddenChange(Struct, frozen=True):
    """One post hidden, or shown again."""

    uri: str
    on: bool = True


class FeedsChange(Struct, frozen=True):
    """The saved feeds, all of them, in their order."""

    feeds: tuple[SavedFeed, ...]


class SavedFeedChange(Struct, frozen=True):
    """One feed saved as it says (pinned or not), or taken away; the others stay."""

    feed: SavedFeed
    on: bool = True


class FeedOrderChange(Struct, frozen=True):
    """These saved feeds (``SavedFeed.value``) stand in this order among each other."""

    values: tuple[str, ...]


Change = (
    AdultChange
    | LabelChange
    | LabelerChange
    | WordChange
    | HiddenChange
    | FeedsChange
    | SavedFeedChange
    | FeedOrderChange
)
