"""
Where things stand in timelines. A row never moves once it is stored.

An entry gets a row of its own, or stands in ("folds into") the row of another
entry of the same thought, if that is at most a day away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.model.timeline import RowKey
from app.store.database import Database
from app.store.echoes import group_of
from app.store.rowids import ECHO, row_id
from app.store.times import DAY


class Rows:
    """Changes of rows in one transaction, and what they come to."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[tuple[int, int, int]] = []
        self.changed: set[RowKey] = set()
        self.removed: set[RowKey] = set()
        self.inserted = False

    def add(self, timelines: Iterable[int], at: int, ref: int, kind: int = ECHO) -> None:
        """Give something a row of its own. Written by the next ``flush``."""
        id = row_id(ref, kind)
        self._waiting += [(timeline, at, id) for timeline in timelines]

    def flush(self) -> None:
        """Write the waiting rows."""
        if self._waiting:
            self._db.run_many(
                "INSERT OR IGNORE INTO timeline_row (timeline, at, id) VALUES (?, ?, ?)",
                sorted(self._waiting),
            )
            self._waiting.clear()
            self.inserted = True

    def remove(self, at: int, ref: int, kind: int) -> None:
        """Take a gap or stub out of every timeline."""
        self._db.run(
            """DELETE FROM timeline_row WHERE at=? AND id=?
               AND timeline IN (SELECT id FROM timeline)""",
            (at, row_id(ref, kind)),
        )
        self.removed.add(RowKey(at, row_id(ref, kind)))

    def place(self, entry: int, post: int, at: int, timelines: Sequence[int]) -> None:
        """Put an entry that is on disk into *timelines* it does not stand in yet."""
        group = group_of(self._db, post)
        near = self._db.all(
            """SELECT id, at FROM entry WHERE at BETWEEN ?1 AND ?2 AND id<>?3
               AND post IN () ORDER BY abs(at - ?4), id""",
            (at - DAY, at + DAY, entry, at),
            among=group,
        )
        for timeline in timelines:
            if self._stands(timeline, entry, at):
                continue
            for other, other_at in near:
                if self._is_head(timeline, other, other_at):
                    self._fold(timeline, other, other_at, entry)
                    break
            else:
                self.add([timeline], at, entry)
        self.flush()

    def refold(self, head: int) -> None:
        """Groups have met: fold rows that are now the same thought, first stored stays."""
        group = group_of(self._db, head)
        for (timeline,) in self._db.all("SELECT id FROM timeline"):
            kept: list[tuple[int, int]] = []
            for entry, at in self._heads(timeline, group):
                near = [k for k in kept if abs(k[1] - at) <= DAY]
                if not near:
                    kept.append((entry, at))
                    continue
                into = min(near, key=lambda k: abs(k[1] - at))
                self._absorb(timeline, into, (entry, at))

    def unfold(self, posts: Sequence[int]) -> None:
        """Groups have parted: give those who stand in a stranger's row another place."""
        strangers = self._db.all(
            """SELECT f.timeline, h.id, h.at, h.post, e.id AS entry, e.post, e.at
               FROM entry e CROSS JOIN fold f ON f.entry=e.id CROSS JOIN entry h ON h.id=f.head
               WHERE e.post IN ()
               UNION SELECT f.timeline, h.id, h.at, h.post, e.id, e.post, e.at
               FROM entry h CROSS JOIN timeline t
               CROSS JOIN fold f ON f.timeline=t.id AND f.head=h.id
               CROSS JOIN entry e ON e.id=f.entry
               WHERE h.post IN () ORDER BY entry""",
            among=posts,
        )
        for timeline, head, head_at, head_post, entry, post, at in strangers:
            if post in group_of(self._db, head_post):
                continue
            self._db.run(
                "DELETE FROM fold WHERE timeline=? AND head=? AND entry=?",
                (timeline, head, entry),
            )
            self.changed.add(RowKey(head_at, row_id(head, ECHO)))
            self.place(entry, post, at, [timeline])

    def touch(self, posts: Sequence[int]) -> None:
        """These posts have another value: name the rows that show them."""
        rows = self._db.all(
            """SELECT DISTINCT e.at, e.id FROM entry e INDEXED BY entry_post
               CROSS JOIN timeline t
               CROSS JOIN timeline_row r ON r.timeline=t.id AND r.at=e.at AND r.id=e.id*4
               WHERE e.post IN ()""",
            among=posts,
        )
        rows += self._db.all(
            """SELECT DISTINCT h.at, h.id FROM entry e JOIN fold f ON f.entry=e.id
                JOIN entry h ON h.id=f.head WHERE e.post IN ()""",
            among=posts,
        )
        self.changed |= {RowKey(at, row_id(entry, ECHO)) for at, entry in rows}

    def _stands(self, timeline: int, entry: int, at: int) -> bool:
        return self._is_head(timeline, entry, at) or bool(
            self._db.one("SELECT 1 FROM fold WHERE entry=? AND timeline=?", (entry, timeline))
        )

    def _is_head(self, timeline: int, entry: int, at: int) -> bool:
        return bool(
            self._db.one(
                "SELECT 1 FROM timeline_row WHERE timeline=? AND at=? AND id=?",
                (timeline, at, row_id(entry, ECHO)),
            )
        )

    def _heads(self, timeline: int, posts: Sequence[int]) -> list[tuple[int, int]]:
        return self._db.all(
            """SELECT e.id, e.at FROM entry e CROSS JOIN timeline_row r
                ON r.timeline=? AND r.at=e.at AND r.id=e.id*4
                WHERE e.post IN () ORDER BY e.id""",
            [timeline],
            among=posts,
        )

    def _fold(self, timeline: int, head: int, head_at: int, entry: int) -> None:
        self._db.run(
            "INSERT OR IGNORE INTO fold (timeline, head, entry) VALUES (?, ?, ?)",
            (timeline, head, entry),
        )
        self.changed.add(RowKey(head_at, row_id(head, ECHO)))

    def _absorb(self, timeline: int, into: tuple[int, int], gone: tuple[int, int]) -> None:
        self._db.run(
            "UPDATE fold SET head=? WHERE timeline=? AND head=?", (into[0], timeline, gone[0])
        )
        self._db.run(
            "DELETE FROM timeline_row WHERE timeline=? AND at=? AND id=?",
            (timeline, gone[1], row_id(gone[0], ECHO)),
        )
        self._fold(timeline, *into, gone[0])
        self.removed.add(RowKey(gone[1], row_id(gone[0], ECHO)))
