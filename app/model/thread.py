"""A conversation as one server tells it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.model.post import Post
from app.model.timeline import Entry, Stub

Missing = Literal["deleted", "blocked", "hidden", "not_loaded", "unreadable", "withheld"]
"""Why a post of a conversation cannot be read."""


class Absent(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A post of a conversation that is not there, or answers that were held back.

    Attributes:
        uri: "" when not even that is told.
        parent: URI of what it answers, "" = not known.
        state: Why. ``withheld``: the server counts it, and does not tell this
            account of it, nor why; whoever wrote it blocks, or is blocked, or it was taken down.
        count: How many posts this stands for.
    """

    uri: str = ""
    parent: str = ""
    state: Missing = "deleted"
    count: int = 1


class Thread(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A post and what stands around it.

    Attributes:
        focus: URI of the post that was asked for.
        ancestors: From the first post down to the one it answers.
        replies: Everything below, any order; each ``Entry`` names its parent in
            ``post.reply_to.uri``.
        can_reply: False: the server says that this account may not answer.
        complete: False: there is more than the server told.
    """

    focus: str
    post: Entry | Stub | Absent
    ancestors: tuple[Entry | Stub | Absent, ...] = ()
    replies: tuple[Entry | Stub | Absent, ...] = ()
    can_reply: bool = True
    complete: bool = True


class Elsewhere(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What the server of a post's author tells anybody of the conversation around it.

    Nobody of mine has checked it: it is shown as what that server says, and never kept.

    Attributes:
        host: That server.
        ancestors: From the first post down to the one it answers.
        replies: As of ``Thread``. No entry holds anything of an account of mine.
        complete: False: it has more than it tells strangers.
        whole: The post itself, where it is an article, an event or the like: other servers
            often have its title and its address only.
    """

    host: str
    ancestors: tuple[Entry, ...] = ()
    replies: tuple[Entry | Absent, ...] = ()
    complete: bool = True
    whole: Post | None = None
