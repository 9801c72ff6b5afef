"""What moderation decides about a post, and who decided it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

Action = Literal["show", "cover_media", "cover", "hide"]

Context = Literal[
    "home", "public", "account", "notifications", "search", "thread", "opened", "quote"
]
"""
Where a post is shown: a home timeline (lists, too), a public one (tags, feeds of
strangers), somebody's profile, notifications, what a search found, an answer in a
conversation, the post that was opened, inside another post.
"""

CauseKind = Literal[
    "warning", "sensitive", "label", "filter", "muted_word", "muted", "blocking",
    "blocked_by", "blocks_other", "hidden", "blocklist", "server",
]  # fmt: skip

UndoAct = Literal[
    "edit_filter", "set_label", "allow_adult", "remove_word", "unmute", "unmute_list",
    "unblock", "unblock_list", "show_again", "except", "unblock_server",
]  # fmt: skip
"""
What can be done so that a cause ends: edit that filter, choose another setting for that
label, switch adult content on, remove that word, unmute or unblock that person (or the
list they are on), show that hidden post again, except that name from the blocklists,
unblock that server.
"""


class Undo(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How a cause is undone.

    Attributes:
        target: Filter's id, label's value, word, URI of profile, list or post, or domain.
        by: URI of the labeler, id of the blocklist.
        account: Whose setting it is; "" = all of Godwit's.
    """

    act: UndoAct
    target: str
    by: str = ""
    account: str = ""


AuthorPart = Literal["avatar", "name"]


class Cause(Struct, frozen=True, omit_defaults=True):
    """
    One reason for a verdict.

    Attributes:
        kind: What it is.
        text: For people: the warning, the label's name, the filter's title, the word…
        source: Who decided: "" for the author or the user, else a name for people.
        action: What it asks for by itself.
        priority: 1 (strongest) to 8, as the reference client ranks them.
        about_author: It is about who wrote it, not about this post.
        undo: None: nothing can be done about it.
        covers: What of the author it covers, wherever they stand.
    """

    kind: str
    text: str
    source: str = ""
    action: Action = "show"
    priority: int = 8
    about_author: bool = False
    undo: Undo | None = None
    covers: tuple[AuthorPart, ...] = ()


class Verdict(Struct, frozen=True, omit_defaults=True):
    """
    Strongest action of all causes.

    Attributes:
        causes: Those that hide or cover, the strongest first.
        fixed: The cover may not be lifted.
        notes: What is only to be told: "labelled … by …", "on list …, but you follow them".
        opened: The cover begins lifted: it is the author's own, and such are to be open.
    """

    action: Action = "show"
    causes: tuple[Cause, ...] = ()
    fixed: bool = False
    notes: tuple[Cause, ...] = ()
    opened: bool = False

    def covers(self, part: AuthorPart) -> bool:
        """Is that of the author not to be seen?"""
        return any(part in cause.covers for cause in self.notes)


SHOW = Verdict()

WHOLE: Final[frozenset[Context]] = frozenset({"opened", "quote"})
"""Contexts in which nothing is left out: what would be is covered."""


def in_context(cause: Cause, context: Context) -> Cause:
    """
    Where nothing is left out, what would be is covered; on somebody's own page that
    goes for what is about them.
    """
    if cause.action != "hide":
        return cause
    if context in WHOLE or (context == "account" and cause.about_author):
        return replace(cause, action="cover")
    return cause


def is_over(end: datetime | None, now: datetime | None) -> bool:
    return end is not None and now is not None and end <= now
