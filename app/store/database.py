"""
One SQLite connection whose troubles are told in words.

The world's errors (full, locked, damaged, not writable) become ``StoreError``;
everything else that SQLite says is our bug and propagates.
Facts: 0600 before the first open, -wal and -shm copy the mode (sqlite.org/wal).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.model.errors import StoreError

BUSY_MS = 5_000
"""How long to wait for another process's write, in ms."""

# Result codes: sqlite.org/rescode.html
_BUSY, _LOCKED, _IOERR, _FULL, _CANTOPEN = 5, 6, 10, 13, 14
_DAMAGED = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB
_SHORT_READ = 522  # SQLITE_IOERR_SHORT_READ: the file ends too early


class Damaged(StoreError):
    """The file at *path* is not what SQLite wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} is damaged.",
            "Start Godwit again: it mends what it can and says what it did.",
        )
        self.path = path


def make_private_folder(folder: Path) -> None:
    """Make *folder* (0700), or take others' rights away. Raises: StoreError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be used: {error.strerror}.",
            "Check the folder's permissions, or name another with --profile.",
        ) from error


def make_private_file(path: Path) -> None:
    """Make an empty file only we can read, unless it is there. Raises: StoreError."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(
            f"{path.name} cannot be created: {error.strerror}.",
            "Check the folder's permissions and free space, or name another with --profile.",
        ) from error


def told(error: sqlite3.Error, path: Path) -> Exception:
    """*error* in words, or itself when it is our bug."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return error
    primary = code & 0xFF
    if primary in _DAMAGED or code == _SHORT_READ:
        return Damaged(path)
    if primary in (_IOERR, _CANTOPEN) and _is_full(path):
        # Even a reader needs 32 KiB for the log's index.
        primary = _FULL
    words = _WORDS.get(primary)
    if words is None:
        return error
    return StoreError(words[0].format(name=path.name), words[1])


def _is_full(path: Path) -> bool:
    """Less than 64 KiB are free where *path* is."""
    # Only in trouble; it imports four compressors.
    import shutil

    try:
        return shutil.disk_usage(path.parent).free < 65_536
    except OSError:
        return False


_WORDS: dict[int, tuple[str, str]] = {
    _FULL: (
        "The disk is full; {name} was left as it was.",
        "Free some space, then try again.",
    ),
    _BUSY: (
        "Another program is using {name}.",
        "Close the other Godwit, or wait until it has finished.",
    ),
    _LOCKED: (
        "Another program is using {name}.",
        "Close the other Godwit, or wait until it has finished.",
    ),
    3: ("{name} may not be read.", "Check the file's permissions."),
    8: (
        "{name} cannot be written: the file or its folder is read-only.",
        "Check the folder's permissions, or name another with --profile.",
    ),
    _IOERR: (
        "The disk could not read or write {name}.",
        "Check the disk, then start Godwit again.",
    ),
    _CANTOPEN: (
        "{name} cannot be opened.",
        "Check the folder's permissions, or name another with --profile.",
    ),
}


def log_bytes(path: Path) -> int:
    """How long the log of *path* is; another process may take it away at any moment."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except FileNotFoundError:
        return 0


_here: Counter[str] = Counter()
_counting = threading.Lock()


@contextmanager
def past_sqlite(path: Path) -> Iterator[bool]:
    """
    Inside: whether *path* may be opened by other means than SQLite now.

    Not while this process has a connection to it: closing any descriptor of a file
    drops all locks that the process holds on it, and then another process takes the
    log away under our hands (sqlite.org/howtocorrupt.html, 2.2).
    """
    with _counting:
        yield not _here[os.path.realpath(path)]


class Database:
    """
    A connection. Belongs to one thread at a time.

    Args:
        on_damage: Told once when SQLite finds the file damaged.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        full_sync: bool = False,
        cache_kib: int = 1_024,
        on_damage: Callable[[], None] | None = None,
    ) -> None:
        self.path = path
        self._on_damage = on_damage
        self._counted = os.path.realpath(path)
        with _counting:
            _here[self._counted] += 1
        try:
            with self._telling():
                self._raw = sqlite3.connect(
                    path,
                    timeout=BUSY_MS / 1000,
                    isolation_level=None,
                    check_same_thread=False,
                )
        except BaseException:
            self._uncount()
            raise
        try:
            self._configure(read_only, full_sync, cache_kib)
        except BaseException:
            # Left open it would keep what it holds of a full disk.
            self.close()
            raise

    def _configure(self, read_only: bool, full_sync: bool, cache_kib: int) -> None:
        self.run(f"PRAGMA cache_size=-{cache_kib}")
        if read_only:
            self.run("PRAGMA query_only=1")
        else:
            self.run(f"PRAGMA synchronous={'FULL' if full_sync else 'NORMAL'}")
            self.run("PRAGMA journal_size_limit=67108864")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._told(error) from error

    def _told(self, error: sqlite3.Error) -> Exception:
        words = told(error, self.path)
        if isinstance(words, Damaged) and self._on_damage is not None:
            self._on_damage()
        return words

    def all(
        self, sql: str, args: Sequence[object] = (), among: Iterable[object] | None = None
    ) -> list[Any]:
        """Every row of a query. *among*: what every ``IN ()`` of *sql* stands for."""
        if among is not None:
            sql, args = _within(sql, args, among)
        try:
            return self._raw.execute(sql, args).fetchall()
        except sqlite3.Error as error:
            raise self._told(error) from error

    def one(self, sql: str, args: Sequence[object] = ()) -> Any:
        """The first row, or None."""
        try:
            return self._raw.execute(sql, args).fetchone()
        except sqlite3.Error as error:
            raise self._told(error) from error

    def run(
        self, sql: str, args: Sequence[object] = (), among: Iterable[object] | None = None
    ) -> int:
        """Execute one statement: how many rows it touched."""
        if among is not None:
            sql, args = _within(sql, args, among)
        try:
            return self._raw.execute(sql, args).rowcount
        except sqlite3.Error as error:
            raise self._told(error) from error

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute one statement for each of *rows*."""
        try:
            self._raw.executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._told(error) from error

    def last_id(self) -> int:
        """Of the row that this connection has inserted last."""
        return int(self.one("SELECT last_insert_rowid()")[0])

    def changes(self) -> int:
        """Rows changed since the connection was opened, those of virtual tables' too."""
        return self._raw.total_changes

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Takes the write lock at once, so that no read goes stale."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            # A full disk makes SQLite roll back by itself: then there is none.
            if self._raw.in_transaction:
                self._raw.rollback()
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see one moment."""
        self.run("BEGIN")
        try:
            yield
        finally:
            if self._raw.in_transaction:
                self._raw.rollback()

    def close(self) -> None:
        """Close the connection. Harmless when closed."""
        self._raw.close()
        self._uncount()

    def _uncount(self) -> None:
        with _counting:
            if self._counted:
                _here[self._counted] -= 1
            self._counted = ""


def _within(
    sql: str, args: Sequence[object], among: Iterable[object]
) -> tuple[str, Sequence[object]]:
    """
    Spell out ``IN ()``: numbered parameters after *args*, the same in each.

    The list is filled up with NULL to a power of two, so that few lengths
    occur and every statement stays prepared.
    """
    values = list(among)
    size = max(8, 1 << (len(values) - 1).bit_length()) if values else 8
    first = len(args) + 1
    marks = _MARKS.get((first, size))
    if marks is None:
        numbers = ",".join(f"?{number}" for number in range(first, first + size))
        marks = _MARKS[first, size] = f"IN ({numbers})"
    filler = [None] * (size - len(values))
    return sql.replace("IN ()", marks), [*args, *values, *filler]


_MARKS: dict[tuple[int, int], str] = {}
