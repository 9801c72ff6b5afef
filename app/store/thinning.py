"""
Make the cache smaller: the oldest leaves first, in bursts that are each one short transaction.

Nothing leaves by itself: somebody has set a budget, or asks (``app/services/retention.py``).
What never leaves is ``Staying``. A source is cut only where a cursor is remembered, so
that "older" goes on from there: at its end, or in a gap above a place where somebody reads.
Killed between two bursts, a source knows the way on from what it still has.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

from msgspec import Struct, structs

from app.model import Post, ViewerState
from app.model.timeline import RowKey
from app.store.database import Database
from app.store.placing import Rows
from app.store.prune import ALWAYS, drop_edges, drop_whole, unsee
from app.store.rowids import GAP, row_id
from app.store.rows import forget_closed_cuts, note_cut, post_from, viewer_from
from app.store.shelf import PLACE_STEP
from app.store.values import Saved

AROUND = 100
"""Entries of a source that stay above and below a place where somebody reads."""

CHUNK = 10
"""Entries between two looks at the time: about 1 ms."""

RECENT = 50
"""Conversations and searches that were opened last stay whole."""

SWEPT = 500
"""Posts of one look for what nothing shows any more."""

_LOOSE = ("thread", "search")
"""Kinds of sources that are only a memory of what was asked: they go when they are empty."""


class Staying(Struct, frozen=True, kw_only=True):
    """
    What never leaves.

    Beside it: what some account has liked, reposted, bookmarked, voted in or pinned; what
    a notification is about; what came last.

    Attributes:
        authors: URIs of my own profiles: all posts of theirs.
        uris: Posts that are filed, answered in drafts, or sent from here.
        threads: Where conversations were opened that are open now.
        unread: µs: from here on everything stays, since it is still to be read.
        places: µs: reading places; ``AROUND`` entries above and below each stay.
        fresh: So many of the posts that came last, however old they are.
    """

    authors: frozenset[str] = frozenset()
    uris: frozenset[str] = frozenset()
    threads: frozenset[str] = frozenset()
    unread: int = ALWAYS
    places: tuple[int, ...] = ()
    fresh: int = 0


class Thinned(Struct, frozen=True, kw_only=True):
    """What a burst did to rows. *more*: there is more to do."""

    saved: Saved = Saved()
    more: bool = False


class _Stretch(Struct):
    """What of a source may go: above *low*, below *cut*; *cursor* goes on there."""

    source: int
    low: int
    cut: int
    cursor: str | None


class Thinning:
    """
    One pass over the whole cache.

    Args:
        until: µs: nothing that is newer leaves.
        full: It goes since there is too much: gaps of this pass are filled only when somebody
            asks, or what fills them would leave again.
    """

    def __init__(self, until: int, staying: Staying, *, full: bool = False) -> None:
        self._full = full
        self._until = min(until, staying.unread)
        self._staying = staying
        self._db: Database | None = None
        self._spared: set[int] = set()
        self._fresh = 0
        self._sources: deque[tuple[int, str]] | None = None
        self._stretches: list[_Stretch] = []
        self._swept = -(1 << 63)
        self._changed: set[RowKey] = set()
        self._inserted = False

    def burst(self, db: Database, seconds: float) -> Thinned:
        """Drop for about so long. Raises: StoreError: this burst did nothing."""
        end = time.monotonic() + seconds
        kept = deque(self._sources) if self._sources is not None else None
        before = kept, [structs.replace(one) for one in self._stretches], self._swept
        self._db, self._changed, self._inserted = db, set(), False
        try:
            with db.transaction():
                if self._sources is None:
                    self._sources = self._begin(db)
                more = self._some(db)
                while more and time.monotonic() < end:
                    more = self._some(db)
        except BaseException:
            self._sources, self._stretches, self._swept = before
            raise
        changed = tuple(sorted(self._changed))
        saved = Saved(changed=changed, removed=changed, inserted=self._inserted)
        return Thinned(saved=saved, more=more)

    # ---------------------------------------------------------------- the pass

    def _begin(self, db: Database) -> deque[tuple[int, str]]:
        """The sources to go through; and which posts stay whatever is in them."""
        forget_closed_cuts(db)
        newest = db.one("SELECT coalesce(max(id), 0) FROM post")[0]
        self._fresh = newest - self._staying.fresh
        self._spared = {
            post for (post,) in db.all("SELECT DISTINCT post FROM notice WHERE post NOT NULL")
        }
        for (post,) in db.all(
            """SELECT e.post FROM source s CROSS JOIN sighting g ON g.source=s.id
               CROSS JOIN entry e ON e.id=g.entry WHERE s.kind='thread' AND s.arg IN ()
               LIMIT 10000""",
            among=self._staying.threads,
        ):
            self._spared.add(post)
        found = db.all("SELECT id, kind, arg FROM source WHERE kind<>'bookmarks' ORDER BY id")
        loose = [id for id, kind, _ in found if kind in _LOOSE]
        recent = loose[max(0, len(loose) - RECENT) :]
        spared = {*recent, *(id for id, _, arg in found if arg and arg in self._staying.threads)}
        return deque((id, kind) for id, kind, _ in found if id not in spared)

    def _some(self, db: Database) -> bool:
        """A chunk of what is next. Whether there is more."""
        assert self._sources is not None
        if self._stretches:
            if self._drop(db, self._stretches[0]) < CHUNK:
                self._stretches.pop(0)
            return True
        if self._sources:
            source, kind = self._sources.popleft()
            self._stretches = list(self._stretches_of(db, source, kind))
            for one in self._stretches:
                self._way_on(db, one)
            if kind in _LOOSE and not self._stretches:
                self._forget_empty(db, source)
            return True
        return self._sweep(db)

    # ------------------------------------------------------------ what may go

    def _stretches_of(self, db: Database, source: int, kind: str) -> Iterator[_Stretch]:
        """Newest first; each with something in it."""
        marked = db.one("SELECT 1 FROM mark WHERE source=? LIMIT 1", (source,))
        if not marked:
            if kind != "home" and self._has(db, source, -ALWAYS, self._until):
                yield _Stretch(source, -ALWAYS, self._until, None)
            return
        top = self._until
        for low, high in [*self._islands(db, source), (-ALWAYS, -ALWAYS)]:
            mark = db.one(
                """SELECT at, cursor FROM mark WHERE source=? AND at<=? AND at>?
                   ORDER BY at DESC LIMIT 1""",
                (source, top, high),
            )
            if mark and self._has(db, source, high, mark[0]):
                yield _Stretch(source, high, mark[0], mark[1])
            top = min(top, low)

    def _islands(self, db: Database, source: int) -> list[tuple[int, int]]:
        """(oldest, newest) around each place below the cut, newest first, apart from each other."""
        found: list[tuple[int, int]] = []
        for place in sorted((p for p in self._staying.places if p < self._until), reverse=True):
            above = db.one(
                "SELECT at FROM sighting WHERE source=? AND at>=? ORDER BY at LIMIT 1 OFFSET ?",
                (source, place, AROUND),
            )
            below = db.one(
                "SELECT at FROM sighting WHERE source=? AND at<? ORDER BY at DESC LIMIT 1 OFFSET ?",
                (source, place, AROUND),
            )
            low, high = below[0] if below else -ALWAYS, above[0] if above else ALWAYS
            if found and high >= found[-1][0]:
                low, high = min(low, found[-1][0]), found.pop()[1]
            found.append((low, high))
        return found

    def _has(self, db: Database, source: int, low: int, cut: int) -> bool:
        return bool(
            db.one(
                "SELECT 1 FROM sighting WHERE source=? AND at<? AND at>? LIMIT 1",
                (source, cut, low),
            )
        )

    # ----------------------------------------------------------------- dropping

    def _way_on(self, db: Database, one: _Stretch) -> None:
        """First the way on, then what lies beyond it."""
        if one.cursor is None:
            return
        drop_edges(db, one.source, one.cut, one.low)
        if one.low == -ALWAYS:
            to = (one.cursor, one.source)
            db.run("UPDATE source SET bottom=?, bottom_known=1 WHERE id=?", to)
            return
        db.run(
            "INSERT INTO gap (source, newer_at, older_at, cursor) VALUES (?, ?, ?, ?)",
            (one.source, one.cut, one.low, one.cursor),
        )
        gap = db.last_id()
        if self._full:
            note_cut(db, gap)
        kind = db.one(
            """SELECT s.kind, a.name, a.network FROM source s JOIN account a ON a.id=s.account
               WHERE s.id=?""",
            (one.source,),
        )
        if kind[0] != "home":
            return
        names = ("all", f"account:{kind[1]}", f"network:{kind[2]}")
        timelines = db.all("SELECT id FROM timeline WHERE name IN ()", among=names)
        rows = Rows(db)
        rows.add([id for (id,) in timelines], one.cut - 1, gap, GAP)
        rows.flush()
        self._changed.add(RowKey(one.cut - 1, row_id(gap, GAP)))
        self._inserted = True

    def _drop(self, db: Database, one: _Stretch) -> int:
        """
        A chunk; what is left hangs together with the end that stays.

        At the end of a source that is its cut, so the oldest goes first; in a gap it is
        what lies below, so the newest goes first.
        """
        order = "" if one.low == -ALWAYS else "DESC"
        entries = db.all(
            f"""SELECT entry, at FROM sighting WHERE source=? AND at<? AND at>?
                ORDER BY at {order} LIMIT ?""",  # noqa: S608 (one of our two words)
            (one.source, one.cut, one.low, CHUNK),
        )
        self._changed |= unsee(db, one.source, entries, self._stays)
        return len(entries)

    def _stays(self, number: int, uri: str, also: str, post: Post | None) -> bool:
        assert self._db is not None
        if number > self._fresh or number in self._spared:
            return True
        if post is not None and post.author.uri in self._staying.authors:
            return True
        if not self._staying.uris.isdisjoint((uri, *also.split("\n"))):
            return True
        states = self._db.all("SELECT state FROM viewer WHERE post=?", (number,))
        return any(_acted(viewer_from(state)) for (state,) in states)

    def _forget_empty(self, db: Database, source: int) -> None:
        if not db.one("SELECT 1 FROM sighting WHERE source=? LIMIT 1", (source,)):
            db.run("DELETE FROM stub WHERE source=?", (source,))
            db.run("DELETE FROM source WHERE id=?", (source,))

    def _sweep(self, db: Database) -> bool:
        """What stayed for somebody's sake and does no more: nothing shows it, so it goes."""
        below = min(self._until, ALWAYS // PLACE_STEP) * PLACE_STEP
        found = db.all(
            """SELECT p.place, p.id, EXISTS (SELECT 1 FROM entry e WHERE e.post=p.id) FROM post p
               WHERE p.place>? AND p.place<? ORDER BY p.place LIMIT ?""",
            (self._swept, below, SWEPT),
        )
        for place, post, shown in found:
            self._swept = place
            if not shown and not self._stays(post, *_about(db, post)):
                drop_whole(db, post)
        return len(found) == SWEPT


def _about(db: Database, post: int) -> tuple[str, str, Post | None]:
    uri, also, body = db.one("SELECT uri, also, body FROM post WHERE id=?", (post,))
    return uri, also, post_from(body)


def _acted(state: ViewerState) -> bool:
    """An account has done something with it that it may look for again."""
    return bool(
        state.bookmarked or state.liked or state.reposted or state.pinned or state.own_votes
    )
