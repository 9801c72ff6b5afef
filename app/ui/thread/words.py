"""What a conversation says of itself, in one place. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from app.feed.threads import Tree
from app.model import Post
from app.model.thread import Absent
from app.ui.timeline import words

if TYPE_CHECKING:
    from app.compose.plan import LanePlan
    from app.model.sending import Delivery

ORDERS = (
    ("old", "Oldest first"),
    ("new", "Newest first"),
    ("liked", "Most liked first"),
)

_ONE = {
    "deleted": "This post was deleted",
    "blocked": "This post is blocked, by you or by its author",
    "hidden": "This post is hidden by your rules or by the author",
    "not_loaded": "This post is not on your server",
    "unreadable": "This post could not be read",
    "withheld": "You are not shown this post: it is blocked, or was taken down",
}
_MANY = {
    "deleted": "deleted",
    "blocked": "blocked between you and their authors",
    "hidden": "hidden by your rules or by the author",
    "not_loaded": "not on your server",
    "unreadable": "that could not be read",
    "withheld": "you are not shown: blocked, or taken down",
}
ABSENT_ICON = {
    "deleted": "trash",
    "blocked": "prohibit",
    "hidden": "eye-slash",
    "not_loaded": "cloud-slash",
    "unreadable": "file-x",
    "withheld": "prohibit",
}


def absent_text(absent: Absent, *, above: bool) -> str:
    """Why there is nothing to read in that place."""
    if above or (absent.count == 1 and absent.uri):
        return _ONE[absent.state]
    many = words.counted(absent.count, "reply", "replies")
    return f"{many} {_MANY[absent.state]}"


def continue_text(count: int) -> str:
    """The link below the deepest answer."""
    return f"Continue this thread ({words.counted(count, 'more reply', 'more replies')})"


def origin_text(host: str) -> str:
    """Where a post comes from that no server of mine tells of."""
    return f"from \u2066{host}\u2069"


def origin_hint(host: str) -> str:
    """What that means."""
    return f"Your server does not have this post: {host} tells of it, and nobody has checked it"


def unfold_text(count: int) -> str:
    """The link to what is folded away."""
    return f"Show {words.counted(count, 'folded reply', 'folded replies')}"


def hidden_text(count: int) -> str:
    """What stands below all answers when rules left some out."""
    return f"{words.counted(count, 'reply', 'replies')} hidden here"


def date_line(post: Post, locale: QLocale) -> str:
    """ "22 Nov 2026, 08:14 · English · Public"."""
    said = [words.full_time(post.created_at, locale)]
    if post.edited_at is not None:
        said.append(f"edited {words.full_time(post.edited_at, locale)}")
    if post.langs:
        language = QLocale(post.langs[0]).language()
        if language != QLocale.Language.C:
            said.append(QLocale.languageToString(language))
    said.append(words.VISIBILITY[post.visibility])
    return " · ".join(said)


def host_of(post: Post) -> str:
    """Where its author is at home: the end of the handle."""
    return post.author.handle.rpartition("@")[2]


def numbers(post: Post) -> list[tuple[int, str]]:
    """What its network counts, in the order of the action row; nothing that is 0."""
    counts = post.counts
    found = (
        (counts.reposts, "repost", "reposts"),
        (counts.quotes, "quote", "quotes"),
        (counts.likes, "like", "likes"),
    )
    return [(number, one if number == 1 else many) for number, one, many in found if number]


def title_of(tree: Tree) -> str:
    """What the conversation is called for screen readers and windows."""
    card = tree.focus.card
    return f"Conversation with {card.post.author.shown_name}" if card else "Conversation"


def route_text(places: Sequence[tuple[str, str]], warning: str = "") -> str:
    """
    Where an answer goes: "Answers on Mastodon · as @juno@saltmarsh.example".

    Args:
        places: (network, handle) of each account that answers; empty: not chosen yet.
        warning: What the answered post warns of; the answer warns of it, too.
    """
    if not places:
        return "Where it goes is not chosen yet"
    networks = " and ".join(dict.fromkeys(network for network, _ in places))
    said = [f"Answers on {networks}"]
    if len(places) == 1:
        said.append(f"as {words.handle_text(places[0][1])}")
    if warning:
        said.append(f"with the warning “{words.isolated(warning)}”")
    return " · ".join(said)


def why_not(plans: Sequence[LanePlan]) -> str:
    """Why an answer cannot leave as it is; "" = it can."""
    for plan in plans:
        if plan.problems:
            return plan.problems[0]
        stopping = next((loss for loss in plan.losses if loss.stops), None)
        if stopping is not None:
            return f"{stopping.text} Go on in the composer to choose."
    return ""


def sent_text(lanes: Sequence[Delivery], now: datetime) -> tuple[str, bool, bool]:
    """What became of an answer; whether it can be taken back; whether that is the end."""
    states = {lane.state for lane in lanes}
    if not states:
        return "Taken back", False, True
    ends = [lane.not_before for lane in lanes if lane.state == "queued" and lane.not_before]
    if states == {"queued"}:
        left = max((end - now).total_seconds() for end in ends) if ends else 0.0
        if left > 0 and not any(lane.attempts for lane in lanes):
            return f"Sends in {ceil(left)} s", True, False
        return "Sends when its server answers", True, False
    if states & {"queued", "sending"}:
        return "Sending…", False, False
    if "unknown" in states:
        return "No answer came: Godwit looks whether it is there", False, True
    if "failed" in states:
        return "Not sent; it waits in the outbox", False, True
    return "Sent", False, True
