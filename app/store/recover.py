"""
What is done with a damaged file.

The cache can be fetched again: it is started anew. What is kept cannot: it is
copied aside whole, and all that can still be read is carried over, table by table.
"""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from app.model.errors import StoreError
from app.store.database import make_private_file
from app.store.health import MAGIC, doubt_mark
from app.store.migrations import bring_up
from app.store.schema import BEFORE_FIRST_FRAME, CACHE, KEEP

_TABLES = (
    *BEFORE_FIRST_FRAME, "draft", "draft_version", "delivery", "own_post", "limits",
    "wish", "person_link", "feed", "feed_mark",
)  # fmt: skip


def start_anew(cache: Path) -> str:
    """Put a damaged cache away. Returns words for people."""
    try:
        for path in (cache, *_companions(cache), doubt_mark(cache)):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{cache.name} is damaged and cannot be replaced: {error.strerror}.",
            "Close every Godwit, then start it again.",
        ) from error
    make_private_file(cache)
    # Now, since an empty file beside accounts would be taken for damage again.
    bring_up(cache, CACHE)
    return (
        "The cache of posts was damaged and has been started anew; posts come back as they "
        "are fetched. Accounts, settings and reading positions are untouched."
    )


def salvage(keep: Path, now: datetime | None = None) -> str:
    """
    Copy a damaged ``keep.db`` aside and carry over what can be read.

    Returns words for people. Raises: StoreError, if it cannot be copied;
    then nothing was changed.
    """
    moment = now or datetime.now(UTC)
    aside = _free_name(keep, f"{keep.name}.damaged-{moment:%Y%m%dT%H%M%SZ}")
    fresh = keep.with_name(keep.name + ".new")
    try:
        for path in (keep, *_companions(keep)):
            if path.exists():
                shutil.copy2(path, aside.with_name(aside.name + path.name[len(keep.name) :]))
        for path in (fresh, *_companions(fresh)):
            path.unlink(missing_ok=True)
        saved, lost = _carry_over(aside, fresh)
        # The old log must be gone first: it would be played onto the new file.
        for path in (*_companions(keep), doubt_mark(keep)):
            path.unlink(missing_ok=True)
        fresh.replace(keep)
    except OSError as error:
        raise StoreError(
            f"{keep.name} is damaged and cannot be copied aside: {error.strerror}.",
            "Free some space or check the folder's permissions, then start again.",
        ) from error
    words = ", ".join(f"{count} {name}s" for name, count in saved.items() if count)
    return (
        f"{keep.name} was damaged. A copy is in {aside.name}; "
        f"saved from it: {words or 'nothing'}. "
        + ("Some may be missing: check your accounts and settings." if lost else "All is there.")
    )


def _carry_over(aside: Path, fresh: Path) -> tuple[dict[str, int], bool]:
    """Rows of each table that came over, and whether some may not have."""
    # A quarter of a second to import, for what hardly ever happens. It goes by
    # column names, so a file of an older version fits, too.
    from sqlite_utils import Database as Tables

    make_private_file(fresh)
    bring_up(fresh, KEEP)
    source = _readable_copy(aside, fresh)
    saved: dict[str, int] = {}
    lost = False
    raw = sqlite3.connect(fresh)
    try:
        new = Tables(raw)
        for table in _TABLES:
            rows, whole = _rows_of(source, table)
            lost = lost or not whole
            known = {column.name for column in new[table].columns}
            fitting = [{k: v for k, v in row.items() if k in known} for row in rows]
            new[table].insert_all(fitting, ignore=True)
            if table in ("account", "anchor", "setting", "split", "draft", "delivery"):
                saved[_SHOWN.get(table, table)] = len(rows)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
        if source != aside:
            for path in (source, *_companions(source)):
                path.unlink(missing_ok=True)
    return saved, lost


_SHOWN = {"anchor": "reading position", "delivery": "sent post"}


def _readable_copy(aside: Path, fresh: Path) -> Path:
    """*aside*, or a copy with a sound header where its own is broken."""
    with aside.open("rb") as file:
        if file.read(16) == MAGIC:
            return aside
    mended = aside.with_name(aside.name + ".mended")
    shutil.copy2(aside, mended)
    header = bytearray(fresh.read_bytes()[:100])
    page = int.from_bytes(header[16:18], "big")
    header[28:32] = (mended.stat().st_size // page).to_bytes(4, "big")
    with mended.open("r+b") as file:
        file.write(header)
    return mended


def _rows_of(path: Path, table: str) -> tuple[list[dict[str, object]], bool]:
    """All rows that can be read, from either end, and whether these are all."""
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    for order in ("", "ORDER BY rowid DESC"):
        raw = sqlite3.connect(path)
        raw.row_factory = sqlite3.Row
        try:
            # The names are our own, from the list above.
            for row in raw.execute(f"SELECT * FROM {table} {order}"):  # noqa: S608
                rows[tuple(row)] = dict(row)
        except sqlite3.DatabaseError:
            continue
        finally:
            raw.close()
        return list(rows.values()), True
    return list(rows.values()), False


def _companions(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def _free_name(keep: Path, name: str) -> Path:
    path, number = keep.with_name(name), 1
    while path.exists():
        number += 1
        path = keep.with_name(f"{name}-{number}")
    return path
