"""Of somebody, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.model import Profile
from app.model.acts import PersonAct, Relation
from app.model.portrait import Field, Portrait
from app.services.human import VERIFIED, counts_of
from app.ui.migration.words import handle_text
from app.ui.shell.words import count_text

if TYPE_CHECKING:
    from app.services.human import Human, Side
    from app.ui.widgets.button import Kind

NONE = Relation()

CLOSED = {
    "limited": "Your server’s moderators have limited this account: few get to see it.",
    "suspended": "This account is suspended: your server shows nothing of it.",
    "memorial": "In memory: whoever had this account has died.",
}
_COUNTED = ("following", "followers", "posts")
_MOST_FIELDS = 8


def title_of(human: Human) -> str:
    """Above the blocks: how many accounts one human has."""
    count = len(human.sides)
    if count == 1:
        return "One account"
    return f"{('Two', 'Three', 'Four')[count - 2] if count < 5 else count} accounts, one person"


def counts_text(portrait: Portrait) -> str:
    """What the server counts; "" when it tells nothing."""
    return " · ".join(f"{count_text(count)} {words}" for count, words in counts_of(portrait))


def standing(relation: Relation) -> str:
    """How I and they stand to one another, and what I hear of them."""
    return "; ".join(words for words in (between(relation), hears(relation)) if words)


def between(relation: Relation) -> str:
    """How I and they stand to one another."""
    if relation.blocked_by:
        return "they block you"
    if relation.following and relation.followed_by:
        return "you follow each other"
    if relation.following:
        return "you follow; they do not"
    if relation.requested:
        return "asked: they must agree"
    return "they follow you; you do not" if relation.followed_by else "neither follows"


def hears(relation: Relation) -> str:
    """What I hear of them, where that is not what one hears of all; ""."""
    told = "you are told of every post" if relation.notifying else ""
    hidden = "their reposts are hidden" if relation.reposts is False else ""
    return "; ".join(words for words in (told, hidden) if words)


def hearing_acts(relation: Relation, handle: str) -> tuple[tuple[str, str, PersonAct], ...]:
    """Icon, words and act of what can be chosen about somebody one follows."""
    found: list[tuple[str, str, PersonAct]] = []
    if relation.notifying is not None:
        found.append(
            ("bell-slash", f"Stop telling me of posts by {handle}", "unnotify")
            if relation.notifying
            else ("bell", f"Tell me of every post by {handle}", "notify")
        )
    if relation.reposts is not None:
        found.append(
            ("repeat", f"Hide reposts by {handle}", "hide_reposts")
            if relation.reposts
            else ("repeat", f"Show reposts by {handle}", "show_reposts")
        )
    return tuple(found)


def averted(relation: Relation) -> str:
    """ "muted", "blocked", both, or ""."""
    muted = "muted"
    if relation.muted_until is not None:
        until = relation.muted_until.astimezone()
        muted = f"muted until {until.day} {until:%B, %H:%M}"
    return ", ".join(
        words for on, words in ((relation.muted, muted), (relation.blocked, "blocked")) if on
    )


def follow_act(relation: Relation) -> tuple[str, str]:
    """The word on the button, and the act."""
    if relation.following:
        return "Unfollow", "unfollow"
    return ("Take back", "unfollow") if relation.requested else ("Follow", "follow")


def warnings(side: Side) -> tuple[str, ...]:
    """What one should know of this account."""
    found = []
    if side.portrait.impostor:
        found.append("A label says that this account pretends to be somebody else.")
    if side.portrait.moved_to:
        found.append(f"It has moved to {side.portrait.moved_to}.")
    if side.portrait.closed:
        found.append(CLOSED[side.portrait.closed])
    if side.trouble is not None:
        found.append(side.trouble.message)
    if side.account is None and side.stranger is None:
        found.append("You have no account on this network to look from.")
    return tuple(found)


def handles_of(human: Human) -> str:
    """All of them, in one line."""
    return "  ".join(handle_text(side.known.profile.handle) for side in human.sides)


def follow_button(human: Human) -> tuple[str, Kind, str]:
    """Words, kind and icon of the one button; no words: there is nobody to follow."""
    relations = [one for side in human.sides for one in side.relations.values()]
    if not relations:
        return "", "outline", ""
    followed = [side for side in human.sides if any(r.following for r in side.relations.values())]
    if len(followed) > 1:
        every = len(followed) == len(human.sides)
        words = "Following on both" if every and len(followed) == 2 else "Following"
        return words, "outline", "user-circle"
    if followed:
        return "Following", "outline", "user-circle"
    if any(one.requested for one in relations):
        return "Asked", "outline", "hourglass-medium"
    return "Follow", "tonal", "user-plus"


def pills(human: Human) -> tuple[str, ...]:
    """What stands beside the name."""
    profile = human.sides[0].known.profile
    found = []
    back = [s for s in human.sides if any(r.followed_by for r in s.relations.values())]
    if back:
        some = len(human.sides) > 1 and len(back) < len(human.sides)
        found.append("follows you on one" if some else "follows you")
    marks = {side.portrait.verified for side in human.sides}
    found += [words for mark, words in VERIFIED.items() if mark in marks]
    if any(side.stranger is not None for side in human.sides):
        found.append("from origin")
    if profile.bot:
        found.append("automated")
    if profile.locked:
        found.append("approves followers")
    return tuple(found)


def fields_of(human: Human) -> tuple[Field, ...]:
    """Of all accounts, each once; since when they are there comes last."""
    found = {}
    for side in human.sides:
        for field in side.portrait.fields:
            key = (field.name.casefold(), field.value)
            if key not in found or field.checked:
                found[key] = field
    since = [side.portrait.since for side in human.sides if side.portrait.since is not None]
    fields = list(found.values())[:_MOST_FIELDS]
    if since:
        fields.append(Field("Joined", " · ".join(f"{one:%b %Y}" for one in since)))
    return tuple(fields)


def counts_per_network(
    human: Human,
) -> tuple[tuple[str, tuple[tuple[str, str], ...], str], ...]:
    """Key, numbers each with its network, and words: side by side, never added up."""
    found = []
    for key in _COUNTED:
        numbers = tuple(
            (count_text(count), side.known.network)
            for side in human.sides
            if (count := getattr(side.portrait, key)) >= 0
        )
        if numbers:
            one = key != "following" and all(number == "1" for number, _ in numbers)
            found.append((key, numbers, key.removesuffix("s") if one else key))
    return tuple(found)


def known_text(known: Sequence[Profile], more: bool) -> str:
    """Whom you both know."""
    count = len(known)
    names = [one.shown_name for one in known[:2]]
    if count == 1 and not more:
        return f"{names[0]}, whom you follow"
    if count == 2 and not more:
        return f"{names[0]} and {names[1]}, whom you follow"
    if count == 1:
        return f"{names[0]} and others you follow"
    others = f"{count - 1}{'+' if more else ''}"
    return f"{names[0]} and {others} others you follow"


def origin_text(side: Side) -> str:
    """Of somebody whom no server of mine knows; "" of all others."""
    if side.stranger is None:
        return ""
    host = side.stranger.host
    return f"Your servers do not know this account: this is what {host} tells anybody."
