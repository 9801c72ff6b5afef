"""What goes into the store and comes out of it, beside the model's own values."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from app.model import AccountId, Cursor, Entry, Post, Source, Stub, ViewerState
from app.model.timeline import RowKey


class GapSpec(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A hole to remember: *cursor* fetches what is older than *newer_at*."""

    newer_at: datetime
    older_at: datetime | None = None
    cursor: Cursor = Cursor("")


class Batch(Struct, frozen=True, kw_only=True):
    """
    One page of one source, and what it changes; saved in one transaction.

    Attributes:
        echo_keys: Post URI → all addresses under which the same thought may
            be known (itself, its url, a proven original).
        open_gap: A hole below this page.
        close_gap: Id of the gap that this page closed.
        move_gap: Gap id, its new cursor, its new ``newer_at``.
        bottom: Where "older than all we have" goes on; None = the end was
            reached; UNSET = as before.
        older: The cursor that goes on below this page, whatever lies there.
            With it a later ``prune`` can cut here and still know the way on.
    """

    account: AccountId
    source: Source
    items: tuple[Entry | Stub, ...] = ()
    echo_keys: dict[str, tuple[str, ...]] = {}
    open_gap: GapSpec | None = None
    close_gap: int | None = None
    move_gap: tuple[int, Cursor, datetime] | None = None
    bottom: Cursor | UnsetType | None = UNSET
    older: Cursor | None = None


class Saved(Struct, frozen=True, kw_only=True):
    """
    What a transaction did.

    Attributes:
        new: Items this source did not have.
        known: Items this source had.
        changed: Rows with another value, in any timeline; a row that is gone
            (folded into another, gap closed) is named here and in *removed*.
        inserted: Some timeline has a row it did not have.
        gap: Id of the gap that ``open_gap`` made.
    """

    new: int = 0
    known: int = 0
    changed: tuple[RowKey, ...] = ()
    removed: tuple[RowKey, ...] = ()
    inserted: bool = False
    gap: int | None = None


class SyncState(Struct, frozen=True, omit_defaults=True):
    """When an account was last synced, and what went wrong last ("" = nothing)."""

    at: datetime | None = None
    error: str = ""
    next_step: str = ""


class HostUse(Struct, frozen=True):
    """A host the program has spoken to, why, how often, and when last."""

    host: str
    why: str
    count: int
    last: datetime


class Found(Struct, frozen=True, kw_only=True):
    """A post that a search found. *place*: hand the last one's back for more."""

    place: int
    post: Post
    viewers: dict[AccountId, ViewerState] = {}


class CacheSize(Struct, frozen=True, kw_only=True):
    """
    How much there is.

    Attributes:
        bytes: All files of the cache on disk. used: What of it holds something.
        kept: What is kept for good (accounts, drafts, bookmarks, settings).
        oldest: Time of the oldest post.
    """

    posts: int
    bytes: int
    used: int
    kept: int
    oldest: datetime | None = None
