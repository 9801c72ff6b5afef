"""
Which of two copies of a post is kept. Pure.

Servers differ: each proxies pictures under its own address, counts only what
it has heard of, and forgets cards and parents. So one account *tells* a post;
what another account sees adds to it, and never makes it poorer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from app.model import Counts, Poll, Post, Quote, ReplyTo, ViewerState

_NEVER = datetime.min.replace(tzinfo=UTC)


def refreshed(old: Post, new: Post, *, same_teller: bool) -> Post:
    """
    The post to keep after *new* was seen, given that *old* is kept.

    Args:
        same_teller: The account that told *old* now tells *new*.
    """
    old_edit, new_edit = old.edited_at or _NEVER, new.edited_at or _NEVER
    if new_edit < old_edit:
        # A server that has not heard of the edit yet.
        return old
    if new_edit > old_edit or same_teller:
        return _filled(old, new, edited=new_edit > old_edit)
    return replace(old, counts=_larger(old.counts, new.counts), poll=_further(old.poll, new.poll))


def refreshed_viewer(old: ViewerState, new: ViewerState) -> ViewerState:
    """The newer state, with the reference of the older where it has none."""
    return new if new.ref or not old.ref else replace(new, ref=old.ref)


def _filled(old: Post, new: Post, *, edited: bool) -> Post:
    """*new*, with what only *old* knows."""
    kept: dict[str, Any] = {}
    if not edited and new.card is None and old.card is not None:
        kept["card"] = old.card
    if not edited and new.poll is None and old.poll is not None:
        kept["poll"] = old.poll
    if (quote := _quote(old.quote, new.quote)) is not new.quote:
        kept["quote"] = quote
    if (reply_to := _reply_to(old.reply_to, new.reply_to)) is not new.reply_to:
        kept["reply_to"] = reply_to
    if new.author.uri == old.author.uri and not (new.author.name or new.author.avatar):
        kept["author"] = old.author
    if new.bridged_from == "" and old.bridged_from:
        kept["bridged_from"] = old.bridged_from
    return replace(new, **kept) if kept else new


def _quote(old: Quote | None, new: Quote | None) -> Quote | None:
    if old is None or new is None or new.post is not None or old.uri != new.uri:
        return new
    return replace(new, post=old.post) if new.state in ("shown", "pending") else new


def _reply_to(old: ReplyTo | None, new: ReplyTo | None) -> ReplyTo | None:
    if old is None or new is None:
        return new or old
    if (old.uri and new.uri and old.uri != new.uri) or new.state != "shown":
        return new
    filled = replace(
        new,
        uri=new.uri or old.uri,
        root=new.root or old.root,
        author=new.author or old.author,
    )
    return new if filled == new else filled


def _larger(old: Counts, new: Counts) -> Counts:
    """The one that has heard of more."""
    heard = [c.replies + c.reposts + c.likes + c.quotes for c in (old, new)]
    return new if heard[1] > heard[0] else old


def _further(old: Poll | None, new: Poll | None) -> Poll | None:
    if old is None or new is None:
        return old or new
    return new if (new.closed, new.votes) > (old.closed, old.votes) else old
