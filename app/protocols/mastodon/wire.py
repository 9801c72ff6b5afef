"""
What arrives from a Mastodon-API server, as typed structs (msgspec).

Fields we do not use are not named; anything named may be missing or null.
``read_status`` first decodes at full speed. Where one field has the wrong
type it reads again, slowly, and gives up only what is broken: a bad card
costs the card, not the post.

Source: docs.joinmastodon.org/entities; deviations: facts "Entities".
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from app.model.errors import Malformed
from app.protocols.mastodon.repair import read_broken, splitting_items
from app.protocols.net.turns import Turns, at_once


class Emoji(Struct, gc=False):
    shortcode: str | None = None
    url: str | None = None
    static_url: str | None = None


class Account(Struct, gc=False):
    id: str | None = None
    username: str | None = None
    acct: str | None = None
    display_name: str | None = None
    url: str | None = None
    uri: str | None = None
    avatar: str | None = None
    bot: bool | None = None
    locked: bool | None = None
    suspended: bool | None = None
    emojis: list[Emoji] | None = None


class Mention(Struct, gc=False):
    id: str | None = None
    username: str | None = None
    acct: str | None = None
    url: str | None = None
    uri: str | None = None


class Tag(Struct, gc=False):
    name: str | None = None


class Size(Struct, gc=False):
    width: int | float | None = None
    height: int | float | None = None
    duration: float | None = None


class Focus(Struct, gc=False):
    x: float | None = None
    y: float | None = None


class MediaMeta(Struct, gc=False):
    original: Size | None = None
    small: Size | None = None
    focus: Focus | None = None
    duration: float | None = None


class Media(Struct, gc=False):
    id: str | None = None
    type: str | None = None
    url: str | None = None
    remote_url: str | None = None
    preview_url: str | None = None
    description: str | None = None
    blurhash: str | None = None
    meta: MediaMeta | None = None


class CardAuthor(Struct, gc=False):
    name: str | None = None


class Card(Struct, gc=False):
    url: str | None = None
    title: str | None = None
    description: str | None = None
    image: str | None = None
    blurhash: str | None = None
    author_name: str | None = None
    authors: list[CardAuthor] | None = None


class PollOption(Struct, gc=False):
    title: str | None = None
    votes_count: int | None = None


class Poll(Struct, gc=False):
    id: str | None = None
    options: list[PollOption] | None = None
    votes_count: int | None = None
    voters_count: int | None = None
    multiple: bool | None = None
    expired: bool | None = None
    expires_at: datetime | None = None
    voted: bool | None = None
    own_votes: list[int] | None = None


class FilterKeyword(Struct, gc=False):
    id: str | None = None
    keyword: str | None = None
    whole_word: bool | None = None


class FilterStatus(Struct, gc=False):
    id: str | None = None
    status_id: str | None = None


class Filter(Struct, gc=False):
    """With its keywords and statuses only where one asks for filters."""

    id: str | None = None
    title: str | None = None
    context: list[str] | None = None
    expires_at: datetime | None = None
    filter_action: str | None = None
    keywords: list[FilterKeyword] | None = None
    statuses: list[FilterStatus] | None = None


class FilterResult(Struct, gc=False):
    filter: Filter | None = None
    keyword_matches: list[str] | None = None


class QuoteApproval(Struct, gc=False):
    current_user: str | None = None


class Quote(Struct):
    """*quoted_status*, or only its id when the quote is inside a quote."""

    state: str | None = None
    quoted_status: Status | None = None
    quoted_status_id: str | None = None


class Friendica(Struct, gc=False):
    """What Friendica adds to a status."""

    title: str | None = None


class Place(Struct, gc=False):
    """Where a picture was taken (Pixelfed)."""

    name: str | None = None
    country: str | None = None


class EmojiReaction(Struct, gc=False):
    """One emoji under a status: an addition of several servers (``emoji.py``)."""

    name: str | None = None
    count: int | None = None
    me: bool | None = None
    url: str | None = None
    static_url: str | None = None


class EventPlace(Struct, gc=False):
    name: str | None = None


class Event(Struct, gc=False):
    """When and where something takes place (Rebased)."""

    name: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    location: EventPlace | None = None


class Pleroma(Struct, gc=False):
    """What Pleroma and its forks add to a status."""

    event: Event | None = None
    emoji_reactions: list[EmojiReaction] | None = None


class Status(Struct):
    id: str | None = None
    uri: str | None = None
    url: str | None = None
    created_at: datetime | None = None
    edited_at: datetime | None = None
    account: Account | None = None
    content: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    visibility: str | None = None
    language: str | None = None
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None
    quotes_count: int | None = None
    favourited: bool | None = None
    reblogged: bool | None = None
    bookmarked: bool | None = None
    muted: bool | None = None
    pinned: bool | None = None
    media_attachments: list[Media] | None = None
    mentions: list[Mention] | None = None
    tags: list[Tag] | None = None
    emojis: list[Emoji] | None = None
    card: Card | None = None
    poll: Poll | None = None
    quote: Quote | None = None
    quote_approval: QuoteApproval | None = None
    filtered: list[FilterResult] | None = None
    reblog: Status | None = None
    friendica: Friendica | None = None
    place: Place | None = None
    pleroma: Pleroma | None = None
    reactions: list[EmojiReaction] | None = None
    emoji_reactions: list[EmojiReaction] | None = None


_ITEMS = msgspec.json.Decoder(list[Raw])
_STATUS = msgspec.json.Decoder(Status)


def split_page(body: bytes, server: str) -> list[bytes | Raw]:
    """
    Cut an answer into its items without reading them.

    Raises:
        Malformed: It is no list at all, or was cut off.
    """
    return at_once(splitting_page(body, server))


def splitting_page(body: bytes, server: str) -> Turns[list[bytes | Raw]]:
    """``split_page`` in turns."""
    try:
        return list(_ITEMS.decode(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # One item with a bad number, half an emoji or 10 000 brackets spoils
        # the whole for a strict reader: look for the items by their brackets.
        items = yield from splitting_items(body)
    if items is None:
        raise Malformed(f"{server} {what_it_is(body)}")
    return items


def read_status(item: bytes | Raw) -> Status:
    """
    Read one status, or what can be read of it.

    Raises:
        Malformed: It is no JSON object, or nested beyond reason.
    """
    try:
        status = _STATUS.decode(item)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return read_broken(bytes(item), Status)
    if status.quote is not None and status.quote.state is None:
        return _with_bare_quote(status, item)
    return status


class _BareQuote(Struct):
    quote: Status | None = None


def _with_bare_quote(status: Status, item: bytes | Raw) -> Status:
    """Some servers put the quoted status where others put a quote of it."""
    try:
        quoted = msgspec.json.decode(item, type=_BareQuote).quote
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        quoted = None
    if quoted is not None and quoted.account is not None:
        status.quote = Quote("accepted", quoted)
    return status


def what_it_is(body: bytes) -> str:
    """Words for an answer that is not what it should be."""
    start = body[:200].lstrip().lower()
    if not start:
        return "gave an empty answer."
    if start.startswith(b"<"):
        return "answered with a web page instead of data."
    if start.startswith((b"[", b"{")):
        return "gave an answer that is cut off or in the wrong form."
    return "answered with something that is no data."
