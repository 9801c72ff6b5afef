"""What an answer or a quote needs to know of its post."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from urllib.parse import urlsplit

from app.feed.rows import Card
from app.model import AccountId, Post, Profile
from app.model.draft import PostAddress, Target

EXCERPT = 140
"""Characters of the post that the composer shows."""


def target_of(card: Card, mine: Collection[str] = ()) -> Target:
    """
    The post of *card* as something to answer or quote.

    Args:
        mine: URIs of my own profiles, which an answer does not name.
    """
    post = card.post
    warning = next((a.text for a in post.advisories if a.kind == "warning"), "")
    text = " ".join(post.text.text.split())
    return Target(
        copies=tuple(
            PostAddress(copy.post.network, copy.post.uri, copy.post.url) for copy in card.copies
        ),
        author=post.author,
        excerpt=text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}…",
        mentions=tuple(one for one in mentioned(post) if one.uri not in mine),
        visibility=post.visibility,
        warning=warning,
        written_at=post.created_at,
        langs=post.langs,
    )


def why_unheard(
    ask: Callable[[AccountId, str], str],
    target: Target | None,
    lanes: Iterable[AccountId],
    networks: Mapping[AccountId, str],
) -> str:
    """
    Why one of the *lanes* that answer *target* may not be seen there; "" = all are.

    Args:
        ask: See ``Conversations.unheard``.
        networks: Of my accounts.
    """
    copies = target.copies if target is not None else ()
    said = (
        ask(account, copy.uri)
        for account in lanes
        for copy in copies
        if copy.network == networks.get(account)
    )
    return next(filter(None, said), "")


def mentioned(post: Post) -> tuple[Profile, ...]:
    """Whom the post names, its author apart, each once, in order."""
    found: dict[str, Profile] = {}
    for span in post.text.spans:
        if span.kind != "mention" or not span.target or span.target == post.author.uri:
            continue
        handle = _handle(post.text.text[span.start : span.end], span.target)
        if handle:
            found.setdefault(span.target, Profile(span.target, handle))
    return tuple(found.values())


def _handle(shown: str, uri: str) -> str:
    """In full: some servers show only the name of somebody on another one."""
    handle = shown.strip().removeprefix("@")
    if "@" in handle or not uri.startswith(("http://", "https://")):
        return handle
    try:
        host = urlsplit(uri).netloc
    except ValueError:
        return ""
    return f"{handle}@{host}" if host and "@" not in host else ""
