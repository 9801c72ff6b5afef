"""What must hold in every cache, whatever happened to it. Reads the file itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path

TROUBLES = {
    "a row without its entry": """SELECT count(*) FROM timeline_row r
        WHERE r.id & 3 = 0 AND NOT EXISTS
        (SELECT 1 FROM entry e WHERE e.id = r.id >> 2 AND e.at = r.at)""",
    "a gap row without its gap": """SELECT count(*) FROM timeline_row r
        WHERE r.id & 3 = 1 AND NOT EXISTS
        (SELECT 1 FROM gap g WHERE g.id = r.id >> 2 AND g.newer_at - 1 = r.at)""",
    "a gap of a home without a row": """SELECT count(*) FROM gap g JOIN source s ON s.id = g.source
        WHERE s.kind = 'home' AND NOT EXISTS
        (SELECT 1 FROM timeline_row r WHERE r.id = g.id * 4 + 1)""",
    "a stub row without its stub": """SELECT count(*) FROM timeline_row r
        WHERE r.id & 3 = 2 AND NOT EXISTS (SELECT 1 FROM stub t WHERE t.id = r.id >> 2)""",
    "an entry without its post": """SELECT count(*) FROM entry e
        WHERE NOT EXISTS (SELECT 1 FROM post p WHERE p.id = e.post)""",
    "an entry that nobody has seen": """SELECT count(*) FROM entry e WHERE NOT EXISTS
        (SELECT 1 FROM sighting g WHERE g.entry = e.id AND g.at = e.at)""",
    "a sighting without its entry": """SELECT count(*) FROM sighting g WHERE NOT EXISTS
        (SELECT 1 FROM entry e WHERE e.id = g.entry AND e.at = g.at)""",
    "a home entry that stands nowhere, or twice": """SELECT count(*) FROM (
        SELECT g.entry, g.at, t.id AS timeline FROM sighting g
        JOIN source s ON s.id = g.source AND s.kind = 'home'
        JOIN account a ON a.id = s.account
        JOIN timeline t
        ON t.name IN ('all', 'network:' || a.network, 'account:' || a.name)) w
        WHERE 1 <> (SELECT count(*) FROM timeline_row r
                    WHERE r.timeline = w.timeline AND r.at = w.at AND r.id = w.entry * 4)
                 + (SELECT count(*) FROM fold f
                    WHERE f.timeline = w.timeline AND f.entry = w.entry)""",
    "a fold into what is no row": """SELECT count(*) FROM fold f JOIN entry e ON e.id = f.head
        WHERE NOT EXISTS (SELECT 1 FROM timeline_row r
        WHERE r.timeline = f.timeline AND r.at = e.at AND r.id = f.head * 4)""",
    "a fold of strangers": """SELECT count(*) FROM fold f
        JOIN entry h ON h.id = f.head JOIN entry e ON e.id = f.entry
        LEFT JOIN echo x ON x.post = h.post LEFT JOIN echo y ON y.post = e.post
        WHERE coalesce(x.head, h.post) <> coalesce(y.head, e.post)""",
    "a post nobody has a view of": """SELECT count(*) FROM post p
        WHERE NOT EXISTS (SELECT 1 FROM viewer v WHERE v.post = p.id)""",
    "a view of no post": """SELECT count(*) FROM viewer v
        WHERE NOT EXISTS (SELECT 1 FROM post p WHERE p.id = v.post)""",
    "an address of no post": """SELECT count(*) FROM address d
        WHERE NOT EXISTS (SELECT 1 FROM post p WHERE p.id = d.post)""",
    "posts that are not indexed": """SELECT
        (SELECT count(*) FROM post) - (SELECT count(*) FROM post_words
         WHERE post_words MATCH 'post OR edited')""",
}


def troubles(cache: Path) -> list[str]:
    """What does not hold; empty when all is well. Every test post says "post" or "edited"."""
    db = sqlite3.connect(cache)
    try:
        found = [words for words, sql in TROUBLES.items() if db.execute(sql).fetchone()[0]]
        if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            found.append("pages are damaged")
        db.execute("INSERT INTO post_words (post_words) VALUES ('integrity-check')")
        return found
    finally:
        db.close()
