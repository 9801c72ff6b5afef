"""
What rules and ranking need to know of a post: small, flat, kept beside it. Pure.

Made once per post, so that thousands can be judged without reading them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import DecodeError, Struct, json

from app.feed.times import micros
from app.model import Advisory, Counts, Post, Profile, RichText

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
        parent: URI of the post that it answers; about: topics (``topics.py``), heat 0…1.
        advised: 1 = the author warns of it, 2 = others do, who may want it hidden.
        titled: The author's name carries a scientist's title or tool.
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
    advised: int = 0
    parent: str = ""
    about: tuple[tuple[str, float], ...] = ()
    heat: float = 0.0
    titled: bool = False


class _Who(Struct, frozen=True, gc=False):
    uri: str
    handle: str
    name: str = ""


class _Parent(Struct, frozen=True, omit_defaults=True):
    uri: str = ""
    author: _Who | None = None


class _Medium(Struct, frozen=True, omit_defaults=True, gc=False):
    kind: str
    alt: str = ""


class _Page(Struct, frozen=True, gc=False):
    url: str


class _There(Struct, frozen=True, gc=False):
    pass


class _Told(Struct, frozen=True, omit_defaults=True):
    """Of a kept post only what traits are made of: a third of what decoding all costs."""

    uri: str
    network: str
    author: _Who
    sort_at: datetime
    text: RichText = RichText()
    advisories: tuple[Advisory, ...] = ()
    media: tuple[_Medium, ...] = ()
    card: _Page | None = None
    poll: _There | None = None
    quote: _There | None = None
    reply_to: _Parent | None = None
    counts: Counts = Counts()
    langs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


_told_from = json.Decoder(_Told).decode


def traits_from_json(body: bytes) -> tuple[str, str, Traits] | None:
    """URI, text and traits of a post as it is kept; None: it is damaged."""
    try:
        told = _told_from(body)
    except (DecodeError, UnicodeDecodeError):
        return None
    return told.uri, judged_text(told), traits_of(told)


def judged_text(post: Post | _Told) -> str:
    """What rules about texts read: text, warning, and what pictures show."""
    more = [one.text for one in post.advisories if one.kind == "warning" and one.text]
    more += [media.alt for media in post.media if media.alt]
    return "\n".join([post.text.text, *more]) if more else post.text.text


def traits_of(post: Post | _Told) -> Traits:
    """The traits of a post."""
    text, links, tags, has = post.text.text, [], [], 0
    for span in post.text.spans:
        if span.kind == "link":
            links.append(span.target)
        elif span.kind == "tag":
            tags.append(span.target.lower())
    if post.card is not None:
        links.append(post.card.url)
    tags += [tag.lower() for tag in post.tags]
    if links:
        has |= _BIT["link"]
    if post.media or post.poll is not None or post.quote is not None or post.advisories:
        has |= _attached(post)
    reply, counts = post.reply_to, post.counts
    to = reply.author.uri if reply is not None and reply.author is not None else ""
    return Traits(
        at=micros(post.sort_at),
        network=post.network,
        author=post.author.uri,
        domain=domain_of(post.author),
        lang=post.langs[0].partition("-")[0].lower() if post.langs else "",
        has=has,
        length=len(text),
        words=len(text.split()),
        likes=max(counts.likes, 0),
        reposts=max(counts.reposts, 0),
        replies=max(counts.replies, 0),
        is_reply=reply is not None,
        reply_to=to,
        thread=to == post.author.uri,
        tags=tuple(dict.fromkeys(filter(None, tags))) if tags else (),
        links=tuple(dict.fromkeys(filter(None, map(_host, links)))) if links else (),
        first_link=_plain(links[0]) if links else "",
        labels=tuple(
            dict.fromkeys(
                one.text
                for one in post.advisories
                if one.kind == "label" and one.text and one.scope != "profile"
            )
        )
        if post.advisories
        else (),
        advised=_advised(post) if post.advisories else 0,
        titled=_titled(post.author.name),
        parent=reply.uri if reply is not None else "",
    )


def domain_of(profile: Profile | _Who) -> str:
    """The host in a handle: of the server, or the handle that is a host itself."""
    return profile.handle.rpartition("@")[2].lower()


def _attached(post: Post | _Told) -> int:
    kinds = {media.kind for media in post.media}
    found = {
        "image": "image" in kinds,
        "video": "video" in kinds,
        "audio": "audio" in kinds,
        "gif": "gif" in kinds,
        "poll": post.poll is not None,
        "warning": any(one.kind in ("warning", "sensitive") for one in post.advisories),
        "alt": bool(post.media) and all(media.alt for media in post.media),
        "quote": post.quote is not None,
    }
    return sum(_BIT[name] for name, there in found.items() if there)


def _advised(post: Post | _Told) -> int:
    return 2 if any(one.kind in ("label", "filter") for one in post.advisories) else 1


_TITLES: Final = ("dr", "dr.", "prof", "prof.", "phd", "ph.d.", "professor")
_TOOLS: Final = "🔬🔭🧬🧪⚗🧫"


def _titled(name: str) -> bool:
    if not name.isascii() and any(tool in name for tool in _TOOLS):
        return True
    return any(word.strip(",()") in _TITLES for word in name.lower().split())


_BIT: Final = {name: 1 << bit for bit, name in enumerate(HAS)}


def _split(link: str) -> tuple[str, str]:
    """
    Host and what follows it.

    By hand: Python's own takes 3 µs, and checks what was checked at the edge.
    """
    rest = link.partition("://")[2].partition("#")[0]
    host, mark, path = rest.partition("/")
    if "?" in host:
        host, mark, path = rest.partition("?")
    host = host.rpartition("@")[2].lower()
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        host = name
    return host.removeprefix("www."), mark + path


def _host(link: str) -> str:
    return _split(link)[0]


def _plain(link: str) -> str:
    """A link without what only says how one came to it: groups sharers of one page."""
    host, rest = _split(link)
    path, mark, query = rest.partition("?")
    if mark:
        query = "&".join(
            one for one in query.split("&") if one and not one.lower().startswith(_CAME_BY)
        )
    return f"{host}{path.rstrip('/')}{'?' + query if query else ''}"


_CAME_BY: Final = ("utm_", "fbclid", "ref=", "ref_", "si=", "igsh")
