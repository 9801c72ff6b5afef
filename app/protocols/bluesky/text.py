"""
Rich text: facets count UTF-8 bytes, our spans count code points.

Facets are written by strangers (facts: rich text): one that ends before it
starts, overlaps an earlier one, leaves the text or cuts a character is
ignored; the text is shown in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.model import RichText, Span
from app.protocols.bluesky.wire import ByteSlice, Entity, Facet, Feature
from app.protocols.safety import clean_name, clean_text, safe_link

_LINK = "app.bsky.richtext.facet#link"
_MENTION = "app.bsky.richtext.facet#mention"
_TAG = "app.bsky.richtext.facet#tag"

# Blank lines may hold white space and invisible characters; two or more of
# them are one, as the network's own client does before it posts.
_BLANK_LINES = re.compile("\n(?:[ \t\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff]*\n){2,}")

# Posts have 300 characters; whoever sends more facets than that wants our time.
_MOST = 300

MAX_TEXT = 50_000
"""Characters that are read of one text, ten times what any lexicon allows."""


def rich_text(
    text: str,
    facets: Sequence[Facet] | None = None,
    entities: Sequence[Entity] | None = None,
) -> RichText:
    """Text and spans of a post (``app.bsky.richtext.facet``); never raises."""
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + "…"
    spans: tuple[Span, ...] = ()
    if facets:
        spans = _spans(text, facets)
    elif entities:
        spans = _spans(text, _facets_from_entities(text, entities))

    shown = _cleaned(text)
    if shown != text and spans:
        spans = _moved(spans, text, shown)
    return RichText(shown, spans)


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A display name, cleaned; people write more than once."""
    return clean_name(name)


def _cleaned(text: str) -> str:
    text = clean_text(text)
    if "\n\n" in text or "\n " in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip()


# ----------------------------------------------------------------- offsets


def _spans(text: str, facets: Sequence[Facet]) -> tuple[Span, ...]:
    """One pass over the text, however many facets claim a part of it."""
    data = text.encode()
    plain = len(data) == len(text)  # ASCII: bytes are code points
    at_byte = at_char = 0
    spans = []
    for facet in sorted(facets[:_MOST], key=_start):
        start, end = facet.index.byte_start, facet.index.byte_end
        if not at_byte <= start < end <= len(data):
            continue
        if plain:
            before, inside = start - at_byte, end - start
        else:
            try:
                before = len(data[at_byte:start].decode())
                inside = len(data[start:end].decode())
            except UnicodeDecodeError:
                continue  # It begins or ends inside a character.

        at_char += before
        if (span := _meaning(facet.features, at_char, at_char + inside)) is not None:
            spans.append(span)
        at_char += inside
        at_byte = end
    return tuple(spans)


def _start(facet: Facet) -> int:
    return facet.index.byte_start


def _meaning(features: Iterable[Feature], start: int, end: int) -> Span | None:
    """The first feature that we know and may trust, as a span."""
    for feature in features:
        if feature.type == _LINK:
            if (link := safe_link(feature.uri)) is not None:
                return Span(start, end, "link", link)
        elif feature.type == _MENTION:
            if feature.did.startswith("did:"):
                return Span(start, end, "mention", feature.did)
        elif feature.type == _TAG and (tag := tag_name(feature.tag)):
            return Span(start, end, "tag", tag)
    return None


def tag_name(tag: str) -> str:
    """A tag without "#", cleaned; "" when nothing is left."""
    return clean_text(tag).strip().lstrip("#＃").strip()


def _moved(spans: Sequence[Span], before: str, after: str) -> tuple[Span, ...]:
    """Spans of *before*, for *after*, which cleaning made shorter."""
    if before.startswith(after):  # Only the end was cut: by far the most frequent.
        return tuple(
            Span(span.start, min(span.end, len(after)), span.kind, span.target)
            for span in spans
            if span.start < len(after)
        )
    places = []
    at = 0
    for char in before:
        places.append(at)
        if at < len(after) and after[at] == ("\n" if char == "\r" else char):
            at += 1
    places.append(at)
    return tuple(
        Span(places[span.start], places[span.end], span.kind, span.target)
        for span in spans
        if places[span.start] < places[span.end]
    )


# ---------------------------------------------------------------- entities

_ENTITY_FEATURES = {"link": (_LINK, "uri"), "mention": (_MENTION, "did"), "hashtag": (_TAG, "tag")}


def _facets_from_entities(text: str, entities: Sequence[Entity]) -> list[Facet]:
    """Entities count UTF-16 code units, and came before facets."""
    data = text.encode("utf-16-le")
    facets = []
    for entity in entities[:_MOST]:
        if entity.type not in _ENTITY_FEATURES:
            continue
        start, end = entity.index.start, entity.index.end
        if not 0 <= start < end <= len(data) // 2:
            continue
        kind, name = _ENTITY_FEATURES[entity.type]
        try:
            before = len(data[: start * 2].decode("utf-16-le").encode())
            inside = len(data[start * 2 : end * 2].decode("utf-16-le").encode())
        except UnicodeDecodeError:
            continue
        feature = Feature(**{"type": kind, name: entity.value})
        facets.append(Facet(ByteSlice(before, before + inside), [feature]))
    return facets
