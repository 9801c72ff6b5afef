"""
Statuses and accounts → posts, entries and profiles. Pure: time and viewpoint are arguments.

Source: docs.joinmastodon.org/entities (Status, Account, Quote, FilterResult);
deviations of other servers: facts "Entities".
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote

from msgspec import Struct

from app.model.errors import Malformed
from app.model.post import Post, Quote, QuoteState, ReplyTo, ViewerState
from app.model.profile import Profile
from app.model.text import RichText
from app.model.timeline import Entry, Repost
from app.protocols.mastodon import blocks, emoji, wire
from app.protocols.mastodon.apart import pictures_in, whole_text
from app.protocols.mastodon.links import Mentioned
from app.protocols.mastodon.text import rich_text
from app.protocols.mastodon.vocabulary_out import VISIBILITY_FROM
from app.protocols.safety import clean_name, clean_text

NETWORK_ID = "mastodon"

_QUOTE_STATE: dict[str, QuoteState] = {
    "accepted": "shown",
    "pending": "pending",
    "rejected": "detached",
    "revoked": "detached",
    "deleted": "deleted",
    "unauthorized": "unavailable",
    "blocked_account": "blocked",
    "blocked_domain": "blocked",
    "muted_account": "muted",
}
_WITH_POST = ("shown", "blocked", "muted")
_BRIDGED = re.compile(r"https?://[^/]+/convert/ap/(at:/.+)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MAX_URI = 4096
_SHORT_NAME = 200


class Viewpoint(Struct, frozen=True, kw_only=True):
    """
    From where a page is looked at.

    Attributes:
        server: Host, for words and keys.
        domain: What stands behind the "@" of this server's own people.
        now: When the page was fetched. Aware UTC.
        viewer: URI of our own profile: own posts are never filtered.
    """

    server: str
    domain: str
    now: datetime
    viewer: str = ""


class Neighbours:
    """What a page tells about ids that its posts only point to."""

    def __init__(self, look: Viewpoint) -> None:
        self.look = look
        self._uris: dict[str, str] = {}
        self._profiles: dict[str, Profile] = {}

    def learn(self, status: wire.Status) -> None:
        """Remember a status and what it carries."""
        inner = status.reblog or status
        quoted = inner.quote.quoted_status if inner.quote else None
        for one in (inner, quoted):
            if one is not None and one.id and (uri := _uri(one)):
                self._uris[one.id] = uri

    def uri(self, local_id: str | None) -> str:
        """The URI of a status of this page, or ""."""
        return self._uris.get(local_id, "") if local_id else ""

    def profile(self, account: wire.Account) -> Profile:
        """As ``profile_from_account``, once for each account of the page."""
        known = self._profiles.get(account.id) if account.id else None
        if known is None:
            known = profile_from_account(account, self.look.domain)
            if account.id:
                self._profiles[account.id] = known
        return known

    def known_profile(self, local_id: str) -> Profile | None:
        """Somebody who wrote on this page, as far as it has been converted."""
        return self._profiles.get(local_id)


def entry_from_status(status: wire.Status, near: Neighbours, moment: datetime) -> Entry:
    """
    A post or repost in a timeline.

    Args:
        moment: When it was written or reposted, as the server says, or what
            its place in the page lets us suppose.

    Raises:
        Malformed: It has no author or no identity.
    """
    wrapper, status = (status, status.reblog) if status.reblog else (None, status)
    written = moment if wrapper is None else time_of(status) or moment
    post = post_from_status(status, near, written)
    viewer = viewer_from_status(status, near.look, post, wrapper)
    if wrapper is None:
        return Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer)

    if wrapper.account is None:
        raise Malformed("This repost does not say whose it is.")
    by = near.profile(wrapper.account)
    uri = _uri(wrapper)
    if uri == post.uri or uri == post.url:
        uri = ""  # some servers give the post's own
    at = min(moment, near.look.now)
    return Entry(
        key=uri or f"repost:{by.uri}:{post.uri}",
        sort_at=at,
        post=post,
        viewer=viewer,
        repost=Repost(by, at, uri),
    )


def post_from_status(
    status: wire.Status, near: Neighbours, written: datetime, *, is_quoted: bool = False
) -> Post:
    """
    What was written.

    Args:
        written: ``created_at``, or what stands in for it.
        is_quoted: It stands inside another post: quotes do not nest further,
            and filters that match it travel with it.

    Raises:
        Malformed: It has no author or no identity.
    """
    if status.account is None:
        raise Malformed("This post does not say who wrote it.")
    uri = _uri(status)
    if not uri:
        raise Malformed("This post has no address.")

    look = near.look
    author = near.profile(status.account)
    quote = None if is_quoted else quote_from_status(status, near)
    advisories = blocks.advisories_from_status(status)
    if is_quoted and author.uri != look.viewer:
        advisories += blocks.filters_from_status(status, look.server)
    content, media = whole_text(status), blocks.media_from_status(status)
    if not media:
        content, media = pictures_in(content, look.server)
    return Post(
        uri=uri,
        network=NETWORK_ID,
        author=author,
        created_at=written,
        sort_at=min(written, look.now),
        url=blocks.http(status.url),
        text=_text(status, content, look.domain, quote),
        advisories=advisories,
        media=media,
        card=blocks.card_from_status(status),
        poll=blocks.poll_from_status(status),
        quote=quote,
        reply_to=_reply_to(status, near, author),
        counts=blocks.counts_from_status(status),
        reactions=emoji.counts_from_status(status),
        edited_at=blocks.in_utc(status.edited_at),
        langs=_langs(status.language),
        visibility=VISIBILITY_FROM.get(status.visibility or "public", "followers"),
        tags=tuple(clean_text(tag.name) for tag in status.tags or () if tag.name),
        bridged_from=_bridged_from(uri),
    )


def viewer_from_status(
    status: wire.Status, look: Viewpoint, post: Post, wrapper: wire.Status | None = None
) -> ViewerState:
    """What we did with a post, and the filters of ours that it or its repost matches."""
    filtered = blocks.filters_from_status(status, look.server)
    if wrapper is not None and wrapper.filtered:
        outer = blocks.filters_from_status(wrapper, look.server)
        filtered += tuple(one for one in outer if one not in filtered)
    if filtered and post.author.uri == look.viewer:
        filtered = ()
    approval = status.quote_approval
    return ViewerState(
        ref=status.id or "",
        liked=status.favourited or False,
        reposted=status.reblogged or False,
        bookmarked=status.bookmarked or False,
        muted=status.muted or False,
        pinned=status.pinned or False,
        can_quote=(
            post.visibility in ("public", "quiet")
            if approval is None
            else approval.current_user in ("automatic", "manual")
        ),
        can_react=emoji.can_react(status),
        emoji=emoji.own_emoji(status),
        own_votes=blocks.own_votes(status),
        filtered=filtered,
    )


def quote_from_status(status: wire.Status, near: Neighbours) -> Quote | None:
    """The quote of a post with its state (4.4 to 4.6; unknown ones are "unavailable")."""
    wired = status.quote
    if wired is None:
        return None
    state = _QUOTE_STATE.get(wired.state or "", "unavailable")
    quoted = wired.quoted_status
    uri = (_uri(quoted) if quoted else "") or near.uri(wired.quoted_status_id)
    post: Post | None = None
    if quoted is not None and state in _WITH_POST:
        try:
            post = post_from_status(
                quoted, near, time_of(quoted) or time_of(status) or near.look.now, is_quoted=True
            )
        except Malformed:
            uri = uri or blocks.http(quoted.url)
    if post is None and state in _WITH_POST:
        state = "unavailable"  # only an id came: a quote inside a quote
    return Quote(state=state, uri=uri, post=post)


def profile_from_account(account: wire.Account, domain: str) -> Profile:
    """
    Somebody on the network.

    Args:
        domain: What this server's own people have behind the "@".

    Raises:
        Malformed: It has neither address nor name.
    """
    uri = _address(account.uri) or _address(account.url)
    handle = full_handle(account.acct or account.username or "", domain)
    if not uri or not handle:
        raise Malformed("This author has no address.")
    return Profile(
        uri=uri,
        handle=handle,
        name=_name(account.display_name) if account.display_name else "",
        avatar=blocks.http(account.avatar),
        url=blocks.http(account.url),
        bot=account.bot or False,
        locked=account.locked or False,
        emojis=blocks.emojis(account.emojis),
    )


def _name(text: str) -> str:
    return _cleaned_name(text) if len(text) <= _SHORT_NAME else clean_name(text)


@lru_cache(maxsize=4096)
def _cleaned_name(text: str) -> str:
    # The same people write again and again, and looking at each letter is slow.
    return clean_name(text)


def full_handle(acct: str, domain: str) -> str:
    """``user@host`` whether or not the server left its own host out; "" if unreadable."""
    acct = acct.removeprefix("@")
    if not (acct.isascii() and acct.isprintable()):
        acct = "".join(char for char in clean_text(acct) if char.isprintable())
    if not acct or " " in acct:
        return ""
    return acct if "@" in acct else f"{acct}@{domain}"


# ----------------------------------------------------------------- parts


def _text(status: wire.Status, content: str, domain: str, quote: Quote | None) -> RichText:
    if not content:
        return RichText()
    mentions: dict[str, Mentioned] = {}
    for one in status.mentions or ():
        handle = full_handle(one.acct or one.username or "", domain)
        if one.url and handle:
            username = one.username or handle.partition("@")[0]
            mentions[one.url] = Mentioned(_address(one.uri) or one.url, username, handle)
    return rich_text(
        content,
        mentions=mentions,
        tags=frozenset(tag.name.casefold() for tag in status.tags or () if tag.name),
        emojis={one.shortcode: one.url for one in blocks.emojis(status.emojis)},
        hide_quote_line=quote is not None and quote.post is not None,
    )


def _reply_to(status: wire.Status, near: Neighbours, author: Profile) -> ReplyTo | None:
    if not status.in_reply_to_id and not status.in_reply_to_account_id:
        return None
    whom = status.in_reply_to_account_id
    profile: Profile | None = None
    if whom and status.account and whom == status.account.id:
        profile = author
    elif whom:
        profile = near.known_profile(whom) or _mentioned(status, whom, near.look.domain)
    return ReplyTo(uri=near.uri(status.in_reply_to_id), author=profile)


def _mentioned(status: wire.Status, local_id: str, domain: str) -> Profile | None:
    for one in status.mentions or ():
        if one.id == local_id:
            uri = _address(one.uri) or _address(one.url)
            handle = full_handle(one.acct or one.username or "", domain)
            if uri and handle:
                return Profile(uri=uri, handle=handle, url=blocks.http(one.url))
    return None


def _bridged_from(uri: str) -> str:
    """The original that a bridge's address names. A claim: who proves it looks at the host."""
    if "/convert/ap/" not in uri:
        return ""
    match = _BRIDGED.fullmatch(unquote(uri))
    if match is None:
        return ""
    original = match[1].removeprefix("at:").lstrip("/")
    return f"at://{original}" if original.startswith("did:") else ""


def _langs(language: str | None) -> tuple[str, ...]:
    return (language,) if language and _LANGUAGE.fullmatch(language) else ()


def _uri(status: wire.Status) -> str:
    return _address(status.uri) or _address(status.url)


def _address(uri: str | None) -> str:
    """An identity as it came, unless it cannot be one."""
    if uri and len(uri) <= _MAX_URI and uri.isprintable() and " " not in uri:
        return uri
    return ""


# ------------------------------------------------------------------ time


def time_of(status: wire.Status | None) -> datetime | None:
    """``created_at`` in UTC, None if there is none that can be read."""
    return blocks.in_utc(status.created_at) if status is not None else None
