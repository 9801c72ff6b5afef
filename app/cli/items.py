"""ITEM: one row of a timeline as JSON. The contract is the table of commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.feed.rows import Card, Row
from app.feed.thread_words import words_of
from app.feed.threads import Line
from app.model import (
    Account,
    AccountId,
    Advisory,
    LinkCard,
    Media,
    Poll,
    Post,
    Profile,
    Quote,
    ViewerState,
)
from app.model.timeline import GapRow, StubRow
from app.moderation.verdict import SHOW, Cause, Verdict

Item = dict[str, Any]
Networks = Mapping[AccountId, Account]


def moment(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def item_from_row(row: Row, accounts: Networks) -> Item:
    """Any row. *accounts*: mine, for the network of rows that have no post."""
    match row:
        case Card():
            return _card(row)
        case GapRow():
            return _gap(row, accounts)
        case StubRow():
            return _stub(row, accounts)


def item_from_line(line: Line, accounts: Networks) -> Item:
    """
    A line of a conversation: a post, or a stub that says what is missing.

    With ``depth``, ``parent`` and ``origin`` (the server that tells of it where none of
    mine does); where there is no post, ``state`` and ``count``.
    """
    place = {"depth": line.depth, "parent": line.parent or None, "origin": line.origin or None}
    if line.card is not None:
        return item_from_row(line.card, accounts) | place
    state = line.absent.state if line.absent is not None else line.kind
    missing = {"uri": line.uri or None, "state": state, "count": line.count or 1}
    return _empty("stub") | missing | {"reason": words_of(line)} | place


def _empty(kind: str) -> Item:
    """All keys of an item, with nothing in them."""
    return {
        "kind": kind,
        "uri": None,
        "uris": [],
        "networks": [],
        "accounts": [],
        "url": None,
        "author": None,
        "created_at": None,
        "sort_at": None,
        "text": "",
        "spans": [],
        "reposted_by": None,
        "reply_to": None,
        "quote": None,
        "media": [],
        "poll": None,
        "card": None,
        "advisories": [],
        "verdict": _verdict(SHOW),
        "reasons": [],
        "counts": {"likes": 0, "reposts": 0, "replies": 0, "quotes": 0},
        "emoji": [],
        "viewer": {},
        "lang": None,
        "visibility": None,
    }


def _card(card: Card) -> Item:
    item = _empty("post") | _post(card.post)
    item["key"] = card.entry_key
    item["uris"] = [copy.post.uri for copy in card.copies]
    item["networks"] = list(card.networks)
    item["accounts"] = sorted({account for copy in card.copies for account in copy.accounts})
    item["sort_at"] = moment(card.sort_at)
    item["copies"] = [
        {
            "uri": copy.post.uri,
            "network": copy.post.network,
            "url": copy.post.url or None,
            "counts": _counts(copy.post),
            "evidence": copy.evidence,
        }
        for copy in card.copies
    ]
    if card.reposts:
        latest = card.reposts[0]
        item["reposted_by"] = _profile(latest.by) | {"at": moment(latest.at)}
        item["reposts"] = [_profile(r.by) | {"at": moment(r.at)} for r in card.reposts]
    if item["quote"] is not None:
        item["quote"]["verdict"] = _verdict(card.quote_verdict)
    item["verdict"] = _verdict(card.verdict)
    item["reasons"] = [{"kind": r.kind, "text": r.text, "weight": r.weight} for r in card.reasons]
    item["viewer"] = {account: _viewer(state) for account, state in card.viewers.items()}
    for one in item["emoji"]:
        one["mine"] = [who for who, state in card.viewers.items() if one["name"] in state.emoji]
    return item


def _post(post: Post) -> Item:
    return {
        "uri": post.uri,
        "uris": [post.uri],
        "networks": [post.network],
        "url": post.url or None,
        "author": _profile(post.author),
        "created_at": moment(post.created_at),
        "sort_at": moment(post.sort_at),
        "edited_at": moment(post.edited_at) if post.edited_at else None,
        "text": post.text.text,
        "spans": [
            {"start": s.start, "end": s.end, "kind": s.kind, "target": s.target}
            for s in post.text.spans
        ],
        "reply_to": post.reply_to.uri or None if post.reply_to else None,
        "quote": _quote(post.quote) if post.quote else None,
        "media": [_media(media) for media in post.media],
        "poll": _poll(post.poll) if post.poll else None,
        "card": _link_card(post.card) if post.card else None,
        "advisories": [_advisory(advisory) for advisory in post.advisories],
        "counts": _counts(post),
        "emoji": [
            {"name": one.name, "count": one.count, "url": one.url or None, "mine": []}
            for one in post.reactions
        ],
        "lang": post.langs[0] if post.langs else None,
        "visibility": post.visibility,
    }


def _quote(quote: Quote) -> Item:
    """The quoted post as an item, or a stub that says why it is not there."""
    if quote.post is None:
        return _empty("stub") | {"uri": quote.uri or None, "state": quote.state}
    return _empty("post") | _post(quote.post) | {"state": quote.state}


def _gap(row: GapRow, accounts: Networks) -> Item:
    gap = row.gap
    return _empty("gap") | {
        "networks": _networks(gap.account, accounts),
        "accounts": [gap.account],
        "sort_at": moment(gap.newer_at),
        "gap": {
            "id": gap.id,
            "source": gap.source.kind,
            "newer_at": moment(gap.newer_at),
            "older_at": moment(gap.older_at) if gap.older_at else None,
            "nothing_more": not gap.cursor,
        },
    }


def _stub(row: StubRow, accounts: Networks) -> Item:
    return _empty("stub") | {
        "uri": row.stub.key,
        "uris": [row.stub.key],
        "networks": _networks(row.account, accounts),
        "accounts": [row.account],
        "sort_at": moment(row.stub.sort_at),
        "reason": row.stub.reason,
        "excerpt": row.stub.excerpt,
    }


def _networks(account: AccountId, accounts: Networks) -> list[str]:
    known = accounts.get(account)
    return [known.network] if known else []


def _profile(profile: Profile) -> Item:
    return {"uri": profile.uri, "handle": profile.handle, "name": profile.name}


def _counts(post: Post) -> Item:
    counts = post.counts
    return {
        "likes": counts.likes,
        "reposts": counts.reposts,
        "replies": counts.replies,
        "quotes": counts.quotes,
    }


def _media(media: Media) -> Item:
    return {
        "kind": media.kind,
        "url": media.url,
        "alt": media.alt,
        "preview": media.preview or None,
        "width": media.width,
        "height": media.height,
    }


def _poll(poll: Poll) -> Item:
    return {
        "options": [{"title": option.title, "votes": option.votes} for option in poll.options],
        "votes": poll.votes,
        "voters": poll.voters,
        "multiple": poll.multiple,
        "closed": poll.closed,
        "expires_at": moment(poll.expires_at) if poll.expires_at else None,
    }


def _link_card(card: LinkCard) -> Item:
    return {"url": card.url, "title": card.title, "description": card.description}


def _advisory(advisory: Advisory) -> Item:
    return {"kind": advisory.kind, "text": advisory.text, "source": advisory.source}


def _verdict(verdict: Verdict) -> Item:
    return {
        "action": verdict.action,
        "fixed": verdict.fixed,
        "causes": [_cause(cause) for cause in verdict.causes],
        "notes": [_cause(cause) for cause in verdict.notes],
    }


def _cause(cause: Cause) -> Item:
    undo = cause.undo
    return {
        "kind": cause.kind,
        "text": cause.text,
        "source": cause.source,
        "action": cause.action,
        "undo": {"act": undo.act, "target": undo.target, "by": undo.by, "account": undo.account}
        if undo is not None
        else None,
    }


def _viewer(state: ViewerState) -> Item:
    return {
        "liked": state.liked,
        "reposted": state.reposted,
        "bookmarked": state.bookmarked,
    }
