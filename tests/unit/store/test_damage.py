"""Damaged files: the cache is started anew, what is kept is salvaged, and it is said."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from app.model import Advisory
from app.model.errors import StoreError
from app.model.timeline import ALL, Anchor, StubRow
from app.store import Store
from tests.unit.store.build import (
    ANA,
    BO,
    CY,
    account,
    at,
    entry,
    furnished,
    is_told,
    post,
    raw,
    run,
    save,
)
from tests.unit.store.check import troubles

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


def emptied(path: Path) -> None:
    """Nothing is left in it, as some file systems do when the power goes."""
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [garbage_header, truncated, no_database, spoilt_schema, emptied])
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


def test_a_cache_that_is_not_there_is_no_damage(profile: Path) -> None:
    """Whoever deletes it wants a new one; nor is a first start that was cut off."""
    furnished(profile, 50)
    (profile / "cache.db").unlink()
    store = Store.open(profile)
    assert "" == store.recovered
    store.close()

    cut_off = profile.with_name("other")
    Store.open(cut_off).close()
    (cut_off / "cache.db").write_bytes(b"")
    store = Store.open(cut_off)
    assert "" == store.recovered
    store.close()


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
