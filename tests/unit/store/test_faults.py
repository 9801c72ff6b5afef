"""Full, locked, read-only, damaged, too new: words with a next step, and nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.model.errors import StoreError
from app.model.timeline import ALL
from app.store import Store, database
from tests.unit.store.build import entry, furnished, is_told, post, raw, run, save
from tests.unit.store.check import troubles

# ------------------------------------------------------------------- private


def test_everything_is_private(profile: Path, store: Store) -> None:
    """The folder is 0700 and each file 0600, whatever the umask, -wal and -shm too."""
    save(store, entry(post(1)))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in profile.iterdir()}

    assert 0o700 == stat.S_IMODE(profile.stat().st_mode)
    assert {"cache.db", "cache.db-wal", "cache.db-shm", "keep.db", "keep.db-wal"} <= set(modes)
    assert {0o600} == set(modes.values())


def test_a_folder_that_others_could_read_is_closed(profile: Path) -> None:
    """A profile made by hand with ordinary rights becomes ours alone."""
    profile.mkdir(mode=0o755)
    Store.open(profile).close()

    assert 0o700 == stat.S_IMODE(profile.stat().st_mode)


# ---------------------------------------------------------------------- full


def test_a_full_disk_is_told_and_changes_nothing(store: Store, profile: Path) -> None:
    """The page is not saved at all, reading goes on, and later all works again."""
    save(store, entry(post(0, 0)))
    pages = raw(profile).execute("PRAGMA page_count").fetchone()[0]
    run(store._write(lambda: store._cache_db().run(f"PRAGMA max_page_count={pages + 2}")))
    many = [entry(post(n, n, text=f"post {n} " * 200)) for n in range(1, 100)]

    with pytest.raises(StoreError) as caught:
        save(store, *many)
    assert is_told(caught.value, "disk is full")
    assert 1 == len(store.reader.rows(ALL))

    run(store._write(lambda: store._cache_db().run("PRAGMA max_page_count=1000000")))
    save(store, *many)
    assert 100 == len(store.reader.rows(ALL, limit=200))
    assert [] == troubles(profile / "cache.db")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("may not mount a small file system here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_really_full_disk_is_told(tiny_disk: Path) -> None:
    """Writing, opening, and keeping a position on a disk without space."""
    spare = tiny_disk / "spare"
    spare.write_bytes(b"x" * 280_000)
    store = Store.open(tiny_disk / "profile")
    with pytest.raises(StoreError) as caught:
        for n in range(100):
            save(store, *(entry(post(f"{n}-{i}", i, text="post " * 400)) for i in range(10)))
    assert is_told(caught.value, "disk")
    rows = store.reader.rows(ALL, limit=2_000)
    assert rows and 0 == len(rows) % 10
    store.close()

    filler = tiny_disk / "filler"
    with pytest.raises(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            continue
    for profile in ("profile", "other"):
        with pytest.raises(StoreError) as caught:
            Store.open(tiny_disk / profile)
        assert is_told(caught.value, "disk is full" if profile == "profile" else "")

    filler.unlink()
    spare.unlink()
    again = Store.open(tiny_disk / "profile")
    assert "" == again.recovered
    assert rows == again.reader.rows(ALL, limit=2_000)
    again.close()


# -------------------------------------------------------------------- locked


def test_a_locked_database_is_told_and_read_on(
    store: Store, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program writes for too long: saving says so, reading does not wait."""
    monkeypatch.setattr(database, "BUSY_MS", 10)
    save(store, entry(post(1)))
    run(store._write(lambda: store._cache_db().run("PRAGMA busy_timeout=10")))
    other = raw(profile)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError) as caught:
        save(store, entry(post(2, 1)))
    assert is_told(caught.value, "Another program")
    assert 1 == len(store.reader.rows(ALL))

    other.rollback()
    save(store, entry(post(2, 1)))
    assert 2 == len(store.reader.rows(ALL))


# ----------------------------------------------------------------- read-only


def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    """No profile can be made there; the words name the folder's permissions."""
    folder = Path("/proc/sys") if os.name == "posix" and Path("/proc/sys").exists() else tmp_path
    if folder == tmp_path:
        folder.chmod(0o500)
    with pytest.raises(StoreError) as caught:
        Store.open(folder / "profile")

    assert is_told(caught.value, "cannot be used")
    assert "--profile" in caught.value.next_step


def test_a_read_only_database_is_told_and_can_be_read(profile: Path, tmp_path: Path) -> None:
    """A profile whose file may not be written: saving says so."""
    furnished(profile, 50)
    store = Store.open(profile)
    run(store._write(lambda: store._cache_db().run("PRAGMA query_only=1")))

    with pytest.raises(StoreError) as caught:
        save(store, entry(post("new", 999)))
    assert is_told(caught.value, "read-only")
    assert 50 == len(store.reader.rows(ALL, limit=100))
    store.close()


def test_a_file_where_the_folder_should_be_is_told(profile: Path) -> None:
    """The profile's name is taken by a file."""
    profile.write_text("not a folder", "utf-8")
    with pytest.raises(StoreError) as caught:
        Store.open(profile)

    assert is_told(caught.value, "cannot be used")


# ----------------------------------------------------------------- versions


@pytest.mark.parametrize("name", ["cache.db", "keep.db"])
def test_a_file_of_a_newer_godwit_is_refused_and_left(profile: Path, name: str) -> None:
    """Nothing is migrated down, nothing rebuilt."""
    furnished(profile, 50)
    db = raw(profile, name)
    db.execute("PRAGMA user_version=99")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    before = (profile / name).read_bytes()
    with pytest.raises(StoreError) as caught:
        Store.open(profile)

    assert is_told(caught.value, "newer Godwit")
    assert before == (profile / name).read_bytes()


def test_a_migration_that_fails_leaves_the_version_before(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step is whole or not done; the next start goes on from there."""
    from app.store import opening as module

    furnished(profile, 50)
    steps = (*module.CACHE, ("CREATE TABLE later (a)", "CREATE TABLE broken (oops"))
    monkeypatch.setattr(module, "CACHE", steps)
    with pytest.raises(sqlite3.OperationalError, match="incomplete"):
        Store.open(profile)
    db = raw(profile)
    names = {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
    assert "later" not in names
    assert len(steps) - 1 == db.execute("PRAGMA user_version").fetchone()[0]
    db.close()

    monkeypatch.setattr(module, "CACHE", (*steps[:-1], ("CREATE TABLE later (a)",)))
    store = Store.open(profile)
    assert 50 == len(store.reader.rows(ALL, limit=100))
    store.close()
    assert [] == raw(profile).execute("SELECT * FROM later").fetchall()
