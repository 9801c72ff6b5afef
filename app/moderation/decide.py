"""
One verdict for one post: the strongest of all that warns about it, and all that does.

Pure. Order and rules: facts B2 (labels, mutes, blocks, words), C1 (filters of a
server), C4 (the composed decision). What is not settled costs nothing: the parts that
judge labels, filters, words and people are loaded when there is something to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.model import AccountId, Advisory, Post, Profile, ViewerState
from app.moderation.verdict import SHOW, Action, Cause, Context, Verdict

if TYPE_CHECKING:
    from app.moderation.blocklists import BlockIndex
    from app.moderation.decision import Rules
    from app.moderation.filters import Filters
    from app.moderation.muted_words import MutedWords

STRENGTH: Mapping[Action, int] = {"show": 0, "cover_media": 1, "cover": 2, "hide": 3}

_OWN = ("warning", "sensitive")
_KEPT_IN: frozenset[Context] = frozenset({"thread", "opened", "quote", "notifications"})


class Viewpoint(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What one account has settled.

    Attributes:
        rules: Of labels and hidden posts, or what makes them when they are first needed;
            None: nothing is known, so the defaults hold, and the labelers that the
            server chose.
        hidden: URIs of posts that it hid one by one (also in *rules*).
        filters: Of its server, as last read, or what makes them; None: only the
            server matches.
        muted, blocked: URI of a profile → its handle.
        servers: Domains that it blocks.
        followed: URIs of whom it follows, where that is known.
    """

    account: AccountId
    network: str
    rules: Rules | Callable[[], Rules] | None = None
    hidden: frozenset[str] = frozenset()
    filters: Filters | Callable[[], Filters] | None = None
    muted: Mapping[str, str] = {}
    blocked: Mapping[str, str] = {}
    servers: frozenset[str] = frozenset()
    followed: frozenset[str] = frozenset()


class Preferences(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What the user has settled, everywhere.

    Attributes:
        views: By account.
        names: Names for people of those who decide: URI of a labeler or list → name.
        own: URIs of my own profiles.
        words: Muted words that count on every network; *private*: those of one account.
        lists: Shared blocklists that are in force.
        covers: Titles of the blocklists that only cover.
        watchful: Every post must be looked at, also those that nobody says anything of.
        sensitive: What is done about media that their author marks; "show" = nothing.
        warnings_open: Covers of authors begin lifted; their words stay to be read.
    """

    views: Mapping[AccountId, Viewpoint] = {}
    names: Mapping[str, str] = {}
    own: frozenset[str] = frozenset()
    words: MutedWords | None = None
    private: Mapping[AccountId, MutedWords] = {}
    lists: BlockIndex | None = None
    covers: frozenset[str] = frozenset()
    watchful: bool = False
    sensitive: Action = "cover_media"
    warnings_open: bool = False


NOTHING = Preferences()


def decide(
    post: Post,
    viewers: Mapping[AccountId, ViewerState] = {},
    preferences: Preferences = NOTHING,
    *,
    now: datetime | None = None,
    context: Context = "home",
    within: Context = "home",
    followed: bool = False,
) -> Verdict:
    """
    What to do with *post*, as the accounts *viewers* see it in *context*.

    My own posts keep the warnings that I gave them; filters, words and labels of
    others neither hide them nor fix their cover.

    Args:
        now: Aware UTC; None: nothing has ended.
        within: Of a quote: where the post stands that quotes it.
        followed: It is known from elsewhere that I follow the author.
    """
    said = preferences.watchful or _is_something_said(viewers)
    if not (said or post.advisories):
        return SHOW
    causes: dict[Cause, bool] = dict.fromkeys(_by_author(post, preferences, context), False)
    if said or any(advisory.kind not in _OWN for advisory in post.advisories):
        from app.moderation.causes import Judged, causes_of

        judged = Judged(post, viewers, preferences, now, context, within, followed)
        for cause, fixed in causes_of(judged):
            causes[cause] = causes.get(cause, False) or fixed
    verdict = verdict_of(causes)
    lifted = preferences.warnings_open and context != "quote"
    return _opened(verdict) if lifted else verdict


def _opened(verdict: Verdict) -> Verdict:
    """With the cover lifted, if it is the author's alone."""
    others = any(cause.action == "cover" and cause.kind != "warning" for cause in verdict.causes)
    if verdict.action != "cover" or others:
        return verdict
    return replace(verdict, opened=True)


def verdict_of(causes: Mapping[Cause, bool]) -> Verdict:
    """The verdict that causes come to. Their values: what it covers stays covered."""
    if not causes:
        return SHOW
    ordered = sorted(causes, key=_rank)
    action = ordered[0].action
    if action == "show":
        return Verdict(notes=tuple(ordered))
    return Verdict(
        action,
        tuple(cause for cause in ordered if cause.action != "show"),
        any(fixed for cause, fixed in causes.items() if cause.action == action),
        tuple(cause for cause in ordered if cause.action == "show"),
    )


def strongest(verdicts: Iterable[Verdict]) -> Verdict:
    """
    One verdict for several copies of one thought.

    Each network judges its own copy; what one of them hides stays hidden.
    """
    found = list(verdicts)
    if len(found) == 1:
        return found[0]
    causes: dict[Cause, bool] = {}
    for verdict in found:
        for cause in (*verdict.causes, *verdict.notes):
            fixed = verdict.fixed and cause.action == verdict.action
            causes[cause] = causes.get(cause, False) or fixed
    verdict = verdict_of(causes)
    if all(one.opened for one in found if one.action == "cover"):
        return replace(verdict, opened=any(one.opened for one in found))
    return verdict


def decide_repost(
    by: Profile, viewers: Iterable[AccountId], preferences: Preferences = NOTHING
) -> Verdict:
    """
    Whether what *by* has passed on may come in through them: not if I mute or block
    them, or a blocklist hides them.
    """
    if not preferences.watchful or by.uri in preferences.own:
        return SHOW
    from app.moderation.causes import people_causes

    causes = people_causes(by, viewers, preferences, follows=True)
    return verdict_of({cause: False for cause in causes if cause.action == "hide"})


def has_pictures(post: Post) -> bool:
    """Is there anything that a cover over media would cover?"""
    return bool(post.media) or (post.card is not None and bool(post.card.image))


def _is_something_said(viewers: Mapping[AccountId, ViewerState]) -> bool:
    for state in viewers.values():
        if state.filtered or state.labels or state.standing is not None:
            return True
    return False


def _by_author(post: Post, preferences: Preferences, context: Context) -> list[Cause]:
    """Their own warnings. Nothing is left out of a conversation, nor of what is mine."""
    sensitive = preferences.sensitive
    if sensitive == "hide" and (context in _KEPT_IN or post.author.uri in preferences.own):
        sensitive = "cover_media"
    return [
        cause
        for advisory in post.advisories
        if advisory.kind in _OWN and (cause := _warning(post, advisory, sensitive)) is not None
    ]


def _warning(post: Post, advisory: Advisory, sensitive: Action) -> Cause | None:
    if advisory.kind == "warning":
        return Cause("warning", advisory.text, action="cover", priority=7)
    if sensitive == "show" or not has_pictures(post):
        return None
    return Cause("sensitive", advisory.text, action=sensitive, priority=8)


def _rank(cause: Cause) -> tuple[int, int]:
    return -STRENGTH[cause.action], cause.priority
