"""A cache of an earlier version is taken over with all that is in it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import json

from app.model import HOME
from app.model.timeline import ALL, Anchor, Echo
from app.store import Store
from app.store.migrations import bring_up
from app.store.schema import CACHE
from app.store.words import words_of
from tests.unit.store.build import ANA, BO, at, entry, post, raw, repost, run, save
from tests.unit.store.check import troubles

MICROS = 1_000_000


def micros(minutes: float) -> int:
    """µs since 1970 of *minutes* after noon."""
    return round((at(minutes) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * MICROS)


def of_version_1(profile: Path) -> None:
    """As Godwit left it in its first weeks: three posts, one repost, an echo with its fold."""
    Store.open(profile).close()
    cache = profile / "cache.db"
    cache.unlink()
    cache.touch()
    bring_up(cache, CACHE[:1])
    db = raw(profile)
    db.execute("INSERT INTO account VALUES (1, ?, 'fedi')", (ANA,))
    db.execute("INSERT INTO source VALUES (1, 1, 'home', '', NULL, 0)")
    for number, name in enumerate(("all", f"account:{ANA}", "network:fedi"), 1):
        db.execute("INSERT INTO timeline VALUES (?, ?)", (number, name))
    for n in range(3):
        add_post(db, n)
    copy = "https://one.example/posts/0"
    db.execute("UPDATE post SET also=? WHERE uri LIKE '%/1'", (copy,))
    first, second = (micros(n) * 1024 for n in (0, 1))
    db.execute("INSERT INTO address VALUES (?, ?)", (copy, second))
    db.execute("INSERT INTO echo VALUES (?, ?), (?, ?)", (first, first, second, first))
    db.execute("DELETE FROM timeline_row WHERE id=2 * 4")
    db.executemany("INSERT INTO fold VALUES (?, 1, 2)", [(1,), (2,), (3,)])
    of = repost(post(2, 2), "cleo", 5)
    add_entry(db, 4, micros(2) * 1024, micros(5), of.key, json.encode(of.repost))
    db.close()


def add_post(db: sqlite3.Connection, n: int) -> None:
    """Post *n*, and its entry."""
    written = post(n, n)
    id = micros(n) * 1024
    db.execute("INSERT INTO post VALUES (?, ?, 1, '', ?)", (id, written.uri, json.encode(written)))
    db.execute("INSERT INTO post_words (rowid, words) VALUES (?, ?)", (id, words_of(written)))
    db.execute("INSERT INTO viewer VALUES (?, 1, '{}')", (id,))
    add_entry(db, n + 1, id, micros(n))


def add_entry(db: sqlite3.Connection, id: int, *row: Any) -> None:
    """An entry that stands in all three timelines."""
    post, at, key, body = (*row, None, None)[:4]
    db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", (id, post, at, key, body))
    db.execute("INSERT INTO sighting VALUES (1, ?, ?)", (at, id))
    db.executemany(
        "INSERT INTO timeline_row VALUES (?, ?, ?)", [(t, at, id * 4) for t in (1, 2, 3)]
    )


def test_nothing_of_the_first_version_is_lost(profile: Path) -> None:
    """Rows stand where they stood; posts are found by words and by every address."""
    of_version_1(profile)
    store = Store.open(profile)
    reader = store.reader

    rows = reader.rows(ALL)
    shown = [[s.entry.key for s in row.sightings] for row in rows if isinstance(row, Echo)]
    cleo = repost(post(2, 2), "cleo", 5).key
    assert [[cleo], [post(2).uri], [post(0).uri, post(1).uri]] == shown
    keys = {*(post(n).uri for n in range(3)), cleo}
    assert keys == reader.has_entry(ANA, HOME, [*keys, "https://one.example/posts/9"])
    assert keys == {key for key, _ in reader.newest_keys(ANA, HOME, 9)}
    assert {post(1).uri} == set(reader.posts([post(1).uri]))
    assert rows[0].key == reader.row_of(ALL, Anchor(cleo, at(0)))
    assert [post(n).uri for n in (2, 1, 0)] == [found.post.uri for found in reader.search("post")]
    store.close()
    assert [] == troubles(profile / "cache.db")


def test_what_comes_again_after_it_is_known(profile: Path) -> None:
    """No post, repost or address is doubled, and new ones join in."""
    of_version_1(profile)
    store = Store.open(profile)
    old = [entry(post(n, n)) for n in range(3)]
    old.append(repost(post(2, 2), "cleo", 5))
    again = save(store, *old, echo_keys={post(1).uri: (post(1).uri, post(0).uri)})
    assert (0, 4, False) == (again.new, again.known, again.inserted)

    copy = post("copy", 30)
    saved = save(store, entry(copy), of=BO, echo_keys={copy.uri: (copy.uri, post(0).uri)})
    assert 1 == saved.new
    run(store.split(copy.uri))
    assert 1 + 3 == len(store.reader.rows(ALL))
    store.close()
    assert [] == troubles(profile / "cache.db")
