"""Full, locked, read-only, damaged, too new: words with a next step, and nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.model import Advisory
from app.model.errors import StoreError
from app.model.timeline import ALL, Anchor, StubRow
from app.store import Store, database
from tests.unit.store.build import ANA, BO, CY, account, at, entry, post, run, save
from tests.unit.store.check import troubles


def is_told(error: StoreError, words: str) -> bool:
    """One sentence that names *words*, and what to do."""
    assert words in error.message
    assert error.next_step.endswith((".", ")"))
    return True


def raw(profile: Path, name: str = "cache.db") -> sqlite3.Connection:
    """The file without the store."""
    return sqlite3.connect(profile / name, isolation_level=None)


def furnished(profile: Path, posts: int = 300) -> None:
    """A closed profile with accounts, a setting, a position, a split, and posts."""
    store = Store.open(profile)

    def add(keeper: object) -> None:
        for id, network in ((ANA, "fedi"), (BO, "fedi"), (CY, "sky")):
            keeper.save_account(account(id, network))  # type: ignore[attr-defined]
        keeper.set_setting("scheme", "dark")  # type: ignore[attr-defined]
        keeper.save_anchor(ALL, Anchor(post(7).uri, at(7), 12))  # type: ignore[attr-defined]
        keeper.split("https://one.example/posts/split")  # type: ignore[attr-defined]

    run(store.keep(add))
    for first in range(0, posts, 50):
        save(store, *(entry(post(n, n, text=f"post {n} " * 20)) for n in range(first, first + 50)))
    store.close()


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
    spare.write_bytes(b"x" * 200_000)
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


# ------------------------------------------------------------- damaged cache


def garbage_header(path: Path) -> None:
    """The first bytes are not SQLite's."""
    with path.open("r+b") as file:
        file.write(b"garbage " * 32)


def truncated(path: Path) -> None:
    """Only the first part is there."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def no_database(path: Path) -> None:
    """Something else altogether."""
    path.write_text("<html>502 Bad Gateway</html>", "utf-8")


def spoilt_schema(path: Path) -> None:
    """The header is right, the table of tables is not."""
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 4_000)


@pytest.mark.parametrize("damage", [garbage_header, truncated, no_database, spoilt_schema])
def test_a_damaged_cache_is_started_anew(profile: Path, damage: Callable[[Path], None]) -> None:
    """It opens, says what happened, works, and what is kept is untouched."""
    furnished(profile)
    damage(profile / "cache.db")
    store = Store.open(profile)

    assert "cache of posts was damaged" in store.recovered
    assert () == store.reader.rows(ALL)
    assert [ANA, BO, CY] == [a.id for a in store.reader.accounts()]
    assert Anchor(post(7).uri, at(7), 12) == store.reader.anchor(ALL)

    save(store, entry(post(7, 7)))
    assert 1 == len(store.reader.rows(ALL))
    store.close()
    again = Store.open(profile)
    assert "" == again.recovered
    again.close()
    assert [] == troubles(profile / "cache.db")


def flip_pages(path: Path, table: str) -> None:
    """Write over every page of *table* but its first."""
    db = sqlite3.connect(path)
    size = db.execute("PRAGMA page_size").fetchone()[0]
    root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name=?", (table,)).fetchone()[0]
    db.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)


def test_damage_found_while_reading_is_told_and_mended_at_the_next_start(profile: Path) -> None:
    """The query that meets the spoilt page says so; then the cache is rebuilt."""
    furnished(profile)
    flip_pages(profile / "cache.db", "post")
    store = Store.open(profile)
    assert "" == store.recovered

    with pytest.raises(StoreError) as caught:
        store.reader.rows(ALL)
    assert is_told(caught.value, "cache.db is damaged")
    assert "again" in caught.value.next_step
    with pytest.raises(StoreError):
        save(store, entry(post(7, 7)))
    store.close()

    again = Store.open(profile)
    assert "cache of posts was damaged" in again.recovered
    save(again, entry(post(7, 7)))
    assert 1 == len(again.reader.rows(ALL))
    again.close()
    third = Store.open(profile)
    assert "" == third.recovered
    third.close()


def test_a_false_alarm_does_not_cost_the_cache(profile: Path) -> None:
    """Where a close look finds nothing, nothing is thrown away."""
    furnished(profile)
    (profile / "cache.db.check").touch()
    store = Store.open(profile)

    assert "" == store.recovered
    assert 300 == len(store.reader.rows(ALL, limit=500))
    assert not (profile / "cache.db.check").exists()
    store.close()


def test_a_damaged_search_index_is_built_anew(profile: Path) -> None:
    """The posts stay; they are found again."""
    furnished(profile)
    db = raw(profile)
    db.execute("UPDATE post_words_data SET block=x'00112233' WHERE id>10")
    db.close()
    store = Store.open(profile)
    with pytest.raises(StoreError):
        store.reader.search("post")
        save(store, *(entry(post(f"x{n}", n)) for n in range(50)))
    store.close()

    again = Store.open(profile)
    assert "" == again.recovered
    assert 300 <= len(again.reader.rows(ALL, limit=500))
    assert 300 <= len(again.reader.search("post", limit=500))
    again.close()
    assert [] == troubles(profile / "cache.db")


def test_one_unreadable_post_does_not_hide_its_page(profile: Path) -> None:
    """A record that is junk is shown as such; it comes back when it is fetched again."""
    furnished(profile, 50)
    db = raw(profile)
    db.execute("UPDATE post SET body=x'ff00' WHERE uri=?", (post(7).uri,))
    db.execute("UPDATE post SET body='{}' WHERE uri=?", (post(8).uri,))
    db.close()
    store = Store.open(profile)
    rows = store.reader.rows(ALL, limit=100)

    assert 50 == len(rows)
    assert [post(8).uri, post(7).uri] == [r.stub.key for r in rows if isinstance(r, StubRow)]
    assert {post(9).uri} == set(store.reader.posts([post(7).uri, post(9).uri]))

    save(store, entry(post(7, 7)), entry(post(8, 8, advisories=(Advisory("warning", "w"),))))
    assert not [r for r in store.reader.rows(ALL, limit=100) if isinstance(r, StubRow)]
    store.close()


# -------------------------------------------------------------- damaged keep


def test_a_damaged_keep_is_copied_aside_and_salvaged(profile: Path) -> None:
    """One table is spoilt: all others come over, and the copy is there byte for byte."""
    furnished(profile, 50)
    flip_pages(profile / "keep.db", "setting")
    spoilt = (profile / "keep.db").read_bytes()
    store = Store.open(profile)

    assert "keep.db was damaged" in store.recovered
    assert "3 accounts" in store.recovered and "1 reading position" in store.recovered
    assert "Some may be missing" in store.recovered
    (copy,) = profile.glob("keep.db.damaged-*Z")
    assert copy.name in store.recovered
    assert spoilt == copy.read_bytes()
    assert [ANA, BO, CY] == [a.id for a in store.reader.accounts()]
    assert Anchor(post(7).uri, at(7), 12) == store.reader.anchor(ALL)
    assert "light" == store.reader.setting("scheme", "light")
    assert {"https://one.example/posts/split"} == store.reader.splits()
    assert 50 == len(store.reader.rows(ALL, limit=100))

    run(store.keep(lambda keeper: keeper.set_setting("scheme", "dark")))
    store.close()
    again = Store.open(profile)
    assert ("", "dark") == (again.recovered, again.reader.setting("scheme"))
    again.close()


def test_a_keep_with_a_garbage_header_is_salvaged(profile: Path) -> None:
    """The header is the same in every such file: it is put back on a copy."""
    furnished(profile, 50)
    with (profile / "keep.db").open("r+b") as file:
        file.write(b"garbage!" * 12)
    store = Store.open(profile)

    assert "3 accounts" in store.recovered and "1 setting" in store.recovered
    assert "dark" == store.reader.setting("scheme")
    assert not list(profile.glob("*.mended*"))
    store.close()


@pytest.mark.parametrize("damage", [no_database, truncated, spoilt_schema])
def test_a_keep_beyond_reading_is_never_dropped_silently(
    profile: Path, damage: Callable[[Path], None]
) -> None:
    """Nothing can be saved from it: the copy stays, and it is said."""
    furnished(profile, 50)
    damage(profile / "keep.db")
    spoilt = (profile / "keep.db").read_bytes()
    store = Store.open(profile)
    (copy,) = profile.glob("keep.db.damaged-*Z")

    assert spoilt == copy.read_bytes()
    assert copy.name in store.recovered
    assert 0o600 == stat.S_IMODE((profile / "keep.db").stat().st_mode)
    run(store.keep(lambda keeper: keeper.save_account(account(ANA))))
    assert [ANA] == [a.id for a in store.reader.accounts()][:1]
    store.close()


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
    assert 1 == db.execute("PRAGMA user_version").fetchone()[0]
    db.close()

    monkeypatch.setattr(module, "CACHE", (*module.CACHE[:1], ("CREATE TABLE later (a)",)))
    store = Store.open(profile)
    assert 50 == len(store.reader.rows(ALL, limit=100))
    store.close()
