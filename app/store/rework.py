"""Change what is in the cache already: echoes parted and joined, the index built anew."""

from __future__ import annotations

from app.store.addresses import all_turned
from app.store.database import Database
from app.store.echoes import Echoes, group_of, post_id, regroup
from app.store.placing import Rows
from app.store.rows import post_from
from app.store.schema import MERGE_LATE, POST_WORDS
from app.store.shelf import Shelf
from app.store.values import Saved
from app.store.words import words_of


def split_post(db: Database, uri: str) -> Saved:
    """Part a post from its echoes, for ever (or until ``unsplit_post``)."""
    with db.transaction():
        rows = Rows(db)
        db.run("INSERT OR IGNORE INTO split (uri) VALUES (?)", (uri,))
        found = post_id(db, uri)
        if found is not None:
            group = group_of(db, found)
            regroup(db, group)
            rows.unfold(group)
        return summary(rows)


def unsplit_post(db: Database, uri: str) -> Saved:
    """Let a post join its echoes again."""
    with db.transaction():
        rows = Rows(db)
        db.run("DELETE FROM split WHERE uri=?", (uri,))
        found = db.one("SELECT also FROM post WHERE id=?", (post_id(db, uri),))
        if found:
            shelf = Shelf(db, account=0)
            addresses = [uri, *filter(None, found[0].split("\n"))]
            echoes = Echoes(db, shelf)
            echoes.look(addresses)
            kept = shelf.find(uri)
            assert kept is not None
            echoes.join(kept, all_turned(addresses))
            for head in echoes.merged:
                rows.refold(head)
        return summary(rows)


def index_anew(db: Database) -> None:
    """Build the search index again from the posts (about 20 s per million)."""
    with db.transaction():
        db.run("DROP TABLE post_words")
        for statement in (*POST_WORDS, *MERGE_LATE):
            db.run(statement)
        last = -(1 << 63)
        while found := db.all(
            "SELECT place, body FROM post WHERE place>? ORDER BY place LIMIT 500", (last,)
        ):
            last = found[-1][0]
            read = ((place, post_from(body)) for place, body in found)
            db.run_many(
                "INSERT INTO post_words (rowid, words) VALUES (?, ?)",
                [(place, words_of(post)) for place, post in read if post is not None],
            )


def summary(rows: Rows) -> Saved:
    """What the changes come to."""
    rows.flush()
    return Saved(
        changed=tuple(sorted(rows.changed | rows.removed)),
        removed=tuple(sorted(rows.removed)),
        inserted=rows.inserted,
    )
