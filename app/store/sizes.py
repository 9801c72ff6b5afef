"""How large the cache is, by SQLite's own count; and what of it must not leave."""

from __future__ import annotations

import time
from collections.abc import Iterator

from app.store.database import Database, log_bytes
from app.store.shelf import PLACE_STEP
from app.store.times import moment
from app.store.values import CacheSize


class Sizes:
    """Reads both files. Every method may raise ``StoreError``."""

    def __init__(self, cache: Database, keep: Database) -> None:
        self._cache, self._keep = cache, keep

    def used(self) -> int:
        """Bytes of the cache that hold something: three numbers of its header, at once."""
        pages, free = _number(self._cache, "page_count"), _number(self._cache, "freelist_count")
        return (pages - free) * _number(self._cache, "page_size")

    def unused(self) -> int:
        """Bytes of the cache that hold nothing any more, and are filled again by what comes."""
        return _number(self._cache, "freelist_count") * _number(self._cache, "page_size")

    def cache(self) -> CacheSize:
        """All of it. Counts posts: not for the UI thread."""
        path, kept = self._cache.path, self._keep.path
        posts = self._cache.one("SELECT count(*) FROM post")[0]
        # Times that nobody can have meant stand below all others.
        oldest = self._cache.one("SELECT min(place) FROM post WHERE place>0")[0]
        return CacheSize(
            posts=posts,
            bytes=path.stat().st_size + log_bytes(path),
            used=self.used(),
            kept=kept.stat().st_size + log_bytes(kept),
            oldest=None if oldest is None else moment(oldest // PLACE_STEP),
        )

    def time_of(self, part: float) -> int | None:
        """µs below which about so much of the posts lies (0…1); None: there are none."""
        posts = self._cache.one("SELECT count(*) FROM post")[0]
        if not posts:
            return None
        found = self._cache.one(
            "SELECT place FROM post ORDER BY place LIMIT 1 OFFSET ?",
            (min(posts - 1, int(posts * part)),),
        )
        return int(found[0]) // PLACE_STEP

    def places(self) -> dict[str, int]:
        """By timeline: where I was reading, µs."""
        return dict(self._keep.all("SELECT timeline, at FROM anchor"))

    def own(self) -> Iterator[str]:
        """Addresses of what was sent from here, and of what is filed."""
        for (address,) in self._keep.all(
            "SELECT address FROM own_post UNION SELECT uri FROM filed"
        ):
            yield address


def give_back(db: Database, seconds: float) -> bool:
    """
    Give unused pages back to the disk, for about so long. Whether there are more to give.

    Only in a cache that was made for it: others keep their size, and use it again. Slow
    where much is unused (2 ms a page at half a gigabyte: SQLite looks through its list of
    free pages for each), so it is work for when nobody waits.
    """
    if _number(db, "auto_vacuum") != _INCREMENTAL or not _number(db, "freelist_count"):
        return False
    end = time.monotonic() + seconds
    with db.transaction():
        while time.monotonic() < end:
            # It goes on only as long as somebody asks for rows, and it has none: one at a time.
            db.run("PRAGMA incremental_vacuum(1)")
    return _number(db, "freelist_count") > 0


def make_compact(db: Database) -> None:
    """
    Write the cache anew, without what is unused in it: others cannot write meanwhile.

    About 10 s per GB of what is left. Raises: StoreError: it was left as it was.
    """
    db.run(f"PRAGMA auto_vacuum={_INCREMENTAL}")
    db.run("VACUUM")


_INCREMENTAL = 2


def _number(db: Database, pragma: str) -> int:
    return int(db.one(f"PRAGMA {pragma}")[0])
