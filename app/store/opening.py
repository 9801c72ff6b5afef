"""Make sure the two files can be used before anybody reads them: cheap when all is well."""

from __future__ import annotations

from pathlib import Path

from app.store.database import Damaged, Database, log_bytes, make_private_file
from app.store.health import check_pages, doubt_mark, has_whole_index, looks_whole
from app.store.migrations import bring_up
from app.store.schema import CACHE, KEEP


def ready_keep(profile: Path) -> None:
    """``keep.db`` is there and of our version. Raises: StoreError."""
    keep = profile / "keep.db"
    make_private_file(keep)
    if not looks_whole(keep) or _was_emptied(keep):
        raise Damaged(keep)
    bring_up(keep, KEEP)


def ready_cache(profile: Path) -> None:
    """``cache.db`` is there and of our version; suspicion is looked into. Raises: StoreError."""
    cache = profile / "cache.db"
    if cache.exists() and (not looks_whole(cache) or _has_lost_all(cache)):
        raise Damaged(cache)
    make_private_file(cache)
    bring_up(cache, CACHE)
    if doubt_mark(cache).exists():
        check_pages(cache)
        if not has_whole_index(cache):
            _index_anew(cache)
        doubt_mark(cache).unlink(missing_ok=True)


def _was_emptied(keep: Path) -> bool:
    """
    Nothing in it, yet there is a cache, which is made after it.

    Some file systems leave that behind when the power goes; accounts must not
    be gone without a word.
    """
    cache = keep.with_name("cache.db")
    return keep.stat().st_size == 0 and cache.exists() and cache.stat().st_size > 0


def _has_lost_all(cache: Path) -> bool:
    """
    Nothing in it, yet there are accounts, which are added to a cache that is ready.

    (A cache that is not there was taken away on purpose.)
    """
    if cache.stat().st_size or log_bytes(cache):
        return False
    keep = Database(cache.with_name("keep.db"), read_only=True)
    try:
        return bool(keep.one("SELECT 1 FROM account LIMIT 1"))
    finally:
        keep.close()


def mended(error: Damaged) -> str:
    """Do what can be done about a damaged file. Returns words for people."""
    from app.store.recover import salvage, start_anew

    return salvage(error.path) if error.path.name == "keep.db" else start_anew(error.path)


def _index_anew(cache: Path) -> None:
    from app.store.rework import index_anew

    db = Database(cache)
    try:
        index_anew(db)
    finally:
        db.close()
