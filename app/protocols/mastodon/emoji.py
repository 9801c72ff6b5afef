"""
Emoji that people put under posts, as servers tell of them and take them.

Three dialects, told apart by the fields of the status itself: ``pleroma.emoji_reactions``
(Pleroma, Akkoma, Mitra: docs "Pleroma API, emoji reactions"), ``reactions`` (forks of
glitch-soc, Iceshrimp, Sharkey) and ``emoji_reactions`` alone (Fedibird, kmyblue). A server
with none of these fields takes none.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from app.model.post import EmojiCount
from app.protocols.mastodon import blocks, wire
from app.protocols.safety import clean_text

MOST = 100
"""Different emoji under one post that are kept."""

_MAX_NAME = 200
_SELECTOR = "\ufe0f"
"""Asks for a picture; some servers write it, some leave it out."""


class Request(NamedTuple):
    """What is asked of a server."""

    method: str
    path: str
    form: dict[str, str]


def counts_from_status(status: wire.Status) -> tuple[EmojiCount, ...]:
    """In the server's order."""
    told = _told(status)
    if not told:
        return ()
    return tuple(
        EmojiCount(name, min(one.count, blocks.MAX_COUNT), _picture(one))
        for one in told[:MOST]
        if one.count and one.count > 0 and (name := _name(one))
    )


def own_emoji(status: wire.Status) -> tuple[str, ...]:
    """Those that we put there."""
    return tuple(name for one in (_told(status) or ())[:MOST] if one.me and (name := _name(one)))


def can_react(status: wire.Status) -> bool:
    """The server tells of emoji here, so it takes them."""
    return _told(status) is not None


def has(names: tuple[str, ...], emoji: str) -> bool:
    """Is *emoji* among *names*, however its form is asked for?"""
    return any(_plain(name) == _plain(emoji) for name in names)


def is_one(name: str) -> bool:
    """
    May *name* be the emoji's? It goes into a path, and is what anybody's server says:
    nothing in it may lead elsewhere ("..", "/"), or be nothing at all.
    """
    return (
        0 < len(name) <= _MAX_NAME
        and bool(name.strip("."))
        and clean_text(name) == name
        and not any(one.isspace() or one in "/\\%" for one in name)
    )


def request(status: wire.Status, local_id: str, emoji: str, *, on: bool) -> Request:
    """How this server is asked to put *emoji* there, or to take it away."""
    name, post = quote(emoji, safe=""), quote(local_id, safe="")
    path = f"/api/v1/statuses/{post}"
    if status.pleroma is not None and status.pleroma.emoji_reactions is not None:
        path = f"/api/v1/pleroma/statuses/{post}/reactions/{name}"
        return Request("PUT" if on else "DELETE", path, {})
    if status.reactions is not None:
        return Request("POST", f"{path}/{'' if on else 'un'}react/{name}", {})
    if on:
        return Request("PUT", f"{path}/emoji_reactions/{name}", {})
    return Request("POST", f"{path}/emoji_unreaction", {"emoji": emoji})


def _told(status: wire.Status) -> list[wire.EmojiReaction] | None:
    if status.pleroma is not None and status.pleroma.emoji_reactions is not None:
        return status.pleroma.emoji_reactions
    return status.reactions if status.reactions is not None else status.emoji_reactions


def _name(one: wire.EmojiReaction) -> str:
    name = (one.name or "").strip(":")
    return name if is_one(name) else ""


def _picture(one: wire.EmojiReaction) -> str:
    return blocks.http(one.static_url) or blocks.http(one.url)


def _plain(name: str) -> str:
    return name.replace(_SELECTOR, "")
