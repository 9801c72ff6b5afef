"""What stands above and below a conversation: who is asked, and what is missing. In words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.services.rows import EdgeState

if TYPE_CHECKING:
    from app.feed.threads import Tree
    from app.services.conversation import Conversation

Name = Callable[[str], str]
"""What a network is called."""


def notice_of(opened: Conversation, name: Name) -> str:
    """Whose part of it is missing, and why; "" = nobody's."""
    said = [f"{name(side.network)}: {side.why.message}" for side in opened.sides if side.why]
    return " ".join([*said, "What was read before is shown."]) if said else ""


def edge_of(opened: Conversation, tree: Tree | None, name: Name) -> EdgeState:
    """What stands below the last row."""
    loading = [name(side.network) for side in opened.sides if side.state == "loading"]
    if loading:
        return EdgeState("older", "loading", f"Asking {' and '.join(loading)}…")
    asked = opened.origins.asked.values()
    hosts = [one.host for one in asked if one.state == "asking"]
    if hosts:
        return EdgeState("older", "loading", f"Asking {' and '.join(hosts)} for the rest…")
    failed = any(side.state == "failed" for side in opened.sides)
    silent = [one.why.message for one in asked if one.why is not None]
    if tree is None or failed:
        return EdgeState("older", "more")
    if not tree.complete and silent:
        return EdgeState("older", "end", f"There may be more on the web. {silent[0]}")
    if not tree.complete:
        return EdgeState("older", "end", "There may be more on the web")
    if not tree.below and not tree.thread:
        return EdgeState("older", "end", "No replies yet")
    return EdgeState("older", "more")
