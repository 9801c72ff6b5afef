"""
What rules and ranking need to know of a post: small, flat, kept beside it. Pure.

Made once when a post is stored, so that thousands can be judged without reading them.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from app.feed.times import micros
from app.model import Post, Profile

HAS: Final = ("image", "video", "audio", "gif", "link", "poll", "warning", "alt", "quote")
"""What a post may have, by bit."""

MEDIA_BITS: Final = 0b1111


class Traits(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """
    Facts about a post that no viewer changes.

    Attributes:
        at: µs since 1970 (UTC).
        has: Bits of ``HAS``.
        length: Code points of its text; words: how many.
        reply_to: URI of whom it answers; "" = nobody, or not known.
        thread: It goes on in answers of the same author, or answers them.
        labels: Values of labels and warnings' kinds on it.
        links: Hosts it links to; first_link: the whole first address.
    """

    at: int
    network: str
    author: str
    domain: str
    lang: str
    has: int
    length: int
    words: int
    likes: int
    reposts: int
    replies: int
    is_reply: bool = False
    reply_to: str = ""
    thread: bool = False
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    first_link: str = ""
    labels: tuple[str, ...] = ()


def traits_of(post: Post) -> Traits:
    """The traits of a post."""
    text = post.text.text
    links = [span.target for span in post.text.spans if span.kind == "link"]
    if post.card is not None:
        links.append(post.card.url)
    reply = post.reply_to
    to = reply.author.uri if reply is not None and reply.author is not None else ""
    return Traits(
        at=micros(post.sort_at),
        network=post.network,
        author=post.author.uri,
        domain=domain_of(post.author),
        lang=post.langs[0].partition("-")[0].lower() if post.langs else "",
        has=_has(post),
        length=len(text),
        words=len(text.split()),
        likes=max(post.counts.likes, 0),
        reposts=max(post.counts.reposts, 0),
        replies=max(post.counts.replies, 0),
        is_reply=reply is not None,
        reply_to=to,
        thread=to == post.author.uri,
        tags=_tags(post),
        links=tuple(dict.fromkeys(host for link in links if (host := _host(link)))),
        first_link=_plain(links[0]) if links else "",
        labels=tuple(
            dict.fromkeys(one.text for one in post.advisories if one.kind == "label" and one.text)
        ),
    )


def domain_of(profile: Profile) -> str:
    """The host in a handle: of the server, or the handle that is a host itself."""
    return profile.handle.rpartition("@")[2].lower()


def _has(post: Post) -> int:
    kinds = {media.kind for media in post.media}
    found = {
        "image": "image" in kinds,
        "video": "video" in kinds,
        "audio": "audio" in kinds,
        "gif": "gif" in kinds,
        "link": post.card is not None or any(span.kind == "link" for span in post.text.spans),
        "poll": post.poll is not None,
        "warning": any(one.kind in ("warning", "sensitive") for one in post.advisories),
        "alt": bool(post.media) and all(media.alt for media in post.media),
        "quote": post.quote is not None,
    }
    return sum(1 << bit for bit, name in enumerate(HAS) if found[name])


def _tags(post: Post) -> tuple[str, ...]:
    spans = (span.target for span in post.text.spans if span.kind == "tag")
    return tuple(dict.fromkeys(tag.lower() for tag in (*spans, *post.tags) if tag))


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _plain(link: str) -> str:
    """A link without what only says how one came to it: groups sharers of one page."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    query = "&".join(
        one
        for one in parts.query.split("&")
        if one and not one.lower().startswith(("utm_", "fbclid", "ref=", "ref_", "si=", "igsh"))
    )
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' + query if query else ''}"
