"""What a reaction changes about what is shown. Pure; twice is once."""

from __future__ import annotations

from msgspec.structs import replace

from app.feed.rows import Card, Copy
from app.model import Counts, Poll, PollOption, Post, ViewerState
from app.model.acts import Wish, WishKind


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
    return post, replace(
        viewer,
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


def is_fulfilled(viewer: ViewerState, wish: Wish) -> bool:
    """The server has it so already. Of pins it tells late, or not at all: never."""
    return wish.kind != "pin" and is_on(viewer, wish.kind) == wish.on


def _counted(post: Post, *, likes: int = 0, reposts: int = 0) -> Post:
    counts: Counts = replace(
        post.counts,
        likes=max(0, post.counts.likes + likes),
        reposts=max(0, post.counts.reposts + reposts),
    )
    return replace(post, counts=counts)


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
