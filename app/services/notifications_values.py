"""What the list of notifications is made of: the last values before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from app.feed.notices import Group
from app.model import AccountId, Post, Profile, ViewerState
from app.model.notification import Notice
from app.moderation.verdict import SHOW, Verdict


class NoticeRow(Struct, frozen=True, kw_only=True):
    """
    One row.

    Attributes:
        group: What stands in it.
        newest: The notification it stands for.
        account: Of mine, whom *newest* is for.
        networks: Of mine, how many did it on each, the most first.
        actors: Some of the people, the newest first, each human once.
        post: What it is about; None: it is about none, or that is not known (any more).
    """

    group: Group
    newest: Notice
    account: AccountId
    at: datetime
    networks: dict[str, int]
    actors: tuple[Profile, ...] = ()
    post: Post | None = None
    viewers: Mapping[AccountId, ViewerState] = {}
    verdict: Verdict = SHOW

    @property
    def unread(self) -> bool:
        """Something in it was not read."""
        return bool(self.group.unread)


class GapNotice(Struct, frozen=True, kw_only=True):
    """
    A place where a server has more.

    *older_at*: None: all that is older than *newer_at*.
    """

    id: int
    account: AccountId
    newer_at: datetime
    older_at: datetime | None = None


class NoticeList(Struct, frozen=True, kw_only=True):
    """
    All rows as they are now, without their values: those are asked for as they are looked at.

    Attributes:
        hidden: How many notifications of people I avert are left out.
        left_out: How many older ones are kept, but not looked through.
        unread: Rows with something that was not read, whatever was filtered.
        counts: The same by kind.
    """

    groups: tuple[Group, ...] = ()
    gaps: tuple[GapNotice, ...] = ()
    hidden: int = 0
    left_out: int = 0
    unread: int = 0
    counts: dict[str, int] = {}


class NoticesChanged(Struct, frozen=True):
    """Some came, or were read. *account*: "" = of several. *new*: some that were not there."""

    account: AccountId
    new: int = 0
