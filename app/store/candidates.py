"""What feeds read of the cache: many rows of little each. On a reader's thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import DecodeError, Struct, json

from app.model import AccountId, Entry, Repost, Source, ViewerState
from app.model.timeline import Echo, RowKey, Sighting, StoredRow, TimelineId
from app.store import rows
from app.store.addresses import straight, turned
from app.store.database import Database
from app.store.reader import Reader
from app.store.rowids import ECHO, row_id
from app.store.times import moment

_repost_from = json.Decoder(Repost).decode


class Standing(Struct, frozen=True, array_like=True, gc=False):
    """
    A post where it stands: in a timeline, or in a source.

    Attributes:
        uri, traits: Empty where none were made yet.
        repost: The repost it stands there by, as it is kept.
    """

    at: int
    row: int
    post: int
    uri: str | None
    traits: bytes | None
    repost: bytes | None

    @property
    def key(self) -> RowKey:
        """Its row, also where it has none of its own."""
        return RowKey(self.at, self.row)


class Candidates:
    """Reads through the reader of this thread. Every method may raise ``StoreError``."""

    def __init__(self, reader: Reader) -> None:
        # Of the same package: the reader has no more methods than timelines need.
        self._cache: Database = reader._cache
        self._reader = reader

    def standing(self, timeline: TimelineId, since: int, limit: int) -> list[Standing]:
        """The newest rows of a timeline that are posts, newest first."""
        found = self._cache.all(
            """SELECT r.at, r.id, e.post, t.uri, t.body, e.repost FROM timeline_row r
                CROSS JOIN entry e ON e.id=r.id>>2
                LEFT JOIN trait t ON t.post=e.post
                WHERE r.timeline=? AND r.at>=? AND r.id & 3=0
                ORDER BY r.at DESC, r.id DESC LIMIT ?""",
            (rows.timeline_id(self._cache, timeline), since, limit),
        )
        return [Standing(*row) for row in found]

    def folded(
        self, timeline: TimelineId, since: int
    ) -> list[tuple[int, int, bytes | None, bytes | None]]:
        """(row, post, traits, repost) of what stands in rows of others since then."""
        return self._cache.all(
            """SELECT r.id, e.post, t.body, e.repost FROM timeline_row r
                CROSS JOIN fold f ON f.timeline=r.timeline AND f.head=r.id>>2
                CROSS JOIN entry e ON e.id=f.entry
                LEFT JOIN trait t ON t.post=e.post
                WHERE r.timeline=? AND r.at>=? AND r.id & 3=0""",
            (rows.timeline_id(self._cache, timeline), since),
        )

    def sighted(self, account: AccountId, source: Source, since: int, limit: int) -> list[Standing]:
        """The newest posts of a source, newest first."""
        found = self._cache.all(
            """SELECT g.at, g.entry*4, e.post, t.uri, t.body, e.repost
                FROM account a CROSS JOIN source s ON s.account=a.id AND s.kind=? AND s.arg=?
                CROSS JOIN sighting g ON g.source=s.id AND g.at>=?
                CROSS JOIN entry e ON e.id=g.entry
                LEFT JOIN trait t ON t.post=e.post
                WHERE a.name=? ORDER BY g.at DESC, g.entry DESC LIMIT ?""",
            (source.kind, source.arg, since, account, limit),
        )
        return [Standing(*row) for row in found]

    def bodies(self, posts: Sequence[int]) -> dict[int, bytes]:
        """Posts as they are kept."""
        return dict(
            self._cache.all(
                """SELECT p.id, p.body FROM json_each(?) j CROSS JOIN post p ON p.id=j.value""",
                (_list(posts),),
            )
        )

    def judged(self, posts: Sequence[int]) -> set[int]:
        """Those of *posts* of which a server told my accounts something that moderates."""
        found = self._cache.all(
            """SELECT v.post FROM json_each(?) j CROSS JOIN viewer v ON v.post=j.value
                WHERE instr(v.state, '"filtered"') OR instr(v.state, '"labels"')
                    OR instr(v.state, '"standing"')""",
            (_list(posts),),
        )
        return {post for (post,) in found}

    def followed(self, since: int) -> list[str]:
        """Authors of posts since then whom a server said that I follow."""
        found = self._cache.all(
            """SELECT DISTINCT t.author FROM trait t CROSS JOIN viewer v ON v.post=t.post
                WHERE t.at>=? AND instr(v.state, '"follows":true')""",
            (since,),
        )
        return [author for (author,) in found]

    def acted(self, since: int, limit: int) -> list[tuple[str, bytes]]:
        """(author, viewer state) of posts since then that I liked or reposted."""
        return self._cache.all(
            """SELECT t.author, v.state FROM trait t CROSS JOIN viewer v ON v.post=t.post
                WHERE t.at>=?1 AND (instr(v.state, '"liked":true')
                    OR instr(v.state, '"reposted":true')) LIMIT ?2""",
            (since, limit),
        )

    def by_author(self, since: int) -> list[tuple[str, int]]:
        """(author, how many of their posts are in the cache) since then."""
        return self._cache.all(
            "SELECT author, count(*) FROM trait WHERE at>=? GROUP BY author", (since,)
        )

    def oldest(self, since: int) -> int | None:
        """The time of the oldest post since then whose traits are known."""
        found = self._cache.one("SELECT min(at) FROM trait WHERE at>=?", (since,))
        return None if found[0] is None else int(found[0])

    def of_authors(self, authors: Iterable[str], since: int) -> list[bytes]:
        """The traits of posts of these people."""
        found = self._cache.all(
            "SELECT body FROM trait WHERE at>=?1 AND author IN ()", [since], among=authors
        )
        return [body for (body,) in found]

    def without_traits(self, limit: int) -> list[int]:
        """
        Posts that have none, of the newest, as they came in.

        Found in an index: the posts themselves are a hundred times as much to read.
        """
        found = self._cache.all(
            """SELECT DISTINCT e.post FROM entry e INDEXED BY entry_post
                LEFT JOIN trait t ON t.post=e.post
                WHERE e.post > (SELECT max(post) FROM entry) - ? AND t.post IS NULL
                ORDER BY e.post DESC""",
            (limit,),
        )
        return [id for (id,) in found]

    def find(self, uri: str) -> tuple[int, str] | None:
        """The post that is known under that address: its number and its own URI."""
        found = self._cache.one(
            """SELECT p.id, p.uri FROM address d CROSS JOIN post p ON p.id=d.post
                WHERE d.address=?""",
            (turned(uri),),
        )
        return (found[0], found[1]) if found else None

    def entries_of(self, post: int) -> list[tuple[int, int]]:
        """(time, row) of every entry of a post, newest first, its own before reposts of it."""
        found = self._cache.all(
            "SELECT at, id*4, key IS NULL FROM entry WHERE post=? ORDER BY at DESC", (post,)
        )
        found.sort(key=lambda row: not row[2])
        return [(at, id) for at, id, _ in found]

    def head_of(self, timeline: TimelineId, post: int) -> RowKey | None:
        """The row of a timeline in which a post stands, its own or another's."""
        number = rows.timeline_id(self._cache, timeline)
        own = self._cache.all(
            """SELECT r.at, r.id FROM entry e CROSS JOIN timeline_row r
                ON r.timeline=? AND r.at=e.at AND r.id=e.id*4 WHERE e.post=?
                ORDER BY r.at DESC LIMIT 1""",
            (number, post),
        )
        own = own or self._cache.all(
            """SELECT h.at, h.id*4 FROM entry e CROSS JOIN fold f ON f.entry=e.id AND f.timeline=?
                CROSS JOIN entry h ON h.id=f.head WHERE e.post=? LIMIT 1""",
            (number, post),
        )
        return RowKey(*own[0]) if own else None

    # ------------------------------------------------------------- to show

    def values(self, timeline: TimelineId, keys: Sequence[RowKey]) -> dict[RowKey, StoredRow]:
        """Rows' values: of *timeline*, and of posts that only other sources have."""
        found = self._reader.row_values(timeline, keys)
        left = [key for key in keys if key not in found and key.id & 3 == ECHO]
        if left:
            found.update(self._alone(left))
        return {key: found[key] for key in keys if key in found}

    def _alone(self, keys: Sequence[RowKey]) -> dict[RowKey, StoredRow]:
        wanted = {key.id >> 2: key for key in keys}
        states: dict[int, dict[AccountId, ViewerState]] = defaultdict(dict)
        for entry, account, state in self._cache.all(
            """SELECT e.id, a.name, v.state FROM entry e CROSS JOIN viewer v ON v.post=e.post
                JOIN account a ON a.id=v.account WHERE e.id IN ()""",
            among=wanted,
        ):
            states[entry][AccountId(account)] = rows.viewer_from(state)
        found: dict[RowKey, StoredRow] = {}
        for id, at, key, repost, uri, body in self._cache.all(
            """SELECT e.id, e.at, e.key, e.repost, p.uri, p.body
                FROM entry e JOIN post p ON p.id=e.post WHERE e.id IN ()""",
            among=wanted,
        ):
            post = rows.post_from(body)
            if post is None or row_id(id, ECHO) != wanted[id].id or at != wanted[id].at:
                continue
            seen = states.get(id, {})
            entry = Entry(
                key=uri if key is None else straight(key),
                sort_at=moment(at),
                post=post,
                viewer=next(iter(seen.values()), ViewerState()),
                repost=repost_from(repost),
            )
            found[wanted[id]] = Echo(key=wanted[id], sightings=(Sighting(entry, seen),))
        return found

    # -------------------------------------------------------- what is kept

    def places(self, source: str) -> list[str]:
        """URIs in the order that a source gave, as it was last read."""
        found = self._cache.all(
            "SELECT uri FROM source_place WHERE source=? ORDER BY place", (source,)
        )
        return [uri for (uri,) in found]

    def seen(self, uris: Sequence[str]) -> frozenset[str]:
        """Those of *uris* that stood on the screen in a feed."""
        found = self._cache.all(
            "SELECT s.uri FROM json_each(?) j CROSS JOIN seen_post s ON s.uri=j.value",
            (_list(uris),),
        )
        return frozenset(uri for (uri,) in found)

    def memo(self, name: str) -> tuple[int, bytes] | None:
        """(when, what) was last noted under that name."""
        found = self._cache.one("SELECT at, body FROM memo WHERE name=?", (name,))
        return (int(found[0]), found[1]) if found else None


def repost_from(body: bytes | None) -> Repost | None:
    """A kept repost, or None."""
    try:
        return None if body is None else _repost_from(body)
    except (DecodeError, UnicodeDecodeError):
        return None


def note(db: Database, name: str, at: int, body: bytes) -> None:
    """Keep a memo."""
    with db.transaction():
        db.run("INSERT OR REPLACE INTO memo (name, at, body) VALUES (?, ?, ?)", (name, at, body))


def note_seen(db: Database, uris: Iterable[str], at: int, keep: int) -> None:
    """These posts stood on the screen; forget those that did before *keep* (µs)."""
    with db.transaction():
        db.run_many(
            "INSERT OR IGNORE INTO seen_post (uri, at) VALUES (?, ?)", [(uri, at) for uri in uris]
        )
        db.run("DELETE FROM seen_post WHERE at<?", (keep,))


def note_places(db: Database, source: str, uris: Sequence[str]) -> None:
    """The order that a source has given."""
    with db.transaction():
        db.run("DELETE FROM source_place WHERE source=?", (source,))
        db.run_many(
            "INSERT INTO source_place (source, place, uri) VALUES (?, ?, ?)",
            [(source, place, uri) for place, uri in enumerate(uris)],
        )


def _list(values: Sequence[Any]) -> str:
    """
    For ``json_each``: one parameter.

    Thousands of numbered parameters take SQLite 50 ms to read (measured), each time
    that their number is another.
    """
    return json.encode(values).decode()
