"""What a reaction does to a post in the cache at once, and a deletion."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import json

from app.model import Post, ViewerState
from app.store.database import Database
from app.store.echoes import post_ids
from app.store.placing import Rows
from app.store.prune import drop_whole, unsee
from app.store.rows import post_from, viewer_from
from app.store.values import Saved

Change = Callable[[Post, ViewerState], tuple[Post, ViewerState]]
"""Pure; what the post says must stay as it is: the search index is not renewed."""


def amend_post(db: Database, uri: str, account: str, change: Change) -> Saved:
    """
    Apply *change* to the post *uri* as *account* sees it, in one transaction.

    Nothing happens when neither is known, or nothing is another afterwards.
    """
    with db.transaction():
        rows = Rows(db)
        for post in post_ids(db, [uri]):
            # An account that acts on what it never saw may not be in the cache yet.
            db.run("INSERT OR IGNORE INTO account (name, network) VALUES (?, '')", (account,))
            viewer = db.one("SELECT id FROM account WHERE name=?", (account,))[0]
            if _amend(db, post, viewer, change):
                rows.touch([post])
        return Saved(changed=tuple(sorted(rows.changed)))


def remove_post(db: Database, uri: str) -> Saved:
    """The post *uri* is deleted: take it, and reposts of it, out of the cache."""
    with db.transaction():
        rows = Rows(db)
        for post in post_ids(db, [uri]):
            rows.touch([post])
            entries = db.all("SELECT id, at FROM entry WHERE post=?", (post,))
            for (source,) in db.all("SELECT id FROM source"):
                unsee(db, source, [entry for entry in entries if _has(db, source, *entry)])
            drop_whole(db, post)  # also what stayed for somebody's sake
        gone = tuple(sorted(rows.changed))
        return Saved(changed=gone, removed=gone)


def _has(db: Database, source: int, entry: int, at: int) -> bool:
    return bool(
        db.one("SELECT 1 FROM sighting WHERE source=? AND at=? AND entry=?", (source, at, entry))
    )


def _amend(db: Database, post_id: int, account: int, change: Change) -> bool:
    before = post_from(db.one("SELECT body FROM post WHERE id=?", (post_id,))[0])
    if before is None:
        return False
    key = (post_id, account)
    found = db.one("SELECT state FROM viewer WHERE post=? AND account=?", key)
    seen = viewer_from(found[0]) if found else ViewerState()
    post, viewer = change(before, seen)
    if post != before:
        db.run("UPDATE post SET body=? WHERE id=?", (json.encode(post), post_id))
    if viewer != seen:
        db.run(
            "INSERT OR REPLACE INTO viewer (post, account, state) VALUES (?, ?, ?)",
            (*key, json.encode(viewer)),
        )
    return post != before or viewer != seen
