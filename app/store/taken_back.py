"""What was taken back by who wrote or reposted it leaves the cache."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import json

from app.model import AccountId
from app.store.addresses import turned
from app.store.amend import remove_post
from app.store.candidates import repost_from
from app.store.database import Database
from app.store.echoes import post_ids
from app.store.placing import Rows
from app.store.prune import unsee
from app.store.values import Saved

LOOKED = 5_000
"""Of the newest in the account's home timeline: what is taken back is seldom older."""


def take_back(db: Database, account: AccountId, keys: Iterable[str], ref: str) -> Saved:
    """
    Remove posts and reposts, wherever they stand. Harmless when they are unknown.

    Args:
        keys: Of the entries. Where there are none, *ref* is looked for: the name by
            which the account's server knows a post (``ViewerState.ref``).
    """
    done = [
        remove_post(db, key) if post_ids(db, [key]) else _remove_repost(db, key)
        for key in [*keys] or _keys_of(db, account, ref)
    ]
    return Saved(
        changed=tuple(sorted({key for saved in done for key in saved.changed})),
        removed=tuple(sorted({key for saved in done for key in saved.removed})),
    )


def reposted_by(db: Database, profile: str, keys: Iterable[str]) -> list[str]:
    """Posts that the profile with that URI has passed on by these entries."""
    found = []
    for key in keys:
        for uri, body in db.all(
            """SELECT p.uri, e.repost FROM entry e CROSS JOIN post p ON p.id=e.post
               WHERE e.key=? AND e.repost IS NOT NULL""",
            (turned(key),),
        ):
            repost = repost_from(body)
            if repost is not None and repost.by.uri == profile:
                found.append(uri)
    return found


def _remove_repost(db: Database, key: str) -> Saved:
    with db.transaction():
        rows = Rows(db)
        for entry, at, post in db.all("SELECT id, at, post FROM entry WHERE key=?", (turned(key),)):
            rows.touch([post])
            for (source,) in db.all(
                "SELECT source FROM sighting WHERE at=? AND entry=?", (at, entry)
            ):
                unsee(db, source, [(entry, at)])
        gone = tuple(sorted(rows.changed))
        return Saved(changed=gone, removed=gone)


def _keys_of(db: Database, account: AccountId, ref: str) -> list[str]:
    found = db.all(
        """SELECT DISTINCT p.uri FROM
           (SELECT g.entry, s.account FROM source s CROSS JOIN account a ON a.id=s.account
            CROSS JOIN sighting g ON g.source=s.id
            WHERE a.name=? AND s.kind='home' ORDER BY g.at DESC, g.entry DESC LIMIT ?) near
           CROSS JOIN entry e ON e.id=near.entry
           CROSS JOIN viewer v ON v.post=e.post AND v.account=near.account
           CROSS JOIN post p ON p.id=e.post
           WHERE instr(CAST(v.state AS TEXT), ?)""",
        (account, LOOKED, f'"ref":{json.encode(ref).decode()}'),
    )
    return [uri for (uri,) in found] if ref else []
