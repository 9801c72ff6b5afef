"""
A post of ours → what is sent. Pure. Source: methods/statuses, "Post a new status".

JSON, as most clients send it: in a form, servers disagree about lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from app.model.draft import Attachment
from app.model.sending import Outgoing
from app.protocols.mastodon import wire
from app.protocols.mastodon.vocabulary_out import QUOTES_TO, VISIBILITY_TO

Json = dict[str, object]


def typed_text(post: Outgoing) -> str:
    """What the server is given to render."""
    return post.source if post.markup and post.source else post.text.text


def json_from_post(
    post: Outgoing,
    *,
    media: Sequence[str] = (),
    reply_to: str = "",
    quote: str = "",
    says_quotes: bool = False,
    send_at: datetime | None = None,
) -> Json:
    """
    Everything that a new status is made of.

    Args:
        media: The server's ids of what is attached.
        reply_to, quote: The server's ids of these posts.
        says_quotes: The server lets authors say who may quote.
        send_at: When the server shall publish it.
    """
    made = _words(post) | {"visibility": VISIBILITY_TO[post.visibility]}
    if media:
        made["media_ids"] = list(media)
    if reply_to:
        made["in_reply_to_id"] = reply_to
    if quote:
        made["quoted_status_id"] = quote
        made["quote_id"] = quote  # as Pleroma and its forks call it
    if post.poll is not None:
        made["poll"] = {
            "options": list(post.poll.options),
            "expires_in": post.poll.seconds,
            "multiple": post.poll.multiple,
            "hide_totals": post.poll.hide_totals,
        }
    if says_quotes or post.quotes != "anyone":
        made["quote_approval_policy"] = QUOTES_TO[post.quotes]
    if send_at is not None:
        made["scheduled_at"] = send_at.astimezone(UTC).isoformat(timespec="milliseconds")
    return made


def json_from_edit(
    post: Outgoing, now: wire.Status, media: Sequence[tuple[str, Attachment | None]], at: datetime
) -> Json:
    """
    What changes a status; all that is not said here would be lost.

    Args:
        now: As the server has it.
        media: The server's ids, each with its new words; None: they stay.
        at: Aware UTC now, for how long a poll is still open.
    """
    change = _words(post) | {"media_ids": [token for token, _ in media]}
    if now.language:
        change.setdefault("language", now.language)
    described = [
        {"id": token, "description": one.alt, "focus": focus_of(one)}
        for token, one in media
        if one is not None
    ]
    if described:
        change["media_attributes"] = described
    if now.poll is not None and now.poll.options:
        change["poll"] = _kept_poll(post, now.poll, at)
    return change


def focus_of(media: Attachment) -> str:
    """As the servers write it: ``x,y``."""
    x, y = media.focus
    return f"{x:.4g},{y:.4g}"


def _words(post: Outgoing) -> Json:
    words: Json = {
        "status": typed_text(post),
        "spoiler_text": post.warning,
        "sensitive": post.sensitive,
    }
    if post.langs:
        words["language"] = post.langs[0]
    if post.markup and post.source:
        words["content_type"] = post.markup
    return words


def _kept_poll(post: Outgoing, poll: wire.Poll, at: datetime) -> Json:
    """The poll as it is, with the time that is left: other options would end all votes."""
    options = poll.options or []
    seconds = 300
    if poll.expires_at is not None:
        ends = poll.expires_at if poll.expires_at.tzinfo else poll.expires_at.replace(tzinfo=UTC)
        seconds = max(int((ends - at).total_seconds()), seconds)
    hidden = any(one.votes_count is None for one in options)
    return {
        "options": list(post.poll.options) if post.poll else [one.title or "" for one in options],
        "expires_in": seconds,
        "multiple": poll.multiple or False,
        "hide_totals": post.poll.hide_totals if post.poll else hidden,
    }
