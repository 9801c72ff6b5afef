"""
ActivityStreams objects → statuses, as a Mastodon-API server would give them. Pure.

Notes are posts. What other software writes (articles, videos, events, pages, questions)
becomes a post too: its title first, then what it says.
Source: activitystreams-vocabulary; FEP-b2b8 (long texts); what PeerTube, WordPress, Lemmy
and Mobilizon document of theirs.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from typing import Any

from app.protocols.mastodon import wire
from app.protocols.mastodon.apart import occasion
from app.protocols.mastodon.objects import (
    Json,
    dict_of,
    dicts_of,
    host_of,
    many_of,
    name_of,
    text_of,
)

PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
KINDS = frozenset({"Note", "Question", "Article", "Page", "Video", "Audio", "Image", "Event"})
"""What is a post to us."""

TITLED = KINDS - {"Note", "Question"}
"""What has a title, and is more than other servers show of it."""

_MEDIA = {"image": "image", "video": "video", "audio": "audio"}
_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?")
_MOST_MEDIA = 20


def is_public(note: Json) -> bool:
    """Anybody may see it, as it says itself."""
    audience = [name_of(one) for key in ("to", "cc") for one in many_of(note, key)]
    return not PUBLIC.isdisjoint(audience)


def author_of(note: Json) -> str:
    """Address of who wrote it: the first person of several."""
    authors = many_of(note, "attributedTo")
    people = [one for one in authors if text_of(one, "type") == "Person"]
    return next((name for one in people + authors if (name := name_of(one))), "")


def parent_of(note: Json) -> str:
    """Address of what it answers, "" = nothing."""
    return next((name for one in many_of(note, "inReplyTo") if (name := name_of(one))), "")


def status_from_note(note: Json, account: wire.Account) -> wire.Status:
    """*note* as a status whose id is its address."""
    uri, parent = text_of(note, "id"), parent_of(note)
    titled = text_of(note, "type") in TITLED
    tags = dicts_of(note, "tag")
    to = {name_of(one) for one in many_of(note, "to")}
    return wire.Status(
        id=uri,
        uri=uri,
        url=page_of(note) or uri,
        created_at=moment_of(note, "published"),
        edited_at=moment_of(note, "updated") if not titled else None,
        account=account,
        content=html_of(note),
        # Of a titled text the summary is how it begins, or what it is about: no warning.
        spoiler_text="" if titled else _plain(text_of(note, "summary")),
        sensitive=note.get("sensitive") is True,
        visibility="unlisted" if to.isdisjoint(PUBLIC) else "public",
        language=next(iter(dict_of(note, "contentMap")), None),
        in_reply_to_id=parent or None,
        replies_count=_total(note, "replies"),
        favourites_count=_total(note, "likes"),
        reblogs_count=_total(note, "shares"),
        media_attachments=_media(note),
        mentions=_mentions(tags),
        tags=[
            wire.Tag(name=text_of(one, "name").lstrip("#"))
            for one in tags
            if text_of(one, "type") == "Hashtag"
        ],
        emojis=_emojis(tags),
    )


def account_from_actor(actor: Json, domain: str) -> wire.Account:
    """Who wrote something. *domain*: what stands behind the "@" of people there."""
    uri = text_of(actor, "id")
    name = text_of(actor, "preferredUsername")
    return wire.Account(
        username=name,
        acct=f"{name}@{domain}",
        display_name=text_of(actor, "name"),
        uri=uri,
        url=page_of(actor) or uri,
        avatar=_picture(actor),
        bot=text_of(actor, "type") in ("Service", "Application"),
        emojis=_emojis(dicts_of(actor, "tag")),
    )


def html_of(note: Json) -> str:
    """
    What it says, as HTML: its title as a heading, when and where an event is, then the text.

    A text that is only outlined (``summary``) stands in for one that is not there.
    """
    kind, content = text_of(note, "type"), text_of(note, "content")
    if kind not in TITLED:
        return content
    if text_of(note, "mediaType") == "text/markdown":
        content = "".join(f"<p>{escape(part)}</p>" for part in content.split("\n\n"))
    parts = []
    if title := _plain(text_of(note, "name")):
        parts.append(f"<h1>{escape(title)}</h1>")
    if kind == "Event":
        parts += [f"<p>{escape(line)}</p>" for line in _occasion(note)]
    parts.append(content or text_of(note, "summary"))
    return "".join(parts)


def page_of(thing: Json) -> str:
    """Its web page: several addresses may be given, some of files."""
    for one in many_of(thing, "url"):
        if isinstance(one, str):
            return one
        if text_of(one, "mediaType") in ("text/html", ""):
            return text_of(one, "href")
    return ""


def moment_of(note: Json, key: str) -> datetime | None:
    """A time, None where there is none that can be read."""
    try:
        found = datetime.fromisoformat(text_of(note, key).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def seconds_of(duration: str) -> float:
    """Of an ISO 8601 duration ("PT1H2M3S"); 0 = not told."""
    match = _DURATION.fullmatch(duration)
    if match is None or len(duration) > 40:
        return 0.0
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(min(((days * 24 + hours) * 60 + minutes) * 60 + seconds, 10**7))


def _occasion(note: Json) -> list[str]:
    """When and where something takes place."""
    where = ""
    for place in many_of(note, "location"):
        name = text_of(place, "name")
        address = place.get("address") if isinstance(place, dict) else ""
        if isinstance(address, dict):
            keys = ("streetAddress", "postalCode", "addressLocality")
            address = " ".join(filter(None, (text_of(address, key) for key in keys)))
        where = ", ".join(one for one in (name, address) if isinstance(one, str) and one.strip())
        if where:
            break
    return occasion(moment_of(note, "startTime"), moment_of(note, "endTime"), _plain(where))


def _media(note: Json) -> list[wire.Media]:
    found = [
        wire.Media(
            type=_MEDIA.get(_type_of(one), "unknown"),
            url=address,
            preview_url=address if _type_of(one) == "image" else None,
            description=text_of(one, "name") or text_of(one, "summary") or None,
            blurhash=text_of(one, "blurhash") or None,
            meta=wire.MediaMeta(original=_size(one)),
        )
        for one in many_of(note, "attachment")[:_MOST_MEDIA]
        if isinstance(one, dict)
        and _type_of(one) in _MEDIA
        and (address := text_of(one, "url") or page_of(one) or text_of(one, "href"))
    ]
    kind = text_of(note, "type")
    if kind in ("Video", "Audio") and (played := _played(note)):
        return [played, *found]
    cover = _picture(note) or _picture(note, "image")
    if not found and cover:
        words = text_of(dict_of(note, "image"), "name") or None
        found.append(wire.Media(type="image", url=cover, preview_url=cover, description=words))
    return found


def _played(note: Json) -> wire.Media | None:
    """The film or recording itself: the smallest file that is no stream, with its picture."""
    files = [
        (one.get("height") or 0, text_of(one, "href"))
        for one in (*dicts_of(note, "url"), *_of_streams(note))
        if text_of(one, "mediaType").partition("/")[0] in ("video", "audio")
    ]
    heights = sorted((h, href) for h, href in files if isinstance(h, int) and href)
    if not heights:
        return None
    at_least = [href for height, href in heights if height >= 480]
    return wire.Media(
        type=text_of(note, "type").lower(),
        url=at_least[0] if at_least else heights[-1][1],
        preview_url=_picture(note) or _picture(note, "image") or None,
        description=_plain(text_of(note, "name")) or None,
        meta=wire.MediaMeta(original=wire.Size(duration=seconds_of(text_of(note, "duration")))),
    )


def _of_streams(note: Json) -> list[Json]:
    """Files that lie below a list of streams."""
    return [one for stream in dicts_of(note, "url") for one in dicts_of(stream, "tag")]


def _type_of(one: Json) -> str:
    told = text_of(one, "mediaType").partition("/")[0]
    return told or text_of(one, "type").lower()


def _size(one: Json) -> wire.Size:
    width, height = one.get("width"), one.get("height")
    return wire.Size(
        width=width if isinstance(width, int) else None,
        height=height if isinstance(height, int) else None,
    )


def _picture(thing: Json, key: str = "icon") -> str:
    for one in reversed(many_of(thing, key)):
        if address := one if isinstance(one, str) else text_of(one, "url") or page_of(one):
            return address
    return ""


def _mentions(tags: list[Json]) -> list[wire.Mention]:
    found = []
    for one in tags:
        href, name = text_of(one, "href"), text_of(one, "name").lstrip("@")
        if text_of(one, "type") == "Mention" and href and name:
            handle = name if "@" in name else f"{name}@{host_of(href)}"
            user = handle.partition("@")[0]
            found.append(wire.Mention(id=href, username=user, acct=handle, url=href, uri=href))
    return found


def _emojis(tags: list[Json]) -> list[wire.Emoji]:
    return [
        wire.Emoji(shortcode=text_of(one, "name").strip(":"), url=_picture(one))
        for one in tags
        if text_of(one, "type") == "Emoji"
    ]


def _total(note: Json, key: str) -> int | None:
    found = dict_of(note, key).get("totalItems")
    return found if isinstance(found, int) else None


def _plain(text: Any) -> str:
    """Without markup, which some put into names."""
    return re.sub(r"<[^<>]*>", "", text).strip() if isinstance(text, str) else ""
