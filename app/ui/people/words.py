"""Of somebody, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.model.acts import Relation
from app.model.portrait import Portrait
from app.services.human import counts_of
from app.ui.migration.words import handle_text
from app.ui.shell.words import count_text

if TYPE_CHECKING:
    from app.services.human import Human, Side

NONE = Relation()


def title_of(human: Human) -> str:
    """Above the blocks: how many accounts one human has."""
    count = len(human.sides)
    if count == 1:
        return "One account"
    return f"{('Two', 'Three', 'Four')[count - 2] if count < 5 else count} accounts, one person"


def counts_text(portrait: Portrait) -> str:
    """What the server counts; "" when it tells nothing."""
    return " · ".join(f"{count_text(count)} {words}" for count, words in counts_of(portrait))


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


def averted(relation: Relation) -> str:
    """ "muted", "blocked", both, or ""."""
    return ", ".join(
        words for on, words in ((relation.muted, "muted"), (relation.blocked, "blocked")) if on
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
    if side.trouble is not None:
        found.append(side.trouble.message)
    if side.account is None:
        found.append("You have no account on this network to look from.")
    return tuple(found)


def handles_of(human: Human) -> str:
    """All of them, in one line."""
    return "  ".join(handle_text(side.known.profile.handle) for side in human.sides)
