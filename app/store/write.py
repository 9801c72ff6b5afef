"""Save one batch: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, json

from app.model import AccountId, Entry, Stub
from app.store.addresses import straight, turned
from app.store.database import Database
from app.store.echoes import Echoes
from app.store.placing import Rows
from app.store.rowids import GAP, STUB
from app.store.shelf import Kept, Shelf
from app.store.times import micros
from app.store.values import Batch, GapSpec, Saved

_encode = json.Encoder().encode


def save_batch(db: Database, batch: Batch, network: str) -> Saved:
    """
    Save *batch*.

    Args:
        network: The account's network, or "" to take the posts' own.

    Raises:
        StoreError: The disk is full, locked, damaged; nothing was changed.
    """
    with db.transaction():
        return _Saving(db, batch, network).run()


class _Saving:
    """The work of one transaction."""

    def __init__(self, db: Database, batch: Batch, network: str) -> None:
        self._db = db
        self._batch = batch
        account = _account_id(db, batch, network)
        self._source = _source_id(db, account, batch)
        self._timelines = _timeline_ids(db, batch) if batch.source.kind == "home" else ()
        self._shelf = Shelf(db, account)
        self._echoes = Echoes(db, self._shelf)
        self._rows = Rows(db)
        self._new = 0
        self._known = 0

    def run(self) -> Saved:
        entries, stubs = _sorted_items(self._batch)
        placed = self._save_posts(entries)
        for head in self._echoes.merged:
            self._rows.refold(head)
        self._save_entries(placed)
        self._save_stubs(stubs)
        self._drop_read_stubs(entries)
        gap = self._save_gaps()
        self._save_edges()
        self._rows.flush()
        if self._shelf.changed:
            self._rows.touch(sorted(self._shelf.changed))
        return Saved(
            new=self._new,
            known=self._known,
            changed=tuple(sorted(self._rows.changed | self._rows.removed)),
            removed=tuple(sorted(self._rows.removed)),
            inserted=self._rows.inserted,
            gap=gap,
        )

    def _save_posts(self, entries: Sequence[Entry]) -> list[tuple[Entry, Kept]]:
        if not entries:
            return []
        also = self._batch.echo_keys
        uris = dict.fromkeys(entry.post.uri for entry in entries)
        for uri in list(uris):
            uris.update(dict.fromkeys(also.get(uri, ())))
        self._echoes.look(uris)
        placed = []
        for entry in entries:
            kept = self._shelf.put(entry.post, entry.viewer)
            self._echoes.link(kept, also.get(entry.post.uri, ()))
            placed.append((entry, kept))
        self._shelf.flush()
        self._echoes.flush()
        return placed

    def _save_entries(self, placed: Sequence[tuple[Entry, Kept]]) -> None:
        known = self._known_entries(placed)
        sighted = self._sighted(known)
        next_id = self._db.one("SELECT coalesce(max(id), 0) + 1 FROM entry")[0]
        added, sightings, later = [], [], []
        fresh_posts: set[int] = set()
        for entry, kept in placed:
            own = _is_own(entry)
            found = known.get((kept.id, None) if own else (0, entry.key))
            if found is not None and found[0] in sighted:
                self._known += 1
                continue
            self._new += 1
            if found is None:
                found = (next_id, micros(entry.sort_at))
                next_id += 1
                repost = None if entry.repost is None else _encode(entry.repost)
                key = None if own else turned(entry.key)
                added.append((found[0], kept.id, found[1], key, repost))
                if kept.new and kept.id not in fresh_posts and self._echoes.is_alone(kept.id):
                    # Nothing on disk can be the same thought: no need to look.
                    fresh_posts.add(kept.id)
                    self._rows.add(self._timelines, found[1], found[0])
                else:
                    later.append((found, kept))
            else:
                later.append((found, kept))
                self._shelf.changed.add(kept.id)
            sightings.append((self._source, found[1], found[0]))
        self._flush_entries(added, sightings)
        if self._timelines:
            for (id, at), kept in later:
                self._rows.place(id, kept.id, at, self._timelines)

    def _flush_entries(
        self, added: Sequence[Sequence[object]], sightings: Sequence[Sequence[object]]
    ) -> None:
        self._db.run_many(
            "INSERT INTO entry (id, post, at, key, repost) VALUES (?, ?, ?, ?, ?)", added
        )
        self._db.run_many(
            "INSERT OR IGNORE INTO sighting (source, at, entry) VALUES (?, ?, ?)", sightings
        )
        self._rows.flush()

    def _known_entries(
        self, placed: Sequence[tuple[Entry, Kept]]
    ) -> dict[tuple[int, str | None], tuple[int, int]]:
        """(post, None) or (0, key) → (id, at) of the entries that are on disk."""
        known: dict[tuple[int, str | None], tuple[int, int]] = {
            (post, None): (id, at)
            for post, id, at in self._db.all(
                "SELECT post, id, at FROM entry WHERE key IS NULL AND post IN ()",
                among=[kept.id for _, kept in placed if not kept.new],
            )
        }
        for key, id, at in self._db.all(
            "SELECT key, id, at FROM entry WHERE key IN ()",
            among=[turned(entry.key) for entry, _ in placed if not _is_own(entry)],
        ):
            known[0, straight(key)] = (id, at)
        return known

    def _sighted(self, known: dict[tuple[int, str | None], tuple[int, int]]) -> set[int]:
        """Those of *known* that this source has."""
        rows = self._db.all(
            """SELECT e.id FROM entry e CROSS JOIN sighting s
               ON s.source=? AND s.at=e.at AND s.entry=e.id WHERE e.id IN ()""",
            [self._source],
            among=[id for id, _ in known.values()],
        )
        return {row[0] for row in rows}

    def _save_stubs(self, stubs: Sequence[Stub]) -> None:
        for stub in stubs:
            known = self._db.one(
                "SELECT 1 FROM stub WHERE source=? AND key=?", (self._source, stub.key)
            ) or self._db.one(_HAS_ENTRY, (self._source, stub.key, turned(stub.key)))
            if known:
                self._known += 1
                continue
            self._new += 1
            at = micros(stub.sort_at)
            self._db.run(
                "INSERT INTO stub (source, key, at, body) VALUES (?, ?, ?, ?)",
                (self._source, stub.key, at, _encode(stub)),
            )
            self._rows.add(self._timelines, at, self._db.last_id(), STUB)

    def _drop_read_stubs(self, entries: Sequence[Entry]) -> None:
        """What could not be read once can be read now."""
        for id, at in self._db.all(
            "SELECT id, at FROM stub WHERE source=? AND key IN ()",
            [self._source],
            among=[entry.key for entry in entries],
        ):
            self._db.run("DELETE FROM stub WHERE id=?", (id,))
            self._rows.remove(at, id, STUB)

    def _save_gaps(self) -> int | None:
        if self._batch.close_gap is not None:
            self._close_gap(self._batch.close_gap)
        if self._batch.move_gap is not None:
            id, cursor, newer_at = self._batch.move_gap
            if self._leave_gap_row(id):
                self._db.run(
                    "UPDATE gap SET cursor=?, newer_at=? WHERE id=?",
                    (cursor, micros(newer_at), id),
                )
                self._rows.add(self._timelines, micros(newer_at) - 1, id, GAP)
        spec = self._batch.open_gap
        return None if spec is None else self._open_gap(spec)

    def _open_gap(self, spec: GapSpec) -> int:
        newer_at = micros(spec.newer_at)
        older_at = None if spec.older_at is None else micros(spec.older_at)
        found = self._db.one(
            "SELECT id FROM gap WHERE source=? AND newer_at=? AND cursor=?",
            (self._source, newer_at, spec.cursor),
        )
        if found:
            return int(found[0])
        self._db.run(
            "INSERT INTO gap (source, newer_at, older_at, cursor) VALUES (?, ?, ?, ?)",
            (self._source, newer_at, older_at, spec.cursor),
        )
        id = self._db.last_id()
        # Just below the oldest item above it.
        self._rows.add(self._timelines, newer_at - 1, id, GAP)
        return id

    def _close_gap(self, id: int) -> None:
        if self._leave_gap_row(id):
            self._db.run("DELETE FROM gap WHERE id=?", (id,))

    def _leave_gap_row(self, id: int) -> bool:
        found = self._db.one("SELECT newer_at FROM gap WHERE id=? AND source=?", (id, self._source))
        if found:
            self._rows.remove(found[0] - 1, id, GAP)
        return bool(found)

    def _save_edges(self) -> None:
        """Remember where "older" goes on: at the bottom, and on the way."""
        batch, marks = self._batch, []
        oldest = min((micros(item.sort_at) for item in batch.items), default=None)
        if batch.bottom is not UNSET:
            self._db.run(
                "UPDATE source SET bottom=?, bottom_known=1 WHERE id=?",
                (batch.bottom, self._source),
            )
        for cursor in (batch.older, batch.bottom):
            if isinstance(cursor, str) and oldest is not None:
                marks.append((self._source, oldest, cursor))
        if batch.move_gap is not None:
            marks.append((self._source, micros(batch.move_gap[2]), batch.move_gap[1]))
        if batch.open_gap is not None:
            gap = batch.open_gap
            marks.append((self._source, micros(gap.newer_at), gap.cursor))
        self._db.run_many(
            "INSERT OR REPLACE INTO mark (source, at, cursor) VALUES (?, ?, ?)",
            [mark for mark in marks if mark[2]],
        )


_HAS_ENTRY = """SELECT 1 FROM entry e
    CROSS JOIN sighting s ON s.source=?1 AND s.at=e.at AND s.entry=e.id WHERE e.key=?3
    UNION ALL SELECT 1 FROM address d CROSS JOIN post p ON p.id=d.post AND p.uri=?2
    CROSS JOIN entry e ON e.post=p.id AND e.key IS NULL
    CROSS JOIN sighting s ON s.source=?1 AND s.at=e.at AND s.entry=e.id WHERE d.address=?3"""


def _is_own(entry: Entry) -> bool:
    return entry.repost is None and entry.key == entry.post.uri


def _sorted_items(batch: Batch) -> tuple[list[Entry], list[Stub]]:
    """
    Entries and stubs, oldest first, each key once (the first the server gave).

    What is of one moment stands by its key, however the server put it.
    """
    once: dict[str, Entry | Stub] = {}
    for item in batch.items:
        once.setdefault(item.key, item)
    items = sorted(once.values(), key=lambda item: (item.sort_at, item.key))
    entries = [item for item in items if isinstance(item, Entry)]
    return entries, [item for item in items if isinstance(item, Stub)]


def _account_id(db: Database, batch: Batch, network: str) -> int:
    if not network:
        posts = (item.post for item in batch.items if isinstance(item, Entry))
        network = next((post.network for post in posts), "")
    return account_number(db, batch.account, network)


def account_number(db: Database, name: AccountId, network: str) -> int:
    """The account's number in the cache (inside a transaction). *network*: "" = not known yet."""
    found = db.one("SELECT id, network FROM account WHERE name=?", (name,))
    if found:
        if network and not found[1]:
            db.run("UPDATE account SET network=? WHERE id=?", (network, found[0]))
        return int(found[0])
    db.run("INSERT INTO account (name, network) VALUES (?, ?)", (name, network))
    return db.last_id()


def _source_id(db: Database, account: int, batch: Batch) -> int:
    args = (account, batch.source.kind, batch.source.arg)
    db.run("INSERT OR IGNORE INTO source (account, kind, arg) VALUES (?, ?, ?)", args)
    found = db.one("SELECT id FROM source WHERE account=? AND kind=? AND arg=?", args)
    return int(found[0])


def _timeline_ids(db: Database, batch: Batch) -> tuple[int, ...]:
    network = db.one("SELECT network FROM account WHERE name=?", (batch.account,))[0]
    names = ["all", f"account:{batch.account}"]
    if network:
        names.append(f"network:{network}")
    db.run_many("INSERT OR IGNORE INTO timeline (name) VALUES (?)", [(n,) for n in names])
    return tuple(db.one("SELECT id FROM timeline WHERE name=?", (name,))[0] for name in names)
