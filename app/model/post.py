"""What was written, and what I did with it: two values, two tables."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.profile import Profile
from app.model.text import RichText

MediaKind = Literal["image", "video", "gif", "audio", "unknown"]
Visibility = Literal["public", "quiet", "followers", "direct"]
QuoteState = Literal["shown", "pending", "deleted", "detached", "blocked", "muted", "unavailable"]
AdvisoryKind = Literal["warning", "sensitive", "label", "filter"]
AdvisoryScope = Literal["post", "media", "author", "profile"]
FilterContext = Literal["home", "notifications", "public", "thread", "account"]


class Advisory(Struct, frozen=True, omit_defaults=True):
    """
    A content warning, label or server filter, with its source.

    Attributes:
        kind: ``warning`` is the author's own text; ``sensitive`` has none;
            ``label`` carries the label's value in *text*; ``filter`` the
            titles of the server-side filters that matched.
        source: Who says so: URI of a profile or labeler, a server, or "" for
            the author.
        scope: What it covers; ``profile`` is the author's picture and name only.
        action: What a server-side filter asks for; "" for the others, where
            ``moderation`` decides.
        ref: Of a filter: its id on that server.
        contexts: Of a filter: where it holds; () = everywhere.
        words: Of a filter: which of its words matched; () = the post itself.
        expires_at: Of a filter: until when, aware UTC; None = for ever.
    """

    kind: AdvisoryKind
    text: str = ""
    source: str = ""
    scope: AdvisoryScope = "post"
    action: Literal["", "warn", "hide", "blur"] = ""
    ref: str = ""
    contexts: tuple[FilterContext, ...] = ()
    words: tuple[str, ...] = ()
    expires_at: datetime | None = None


class Standing(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How a viewer and somebody stand to each other.

    The ``…_list`` name the list through which it is so: its URI.
    """

    blocking: bool = False
    blocking_list: str = ""
    blocked_by: bool = False
    blocks_other: bool = False
    muted: bool = False
    muted_list: str = ""
    followed: bool = False


class Media(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One attachment. Sizes in px (0 = unknown), duration in seconds."""

    kind: MediaKind
    url: str
    preview: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0
    blurhash: str = ""
    focus: tuple[float, float] = (0.0, 0.0)
    duration: float = 0.0


class LinkCard(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A preview of a web page, made by a server (never fetched by us)."""

    url: str
    title: str = ""
    description: str = ""
    image: str = ""
    blurhash: str = ""
    author: str = ""


class PollOption(Struct, frozen=True, omit_defaults=True):
    """One choice. *votes* is None while the totals are hidden."""

    title: str
    votes: int | None = None


class Poll(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A poll. *voters* is None when the server does not tell."""

    options: tuple[PollOption, ...]
    votes: int = 0
    voters: int | None = None
    multiple: bool = False
    closed: bool = False
    expires_at: datetime | None = None


class EmojiCount(Struct, frozen=True, array_like=True, gc=False):
    """
    How many people reacted to a post with one emoji.

    Attributes:
        name: The emoji itself, or the name of a custom one without colons, as its server
            calls it (``wave`` or ``wave@far.example``).
        url: Picture of a custom one; "" = *name* is what is shown.
    """

    name: str
    count: int
    url: str = ""


class ReplyTo(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a post answers. Servers tell more or less: any field may be empty."""

    uri: str = ""
    root: str = ""
    author: Profile | None = None
    state: Literal["shown", "deleted", "blocked"] = "shown"


class Counts(Struct, frozen=True, omit_defaults=True, gc=False):
    """As the server counts; 0 is also "unknown"."""

    replies: int = 0
    reposts: int = 0
    likes: int = 0
    quotes: int = 0


class Quote(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A quoted post or why it is not there. *post* has no quote of its own."""

    state: QuoteState
    uri: str = ""
    post: Post | None = None


class Post(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What was written. Holds nothing that depends on who is looking.

    Attributes:
        uri: Identity: the ActivityPub object id or ``at://…`` (canonical).
        network: Id of the network it was written on (``NetworkInfo.id``).
        url: Its web page, http(s), or "".
        created_at: The author's claim. Aware UTC.
        sort_at: What timelines order by. Aware UTC, never in the future of
            its fetch.
        reactions: Emoji that people put under it, as its server orders them.
        bridged_from: The URI or URL of the original, when the record claims
            to be a bridge's copy; "" otherwise. A claim until proved.
        langs: BCP 47 tags, may be empty.
    """

    uri: str
    network: str
    author: Profile
    created_at: datetime
    sort_at: datetime
    url: str = ""
    text: RichText = RichText()
    advisories: tuple[Advisory, ...] = ()
    media: tuple[Media, ...] = ()
    card: LinkCard | None = None
    poll: Poll | None = None
    quote: Quote | None = None
    reply_to: ReplyTo | None = None
    counts: Counts = Counts()
    reactions: tuple[EmojiCount, ...] = ()
    edited_at: datetime | None = None
    langs: tuple[str, ...] = ()
    visibility: Visibility = "public"
    tags: tuple[str, ...] = ()
    bridged_from: str = ""


class ViewerState(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What one account did with a post, and may do.

    Attributes:
        ref: Opaque; only the protocol that made it reads it (its local id,
            cid, like record…). Needed to react or reply later.
        emoji: With which it reacted, by their names.
        can_react: Its server takes emoji as reactions to this post.
        own_votes: Indexes into the poll's options; None = has not voted.
        filtered: Server-side filters that matched for this account, wherever
            and until whenever they hold: who decides looks at that.
        labels: What labelers say, as far as this account has asked for them.
        standing: How it stands to the author, where there is something to tell.
        follows: It follows the author, as far as the server told.
        pinned: It has this post of its own on its profile, as far as was told.
    """

    ref: str = ""
    liked: bool = False
    reposted: bool = False
    bookmarked: bool = False
    muted: bool = False
    can_reply: bool = True
    can_quote: bool = True
    can_react: bool = False
    emoji: tuple[str, ...] = ()
    own_votes: tuple[int, ...] | None = None
    filtered: tuple[Advisory, ...] = ()
    labels: tuple[Advisory, ...] = ()
    standing: Standing | None = None
    follows: bool = False
    pinned: bool = False
