"""
Wire → model, item by item: what cannot be read becomes a stub, the rest goes on.

Sources: lexicons ``app.bsky.feed.defs`` and ``app.bsky.feed.post``; facts on
feeds, labels and bridges. Pure: the time of the fetch is an argument.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Raw, Struct

from app.model import (
    Counts,
    Entry,
    Post,
    Profile,
    Quote,
    ReplyTo,
    Repost,
    RichText,
    Stub,
)
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.embeds import Embedded, embedded
from app.protocols.bluesky.labels import advisories_from_labels
from app.protocols.bluesky.profiles import profile_from_author
from app.protocols.bluesky.stubs import stub_from_item
from app.protocols.bluesky.text import rich_text, tag_name
from app.protocols.bluesky.times import moment
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.viewers import viewer_from_post_view
from app.protocols.bluesky.wire import (
    Author,
    Bookmark,
    FeedViewPost,
    PostRecord,
    PostView,
    QuotedView,
    Reason,
)
from app.protocols.net.turns import Turns, at_once
from app.protocols.safety import safe_link

NETWORK = "bluesky"

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|igshid|mc_[ce]id|ref_src")
_MOST_TAGS = 64
_MOST_LANGUAGES = 8


class Claims(Struct):
    """Whose post it is and where it stands: what identity and place rest on."""

    did: str
    collection: str
    key: str
    created_at: datetime
    sort_at: datetime


# ------------------------------------------------------------------- pages

Entries = tuple[Entry | Stub, ...]


def entries_from_feed(items: Sequence[Raw], now: datetime) -> Entries:
    """A page of ``feedViewPost``s. Pinned posts, out of their order, are left out."""
    return at_once(reading_feed(items, now))


def reading_feed(items: Sequence[Raw], now: datetime) -> Turns[Entries]:
    """The same in turns: what is meant to hurt takes a while."""
    entries: list[Entry | Stub] = []
    for raw in items:
        yield
        try:
            entry = entry_from_feed_view(read(raw, FeedViewPost), now)
        except Unreadable as error:
            entries.append(stub_from_item(raw, entries, now, error))
        else:
            if entry is not None:
                entries.append(entry)
    return tuple(entries)


def entries_from_posts(items: Sequence[Raw], now: datetime) -> Entries:
    """A page of bare ``postView``s (search)."""
    return at_once(reading_posts(items, now))


def reading_posts(items: Sequence[Raw], now: datetime) -> Turns[Entries]:
    """The same in turns."""
    return _reading(items, PostView, now)


def reading_bookmarks(items: Sequence[Raw], now: datetime) -> Turns[Entries]:
    """A page of ``bookmarkView``s, in the order of bookmarking, in turns."""
    return _reading(items, Bookmark, now)


def _reading(
    items: Sequence[Raw], kind: type[PostView] | type[Bookmark], now: datetime
) -> Turns[Entries]:
    entries: list[Entry | Stub] = []
    for raw in items:
        yield
        try:
            found = read(raw, kind)
            view = found.item if isinstance(found, Bookmark) else found
            entries.append(entry_from_post_view(view, now))
        except Unreadable as error:
            entries.append(stub_from_item(raw, entries, now, error))
    return tuple(entries)


# ----------------------------------------------------------------- entries


def entry_from_feed_view(item: FeedViewPost, now: datetime) -> Entry | None:
    """
    An item of a feed; None for a pinned post.

    Raises:
        Unreadable: The post has no readable identity, author or record.
    """
    reason = item.reason
    if reason is not None and reason.type == "app.bsky.feed.defs#reasonPin":
        return None

    post = post_from_post_view(item.post, now, reply_to=_reply_to(item))
    viewer = viewer_from_post_view(item.post, post)
    if reason is not None and reason.by is not None:
        repost = _repost(reason, reason.by, post, now)
        key = repost.uri or f"repost:{repost.by.uri}:{post.uri}"
        return Entry(key=key, sort_at=repost.at, post=post, viewer=viewer, repost=repost)
    return Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer)


def entry_from_post_view(view: PostView, now: datetime) -> Entry:
    """A bare post as an entry. Raises: Unreadable."""
    post = post_from_post_view(view, now)
    return Entry(
        key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer_from_post_view(view, post)
    )


def _repost(reason: Reason, by: Author, post: Post, now: datetime) -> Repost:
    at = moment(reason.indexed_at) or post.sort_at
    uri = reason.uri if at_uri_parts(reason.uri) else ""
    return Repost(by=profile_from_author(by), at=min(at, now), uri=uri)


def _reply_to(item: FeedViewPost) -> ReplyTo | None:
    """What the record says it answers, with what the AppView knows about it."""
    said = _reply_to_from_record(item.post.record)
    if item.reply is None:
        return said

    parent = item.reply.parent
    uri = parent.uri if at_uri_parts(parent.uri) else said.uri if said else ""
    root = said.root if said else ""
    match parent.type:
        case "app.bsky.feed.defs#notFoundPost":
            return ReplyTo(uri=uri, root=root, state="deleted")
        case "app.bsky.feed.defs#blockedPost":
            return ReplyTo(uri=uri, root=root, state="blocked")
    author = profile_from_author(parent.author) if parent.author else None
    return ReplyTo(uri=uri, root=root, author=author)


def _reply_to_from_record(record: PostRecord) -> ReplyTo | None:
    if record.reply is None:
        return None
    parent, root = record.reply.parent.uri, record.reply.root.uri
    return ReplyTo(
        uri=parent if at_uri_parts(parent) else "", root=root if at_uri_parts(root) else ""
    )


# ------------------------------------------------------------------- posts


def post_from_post_view(view: PostView, now: datetime, *, reply_to: ReplyTo | None = None) -> Post:
    """
    A post with its embed.

    Args:
        now: Time of the fetch: ``sort_at`` is never later.
        reply_to: If the feed told about the parent; else the record is asked.

    Raises:
        Unreadable: Its URI is none, or is not its author's.
    """
    found = embedded(view.embed, now, quote_from_record_view) if bytes(view.embed) else Embedded()
    return _post(view, found, now, reply_to or _reply_to_from_record(view.record))


def _post(view: PostView, found: Embedded, now: datetime, reply_to: ReplyTo | None) -> Post:
    record, author = view.record, view.author
    claims = _claims(view, now)
    profile = profile_from_author(author)
    text = rich_text(record.text, record.facets, record.entities)
    return Post(
        uri=view.uri,
        network=NETWORK,
        author=profile,
        created_at=claims.created_at,
        sort_at=claims.sort_at,
        url=_post_url(profile, claims),
        text=text,
        advisories=advisories_from_labels(
            view.labels, record.labels, author.labels, author.did, now
        ),
        media=found.media,
        card=found.card,
        quote=found.quote,
        reply_to=reply_to,
        counts=Counts(view.reply_count, view.repost_count, view.like_count, view.quote_count),
        langs=_languages(record.langs) if record.langs else (),
        tags=_tags(record.tags, text),
        bridged_from=_bridged_from(record.bridgy_original_url)
        if record.bridgy_original_url
        else "",
    )


def _claims(view: PostView, now: datetime) -> Claims:
    parts = at_uri_parts(view.uri)
    if parts is None:
        raise Unreadable("its address is none")
    if parts[0] != view.author.did:
        raise Unreadable("its address is not its author's")

    indexed = moment(view.indexed_at)
    seen = min(indexed, now) if indexed else now
    created = moment(view.record.created_at) or indexed or now
    return Claims(*parts, created_at=created, sort_at=min(created, seen))


def _post_url(author: Profile, claims: Claims) -> str:
    return f"{author.url}/post/{claims.key}" if claims.collection == "app.bsky.feed.post" else ""


def _languages(langs: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        lang for lang in langs[:_MOST_LANGUAGES] if len(lang) <= 35 and _LANGUAGE.fullmatch(lang)
    )


def _tags(outside: Sequence[str] | None, text: RichText) -> tuple[str, ...]:
    """Tags beside the text, then those in it; each once."""
    tags = [tag for name in outside or () if (tag := tag_name(name))]
    tags += [span.target for span in text.spans if span.kind == "tag"]
    return tuple(dict.fromkeys(tags[:_MOST_TAGS])) if tags else ()


def _bridged_from(url: str) -> str:
    """
    The original's address as others know it: for comparing, and still a claim.

    https, without fragment and tracking parameters (facts: exact links).
    """
    link = safe_link(url)
    if link is None:
        return ""
    parts = urlsplit(link)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    ]
    scheme = "https" if parts.port is None else parts.scheme
    return parts._replace(scheme=scheme, query=urlencode(query), fragment="").geturl()


# ------------------------------------------------------------------ quotes


_QUOTE_STATES = {
    "app.bsky.embed.record#viewNotFound": "deleted",
    "app.bsky.embed.record#viewBlocked": "blocked",
    "app.bsky.embed.record#viewDetached": "detached",
}


def quote_from_record_view(raw: Raw, now: datetime) -> Quote:
    """A quoted post, one level deep, or why it is not there."""
    try:
        view = read(raw, QuotedView)
    except Unreadable:
        return Quote(state="unavailable")

    uri = view.uri if at_uri_parts(view.uri) else ""
    if view.type != "app.bsky.embed.record#viewRecord":
        state = _QUOTE_STATES.get(view.type, "unavailable")
        return Quote(state=state, uri=uri)  # type: ignore[arg-type]
    try:
        return Quote(state="shown", uri=uri, post=_quoted_post(view, now))
    except Unreadable:
        return Quote(state="unavailable", uri=uri)


def _quoted_post(view: QuotedView, now: datetime) -> Post:
    record, author = view.value, view.author
    if record is None or author is None or record.type != "app.bsky.feed.post":
        raise Unreadable("what it quotes is not a post")
    post = PostView(
        uri=view.uri,
        author=author,
        record=record,
        cid=view.cid,
        indexed_at=view.indexed_at,
        labels=view.labels,
        reply_count=view.reply_count,
        repost_count=view.repost_count,
        like_count=view.like_count,
        quote_count=view.quote_count,
    )
    found = embedded(view.embeds[0], now, None) if view.embeds else Embedded()
    return _post(post, found, now, _reply_to_from_record(record))
