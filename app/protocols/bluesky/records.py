"""
A post as its record, ``app.bsky.feed.post``, with its gates.

Everything that goes into a record is in its arguments: the same post with the
same ticket is the same record, byte by byte, at every try.

Sources: lexicons ``app.bsky.feed.post``, ``.threadgate``, ``.postgate``,
``app.bsky.embed.*``, ``com.atproto.label.defs#selfLabels``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from app.model.draft import Attachment, Audience
from app.model.errors import Refused, Unsupported
from app.model.graphemes import count_graphemes
from app.model.post import LinkCard
from app.model.sending import Outgoing
from app.protocols.bluesky.facets import facets_from_text
from app.protocols.safety import safe_link

POST = "app.bsky.feed.post"
THREADGATE = "app.bsky.feed.threadgate"
POSTGATE = "app.bsky.feed.postgate"

LENGTH, BYTES = 300, 3000
LANGS = 3
IMAGES, GALLERY = 4, 10
"""So many pictures everybody shows; more are a gallery (the lexicon's soft limit)."""
SELF_LABELS = ("sexual", "nudity", "porn", "graphic-media")
AUDIENCES: tuple[Audience, ...] = ("anyone", "mentioned", "followers", "following", "nobody")
_RULES: Mapping[Audience, str] = {
    "mentioned": "mentionRule",
    "followers": "followerRule",
    "following": "followingRule",
}

Json = dict[str, Any]


class Ref(Struct, frozen=True):
    """``com.atproto.repo.strongRef``: a record in one version."""

    uri: str
    cid: str

    def json(self) -> Json:
        """As it stands in records."""
        return {"uri": self.uri, "cid": self.cid}


class Reply(Struct, frozen=True):
    """What a post answers: the post itself, and the first of its thread."""

    root: Ref
    parent: Ref


class Uploaded(Struct, frozen=True, omit_defaults=True):
    """
    A file at the server: what ``Writes.upload`` returns, as text.

    *width*, *height*: px, 0 = unknown; galleries cannot do without.
    """

    blob: Json
    width: int = 0
    height: int = 0

    @classmethod
    def from_text(cls, text: str) -> Uploaded:
        """Raises: Refused."""
        try:
            return msgspec.json.decode(text, type=cls)
        except (ValueError, RecursionError):
            raise Refused("A picture's upload was not kept.", "Send the post again.") from None

    @property
    def is_video(self) -> bool:
        """Else it is a picture."""
        return str(self.blob.get("mimeType", "")).startswith("video/")

    def text(self) -> str:
        """To be kept; ``from_text`` reads it."""
        return msgspec.json.encode(self).decode()


def check(post: Outgoing) -> None:
    """
    Refuse what must not or cannot be sent, before anything leaves.

    Raises:
        Refused: With what to change.
        Unsupported: The network has no such thing.
    """
    if post.visibility != "public":
        raise Refused("Posts on Bluesky are public.", "Leave this account out, or make it public.")
    if post.poll is not None:
        raise Unsupported("Bluesky has no polls.", "Leave the poll out here.")
    if post.send_at is not None:
        raise Unsupported("Bluesky keeps no posts for later.", "Let Godwit send it at its time.")
    if post.warning:
        raise Unsupported("Bluesky has no warnings in your own words.", "Choose a label.")
    if post.quotes not in ("anyone", "nobody"):
        raise Refused("Bluesky cannot let only some people quote.", "Choose anyone or nobody.")
    if unknown := [label for label in post.labels if label not in SELF_LABELS]:
        raise Refused(f"Bluesky has no label “{unknown[0]}”.", "Choose one that it has.")
    _check_size(post)


def _check_size(post: Outgoing) -> None:
    text = post.text.text
    if (length := count_graphemes(text)) > LENGTH or len(text.encode()) > BYTES:
        raise Refused(
            f"The post is too long for Bluesky: {length} of {LENGTH} characters, "
            f"{len(text.encode()):,} of {BYTES:,} bytes.",
            "Shorten it, or split it into a thread.",
        )
    if not (text.strip() or post.media or post.quote or post.card):
        raise Refused("There is nothing in the post.", "Write something.")
    if len(post.media) > GALLERY:
        raise Refused(f"Bluesky takes {GALLERY} pictures to a post.", "Leave some out.")
    if any(media.kind in ("audio", "unknown") for media in post.media):
        raise Unsupported("Bluesky takes pictures and videos only.", "Leave the file out here.")


# ------------------------------------------------------------------ records


def record_from_outgoing(
    post: Outgoing,
    uploads: Mapping[str, str],
    created_at: str,
    *,
    reply: Reply | None = None,
    quote: Ref | None = None,
) -> Json:
    """
    The record of *post*.

    Args:
        uploads: Attachment id → what ``Uploaded.text`` gave.

    Raises:
        Refused: A file of it was not uploaded.
    """
    record: Json = {"$type": POST, "text": post.text.text, "createdAt": created_at}
    if facets := facets_from_text(post.text):
        record["facets"] = facets
    if post.langs:
        record["langs"] = list(post.langs[:LANGS])
    if post.labels:
        values = [{"val": label} for label in post.labels]
        record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": values}
    if reply is not None:
        record["reply"] = {"root": reply.root.json(), "parent": reply.parent.json()}
    if embed := _embed(post, uploads, quote):
        record["embed"] = embed
    return record


def threadgate(root: str, audiences: Sequence[Audience], created_at: str) -> Json | None:
    """Who may answer the post *root*; None: anyone."""
    if not audiences or "anyone" in audiences:
        return None
    rules = [_RULES[audience] for audience in audiences if audience in _RULES]
    return {
        "$type": THREADGATE,
        "post": root,
        "allow": [{"$type": f"{THREADGATE}#{rule}"} for rule in rules],
        "createdAt": created_at,
    }


def postgate(uri: str, created_at: str) -> Json:
    """Nobody may quote the post *uri*."""
    return {
        "$type": POSTGATE,
        "post": uri,
        "embeddingRules": [{"$type": f"{POSTGATE}#disableRule"}],
        "createdAt": created_at,
    }


# ------------------------------------------------------------------- embeds


def _embed(post: Outgoing, uploads: Mapping[str, str], quote: Ref | None) -> Json | None:
    beside = _media(post.media, uploads) if post.media else None
    if beside is None and post.card is not None:
        beside = _card(post.card, uploads)
    if quote is None:
        return beside
    record = {"$type": "app.bsky.embed.record", "record": quote.json()}
    if beside is None:
        return record
    return {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": beside}


def _media(media: Sequence[Attachment], uploads: Mapping[str, str]) -> Json:
    """What was uploaded decides: a moving GIF may have become a video, or a still."""
    files = [(one, _uploaded(one.id, uploads)) for one in media]
    if any(uploaded.is_video for _, uploaded in files):
        if len(files) > 1:
            raise Refused(
                "Bluesky takes one video, and nothing beside it.",
                "Leave out the video or the rest.",
            )
        video = _described(*files[0], "video")
        return {"$type": "app.bsky.embed.video"} | video | _presentation(media[0])

    images = [_described(one, uploaded, "image") for one, uploaded in files]
    if len(images) <= IMAGES:
        return {"$type": "app.bsky.embed.images", "images": images}
    kind = "app.bsky.embed.gallery"
    square = {"aspectRatio": {"width": 1, "height": 1}}  # it must be told, even when unknown
    items = [{"$type": f"{kind}#image"} | square | image for image in images]
    return {"$type": kind, "items": items}


def _described(media: Attachment, uploaded: Uploaded, field: str) -> Json:
    width, height = uploaded.width or media.width, uploaded.height or media.height
    found: Json = {field: uploaded.blob, "alt": media.alt}
    if width > 0 and height > 0:
        found["aspectRatio"] = {"width": width, "height": height}
    return found


def _presentation(media: Attachment) -> Json:
    return {"presentation": "gif"} if media.kind == "gif" else {}


def _card(card: LinkCard, uploads: Mapping[str, str]) -> Json | None:
    if (url := safe_link(card.url)) is None:
        return None
    external: Json = {"uri": url, "title": card.title, "description": card.description}
    if card.image:
        external["thumb"] = _uploaded(card.image, uploads).blob
    return {"$type": "app.bsky.embed.external", "external": external}


def _uploaded(id: str, uploads: Mapping[str, str]) -> Uploaded:
    if id not in uploads:
        raise Refused("A picture of the post was not uploaded.", "Send the post again.")
    return Uploaded.from_text(uploads[id])
