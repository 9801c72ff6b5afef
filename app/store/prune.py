"""
What leaves the cache, in bursts that each are one short transaction.

The policy: nothing leaves by itself. ``prune`` takes the oldest entries of each
home timeline down to a limit, but only as far as a cursor is remembered there
("older" goes on from that place, so no unknown hole appears), and never what
stands above a reading position. A removed account takes along what only it has seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.store.addresses import turned
from app.store.database import Database
from app.store.notices import drop_notices
from app.store.placing import Rows
from app.store.rowids import ECHO, GAP, STUB, row_id
from app.store.rows import post_from
from app.store.shelf import unindex
from app.store.words import words_of

BURST = 200
"""Entries per transaction: about 10 ms."""


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
            _drop_edges(db, source, at=None)
            db.run("DELETE FROM source WHERE id=?", (source,))
        left = db.all("SELECT post FROM viewer WHERE account=? LIMIT ?", (found[0], BURST))
        if left:
            _drop_posts(db, [post for (post,) in left], found[0])
            return True
        timeline = db.one("SELECT id FROM timeline WHERE name=?", (f"account:{account}",))
        if timeline:
            db.run("DELETE FROM timeline_row WHERE timeline=?", timeline)
            db.run("DELETE FROM fold WHERE timeline=?", timeline)
            db.run("DELETE FROM timeline WHERE id=?", timeline)
        drop_notices(db, found[0])
        db.run("DELETE FROM account WHERE id=?", found)
        return False


def prune_burst(db: Database, older_than: int) -> bool:
    """
    Drop some entries older than *older_than* (µs). Returns whether there is more.

    Each source keeps what is above its newest remembered cursor at or below
    that time, and goes on from there.
    """
    with db.transaction():
        for (source,) in db.all("SELECT id FROM source WHERE kind='home' ORDER BY id"):
            mark = db.one(
                "SELECT at, cursor FROM mark WHERE source=? AND at<=? ORDER BY at DESC LIMIT 1",
                (source, older_than),
            )
            if not mark:
                continue
            entries = db.all(
                "SELECT entry, at FROM sighting WHERE source=? AND at<? ORDER BY at LIMIT ?",
                (source, mark[0], BURST),
            )
            if not entries:
                continue
            # First the way on, then what lies beyond it: together, in one transaction.
            db.run("UPDATE source SET bottom=?, bottom_known=1 WHERE id=?", (mark[1], source))
            _drop_edges(db, source, at=mark[0])
            unsee(db, source, entries)
            return True
    return False


def older_than_newest(db: Database, posts: int) -> int | None:
    """The time below which rows are more than *posts* from the top, or None."""
    found = db.one(
        """SELECT at FROM timeline_row
           WHERE timeline=(SELECT id FROM timeline WHERE name='all')
           ORDER BY at DESC LIMIT 1 OFFSET ?""",
        (posts,),
    )
    return int(found[0]) if found else None


def _drop_edges(db: Database, source: int, at: int | None) -> None:
    """Gaps, stubs and cursors of a source (below *at*) go."""
    below = (1 << 62) if at is None else at
    rows = Rows(db)
    for id, newer_at in db.all(
        "SELECT id, newer_at FROM gap WHERE source=? AND newer_at<=?", (source, below)
    ):
        rows.remove(newer_at - 1, id, GAP)
    for id, stub_at in db.all("SELECT id, at FROM stub WHERE source=? AND at<?", (source, below)):
        rows.remove(stub_at, id, STUB)
    db.run("DELETE FROM gap WHERE source=? AND newer_at<=?", (source, below))
    db.run("DELETE FROM stub WHERE source=? AND at<?", (source, below))
    db.run("DELETE FROM mark WHERE source=? AND at<?", (source, below))


def unsee(db: Database, source: int, entries: Sequence[tuple[int, int]]) -> None:
    """This source has these entries no more: neither have timelines that had them by it."""
    if not entries:
        return
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
    for entry, at in entries:
        (post,) = db.one("SELECT post FROM entry WHERE id=?", (entry,))
        posts.add(post)
        if not db.one(_SEEN_BY_ANY, (at, entry)):
            db.run("DELETE FROM entry WHERE id=?", (entry,))
    rows.flush()
    _drop_posts(db, sorted(posts), account[0])


_SEEN_BY_ANY = """SELECT 1 FROM source s CROSS JOIN sighting g
    ON g.source=s.id AND g.at=?1 AND g.entry=?2 LIMIT 1"""


def _leave_timelines(db: Database, rows: Rows, entry: int, at: int) -> None:
    """Take an entry out of the timelines in which no source holds it any more."""
    stays = {
        timeline
        for (timeline,) in db.all(
            """SELECT t.id FROM source s
               CROSS JOIN sighting g ON g.source=s.id AND g.at=?1 AND g.entry=?2
               JOIN account a ON a.id=s.account
               JOIN timeline t
               ON t.name IN ('all', 'network:' || a.network, 'account:' || a.name)
               WHERE s.kind='home'""",
            (at, entry),
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


def _drop_posts(db: Database, posts: Sequence[int], account: int) -> None:
    """Posts that no entry of the account's, or of anybody's, shows any more."""
    for post in posts:
        if not db.one(_SEEN_BY_ACCOUNT, (post, account)):
            db.run("DELETE FROM viewer WHERE post=? AND account=?", (post, account))
        if db.one("SELECT 1 FROM entry WHERE post=?", (post,)):
            continue
        found = db.one("SELECT place, uri, also, body FROM post WHERE id=?", (post,))
        if not found:
            continue
        place, uri, also, body = found
        read = post_from(body)
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
    CROSS JOIN source s ON s.account=?2
    CROSS JOIN sighting g ON g.source=s.id AND g.at=e.at AND g.entry=e.id
    WHERE e.post=?1 LIMIT 1"""
