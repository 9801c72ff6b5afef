"""What a reaction changes about what is shown. Pure; twice is once."""

from __future__ import annotations

from msgspec.structs import replace

from app.feed.rows import Card, Copy
from app.model import Counts, Poll, PollOption, Post, ViewerState
from app.model.acts import Wish, WishKind
from app.model.post import EmojiCount


def after(post: Post, viewer: ViewerState, wish: Wish) -> tuple[Post, ViewerState]:
    """
    *post*, and how the account stands to it, when *wish* is fulfilled.

    Counts change only where the state does.
    """
    step = 1 if wish.on else -1
    match wish.kind:
        case "like" if viewer.liked != wish.on:
            return _counted(post, likes=step), replace(viewer, liked=wish.on)
        case "repost" if viewer.reposted != wish.on:
            return _counted(post, reposts=step), replace(viewer, reposted=wish.on)
        case "bookmark":
            return post, replace(viewer, bookmarked=wish.on)
        case "mute_thread":
            return post, replace(viewer, muted=wish.on)
        case "pin":
            return post, replace(viewer, pinned=wish.on)
        case "emoji" if (wish.emoji in viewer.emoji) != wish.on:
            rest = tuple(one for one in viewer.emoji if one != wish.emoji)
            mine = (*rest, wish.emoji) if wish.on else rest
            return _with_emoji(post, viewer.emoji, mine), replace(viewer, emoji=mine)
        case "vote" if (viewer.own_votes is None) == wish.on:
            votes = wish.votes if wish.on else viewer.own_votes or ()
            changed = replace(post, poll=_voted(post.poll, votes, step))
            return changed, replace(viewer, own_votes=wish.votes if wish.on else None)
        case _:
            return post, viewer


def confirmed(post: Post, viewer: ViewerState, told: ViewerState) -> tuple[Post, ViewerState]:
    """
    The server has *told* how the account stands to *post* now.

    What it does not say of others (filters, who may answer) stays.
    """
    if viewer.liked != told.liked:
        post = _counted(post, likes=1 if told.liked else -1)
    if viewer.reposted != told.reposted:
        post = _counted(post, reposts=1 if told.reposted else -1)
    post = _with_emoji(post, viewer.emoji, told.emoji)
    return post, replace(
        viewer,
        emoji=told.emoji,
        can_react=told.can_react or viewer.can_react,
        ref=told.ref or viewer.ref,
        liked=told.liked,
        reposted=told.reposted,
        bookmarked=told.bookmarked,
        muted=told.muted,
        pinned=told.pinned,
        own_votes=viewer.own_votes if told.own_votes is None else told.own_votes,
    )


def card_after(card: Card, wish: Wish) -> Card:
    """*card* when *wish* is fulfilled, as far as it shows what the account does."""
    viewer = card.viewers.get(wish.account)
    if viewer is None:
        # Whether it is in the counts already cannot be told from the card.
        return card
    copies: list[Copy] = []
    for copy in card.copies:
        if copy.post.uri == wish.target:
            post, viewer = after(copy.post, card.viewers[wish.account], wish)
            copy = replace(copy, post=post)
        copies.append(copy)
    if viewer == card.viewers[wish.account]:
        return card
    shown = card.post
    if shown.uri == wish.target:
        shown, _ = after(shown, card.viewers[wish.account], wish)
    viewers = {**card.viewers, wish.account: viewer}
    return replace(card, post=shown, copies=tuple(copies), viewers=viewers)


def is_on(viewer: ViewerState, kind: WishKind) -> bool:
    """Is it so now, as far as was told? What is about people counts as not."""
    match kind:
        case "like":
            return viewer.liked
        case "repost":
            return viewer.reposted
        case "bookmark":
            return viewer.bookmarked
        case "mute_thread":
            return viewer.muted
        case "pin":
            return viewer.pinned
        case "vote":
            return viewer.own_votes is not None
        case _:
            return False


def is_wished(viewer: ViewerState, wish: Wish) -> bool:
    """Is it on, what *wish* is about, as far as was told?"""
    return wish.emoji in viewer.emoji if wish.kind == "emoji" else is_on(viewer, wish.kind)


def is_fulfilled(viewer: ViewerState, wish: Wish) -> bool:
    """The server has it so already. Of pins it tells late, or not at all: never."""
    return wish.kind != "pin" and is_wished(viewer, wish) == wish.on


def _counted(post: Post, *, likes: int = 0, reposts: int = 0) -> Post:
    counts: Counts = replace(
        post.counts,
        likes=max(0, post.counts.likes + likes),
        reposts=max(0, post.counts.reposts + reposts),
    )
    return replace(post, counts=counts)


def _with_emoji(post: Post, before: tuple[str, ...], now: tuple[str, ...]) -> Post:
    """*post*, where somebody's emoji were others *before*. One that nobody has is gone."""
    if before == now:
        return post
    counts = {one.name: one for one in post.reactions}
    for name in before:
        if name not in now and (one := counts.get(name)) is not None:
            counts[name] = replace(one, count=one.count - 1)
    for name in now:
        if name not in before:
            one = counts.get(name, EmojiCount(name, 0))
            counts[name] = replace(one, count=one.count + 1)
    return replace(post, reactions=tuple(one for one in counts.values() if one.count > 0))


def _voted(poll: Poll | None, votes: tuple[int, ...], step: int) -> Poll | None:
    if poll is None:
        return None
    options = tuple(
        PollOption(option.title, max(0, option.votes + step))
        if index in votes and option.votes is not None
        else option
        for index, option in enumerate(poll.options)
    )
    voters = None if poll.voters is None else max(0, poll.voters + step)
    total = max(0, poll.votes + step * len(votes))
    return replace(poll, options=options, votes=total, voters=voters)
