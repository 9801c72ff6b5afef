"""
What the AppView sends, as typed structs. ``decode`` reads them.

Only the fields we use are named (lexicons ``app.bsky.feed.defs``,
``app.bsky.actor.defs``, ``app.bsky.feed.post``, ``com.atproto.label.defs``).
Open unions (embeds, replies, reasons) stay raw until somebody knows their
``$type``: an unknown one can then fail alone.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct, field

ABSENT = Raw(b"")
# The store packs integers into 64 bits; JavaScript never sends more than 53.
Count = Annotated[int, Meta(ge=0, le=2**53)]


class Wire(Struct, frozen=True, gc=False, rename="camel"):
    """Base of all that is read: camelCase on the wire."""


# ------------------------------------------------------------- rich text


class ByteSlice(Wire, frozen=True):
    """Half-open range of UTF-8 bytes."""

    byte_start: int
    byte_end: int


class Feature(Wire, frozen=True):
    """One meaning of a facet; the field that counts depends on *type*."""

    type: str = field(default="", name="$type")
    uri: str = ""
    did: str = ""
    tag: str = ""


class Facet(Wire, frozen=True):
    """``app.bsky.richtext.facet``."""

    index: ByteSlice
    features: list[Feature] = []


class Utf16Slice(Wire, frozen=True):
    """Half-open range of UTF-16 code units."""

    start: int
    end: int


class Entity(Wire, frozen=True):
    """Ancestor of facets, in posts before 2023."""

    index: Utf16Slice
    type: str = ""
    value: str = ""


# ---------------------------------------------------------------- labels


class Label(Wire, frozen=True):
    """``com.atproto.label.defs#label``."""

    val: str
    src: str = ""
    uri: str = ""
    cts: str = ""
    exp: str = ""
    neg: bool = False


class SelfLabels(Wire, frozen=True):
    """``com.atproto.label.defs#selfLabels``."""

    values: list[Label] = []


# -------------------------------------------------------------- profiles


class AuthorViewer(Wire, frozen=True):
    """``app.bsky.actor.defs#viewerState``, as far as reading needs it."""

    muted: bool = False
    muted_by_list: Raw = ABSENT
    blocking: str = ""
    blocking_by_list: Raw = ABSENT
    blocked_by: bool = False
    following: str = ""


class Author(Wire, frozen=True):
    """``app.bsky.actor.defs#profileViewBasic``."""

    did: str
    handle: str = ""
    display_name: str = ""
    avatar: str = ""
    labels: list[Label] = []
    viewer: AuthorViewer | None = None


# ----------------------------------------------------------------- posts


class StrongRef(Wire, frozen=True):
    """``com.atproto.repo.strongRef``."""

    uri: str = ""
    cid: str = ""


class ReplyRef(Wire, frozen=True):
    """``app.bsky.feed.post#replyRef``."""

    root: StrongRef = StrongRef()
    parent: StrongRef = StrongRef()


class PostRecord(Wire, frozen=True):
    """``app.bsky.feed.post``, and what Bridgy Fed adds to it."""

    type: str = field(default="", name="$type")
    text: str = ""
    created_at: str = ""
    facets: list[Facet] | None = None
    entities: list[Entity] | None = None
    langs: list[str] | None = None
    tags: list[str] | None = None
    labels: SelfLabels | None = None
    reply: ReplyRef | None = None
    bridgy_original_url: str = ""


class PostViewer(Wire, frozen=True):
    """``app.bsky.feed.defs#viewerState``: like and repost are record URIs."""

    like: str = ""
    repost: str = ""
    bookmarked: bool = False
    pinned: bool = False
    thread_muted: bool = False
    reply_disabled: bool = False
    embedding_disabled: bool = False


class PostView(Wire, frozen=True):
    """``app.bsky.feed.defs#postView``."""

    uri: str
    author: Author
    record: PostRecord
    cid: str = ""
    indexed_at: str = ""
    embed: Raw = ABSENT
    labels: list[Label] = []
    viewer: PostViewer | None = None
    reply_count: Count = 0
    repost_count: Count = 0
    like_count: Count = 0
    quote_count: Count = 0


class Reason(Wire, frozen=True):
    """``#reasonRepost`` (with *by*), ``#reasonPin``, or one yet unknown."""

    type: str = field(default="", name="$type")
    by: Author | None = None
    uri: str = ""
    indexed_at: str = ""


class ParentView(Wire, frozen=True):
    """The parent in a feed: a post view, ``#notFoundPost`` or ``#blockedPost``."""

    type: str = field(default="", name="$type")
    uri: str = ""
    author: Author | None = None


class FeedReply(Wire, frozen=True):
    """``app.bsky.feed.defs#replyRef``."""

    parent: ParentView = ParentView()


class FeedViewPost(Wire, frozen=True):
    """``app.bsky.feed.defs#feedViewPost``."""

    post: PostView
    reply: FeedReply | None = None
    reason: Reason | None = None


class Bookmark(Wire, frozen=True):
    """``app.bsky.bookmark.defs#bookmarkView``."""

    item: PostView
    created_at: str = ""


# ---------------------------------------------------------------- embeds


class AspectRatio(Wire, frozen=True):
    """``app.bsky.embed.defs#aspectRatio``: often true pixels, always a ratio."""

    width: int = 0
    height: int = 0


class Image(Wire, frozen=True):
    """``images#viewImage`` and ``gallery#viewImage``, which say it otherwise."""

    fullsize: str
    thumb: str = ""
    thumbnail: str = ""
    alt: str = ""
    aspect_ratio: AspectRatio = AspectRatio()


class External(Wire, frozen=True):
    """``app.bsky.embed.external#viewExternal``."""

    uri: str
    title: str = ""
    description: str = ""
    thumb: str = ""


class AnyEmbed(Wire, frozen=True):
    """Every known embed view at once: the fields do not collide."""

    type: str = field(default="", name="$type")
    images: list[Image] = []
    items: list[Image] = []
    external: External | None = None
    playlist: str = ""
    thumbnail: str = ""
    alt: str = ""
    aspect_ratio: AspectRatio = AspectRatio()
    presentation: str = ""
    record: Raw = ABSENT
    media: Raw = ABSENT


class RecordView(Wire, frozen=True):
    """``app.bsky.embed.record#view.record``, by any of its names."""

    type: str = field(default="", name="$type")
    uri: str = ""
    display_name: str = ""
    name: str = ""
    description: str = ""
    avatar: str = ""
    creator: Author | None = None
    record: Raw = ABSENT


class NamedRecord(Wire, frozen=True):
    """The record of a starter pack, where its name is."""

    name: str = ""
    description: str = ""


class QuotedView(Wire, frozen=True):
    """``app.bsky.embed.record#viewRecord``, ``#viewNotFound`` and their like."""

    type: str = field(default="", name="$type")
    uri: str = ""
    cid: str = ""
    author: Author | None = None
    value: PostRecord | None = None
    labels: list[Label] = []
    embeds: list[Raw] = []
    indexed_at: str = ""
    reply_count: Count = 0
    repost_count: Count = 0
    like_count: Count = 0
    quote_count: Count = 0


# ----------------------------------------------------------------- pages


class FeedPage(Wire, frozen=True):
    """Any of the paged answers: each has one of the lists."""

    feed: list[Raw] | None = None
    posts: list[Raw] | None = None
    bookmarks: list[Raw] | None = None
    cursor: str | None = None
