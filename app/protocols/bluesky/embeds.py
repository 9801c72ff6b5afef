"""
Embeds: pictures, videos, link cards, quotes. One that is strange fails alone.

An embed view is an open union (``app.bsky.feed.defs#postView.embed``): its
``$type`` is read first, then the rest as what it claims to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from msgspec import Raw, Struct

from app.model import LinkCard, Media, Quote
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.uris import at_uri_parts, web_url
from app.protocols.bluesky.wire import AnyEmbed, External, Image, NamedRecord, RecordView
from app.protocols.safety import clean_text, safe_link

MakeQuote = Callable[[Raw, datetime], Quote]

_MOST_MEDIA = 20


class Embedded(Struct):
    """What an embed gives to its post."""

    media: tuple[Media, ...] = ()
    card: LinkCard | None = None
    quote: Quote | None = None


def embedded(raw: Raw, now: datetime, quote: MakeQuote | None) -> Embedded:
    """
    Read an embed view; what cannot be read is left out.

    Args:
        quote: Makes a quote of a record view; None inside a quote, where
            quotes end.
    """
    try:
        embed = read(raw, AnyEmbed)
    except Unreadable:
        return Embedded()
    if embed.type == "app.bsky.embed.recordWithMedia#view":
        return _record_with_media(embed, now, quote)
    return _single(embed, now, quote)


def _single(embed: AnyEmbed, now: datetime, quote: MakeQuote | None) -> Embedded:
    match embed.type:
        case "app.bsky.embed.images#view":
            return Embedded(media=_images(embed.images))
        case "app.bsky.embed.gallery#view":
            return Embedded(media=_images(embed.items))
        case "app.bsky.embed.video#view":
            return Embedded(media=_video(embed))
        case "app.bsky.embed.external#view":
            return _external(embed.external)
        case "app.bsky.embed.record#view":
            return _record(embed.record, now, quote)
        case _:
            return Embedded()


def _record_with_media(embed: AnyEmbed, now: datetime, quote: MakeQuote | None) -> Embedded:
    beside = embedded(embed.media, now, None)
    try:
        inner = read(embed.record, AnyEmbed)
    except Unreadable:
        return beside
    quoted = _record(inner.record, now, quote)
    return Embedded(beside.media, beside.card or quoted.card, quoted.quote)


# ------------------------------------------------------------------- media


def _images(images: list[Image]) -> tuple[Media, ...]:
    return tuple(
        Media(
            kind="image",
            url=image.fullsize,
            preview=web_url(image.thumb or image.thumbnail),
            alt=clean_text(image.alt),
            width=_px(image.aspect_ratio.width),
            height=_px(image.aspect_ratio.height),
        )
        for image in images[:_MOST_MEDIA]
        if web_url(image.fullsize)
    )


def _video(embed: AnyEmbed) -> tuple[Media, ...]:
    if not web_url(embed.playlist):
        return ()
    video = Media(
        kind="gif" if embed.presentation == "gif" else "video",
        url=embed.playlist,
        preview=web_url(embed.thumbnail),
        alt=clean_text(embed.alt),
        width=_px(embed.aspect_ratio.width),
        height=_px(embed.aspect_ratio.height),
    )
    return (video,)


def _px(length: int) -> int:
    return length if 0 < length <= 100_000 else 0


# ------------------------------------------------------------------- cards

# The network's own client posts GIFs as links to these hosts, with the size
# in the query; other links there are pages.
_GIF_HOSTS = frozenset({"media.tenor.com", "static.klipy.com"})
_GIF_ALT = re.compile(r"^alt: ", re.IGNORECASE)


def _external(external: External | None) -> Embedded:
    if external is None or (url := safe_link(external.uri)) is None:
        return Embedded()
    if (gif := _gif(url, external)) is not None:
        return Embedded(media=(gif,))
    card = LinkCard(
        url=url,
        title=_one_line(external.title),
        description=clean_text(external.description).strip(),
        image=web_url(external.thumb),
    )
    return Embedded(card=card)


def _gif(url: str, external: External) -> Media | None:
    if ".gif?" not in url:
        return None
    parts = urlsplit(url)
    size = parse_qs(parts.query)
    width, height = size.get("ww", [""])[0], size.get("hh", [""])[0]
    sized = width.isascii() and height.isascii() and width.isdigit() and height.isdigit()
    if parts.netloc not in _GIF_HOSTS or not sized or len(width + height) > 10:
        return None
    return Media(
        kind="gif",
        url=url,
        preview=web_url(external.thumb),
        alt=_GIF_ALT.sub("", clean_text(external.description)),
        width=_px(int(width)),
        height=_px(int(height)),
    )


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


# ----------------------------------------------------------------- records

_QUOTES = frozenset(
    f"app.bsky.embed.record#view{kind}" for kind in ("Record", "NotFound", "Blocked", "Detached")
)
_PAGES = {
    "app.bsky.feed.generator": "https://bsky.app/profile/{}/feed/{}",
    "app.bsky.graph.list": "https://bsky.app/profile/{}/lists/{}",
    "app.bsky.graph.starterpack": "https://bsky.app/starter-pack/{}/{}",
    "app.bsky.labeler.service": "https://bsky.app/profile/{}",
}
_CALLED = {
    "app.bsky.feed.generator": "Feed",
    "app.bsky.graph.list": "List",
    "app.bsky.graph.starterpack": "Starter pack",
    "app.bsky.labeler.service": "Labeler",
}


def _record(raw: Raw, now: datetime, quote: MakeQuote | None) -> Embedded:
    try:
        view = read(raw, RecordView)
    except Unreadable:
        return Embedded()
    parts = at_uri_parts(view.uri)
    if parts is not None and parts[1] in _PAGES:
        return Embedded(card=_record_card(view, *parts))
    if quote is None:
        return Embedded()
    if view.type in _QUOTES:
        return Embedded(quote=quote(raw, now))
    return Embedded(quote=Quote(state="unavailable", uri=view.uri if parts else ""))


def _record_card(view: RecordView, did: str, collection: str, key: str) -> LinkCard:
    """A feed, list, starter pack or labeler, as a card that leads to its page."""
    named = NamedRecord()
    try:
        named = read(view.record, NamedRecord) if bytes(view.record) else named
    except Unreadable:
        named = NamedRecord()  # A card without a name still leads there.

    creator = view.creator
    name = view.display_name or view.name or named.name or (creator.display_name if creator else "")
    by = f" by @{creator.handle}" if creator and creator.handle.isascii() else ""
    return LinkCard(
        url=_PAGES[collection].format(did, key),
        title=_one_line(name) or _CALLED[collection],
        description=clean_text(view.description or named.description).strip(),
        image=web_url(view.avatar),
        author=f"{_CALLED[collection]}{by}",
    )
