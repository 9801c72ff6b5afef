"""Rows as text for people."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.feed.rows import Card, Row
from app.model import Account, AccountId, Post
from app.model.timeline import GapRow, StubRow

INDENT = "    "


def lines_from_row(
    row: Row,
    *,
    now: datetime,
    width: int,
    names: Mapping[str, str],
    accounts: Mapping[AccountId, Account],
) -> list[str]:
    """
    One row, ready to print, with an empty line at the end.

    Args:
        names: Network id → its name for people.
    """
    match row:
        case GapRow():
            gap = row.gap
            host = accounts[gap.account].host if gap.account in accounts else gap.account
            rest = "more posts are missing here" if gap.cursor else "nothing more on the server"
            return [f"  ⋯ {rest} · {host} · from {ago(gap.newer_at, now)}", ""]
        case StubRow():
            return [f"  ✕ A post that could not be shown: {row.stub.reason} ({row.account})", ""]
        case Card():
            return [*_card(row, now, width, names), ""]


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits; after a week the date."""
    past = max(now - at, timedelta())
    minutes = int(past / timedelta(minutes=1))
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    if minutes < 7 * 24 * 60:
        return f"{minutes // (24 * 60)} d"
    return at.astimezone().strftime("%Y-%m-%d")


def clock_time(at: datetime) -> str:
    """A moment to come, or of a record, as people read it: the day and the time here."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _card(card: Card, now: datetime, width: int, names: Mapping[str, str]) -> list[str]:
    post = card.post
    networks = " + ".join(names.get(network, network) for network in card.networks)
    lines = []
    if card.reposts:
        who = ", ".join(repost.by.shown_name for repost in card.reposts[:3])
        lines.append(f"  ↻ reposted by {who}")
    head = f"{post.author.shown_name}  @{post.author.handle}"
    lines.append(f"{head}  ·  {ago(card.sort_at, now)}  ·  {networks}")
    if post.reply_to is not None:
        author = post.reply_to.author
        lines.append(f"{INDENT}↳ replying to {'@' + author.handle if author else 'a post'}")
    if card.verdict.action == "cover":
        causes = ", ".join(cause.text or cause.kind for cause in card.verdict.causes)
        lines.append(f"{INDENT}[covered: {causes}]")
    else:
        lines += _body(post, width, covered=card.verdict.action == "cover_media")
    lines.append(INDENT + _counts(card, names))
    return lines


def _body(post: Post, width: int, *, covered: bool) -> list[str]:
    lines = _wrapped(post.text.text, width)
    for media in post.media:
        alt = "covered" if covered else media.alt or "no description"
        lines.append(f"{INDENT}[{media.kind}: {_short(alt, width)}]")
    if post.poll is not None:
        lines += [f"{INDENT}( ) {option.title}" for option in post.poll.options]
    if post.card is not None:
        lines.append(f"{INDENT}→ {_short(post.card.title or post.card.url, width)}")
        lines.append(f"{INDENT}  {post.card.url}")
    if post.quote is not None:
        quoted = post.quote.post
        if quoted is None:
            lines.append(f"{INDENT}│ a quoted post ({post.quote.state})")
        else:
            lines.append(f"{INDENT}│ @{quoted.author.handle}")
            lines += [f"{INDENT}│ {line.strip()}" for line in _wrapped(quoted.text.text, width - 2)]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        wrapped = textwrap.wrap(line, width - len(INDENT), break_on_hyphens=False) or [""]
        lines += [INDENT + part if part else "" for part in wrapped]
    return lines if text else []


def _short(text: str, width: int) -> str:
    return textwrap.shorten(text, max(20, width - 16), placeholder="…")


def _counts(card: Card, names: Mapping[str, str]) -> str:
    """Per network, never summed: people overlap."""
    parts = []
    seen = set()
    for copy in card.copies:
        if copy.post.network in seen:
            continue
        seen.add(copy.post.network)
        counts = copy.post.counts
        words = ", ".join(
            _number(number, noun)
            for number, noun in (
                (counts.replies, "reply"),
                (counts.reposts, "repost"),
                (counts.likes, "like"),
            )
        )
        parts.append(
            words if len(card.networks) == 1 else f"{names.get(copy.post.network, '')}: {words}"
        )
    return " · ".join(parts)


def _number(number: int, noun: str) -> str:
    """``1 reply``, ``2 replies``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
