"""Conversations in the cache: copies of a thought, and what a source has."""

from __future__ import annotations

from msgspec import DecodeError, json

from app.model import AccountId, Entry, Post, Repost, Source
from app.store.addresses import turned
from app.store.database import Database
from app.store.echoes import group_of
from app.store.rows import post_from, viewer_from
from app.store.times import moment

_repost_from = json.Decoder(Repost).decode


def echo_of(db: Database, address: str) -> tuple[Post, ...]:
    """The post at *address* and all that are the same thought, itself first; () = not kept."""
    found: dict[str, Post] = {}
    rows = db.all("SELECT post FROM address WHERE address=?", (turned(address),))
    for (post,) in rows:
        for (body,) in db.all("SELECT body FROM post WHERE id IN ()", among=group_of(db, post)):
            copy = post_from(body)
            if copy is not None:
                found[copy.uri] = copy
    ordered = sorted(
        found.values(), key=lambda copy: (address not in (copy.uri, copy.url), copy.uri)
    )
    return tuple(ordered)


def entries_of(db: Database, account: AccountId, source: Source, limit: int) -> tuple[Entry, ...]:
    """What a source has, as its account sees it, newest first. Damaged ones are left out."""
    rows = db.all(
        """SELECT e.at, e.key, e.repost, p.uri, p.body, v.state
           FROM account a JOIN source s ON s.account=a.id AND s.kind=? AND s.arg=?
           CROSS JOIN sighting g ON g.source=s.id
           CROSS JOIN entry e ON e.id=g.entry CROSS JOIN post p ON p.id=e.post
           LEFT JOIN viewer v ON v.post=p.id AND v.account=a.id
           WHERE a.name=? ORDER BY g.at DESC, g.entry DESC LIMIT ?""",
        (source.kind, source.arg, account, limit),
    )
    found = []
    for at, key, repost, uri, body, state in rows:
        post = post_from(body)
        if post is None:
            continue
        try:
            passed_on = None if repost is None else _repost_from(repost)
        except (DecodeError, UnicodeDecodeError):
            continue
        found.append(
            Entry(
                key=uri if key is None else key,
                sort_at=moment(at),
                post=post,
                viewer=viewer_from(state or b""),
                repost=passed_on,
            )
        )
    return tuple(found)
