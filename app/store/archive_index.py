"""
Where to find the posts of an archive: newest first, and by their words.

Nothing is kept here that the archive has not got; a file of another archive, or of
what the archive was before, is made again. It lies in the profile and never in the
archive: that may be on a disk that cannot be written, or come from somebody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from app.model.errors import StoreError
from app.store.database import Damaged, Database, make_private_file, make_private_folder
from app.store.schema import POST_WORDS
from app.store.shelf import PLACE_STEP
from app.store.words import question, spaced

_VERSION = "1"
_NEWEST = (1 << 63) - 1
_BATCH = 2_000


class Indexed(NamedTuple):
    """
    One post of an archive.

    Attributes:
        at: µs since 1970, what it is ordered by.
        body: Where it is, as only its archive understands.
        words: What it is found by.
    """

    at: int
    body: bytes
    words: str


class Placed(NamedTuple):
    """A post that was asked for. *place*: hand it in to go on from there."""

    place: int
    body: bytes


class ArchiveIndex:
    """An index that is whole. Belongs to one thread at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @classmethod
    def open(cls, path: Path, stamp: str) -> ArchiveIndex | None:
        """
        The index at *path*; None: there is none, or of something else than *stamp*.

        Raises:
            StoreError: The disk refuses.
        """
        if not path.is_file():
            return None
        try:
            db = Database(path, read_only=True, on_damage=lambda: _drop(path))
        except Damaged:
            return None
        try:
            tables = db.all("SELECT name FROM sqlite_master WHERE name='about'")
            found = db.one("SELECT stamp FROM about") if tables else None
        except Damaged:
            found = None
        if found is None or found[0] != _stamped(stamp):
            db.close()
            return None
        return cls(db)

    @classmethod
    def make(
        cls, path: Path, stamp: str, posts: Iterable[Indexed], about: bytes = b""
    ) -> ArchiveIndex:
        """
        Make it anew, in one go: another process sees the old one or the new one.

        Args:
            about: Kept with it.

        Raises:
            StoreError: The disk is full or not writable.
        """
        make_private_folder(path.parent)
        fresh = path.with_name(f"{path.name}.new")
        fresh.unlink(missing_ok=True)
        make_private_file(fresh)
        db = Database(fresh, cache_kib=16_384)
        try:
            # What a crash tears is made again.
            db.one("PRAGMA journal_mode=OFF")
            db.run("PRAGMA synchronous=OFF")
            _fill(db, posts, _stamped(stamp), about)
        except BaseException:
            db.close()
            fresh.unlink(missing_ok=True)
            raise
        db.close()
        try:
            fresh.replace(path)
        except OSError as error:
            raise StoreError(f"{path.name} cannot be written: {error.strerror}.") from error
        made = cls.open(path, stamp)
        assert made is not None
        return made

    def __len__(self) -> int:
        """How many posts there are."""
        return int(self._db.one("SELECT posts FROM about")[0])

    @property
    def about(self) -> bytes:
        """What was handed in when it was made."""
        return bytes(self._db.one("SELECT more FROM about")[0])

    def page(self, limit: int, before: int | None = None) -> list[Placed]:
        """The newest posts, or those next below *before*. Newest first."""
        found = self._db.all(
            "SELECT place, body FROM item WHERE place < ? ORDER BY place DESC LIMIT ?",
            (_NEWEST if before is None else before, limit),
        )
        return [Placed(*row) for row in found]

    def search(self, words: str, limit: int, before: int | None = None) -> list[Placed]:
        """Posts with all of *words* (see ``Reader.search``), newest first."""
        asked = question(words)
        if not asked:
            return []
        found = self._db.all(
            """SELECT i.place, i.body FROM
               (SELECT rowid AS place FROM post_words WHERE post_words MATCH ? AND rowid < ?
                ORDER BY rowid DESC LIMIT ?) w CROSS JOIN item i ON i.place=w.place
               ORDER BY i.place DESC""",
            (asked, _NEWEST if before is None else before, limit),
        )
        return [Placed(*row) for row in found]

    def close(self) -> None:
        """Let go of the file. Harmless when closed."""
        self._db.close()


def index_path(profile: Path, archive: Path) -> Path:
    """Where the index of the archive in that folder is."""
    name = hashlib.sha256(str(archive.resolve()).encode()).hexdigest()[:32]
    return profile / "archives" / f"{name}.db"


def _drop(path: Path) -> None:
    """It is made again when it is next wanted."""
    with suppress(OSError):  # Windows keeps what is open; then its stamp or SQLite says it
        path.unlink(missing_ok=True)


def _stamped(stamp: str) -> str:
    return f"{_VERSION} {stamp}"


def _fill(db: Database, posts: Iterable[Indexed], stamp: str, about: bytes) -> None:
    with db.transaction():
        db.run(
            "CREATE TABLE about (stamp TEXT NOT NULL, posts INTEGER NOT NULL, more BLOB NOT NULL)"
        )
        db.run("CREATE TABLE item (place INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        for statement in POST_WORDS:
            db.run(statement)
        count = 0
        for batch in _batches(_placed(posts)):
            count += len(batch)
            db.run_many(
                "INSERT INTO item (place, body) VALUES (?, ?)",
                [(place, post.body) for place, post in batch],
            )
            db.run_many(
                "INSERT INTO post_words (rowid, words) VALUES (?, ?)",
                [(place, spaced(post.words)) for place, post in batch],
            )
        db.run("INSERT INTO about (stamp, posts, more) VALUES (?, ?, ?)", (stamp, count, about))


def _placed(posts: Iterable[Indexed]) -> Iterator[tuple[int, Indexed]]:
    """Oldest first, each with a place of its own."""
    last = -_NEWEST
    for post in sorted(posts, key=lambda post: post.at):
        last = max(last + 1, min(post.at, _NEWEST // PLACE_STEP) * PLACE_STEP)
        yield last, post


def _batches(
    posts: Iterator[tuple[int, Indexed]],
) -> Iterator[list[tuple[int, Indexed]]]:
    batch: list[tuple[int, Indexed]] = []
    for post in posts:
        batch.append(post)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
