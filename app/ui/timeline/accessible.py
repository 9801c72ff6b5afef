"""What a screen reader says of a row (look.md §9). Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from app.feed.rows import Card
from app.model import Media, Post
from app.ui.timeline import words

if TYPE_CHECKING:
    from PySide6.QtCore import QLocale

MOST_TEXT = 3_000
"""Letters that are read out; the whole can be opened."""


MOST_EMOJI = 12


class Names(Protocol):
    """Names of networks, and the language of numbers."""

    locale: QLocale

    def network_name(self, network: str) -> str:
        """Name of a network, for people."""
        ...


def accessible_text(card: Card, names: Names, now: datetime, *, covered: bool = False) -> str:
    """
    Author, text, descriptions of media, time, network, visibility, counts,
    who reposted it: one sentence after the other.

    Args:
        covered: The post is behind its cover: only the cover is read out.
    """
    post = card.post
    said = [f"{post.author.shown_name}, {post.author.handle}"]
    if card.reposts:
        said.append(words.repost_text(card))
    if post.reply_to is not None and post.reply_to.author is not None:
        said.append(f"Replying to {post.reply_to.author.shown_name}")
    if covered:
        causes = ", ".join(map(words.cause_text, card.verdict.causes))
        said.append(f"Covered: {causes}" if causes else "Covered")
    else:
        said += _content(card)
    said += _when_and_where(card, names, now)
    said += _numbers(card, names)
    plain = [_plain(sentence) for sentence in said if sentence]
    return ". ".join(plain) + "."


def _content(card: Card) -> list[str]:
    post = card.post
    said = [post.text.text[:MOST_TEXT]]
    if card.verdict.action == "cover_media" and post.media:
        causes = ", ".join(map(words.cause_text, card.verdict.causes))
        said.append(f"Media covered: {causes}" if causes else "Media covered")
    said += [_media(media) for media in post.media]
    if post.poll is not None:
        options = ", ".join(option.title for option in post.poll.options)
        said.append(f"Poll: {options}")
    if post.card is not None:
        said.append(f"Link: {post.card.title or post.card.url}")
    if post.quote is not None:
        said.append(_quote(card))
    return said


def _quote(card: Card) -> str:
    quote = card.post.quote
    assert quote is not None
    if quote.post is None or quote.state != "shown":
        return words.quote_state_text(quote)
    name = quote.post.author.shown_name
    if card.quote_verdict.action != "show":
        return f"Quotes a covered post by {name}"
    return f"Quotes {name}: {quote.post.text.text[:500]}"


def _media(media: Media) -> str:
    kind = words.MEDIA_KIND[media.kind]
    return f"{kind}: {media.alt}" if media.alt else f"{kind} without description"


def _when_and_where(card: Card, names: Names, now: datetime) -> list[str]:
    post: Post = card.post
    said = [words.relative_time(post.created_at, now, names.locale)]
    if post.edited_at is not None:
        said.append("edited")
    said.append("On " + " and ".join(names.network_name(one) for one in card.networks))
    if post.visibility != "public":
        said.append(words.VISIBILITY[post.visibility])
    return said


def _numbers(card: Card, names: Names) -> list[str]:
    seen: dict[str, Post] = {}
    for copy in card.copies:
        seen.setdefault(copy.post.network, copy.post)
    said = []
    for network in card.networks:
        counts = seen[network].counts
        parts = [
            words.counted(number, one, many)
            for number, one, many in (
                (counts.replies, "reply", "replies"),
                (counts.reposts, "repost", "reposts"),
                (counts.likes, "like", "likes"),
            )
            if number
        ]
        if parts:
            where = f" on {names.network_name(network)}" if len(seen) > 1 else ""
            said.append(", ".join(parts) + where)
    if (reacted := next((c.post for c in card.copies if c.post.reactions), None)) is not None:
        emoji = ", ".join(f"{one.name} {one.count}" for one in reacted.reactions[:MOST_EMOJI])
        said.append(f"Reactions: {emoji}")
    done = [
        word
        for word in ("liked", "reposted", "bookmarked")
        if any(getattr(viewer, word) for viewer in card.viewers.values())
    ]
    if done:
        said.append("You " + " and ".join(done) + " it")
    return said


def _plain(text: str) -> str:
    """Without what only steers the direction of writing on screen."""
    for sign in (words.FSI, words.LRI, words.PDI):
        text = text.replace(sign, "")
    return text.strip().rstrip(".")
