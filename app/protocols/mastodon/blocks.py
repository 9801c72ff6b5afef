"""The optional parts of a status: media, card, poll, warnings, filters, counts."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Literal

from app.model.post import (
    Advisory,
    Counts,
    FilterContext,
    LinkCard,
    Media,
    MediaKind,
    Poll,
    PollOption,
)
from app.model.text import Emoji
from app.protocols.mastodon import wire
from app.protocols.mastodon.films import is_film_address
from app.protocols.safety import clean_text

MAX_ALT = 10_000
MAX_LINE = 2_000
MAX_COUNT = 2**53
_MAX_SIDE = 100_000
_MAX_SECONDS = 1_000_000.0

_HTTP = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f/]++[^\s\x00-\x20\x7f-\x9f]*+", re.IGNORECASE)
_SHORTCODE = re.compile(r"[A-Za-z0-9_]{1,100}")
_KINDS: dict[str, MediaKind] = {
    "image": "image",
    "gifv": "gif",
    "video": "video",
    "audio": "audio",
}
_ACTIONS: dict[str, Literal["warn", "hide", "blur"]] = {
    "warn": "warn",
    "hide": "hide",
    "blur": "blur",
}
_CONTEXTS: tuple[FilterContext, ...] = ("home", "notifications", "public", "thread", "account")


def http(url: str | None) -> str:
    """*url* if it is plain http(s) of sane length, else ""."""
    return url if url and len(url) <= 4096 and _HTTP.fullmatch(url) else ""


def emojis(wired: list[wire.Emoji] | None) -> tuple[Emoji, ...]:
    """Custom emoji, the still picture if there is one."""
    if not wired:
        return ()
    return tuple(
        Emoji(one.shortcode, url)
        for one in wired
        if one.shortcode
        and _SHORTCODE.fullmatch(one.shortcode)
        and (url := http(one.static_url) or http(one.url))
    )


def counts_from_status(status: wire.Status) -> Counts:
    """As the server counts."""
    return Counts(
        _count(status.replies_count),
        _count(status.reblogs_count),
        _count(status.favourites_count),
        _count(status.quotes_count),
    )


def advisories_from_status(status: wire.Status) -> tuple[Advisory, ...]:
    """The author's own warning; sensitive media have one even without words."""
    warning = _words(status.spoiler_text, MAX_LINE)
    if warning:
        return (Advisory("warning", warning),)
    if status.sensitive:
        return (Advisory("sensitive", scope="media"),)
    return ()


def filters_from_status(status: wire.Status, server: str) -> tuple[Advisory, ...]:
    """
    Our own filters on the server that match, wherever and until whenever they hold.

    The server tells every match; context and expiry are for the client to
    look at (entities/FilterResult), at the moment when it shows the post. Unknown
    actions warn.
    """
    found: list[Advisory] = []
    for result in status.filtered or ():
        rule = result.filter
        if rule is None or not (contexts := filter_contexts(rule.context)):
            continue
        action = filter_action(rule.filter_action)
        scope: Literal["media", "post"] = "media" if action == "blur" else "post"
        found.append(
            Advisory(
                "filter",
                _words(rule.title, 500),
                server,
                scope,
                action,
                rule.id or "",
                contexts,
                tuple(word[:512] for word in result.keyword_matches or ()),
                in_utc(rule.expires_at),
            )
        )
    return tuple(found)


def filter_contexts(said: list[str] | None) -> tuple[FilterContext, ...]:
    """Where a filter holds, as far as we know such places."""
    return tuple(sorted(one for one in _CONTEXTS if one in (said or ())))


def filter_action(said: str | None) -> Literal["warn", "hide", "blur"]:
    """What a filter does; unknown ones warn."""
    return _ACTIONS.get(said or "", "warn")


def in_utc(moment: datetime | None) -> datetime | None:
    """
    *moment* in UTC; some servers leave the zone out.

    None: there is none, or it is before or after all that UTC can say.
    """
    if moment is None or moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


# ----------------------------------------------------------------- media


def media_from_status(status: wire.Status) -> tuple[Media, ...]:
    """What is attached; what has no address is left out."""
    if not status.media_attachments:
        return _film(status)
    media = (_media(one) for one in status.media_attachments)
    return tuple(one for one in media if one is not None)


def _film(status: wire.Status) -> tuple[Media, ...]:
    """The film of a post that is one: other servers pass on its address alone (``films.py``)."""
    if not is_film_address(status.uri or ""):
        return ()
    preview = http(status.card.image) if status.card is not None else ""
    return (Media(kind="video", url=status.uri or "", preview=preview),)


def _media(wired: wire.Media) -> Media | None:
    url = http(wired.url) or http(wired.remote_url) or http(wired.preview_url)
    if not url:
        return None
    kind = _KINDS.get(wired.type or "", "unknown")
    if kind == "image" and _is_gif(url):
        kind = "gif"  # not every server makes videos of them
    meta = wired.meta or wire.MediaMeta()
    size = meta.original or meta.small or wire.Size()
    small = meta.small or size
    focus = meta.focus or wire.Focus()
    return Media(
        kind=kind,
        url=url,
        preview=http(wired.preview_url),
        alt=clean_text(wired.description[:MAX_ALT]).strip() if wired.description else "",
        width=_side(size.width) or _side(small.width),
        height=_side(size.height) or _side(small.height),
        blurhash=wired.blurhash or "" if len(wired.blurhash or "") <= 200 else "",
        focus=(_unit(focus.x), _unit(focus.y)),
        duration=_seconds(size.duration) or _seconds(meta.duration),
    )


def _is_gif(url: str) -> bool:
    return url.partition("?")[0].lower().endswith(".gif")


# ------------------------------------------------------------ card, poll


def card_from_status(status: wire.Status) -> LinkCard | None:
    """The preview that the server made of a link."""
    card = status.card
    if card is None or not (url := http(card.url)):
        return None
    author = card.author_name or next((one.name for one in card.authors or () if one.name), "")
    return LinkCard(
        url=url,
        title=_line(card.title),
        description=_line(card.description),
        image=http(card.image),
        blurhash=card.blurhash or "" if len(card.blurhash or "") <= 200 else "",
        author=_line(author),
    )


def poll_from_status(status: wire.Status) -> Poll | None:
    """Options whose totals are hidden have ``votes=None``."""
    poll = status.poll
    if poll is None or not poll.options:
        return None
    return Poll(
        options=tuple(
            PollOption(
                _line(one.title), None if one.votes_count is None else _count(one.votes_count)
            )
            for one in poll.options
        ),
        votes=_count(poll.votes_count),
        voters=None if poll.voters_count is None else _count(poll.voters_count),
        multiple=poll.multiple or False,
        closed=poll.expired or False,
        expires_at=in_utc(poll.expires_at),
    )


def own_votes(status: wire.Status) -> tuple[int, ...] | None:
    """Which options we chose; () when we may not vote (our own poll), None: not yet."""
    poll = status.poll
    if poll is None or not poll.voted:
        return None
    size = len(poll.options or ())
    return tuple(vote for vote in poll.own_votes or () if 0 <= vote < size)


# --------------------------------------------------------- small values


def _line(text: str | None) -> str:
    """One line: titles and names."""
    return " ".join(clean_text(text[:MAX_LINE]).split()) if text else ""


def _words(text: str | None, limit: int) -> str:
    """Words that may have several lines."""
    return clean_text(text[:limit]).strip() if text else ""


def _count(number: int | None) -> int:
    if not number or number < 0:
        return 0
    return number if number < MAX_COUNT else MAX_COUNT


def _side(pixels: float | None) -> int:
    if not pixels or pixels < 0:
        return 0
    return int(pixels) if pixels < _MAX_SIDE else _MAX_SIDE


def _seconds(seconds: float | None) -> float:
    return min(max(seconds or 0.0, 0.0), _MAX_SECONDS)


def _unit(number: float | None) -> float:
    if not number or math.isnan(number):
        return 0.0
    return float(min(max(number, -1.0), 1.0))
