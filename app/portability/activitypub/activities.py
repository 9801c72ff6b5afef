"""
A server's own JSON of posts as the activities that Mastodon's archives hold. Pure.

Source: facts, archive: same keys, same mapping of visibility. Nothing is cleaned:
it is the owner's own data, and whoever shows it cleans it.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.protocols.mastodon.objects import Json as Json
from app.protocols.mastodon.objects import dict_of as dict_of
from app.protocols.mastodon.objects import dicts_of as dicts_of
from app.protocols.mastodon.objects import text_of as text_of

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = "https://www.w3.org/ns/activitystreams"
SOURCE = "sourceUrl"
"""Our own key of an attachment: where its file was fetched from."""

TYPE = "originalType"
"""Our own: what the server calls it, where ``mediaType`` does not tell."""

_FILES = re.compile(r"(?:^|/)(media_attachments/files/[A-Za-z0-9/_.-]+)$")


def activity_from_status(
    raw: Json, actor: str, followers: str, parents: Mapping[str, str]
) -> Json | None:
    """
    ``Create`` or ``Announce``; None: it has no address.

    Args:
        actor, followers: Addresses of the account and of its followers.
        parents: URIs of posts that are answered, by the server's own ids of them.
    """
    passed_on = raw.get("reblog")
    if isinstance(passed_on, dict):
        return _announce(raw, passed_on, actor, followers)
    uri = text_of(raw, "uri") or text_of(raw, "url")
    if not uri:
        return None
    to, cc = _audience(raw, followers)
    published = text_of(raw, "created_at")
    return {
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": actor,
        "published": published,
        "to": to,
        "cc": cc,
        "object": _note(raw, uri, actor, parents) | {"to": to, "cc": cc},
    }


def key_of(activity: Json) -> str:
    """What makes two activities the same: the post's address, or the boost's own."""
    item = activity.get("object")
    found = item.get("id") if isinstance(item, dict) else activity.get("id")
    return found if isinstance(found, str) else ""


def collection(name: str, items: list[Any]) -> Json:
    """``OrderedCollection``, as the archive has them."""
    return {
        "@context": CONTEXT,
        "id": name,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": items,
    }


def attachments(activity: Json) -> list[Json]:
    """Files of a post."""
    item = activity.get("object")
    found = item.get("attachment") if isinstance(item, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def file_name(url: str) -> str:
    """
    Where a file of media is in an archive: servers put buckets in front of it, which
    the archive leaves out. Addresses of another form get a name of ours; "" for none.
    """
    if not url:
        return ""
    path = _path(url)
    if (match := _FILES.search(path)) and ".." not in match[1] and "//" not in match[1]:
        return match[1]
    ending = path.rpartition("/")[2].rpartition(".")[2].lower()
    kept = f".{ending}" if ending.isalnum() and ending.isascii() and len(ending) <= 5 else ""
    return f"media_attachments/files/other/{hashlib.sha256(url.encode()).hexdigest()[:32]}{kept}"


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # half an IPv6 address
        return ""


def _announce(raw: Json, passed_on: Json, actor: str, followers: str) -> Json | None:
    item = text_of(passed_on, "uri") or text_of(passed_on, "url")
    uri = text_of(raw, "uri")
    if not item:
        return None
    if not uri or uri == item:
        uri = f"{actor}#announces/{text_of(raw, 'id')}"
    to, cc = _audience(raw, followers)
    return {
        "id": uri,
        "type": "Announce",
        "actor": actor,
        "published": text_of(raw, "created_at"),
        "to": to,
        "cc": cc,
        "object": item,
    }


def _audience(raw: Json, followers: str) -> tuple[list[str], list[str]]:
    mentioned = [url for one in dicts_of(raw, "mentions") if (url := _address(one))]
    match raw.get("visibility"):
        case "public":
            return [PUBLIC], [followers, *mentioned]
        case "unlisted":
            return [followers], [PUBLIC, *mentioned]
        case "direct":
            return mentioned, []
        case _:  # what is not known is not taken for public
            return [followers], mentioned


def _note(raw: Json, uri: str, actor: str, parents: Mapping[str, str]) -> Json:
    parent = text_of(raw, "in_reply_to_id")
    content, language = text_of(raw, "content"), text_of(raw, "language")
    note: Json = {
        "id": uri,
        "type": "Note",
        "summary": text_of(raw, "spoiler_text") or None,
        "inReplyTo": parents.get(parent) if parent else None,
        "published": text_of(raw, "created_at"),
        "url": text_of(raw, "url") or uri,
        "attributedTo": actor,
        "sensitive": raw.get("sensitive") is True,
        "atomUri": uri,
        "inReplyToAtomUri": parents.get(parent) if parent else None,
        "content": content,
        "contentMap": {language: content} if language else {},
        "attachment": [_attachment(one) for one in dicts_of(raw, "media_attachments")],
        "tag": _tags(raw),
        "replies": {"id": f"{uri}/replies", "type": "Collection"},
        "likes": _counted(f"{uri}/likes", raw.get("favourites_count")),
        "shares": _counted(f"{uri}/shares", raw.get("reblogs_count")),
    }
    if edited := text_of(raw, "edited_at"):
        note["updated"] = edited
    quoted = raw.get("quote")
    if isinstance(quoted, dict):
        quoted = quoted.get("quoted_status") if "state" in quoted else quoted
        if isinstance(quoted, dict) and (address := text_of(quoted, "uri")):
            note |= {"quote": address, "quoteUri": address}
    return note | _poll(raw)


def _counted(name: str, count: object) -> Json:
    found = {"id": name, "type": "Collection"}
    return found | ({"totalItems": count} if isinstance(count, int) else {})


def _attachment(one: Json) -> Json:
    url = text_of(one, "url") or text_of(one, "remote_url")
    size = dict_of(dict_of(one, "meta"), "original")
    focus = dict_of(dict_of(one, "meta"), "focus")
    name = file_name(url)
    found: Json = {
        "type": "Document",
        "mediaType": mimetypes.guess_type(_path(url))[0] or _KINDS.get(text_of(one, "type")),
        "url": f"/{name}" if name else url,
        "name": text_of(one, "description") or None,
        "blurhash": text_of(one, "blurhash") or None,
        SOURCE: url,
    }
    if (silent := text_of(one, "type")) == "gifv":
        found[TYPE] = silent  # a video is all that mediaType tells
    if all(isinstance(focus.get(axis), int | float) for axis in "xy"):
        found["focalPoint"] = [focus["x"], focus["y"]]
    for side in ("width", "height"):
        if isinstance(size.get(side), int | float):
            found[side] = size[side]
    return found


_KINDS = {"image": "image/jpeg", "gifv": "video/mp4", "video": "video/mp4", "audio": "audio/mpeg"}


def _tags(raw: Json) -> list[Json]:
    found: list[Json] = []
    for one in dicts_of(raw, "mentions"):
        found.append({"type": "Mention", "href": _address(one), "name": f"@{text_of(one, 'acct')}"})
    for one in dicts_of(raw, "tags"):
        name = f"#{text_of(one, 'name')}"
        found.append({"type": "Hashtag", "href": text_of(one, "url"), "name": name})
    for one in dicts_of(raw, "emojis"):
        icon = {"type": "Image", "url": text_of(one, "url")}
        found.append({"type": "Emoji", "name": f":{text_of(one, 'shortcode')}:", "icon": icon})
    return found


def _poll(raw: Json) -> Json:
    poll = raw.get("poll")
    if not isinstance(poll, dict):
        return {}
    options = [
        {
            "type": "Note",
            "name": text_of(option, "title"),
            "replies": {"type": "Collection", "totalItems": option.get("votes_count") or 0},
        }
        for option in dicts_of(poll, "options")
    ]
    found: Json = {
        "type": "Question",
        "anyOf" if poll.get("multiple") is True else "oneOf": options,
    }
    if ends := text_of(poll, "expires_at"):
        found["endTime"] = ends
        if poll.get("expired") is True:
            found["closed"] = ends
    if isinstance(poll.get("voters_count"), int):
        found["votersCount"] = poll["voters_count"]
    return found


def _address(one: Json) -> str:
    return text_of(one, "uri") or text_of(one, "url")
