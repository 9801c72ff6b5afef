"""What I do to posts and people: reactions, relationships, reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.post import Visibility
from app.model.timeline import AccountId

PostAct = Literal[
    "like", "unlike", "repost", "unrepost", "bookmark", "unbookmark",
    "vote", "pin", "unpin", "mute_thread", "unmute_thread", "add_emoji", "remove_emoji",
]  # fmt: skip

PersonAct = Literal[
    "follow", "unfollow", "mute", "unmute", "block", "unblock",
    "notify", "unnotify", "show_reposts", "hide_reposts",
]  # fmt: skip
"""``notify``: tell me of every post of theirs. Reposts: theirs, in my home timeline."""


class Reaction(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Something done to a post.

    Attributes:
        ref: ``ViewerState.ref`` of the account that acts, "" if it never saw it.
        visibility: Of a repost, where the network knows one.
        votes: Indexes of the options chosen.
        emoji: Which one is put there or taken away (``EmojiCount.name``).
    """

    act: PostAct
    uri: str
    ref: str = ""
    visibility: Visibility | None = None
    votes: tuple[int, ...] = ()
    emoji: str = ""


class Relation(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How an account stands to a profile.

    Attributes:
        muted_until: Aware UTC; None = for ever, or not told.
        notifying: I am told of every post of theirs; None: I cannot be, as it stands.
        reposts: What they repost is in my home timeline; None: that is no choice there.
        note: What the account has noted of them, for itself.
    """

    following: bool = False
    requested: bool = False
    followed_by: bool = False
    muted: bool = False
    blocked: bool = False
    blocked_by: bool = False
    muted_until: datetime | None = None
    notifying: bool | None = None
    reposts: bool | None = None
    note: str = ""


class Report(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A report to moderators.

    Attributes:
        profile: URI of whom it is about; *posts*: URIs of what it is about.
        reason: ``spam``, ``violation``, ``misleading``, ``sexual``, ``rude``,
            ``illegal`` or ``other``.
        to: A moderation service's URI; "" = the server's own moderators.
        forward: Also to the moderators of their server.
    """

    profile: str
    posts: tuple[str, ...] = ()
    reason: str = "other"
    comment: str = ""
    to: str = ""
    forward: bool = False


PostWish = Literal["like", "repost", "bookmark", "vote", "pin", "mute_thread", "emoji"]
PersonWish = Literal["follow", "mute", "block", "notify", "reposts"]
WishKind = PostWish | PersonWish


class Wish(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How I want one thing to be: liked or not, followed or not…

    There is one for each account, target and subject; a later one takes its place.

    Attributes:
        target: URI of the post, or of the profile.
        on: Wanted; False: not any more. A vote is always on.
        before: How it was before the first wish about it, as far as is known.
        sent: A request about it may have reached the server.
        ref: ``ViewerState.ref``, of posts.
        visibility: Of a repost. votes: Of a vote. seconds: Of a mute, 0 = for ever.
        emoji: Which one.
        at: When it was wished; aware UTC.
    """

    account: AccountId
    target: str
    kind: WishKind
    on: bool = True
    before: bool = False
    sent: bool = False
    ref: str = ""
    visibility: Visibility | None = None
    votes: tuple[int, ...] = ()
    seconds: int = 0
    emoji: str = ""
    at: datetime

    @property
    def subject(self) -> str:
        """What of the target it is about: its kind, and each emoji for itself."""
        return f"{self.kind} {self.emoji}" if self.emoji else self.kind

    @property
    def is_about_a_person(self) -> bool:
        """Else it is about a post."""
        return self.kind in ("follow", "mute", "block", "notify", "reposts")
