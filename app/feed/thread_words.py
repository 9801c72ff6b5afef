"""Lines of a conversation that are no posts, in words."""

from __future__ import annotations

from app.feed.threads import Line

_ONE = {
    "deleted": "This post was deleted.",
    "blocked": "This post is blocked, by you or by its author.",
    "hidden": "This post is hidden.",
    "not_loaded": "This post is not on your server.",
    "unreadable": "This post could not be read.",
    "withheld": "1 reply that you are not shown: blocked, or taken down.",
}
_MANY = {
    "deleted": "{count} posts were deleted.",
    "blocked": "{count} posts are blocked, by you or by their authors.",
    "hidden": "{count} posts are hidden.",
    "not_loaded": "{count} more on servers that yours has not asked.",
    "unreadable": "{count} posts could not be read.",
    "withheld": "{count} replies that you are not shown: blocked, or taken down.",
}


def words_of(line: Line) -> str:
    """What to print instead of a post; "" for a post."""
    if line.kind == "continue":
        return "1 more post" if line.count == 1 else f"{line.count} more posts"
    if line.stub is not None:
        return f"A post that could not be shown: {line.stub.reason}"
    if line.absent is None:
        return ""
    if line.count == 1 and not (line.absent.state == "not_loaded" and not line.absent.uri):
        return _ONE[line.absent.state]
    return _MANY[line.absent.state].format(count=line.count)
