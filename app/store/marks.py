"""What of an account's home timeline its server can be told: all up to here was read."""

from __future__ import annotations

from typing import NamedTuple

from app.model import HOME, AccountId
from app.store.database import Database
from app.store.rows import viewer_from


class ReadMark(NamedTuple):
    """A post, where it stands (µs), and how the account's server calls it."""

    at: int
    key: str
    ref: str


def marks_below(db: Database, account: AccountId, at: int, limit: int) -> list[ReadMark]:
    """
    Newest first, at *at* or below, among the *limit* next entries.

    Reposts are left out: a server knows them by a name of their own that is not kept.
    """
    rows = db.all(
        """SELECT g.at, p.uri, v.state
           FROM account a JOIN source s ON s.account=a.id AND s.kind=? AND s.arg=?
           CROSS JOIN sighting g ON g.source=s.id AND g.at<=?
           CROSS JOIN entry e ON e.id=g.entry AND e.repost IS NULL
           CROSS JOIN post p ON p.id=e.post
           CROSS JOIN viewer v ON v.post=p.id AND v.account=a.id
           WHERE a.name=? ORDER BY g.at DESC, g.entry DESC LIMIT ?""",
        (HOME.kind, HOME.arg, at, account, limit),
    )
    found = (ReadMark(at, uri, viewer_from(state).ref) for at, uri, state in rows)
    return [mark for mark in found if mark.ref]
