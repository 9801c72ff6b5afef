"""
Posts of an archive as the window shows posts: from their records, without any server.

A server sends *views* of posts; an archive has what they are made from. So records
are put into the form of views as far as that goes, and read by what reads those.
What only a server knows (counts, quoted posts of others, labels) is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Raw, json
from msgspec.structs import replace

from app.model import Media, Post, Quote
from app.portability.atproto.cids import is_cid, text_of_cid
from app.protocols.bluesky.convert import post_from_post_view
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.embeds import Embedded, embedded
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.wire import Author, PostRecord, PostView

POST, PROFILE = "app.bsky.feed.post", "app.bsky.actor.profile"

FileUrl = Callable[[str], str]
"""CID of a file → where it can be seen."""

_NOWHERE = "https://files.invalid/"
"""Stands for a file's address while views are read; they take web addresses only."""

_EMBED = "app.bsky.embed."


class PostReader:
    """
    Reads the posts of one repository.

    Args:
        profile: The account's profile record, {} for none.
        now: Nothing is sorted later than this.
    """

    def __init__(
        self,
        did: str,
        handle: str,
        profile: Mapping[str, Any],
        file_url: FileUrl,
        now: datetime,
    ) -> None:
        self._did, self._now, self._file_url = did, now, file_url
        name = profile.get("displayName")
        named = name if isinstance(name, str) else ""
        self._author = Author(did=did, handle=handle, display_name=named)
        self._avatar = file_url(cid) if (cid := cid_of_file(profile.get("avatar"))) else ""

    def post(self, key: str, record: Mapping[str, Any]) -> Post:
        """
        The post whose record key is *key*.

        Raises:
            Unreadable: Its record has not the shape of a post.
        """
        known = read(_as_json(record), PostRecord)
        view = PostView(
            uri=f"at://{self._did}/{POST}/{key}",
            author=self._author,
            record=known,
            indexed_at=known.created_at,
        )
        post = post_from_post_view(view, self._now)
        found = self._embedded(record.get("embed"))
        if self._avatar:
            post = replace(post, author=replace(post.author, avatar=self._avatar))
        return replace(post, media=found.media, card=found.card, quote=found.quote)

    def _embedded(self, embed: object) -> Embedded:
        view, quoted = _view_of_embed(embed)
        found = embedded(Raw(_as_json(view)), self._now, None) if view else Embedded()
        media = tuple(self._seen(one) for one in found.media)
        card = found.card
        if card is not None:
            card = replace(card, image=self._found(card.image))
        quote = Quote(state="unavailable", uri=quoted) if quoted else None
        return Embedded(media=media, card=card, quote=quote)

    def _seen(self, media: Media) -> Media:
        return replace(media, url=self._found(media.url), preview=self._found(media.preview))

    def _found(self, url: str) -> str:
        cid = url.removeprefix(_NOWHERE)
        return self._file_url(cid) if cid != url else url


def words_of_record(record: Mapping[str, Any]) -> str:
    """What a post is found by: its text, and what is said of its pictures and links."""
    return "\n".join(part for part in _words(record) if isinstance(part, str))


def _words(record: Mapping[str, Any]) -> Iterator[Any]:
    yield record.get("text")
    view, _ = _view_of_embed(record.get("embed"))
    if view:
        for one in (*view.get("images", ()), view):
            yield one.get("alt")
        yield view.get("external", {}).get("title")


def cid_of_file(blob: object) -> str:
    """The CID of a file that a record refers to, in either form; "" = it is none."""
    match blob:
        case {"ref": bytes(link)} if is_cid(bytes(link)):
            return text_of_cid(bytes(link))
        case {"cid": str(cid)} if cid.isalnum() and len(cid) <= 128:
            return cid  # as records were written before 2023
    return ""


# ------------------------------------------------------------------- embeds


def _view_of_embed(embed: object) -> tuple[dict[str, Any], str]:
    """What an AppView would make of an embed, and the post it quotes."""
    match embed:
        case {"$type": "app.bsky.embed.images", "images": list(images)}:
            return _view("images", images=_images(images)), ""
        case {"$type": "app.bsky.embed.gallery", "items": list(images)}:
            return _view("images", images=_images(images)), ""
        case {"$type": "app.bsky.embed.video", "video": video, **rest} if cid_of_file(video):
            told = {
                name: rest[name] for name in ("alt", "aspectRatio", "presentation") if name in rest
            }
            return _view("video", playlist=_NOWHERE + cid_of_file(video), **told), ""
        case {"$type": "app.bsky.embed.external", "external": dict(external)}:
            return _view("external", external=_external(external)), ""
        case {"$type": "app.bsky.embed.record", "record": record}:
            return {}, _quoted(record)
        case {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": media}:
            beside, _ = _view_of_embed(media)
            return beside, _quoted(record.get("record") if isinstance(record, dict) else None)
    return {}, ""


def _view(kind: str, **parts: Any) -> dict[str, Any]:
    return {"$type": f"{_EMBED}{kind}#view", **parts}


def _images(images: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "fullsize": _NOWHERE + cid,
            "alt": image.get("alt", ""),
            **({"aspectRatio": image["aspectRatio"]} if "aspectRatio" in image else {}),
        }
        for image in images
        if isinstance(image, dict) and (cid := cid_of_file(image.get("image")))
    ]


def _external(external: dict[Any, Any]) -> dict[str, Any]:
    told = {name: external.get(name, "") for name in ("uri", "title", "description")}
    cid = cid_of_file(external.get("thumb"))
    return told | ({"thumb": _NOWHERE + cid} if cid else {})


def _quoted(record: object) -> str:
    uri = record.get("uri") if isinstance(record, dict) else None
    parts = at_uri_parts(uri) if isinstance(uri, str) else None
    return str(uri) if parts is not None and parts[1] == POST else ""


def _as_json(value: object) -> bytes:
    try:
        return json.encode(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable("not what a record can hold") from error
