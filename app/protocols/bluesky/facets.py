"""Our spans as facets: code points become UTF-8 bytes (``app.bsky.richtext.facet``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.model import RichText, Span
from app.model.graphemes import count_graphemes
from app.protocols.bluesky.uris import is_did
from app.protocols.safety import safe_link

_TAG_GRAPHEMES, _TAG_BYTES = 64, 640
_URI_BYTES = 8192  # of the string format "uri"


def facets_from_text(text: RichText) -> list[dict[str, Any]]:
    """
    Links, mentions and tags of *text*; styles have no form here.

    Facets must not overlap: of two, the one that begins first (the longer
    one, of two at the same place) is kept.
    """
    facets = []
    at_char = at_byte = 0
    for span, feature in _features(text):
        if span.start < at_char:
            continue
        start = at_byte + len(text.text[at_char : span.start].encode())
        end = start + len(text.text[span.start : span.end].encode())
        facets.append({"index": {"byteStart": start, "byteEnd": end}, "features": [feature]})
        at_char, at_byte = span.end, end
    return facets


def _features(text: RichText) -> Iterator[tuple[Span, dict[str, Any]]]:
    for span in sorted(text.spans, key=lambda span: (span.start, -span.end)):
        feature = _feature(span)
        if feature is not None and 0 <= span.start < span.end <= len(text.text):
            kind, name, value = feature
            yield span, {"$type": f"app.bsky.richtext.facet#{kind}", name: value}


def _feature(span: Span) -> tuple[str, str, str] | None:
    """Kind, field and value; None for what the network would not take."""
    target = span.target
    match span.kind:
        case "link" if (link := safe_link(target)) is not None and len(link) <= _URI_BYTES:
            return "link", "uri", link
        case "mention" if is_did(target):
            return "mention", "did", target
        case "tag" if _is_tag(target):
            return "tag", "tag", target
    return None


def _is_tag(tag: str) -> bool:
    return 0 < len(tag.encode()) <= _TAG_BYTES and count_graphemes(tag) <= _TAG_GRAPHEMES
