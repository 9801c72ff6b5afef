"""
What leaves the cache, in bursts that each are one short transaction.

A removed account takes along what only it has seen; what leaves a cache that is
larger than its budget is chosen by ``app/store/thinning.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.model import Post
from app.model.timeline import RowKey
from app.store.addresses import turned
from app.store.database import Database
from app.store.messages import drop_messages
from app.store.notices import drop_notices
from app.store.placing import Rows
from app.store.rowids import ECHO, GAP, STUB, row_id
from app.store.rows import post_from
from app.store.shelf import unindex
from app.store.words import words_of

BURST = 200
"""Entries per transaction: about 10 ms."""

ALWAYS = 1 << 62
"""µs: after all times; negative: before."""

Stays = Callable[[int, str, str, Post | None], bool]
"""Whether a post (number, URI, its other addresses, itself) stays though nothing shows it."""


def forget_burst(db: Database, account: str) -> bool:
    """Wipe some of what only *account* has seen. Returns whether there is more."""
    with db.transaction():
        found = db.one("SELECT id FROM account WHERE name=?", (account,))
        if not found:
            return False
        sources = [row[0] for row in db.all("SELECT id FROM source WHERE account=?", found)]
        for source in sources:
            entries = db.all(
                "SELECT entry, at FROM sighting WHERE source=? LIMIT ?", (source, BURST)
            )
            if entries:
                unsee(db, source, entries)
                return True
        for source in sources:
            drop_edges(db, source, ALWAYS, -ALWAYS)
            db.run("DELETE FROM source WHERE id=?", (source,))
        left = db.all("SELECT post FROM viewer WHERE account=? LIMIT ?", (found[0], BURST))
        if left:
            drop_posts(db, [post for (post,) in left], found[0])
            return True
        timeline = db.one("SELECT id FROM timeline WHERE name=?", (f"account:{account}",))
        if timeline:
            db.run("DELETE FROM timeline_row WHERE timeline=?", timeline)
            db.run("DELETE FROM fold WHERE timeline=?", timeline)
            db.run("DELETE FROM timeline WHERE id=?", timeline)
        drop_notices(db, found[0])
        drop_messages(db, found[0])
        db.run("DELETE FROM account WHERE id=?", found)
        return False


def drop_edges(db: Database, source: int, below: int, above: int) -> None:
    """Gaps, stubs and cursors of a source between these times (µs, both left out) go."""
    rows = Rows(db)
    for id, newer_at in db.all(
        "SELECT id, newer_at FROM gap WHERE source=? AND newer_at<=? AND newer_at>?",
        (source, below, above),
    ):
        rows.remove(newer_at - 1, id, GAP)
    for id, stub_at in db.all(
        "SELECT id, at FROM stub WHERE source=? AND at<? AND at>?", (source, below, above)
    ):
        rows.remove(stub_at, id, STUB)
    between = (source, below, above)
    db.run("DELETE FROM gap WHERE source=? AND newer_at<=? AND newer_at>?", between)
    db.run("DELETE FROM stub WHERE source=? AND at<? AND at>?", between)
    db.run("DELETE FROM mark WHERE source=? AND at<? AND at>?", between)


def unsee(
    db: Database,
    source: int,
    entries: Sequence[tuple[int, int]],
    stays: Stays = lambda number, uri, also, post: False,
) -> set[RowKey]:
    """
    This source has these entries no more: neither have timelines that had them by it.

    Returns the rows that are another now, or gone. *stays*: see ``drop_posts``.
    """
    if not entries:
        return set()
    account = db.one("SELECT account, kind FROM source WHERE id=?", (source,))
    db.run_many(
        "DELETE FROM sighting WHERE source=? AND at=? AND entry=?",
        [(source, at, entry) for entry, at in entries],
    )
    rows = Rows(db)
    if account[1] == "home":
        for entry, at in entries:
            _leave_timelines(db, rows, entry, at)
    posts: set[int] = set()
    for entry, _ in entries:
        (post,) = db.one("SELECT post FROM entry WHERE id=?", (entry,))
        posts.add(post)
        if not db.one("SELECT 1 FROM sighting WHERE entry=? LIMIT 1", (entry,)):
            db.run("DELETE FROM entry WHERE id=?", (entry,))
    rows.flush()
    drop_posts(db, sorted(posts), account[0], stays)
    return rows.removed | rows.changed


def _leave_timelines(db: Database, rows: Rows, entry: int, at: int) -> None:
    """Take an entry out of the timelines in which no source holds it any more."""
    stays = {
        timeline
        for (timeline,) in db.all(
            """SELECT t.id FROM sighting g
               CROSS JOIN source s ON s.id=g.source AND s.kind='home'
               CROSS JOIN account a ON a.id=s.account
               CROSS JOIN timeline t
               ON t.name IN ('all', 'network:' || a.network, 'account:' || a.name)
               WHERE g.entry=?""",
            (entry,),
        )
    }
    for (timeline,) in db.all("SELECT id FROM timeline"):
        if timeline in stays:
            continue
        db.run("DELETE FROM fold WHERE timeline=? AND entry=?", (timeline, entry))
        gone = db.run(
            "DELETE FROM timeline_row WHERE timeline=? AND at=? AND id=?",
            (timeline, at, row_id(entry, ECHO)),
        )
        rows.removed.add(RowKey(at, row_id(entry, ECHO)))
        if not gone:
            continue
        orphans = db.all(
            """SELECT e.id, e.post, e.at FROM fold f JOIN entry e ON e.id=f.entry
               WHERE f.timeline=? AND f.head=? ORDER BY e.id""",
            (timeline, entry),
        )
        db.run("DELETE FROM fold WHERE timeline=? AND head=?", (timeline, entry))
        for orphan, post, orphan_at in orphans:
            rows.place(orphan, post, orphan_at, [timeline])


def drop_posts(
    db: Database,
    posts: Iterable[int],
    account: int,
    stays: Stays = lambda number, uri, also, post: False,
) -> int:
    """
    Posts that no entry of the account's, or of anybody's, shows any more. Returns how many.

    What *stays* is kept as it is, to be searched for and bookmarked, in no timeline;
    so is what another account was shown and that stayed for its sake.
    """
    gone = 0
    for post in posts:
        found = db.one("SELECT place, uri, also, body FROM post WHERE id=?", (post,))
        if not found:
            continue
        place, uri, also, body = found
        read = post_from(body)
        if stays(post, uri, also, read):
            continue
        if not db.one(_SEEN_BY_ACCOUNT, (post, account)):
            db.run("DELETE FROM viewer WHERE post=? AND account=?", (post, account))
        if db.one("SELECT 1 FROM entry WHERE post=?", (post,)) or db.one(
            "SELECT 1 FROM viewer WHERE post=?", (post,)
        ):
            continue
        _drop(db, post, place, uri, also, read)
        gone += 1
    return gone


def drop_whole(db: Database, post: int) -> None:
    """A post that no entry shows goes, whoever did something with it. Harmless when it is gone."""
    found = db.one("SELECT place, uri, also, body FROM post WHERE id=?", (post,))
    if found:
        place, uri, also, body = found
        _drop(db, post, place, uri, also, post_from(body))


def _drop(db: Database, post: int, place: int, uri: str, also: str, read: Post | None) -> None:
    if read is not None:
        unindex(db, [(place, words_of(read))])
    db.run("DELETE FROM post WHERE id=?", (post,))
    db.run("DELETE FROM viewer WHERE post=?", (post,))
    db.run("DELETE FROM echo WHERE post=?", (post,))
    db.run_many(
        "DELETE FROM address WHERE address=? AND post=?",
        [(turned(address), post) for address in (uri, *filter(None, also.split("\n")))],
    )


_SEEN_BY_ACCOUNT = """SELECT 1 FROM entry e
    CROSS JOIN sighting g ON g.entry=e.id
    CROSS JOIN source s ON s.id=g.source AND s.account=?2
    WHERE e.post=?1 LIMIT 1"""
