"""Which account acts, and what a wish is in a protocol's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from app.feed.rows import KEPT_CLOSE, Card, Copy
from app.model import Account, AccountId, Post, ViewerState
from app.model.acts import (
    PersonAct,
    PersonWish,
    PostAct,
    PostWish,
    Reaction,
    Relation,
    Wish,
)
from app.model.errors import Refused, Unsupported

_POST_ACTS: dict[PostAct, tuple[PostWish, bool]] = {
    "like": ("like", True),
    "unlike": ("like", False),
    "repost": ("repost", True),
    "unrepost": ("repost", False),
    "bookmark": ("bookmark", True),
    "unbookmark": ("bookmark", False),
    "vote": ("vote", True),
    "pin": ("pin", True),
    "unpin": ("pin", False),
    "mute_thread": ("mute_thread", True),
    "unmute_thread": ("mute_thread", False),
    "add_emoji": ("emoji", True),
    "remove_emoji": ("emoji", False),
}
_PERSON_ACTS: dict[PersonAct, tuple[PersonWish, bool]] = {
    "follow": ("follow", True),
    "unfollow": ("follow", False),
    "mute": ("mute", True),
    "unmute": ("mute", False),
    "block": ("block", True),
    "unblock": ("block", False),
    "notify": ("notify", True),
    "unnotify": ("notify", False),
    "show_reposts": ("reposts", True),
    "hide_reposts": ("reposts", False),
}


def post_wish(act: PostAct) -> tuple[PostWish, bool]:
    """What *act* wishes, and whether it wishes it on."""
    return _POST_ACTS[act]


def kept_close(post: Post, account: Account) -> str:
    """Why *account* may not repost it, in words; "" = it may."""
    own = post.visibility == "followers" and post.author.uri == account.uri
    return "" if own else KEPT_CLOSE.get(post.visibility, "")


def must_pass_on(post: Post, account: Account) -> None:
    """
    Not every server refuses to show others what was written to a few.

    Raises:
        Refused: *account* may not repost it.
    """
    if why := kept_close(post, account):
        raise Refused(f"{why}.", "Say it in your own words.")


def person_wish(act: PersonAct) -> tuple[PersonWish, bool]:
    """What *act* wishes, and whether it wishes it on."""
    return _PERSON_ACTS[act]


def reaction_of(wish: Wish, ref: str) -> Reaction:
    """What to ask the server for. *ref*: as the store has it now."""
    act: PostAct = next(act for act, way in _POST_ACTS.items() if way == (wish.kind, wish.on))
    return Reaction(
        act=act,
        uri=wish.target,
        ref=wish.ref or ref,
        visibility=wish.visibility,
        votes=wish.votes,
        emoji=wish.emoji,
    )


def person_act_of(wish: Wish) -> PersonAct:
    """What to ask the server for."""
    return next(act for act, way in _PERSON_ACTS.items() if way == (wish.kind, wish.on))


def is_so(relation: Relation, wish: Wish) -> bool:
    """The person wish is fulfilled; who asked to follow has done what they can."""
    match wish.kind:
        case "follow":
            return (relation.following or relation.requested) == wish.on
        case "mute":
            return relation.muted == wish.on
        case "notify":
            return bool(relation.notifying) == wish.on
        case "reposts":
            return relation.reposts == wish.on
        case _:
            return relation.blocked == wish.on


def relation_after(relation: Relation, wish: Wish) -> Relation:
    """*relation* when the person wish is fulfilled."""
    match wish.kind:
        case "follow":
            return replace(relation, following=wish.on, requested=False)
        case "mute":
            return replace(relation, muted=wish.on)
        case "notify":
            return replace(relation, notifying=wish.on)
        case "reposts":
            return replace(relation, reposts=wish.on)
        case _:
            following = relation.following and not wish.on
            return replace(relation, blocked=wish.on, following=following)


def acting(
    copies: Sequence[Copy], accounts: Iterable[Account], prefer: AccountId | None = None
) -> list[tuple[AccountId, Post]]:
    """
    Who may act on which copy of a post, the best first.

    First *prefer*, then who has seen the copy that is shown, then who has seen
    another one, then everybody else on a network that has a copy.
    """
    mine = list(accounts)
    known = {account.id for account in mine}
    found: dict[AccountId, Post] = {}
    for copy in copies:
        for seer in copy.accounts:
            if seer in known:
                found.setdefault(seer, copy.post)
    for copy in copies:
        for account in mine:
            if account.network == copy.post.network:
                found.setdefault(account.id, copy.post)
    ordered = list(found.items())
    ordered.sort(key=lambda pair: pair[0] != prefer)
    return ordered


def must_act(
    copies: Sequence[Copy], accounts: Iterable[Account], prefer: AccountId | None = None
) -> tuple[AccountId, Post]:
    """
    The best of ``acting``; with *prefer* none but that one.

    Raises:
        Unsupported: That account's network has no copy; or no account can.
    """
    found = acting(copies, accounts, prefer)
    if prefer is not None and (not found or found[0][0] != prefer):
        raise Unsupported(
            f"This post is not on the network of {prefer}.",
            "Use an account of the network that it is on.",
        )
    if not found:
        raise Unsupported("None of your accounts is on the network of this post.")
    return found[0]


def emoji_turn(
    card: Card, accounts: Iterable[Account], emoji: str, prefer: AccountId | None = None
) -> tuple[AccountId, Post, bool]:
    """
    Who puts *emoji* under which copy (True) or takes it away (False).

    First *prefer*, then who has put it there, then the first whose server takes such reactions.

    Raises:
        Unsupported: No server of mine takes emoji for this post, as far as they told.
    """
    may = [pair for pair in acting(card.copies, accounts, prefer) if _can_react(card, pair[0])]
    if prefer is not None:
        may = [pair for pair in may if pair[0] == prefer]
    if not may:
        raise no_emoji_taken()
    for who, post in may:
        if emoji in card.viewers[who].emoji:
            return who, post, False
    return (*may[0], True)


def emoji_turns(
    copies: Sequence[Copy],
    accounts: Iterable[Account],
    viewers: Mapping[AccountId, ViewerState],
    emoji: str,
) -> list[tuple[AccountId, Post]]:
    """
    Who may put *emoji* under which copy, or take it away: to be asked in this order.

    First who has put it there, then whose servers take such reactions, then who was told
    nothing of the post yet, last those whose servers took none.
    """

    def rank(pair: tuple[AccountId, Post]) -> int:
        viewer = viewers.get(pair[0])
        if viewer is None:
            return 2
        return (0 if emoji in viewer.emoji else 1) if viewer.can_react else 3

    return sorted(acting(copies, accounts), key=rank)


def no_emoji_taken() -> Unsupported:
    """Every server of mine that could be asked was."""
    return Unsupported(
        "None of your servers takes emoji as reactions to this post.", "Like it instead."
    )


def _can_react(card: Card, account: AccountId) -> bool:
    return account in card.viewers and card.viewers[account].can_react
