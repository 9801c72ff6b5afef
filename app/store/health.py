"""Is a database file whole? Cheap questions at every start, dear ones on suspicion."""

from __future__ import annotations

from pathlib import Path

from app.model.errors import StoreError
from app.store.database import Damaged, Database, log_bytes, past_sqlite

MAGIC = b"SQLite format 3\0"


def doubt_mark(cache: Path) -> Path:
    """The file whose presence says: look at the cache closely at the next start."""
    return cache.with_name(cache.name + ".check")


def looks_whole(path: Path) -> bool:
    """Has the header of a database, and is as long as that says. Cheap."""
    if path.stat().st_size == 0:
        return True
    with past_sqlite(path) as allowed:
        if not allowed:
            return True  # it is in use here: SQLite itself says when something is wrong
        with path.open("rb") as file:
            header = file.read(100)
    if len(header) < 100 or not header.startswith(MAGIC):
        return False
    if log_bytes(path):
        # Pages may still be on their way from the log.
        return True
    page = int.from_bytes(header[16:18], "big")
    page = 65_536 if page == 1 else page
    # Last: another process may just have moved its log into the file.
    return path.stat().st_size >= page * int.from_bytes(header[28:32], "big")


def check_pages(path: Path) -> None:
    """Look at every page (5 s per million posts). Raises: Damaged."""
    db = Database(path)
    try:
        if db.all("PRAGMA quick_check(1)") != [("ok",)]:
            raise Damaged(path)
    finally:
        db.close()


def has_whole_index(cache: Path) -> bool:
    """The search index of the cache is in order."""
    db = Database(cache)
    try:
        db.run("INSERT INTO post_words (post_words) VALUES ('integrity-check')")
    except StoreError:
        return False
    finally:
        db.close()
    return True
