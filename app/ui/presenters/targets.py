"""From a card of the timeline to what a draft answers or quotes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from app.feed.rows import Card
from app.model import Account, AccountId, NetworkInfo, Post, Profile
from app.model.draft import PostAddress, Target

EXCERPT = 300


def target_of(card: Card, mine: Collection[str]) -> Target:
    """
    The post of *card*, with every copy of it.

    Args:
        mine: URIs of my own profiles: one does not mention oneself.
    """
    first = card.post
    copies = {copy.post.network: copy.post for copy in reversed(card.copies)}
    ordered = [copies.pop(first.network), *copies.values()]
    warning = next((one.text for one in first.advisories if one.kind == "warning"), "")
    return Target(
        copies=tuple(PostAddress(one.network, one.uri, one.url) for one in ordered),
        author=first.author,
        excerpt=" ".join(first.text.text.split())[:EXCERPT],
        mentions=_mentioned(first, mine),
        visibility=first.visibility,
        warning=warning,
        written_at=first.created_at,
        langs=first.langs,
    )


def _mentioned(post: Post, mine: Collection[str]) -> tuple[Profile, ...]:
    """Who else is in it, nobody twice: not I, and not its author."""
    found: dict[str, Profile] = {}
    for span in post.text.spans:
        if span.kind != "mention" or not span.target:
            continue
        if span.target in mine or span.target == post.author.uri:
            continue
        handle = post.text.text[span.start : span.end].lstrip("@")
        found.setdefault(span.target, Profile(uri=span.target, handle=handle))
    return tuple(found.values())


def sides_of(
    target: Target, accounts: Sequence[Account], networks: Mapping[str, NetworkInfo]
) -> tuple[tuple[str, str], ...]:
    """(network, its name) of each copy that one of my accounts can answer."""
    have = {account.network for account in accounts}
    return tuple(
        (copy.network, networks[copy.network].name if copy.network in networks else copy.network)
        for copy in target.copies
        if copy.network in have
    )


def answering(
    target: Target, accounts: Sequence[Account], seen_by: Collection[AccountId]
) -> list[AccountId]:
    """One account for each network where it can be answered: the one that saw it first of all."""
    made = []
    for copy in target.copies:
        here = [account.id for account in accounts if account.network == copy.network]
        chosen = next((id for id in here if id in seen_by), here[0] if here else None)
        if chosen is not None:
            made.append(chosen)
    return made
