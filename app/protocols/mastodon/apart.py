"""
What software tells apart from the text of a post, and where in the text we show it.

Titles (Friendica), places (Pixelfed), events (Rebased: "Event" of its API), and pictures
that stand in the HTML itself (Friendica, Akkoma, GoToSocial with articles). Pure, but for
the zone of this computer.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timezone
from html import escape
from urllib.parse import urlsplit

from app.model.post import Media
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.links import attributes
from app.protocols.safety import clean_text

MOST_PICTURES = 16

MOST_LOOKED = 200
"""Tags that are looked at: each takes its time, and a text may have a million."""

_IMG = re.compile(r"<(img(?=[\s/])[^<>]*)>", re.IGNORECASE)
_SMALL = 64
"""px: what says that it is smaller is an emoji, a button or a spy."""


def whole_text(status: wire.Status) -> str:
    """The HTML of a post with its title before it, and when and where behind that or below."""
    content = status.content or ""
    event = status.pleroma.event if status.pleroma is not None else None
    title = status.friendica.title if status.friendica is not None else None
    title = ((event.name if event is not None else title) or "").strip()
    if event is not None:
        where = event.location.name if event.location is not None else ""
        lines = occasion(event.start_time, event.end_time, where or "")
        content = "".join(f"<p>{escape(line)}</p>" for line in lines) + content
    if title and title != status.spoiler_text and escape(title) not in content[:1000]:
        content = f"<h1>{escape(title[: blocks.MAX_LINE])}</h1>{content}"
    if status.place is not None and status.place.name:
        names = dict.fromkeys(filter(None, (status.place.name, status.place.country)))
        content += f"<p>📍 {escape(', '.join(names)[: blocks.MAX_LINE])}</p>"
    return content


def occasion(begins: datetime | None, ends: datetime | None, where: str) -> list[str]:
    """When and where something takes place: a line for each that is told."""
    lines = []
    if begins is not None:
        first, zone = _here(begins)
        said = _when(first)
        if ends is not None and (last := _here(ends))[0] > first:
            if last[1] != zone:  # the clocks are changed meanwhile
                said += zone
            same = last[0].date() == first.date()
            said += f" – {last[0]:%H:%M}" if same else f" – {_when(last[0])}"
            zone = last[1]
        lines.append(f"🗓 {said}{zone}")
    if where := " ".join(where.split()):
        lines.append(f"📍 {where[: blocks.MAX_LINE]}")
    return lines


def pictures_in(html: str, server: str) -> tuple[str, tuple[Media, ...]]:
    """
    The pictures that stand in *html*, taken out of it.

    Only those that *server* (host and port), which tells us of the post, keeps itself: what a
    post names must not make us ask strangers. All others stay there, as their words.
    """
    if "<img" not in html and "<IMG" not in html:
        return html, ()
    found: dict[str, Media] = {}
    looked = 0

    def take(match: re.Match[str]) -> str:
        nonlocal looked
        looked += 1
        if looked > MOST_LOOKED or len(match[0]) > 2 * blocks.MAX_ALT:
            return match[0]
        told = attributes(match[1])
        url = blocks.http(told.get("src"))
        if not url or len(found) >= MOST_PICTURES or not _is_kept(url, server) or _is_small(told):
            return match[0]
        alt = clean_text(told.get("alt", "")[: blocks.MAX_ALT]).strip()
        found.setdefault(url, Media(kind="image", url=url, preview=url, alt=alt))
        return ""

    return _IMG.sub(take, html), tuple(found.values())


def _is_kept(url: str, server: str) -> bool:
    try:
        return urlsplit(url).netloc.lower() == server.lower()
    except ValueError:
        return False


def _is_small(told: dict[str, str]) -> bool:
    if "emoji" in told.get("class", ""):
        return True
    sides = (told.get("width", ""), told.get("height", ""))
    return any(side.isascii() and side.isdigit() and int(side[:6]) < _SMALL for side in sides)


def _here(told: datetime) -> tuple[datetime, str]:
    """
    A time by the clock of this computer, and " " with its zone.

    "" where the event has the same. Who writes UTC only does not say where the event is.
    """
    told = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
    try:
        at = told.astimezone()
    except (OverflowError, ValueError, OSError):  # before or after all that clocks can say
        at = told
    there, here = told.utcoffset(), at.utcoffset()
    if here is None or (here and here == there and at is not told):
        return at, ""
    return at, f" {timezone(here)}"


def _when(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M}"
