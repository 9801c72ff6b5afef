"""
Films of PeerTube: ActivityPub ``Video`` objects (docs.joinpeertube.org/api/activitypub).

They arrive through other servers without the film itself: only its address comes, and
whoever asks that for ActivityPub gets files in several sizes, and captions.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from app.model.film import CaptionAddress, FilmPage
from app.protocols.safety import clean_text, safe_link

MOST_FILES: Final = 60
_TALLEST: Final = 10_000

_WATCH = re.compile(r"https://[^/?#]+/videos/watch/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Every ``Video`` of theirs has such an id."""


def is_film_address(uri: str) -> bool:
    """Does *uri* look like one? Whether it is shows when it is asked."""
    return _WATCH.fullmatch(uri) is not None


def film_page(body: bytes) -> FilmPage | None:
    """Where its files and captions are; None: *body* is no ``Video``, or names no file."""
    try:
        wired = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return None
    if not isinstance(wired, dict) or wired.get("type") != "Video":
        return None
    files: list[tuple[int, str]] = []
    for link in _links(wired.get("url")):
        files += _files(link)
        for inner in _links(link.get("tag")):  # a playlist has its files as tags
            files += _files(inner)
    if not files:
        return None
    captions = [_caption(one) for one in _links(wired.get("subtitleLanguage"))]
    found = tuple(one for one in captions if one is not None)
    return FilmPage(tuple(dict.fromkeys(files[:MOST_FILES])), found)


def _links(wired: object) -> list[dict[str, Any]]:
    listed = wired if isinstance(wired, list) else [wired]
    return [one for one in listed[: 4 * MOST_FILES] if isinstance(one, dict)]


def _files(link: dict[str, Any]) -> list[tuple[int, str]]:
    """A file with picture and sound in one; parts that have one of both are left out."""
    if link.get("mediaType") != "video/mp4" or link.get("type") != "Link":
        return []
    parts = {str(one.get("name")) for one in _links(link.get("attachment"))}
    url, height = safe_link(str(link.get("href") or "")), link.get("height")
    lacking = parts and not {"video", "audio"} <= parts
    if not url or lacking or not isinstance(height, int) or not 0 < height < _TALLEST:
        return []
    return [(height, url)]


def _caption(wired: dict[str, Any]) -> CaptionAddress | None:
    addresses = wired.get("url")
    if isinstance(addresses, list):  # newer servers name a playlist beside the words
        words = [one for one in _links(addresses) if one.get("mediaType") == "text/vtt"]
        addresses = words[0].get("href") if words else ""
    url = safe_link(addresses) if isinstance(addresses, str) else None
    lang = str(wired.get("identifier") or "")[:35]
    name = clean_text(str(wired.get("name") or lang))[:60]
    return CaptionAddress(url, name, lang) if url and name else None
