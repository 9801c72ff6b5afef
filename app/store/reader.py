"""Everything that can be read from the store. Blocking; bound to one thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, UnsetType, json

from app.model import Account, AccountId, Cursor, Entry, Post, Source, ViewerState
from app.model.timeline import Anchor, Gap, RowKey, StoredRow, TimelineId
from app.store import rows
from app.store.addresses import all_turned, straight, turned
from app.store.database import Damaged, Database
from app.store.health import doubt_mark
from app.store.keep import account_from, hosts_of, setting_of, sync_state_from
from app.store.rowids import ECHO, row_id
from app.store.schema import BEFORE_FIRST_FRAME
from app.store.times import micros, moment
from app.store.values import Found, HostUse, SyncState

if TYPE_CHECKING:
    from app.model.acts import Wish
    from app.model.bookmark import Filed
    from app.model.person import PersonLink
    from app.store.letters import LetterReader
    from app.store.marks import ReadMark
    from app.store.messages import MessageReader
    from app.store.notices import NoticeReader
    from app.store.outbox import WrittenReader
    from app.store.sizes import Sizes

NEWEST_OWN = 60
"""Addresses of own posts that are looked for, two of each: looking for them takes 2 ms."""


class Reader:
    """
    Reads the cache and what is kept, each call at one moment.

    Every method may raise ``StoreError`` (locked, damaged, unreadable).
    """

    def __init__(self, cache: Database, keep: Database) -> None:
        self._cache = cache
        self._keep = keep

    # ------------------------------------------------------------ timelines

    def rows(
        self, timeline: TimelineId, before: RowKey | None = None, limit: int = 50
    ) -> tuple[StoredRow, ...]:
        """The *limit* newest rows below *before*, newest first."""
        with self._cache.snapshot():
            number = rows.timeline_id(self._cache, timeline)
            keys = rows.keys_before(self._cache, number, before, limit)
            return tuple(rows.values_of(self._cache, number, keys).values())

    def rows_after(
        self, timeline: TimelineId, after: RowKey, limit: int = 50
    ) -> tuple[StoredRow, ...]:
        """The *limit* rows next above *after*, newest first."""
        with self._cache.snapshot():
            number = rows.timeline_id(self._cache, timeline)
            keys = rows.keys_after(self._cache, number, after, limit)
            return tuple(rows.values_of(self._cache, number, keys).values())

    def keys(
        self,
        timeline: TimelineId,
        *,
        before: RowKey | None = None,
        after: RowKey | None = None,
        limit: int = 50,
    ) -> list[RowKey]:
        """Only the keys, newest first: those below *before*, or next above *after*."""
        number = rows.timeline_id(self._cache, timeline)
        if after is not None:
            return rows.keys_after(self._cache, number, after, limit)
        return rows.keys_before(self._cache, number, before, limit)

    def row_values(self, timeline: TimelineId, keys: Sequence[RowKey]) -> dict[RowKey, StoredRow]:
        """The rows' values; a key that is no row of *timeline* (any more) is missing."""
        with self._cache.snapshot():
            number = rows.timeline_id(self._cache, timeline)
            there = rows.standing(self._cache, number, keys)
            return rows.values_of(self._cache, number, there)

    def count_after(self, timeline: TimelineId, key: RowKey) -> int:
        """How many rows stand above *key*."""
        found = self._cache.one(
            "SELECT count(*) FROM timeline_row WHERE timeline=? AND (at, id) > (?, ?)",
            (rows.timeline_id(self._cache, timeline), key.at, key.id),
        )
        return int(found[0])

    def row_of(self, timeline: TimelineId, anchor: Anchor) -> RowKey | None:
        """
        The row in which the anchor's entry stands now.

        If the entry is not there: the nearest older row, else the oldest one;
        None if the timeline is empty.
        """
        with self._cache.snapshot():
            number = rows.timeline_id(self._cache, timeline)
            found = self._row_of_key(number, anchor.key)
            if found is not None:
                return found
            edge = RowKey(micros(anchor.at) + 1, 0)
            near = rows.keys_before(self._cache, number, edge, 1)
            near = near or rows.keys_after(self._cache, number, edge, 1)
            return near[0] if near else None

    def own_rows(self, timeline: TimelineId) -> frozenset[RowKey]:
        """Rows that show what was sent from here last: nobody has to be told of it."""
        sent = self.written.newest_own(NEWEST_OWN)
        with self._cache.snapshot():
            number = rows.timeline_id(self._cache, timeline)
            found = (self._row_of_key(number, address) for address in sent)
            return frozenset(key for key in found if key is not None)

    def _row_of_key(self, timeline: int, key: str) -> RowKey | None:
        places = self._cache.all(_PLACES_OF_KEY, (key, turned(key)))
        for kind, id, at in places:
            here = [RowKey(at, row_id(id, kind))]
            if kind == ECHO:
                folded = self._cache.all(
                    """SELECT h.at, h.id FROM fold f JOIN entry h ON h.id=f.head
                       WHERE f.entry=? AND f.timeline=?""",
                    (id, timeline),
                )
                here += [RowKey(at, row_id(head, ECHO)) for at, head in folded]
            there = rows.standing(self._cache, timeline, here)
            if there:
                return there[0]
        return None

    # ------------------------------------------------------------- sources

    def newest_keys(self, account: AccountId, source: Source, limit: int) -> list[tuple[str, Any]]:
        """(entry key, ``sort_at``) of the newest entries this source has, newest first."""
        found = self._cache.all(
            """SELECT e.key, p.uri, g.at FROM sighting g
               JOIN entry e ON e.id=g.entry JOIN post p ON p.id=e.post
               WHERE g.source=? ORDER BY g.at DESC, g.entry DESC LIMIT ?""",
            (self._source(account, source), limit),
        )
        return [(straight(key) if key else uri, moment(at)) for key, uri, at in found]

    def has_entry(self, account: AccountId, source: Source, keys: Iterable[str]) -> set[str]:
        """Those of *keys* (entries and stubs) that this source has."""
        number, wanted = [self._source(account, source)], set(keys)
        found = self._cache.all(
            "SELECT key FROM stub WHERE source=?1 AND key IN ()", number, among=wanted
        )
        turned_keys = all_turned(wanted)
        reposts = self._cache.all(
            """SELECT e.key FROM entry e
                CROSS JOIN sighting g ON g.source=?1 AND g.at=e.at AND g.entry=e.id
                WHERE e.key IN ()""",
            number,
            among=turned_keys,
        )
        found += [(straight(key),) for (key,) in reposts]
        found += self._cache.all(
            """SELECT p.uri FROM address d CROSS JOIN post p ON p.id=d.post
                CROSS JOIN entry e ON e.post=p.id AND e.key IS NULL
                CROSS JOIN sighting g ON g.source=?1 AND g.at=e.at AND g.entry=e.id
                WHERE d.address IN ()""",
            number,
            among=turned_keys,
        )
        return wanted & {row[0] for row in found}

    def gaps(self, account: AccountId | None = None) -> tuple[Gap, ...]:
        """Known gaps, newest first, of one account or of all."""
        return rows.gaps(self._cache, account)

    def cut_gaps(self) -> frozenset[int]:
        """Those of them that are filled only when somebody asks (``thinning.py``)."""
        return rows.cut_gaps(self._cache)

    def bottom(self, account: AccountId, source: Source) -> Cursor | UnsetType | None:
        """Where "older than all we have" goes on; None = the end; UNSET = never fetched."""
        found = self._cache.one(
            "SELECT bottom_known, bottom FROM source WHERE id=?",
            (self._source(account, source),),
        )
        if not found or not found[0]:
            return UNSET
        return None if found[1] is None else Cursor(found[1])

    def _source(self, account: AccountId, source: Source) -> int:
        found = self._cache.one(
            """SELECT s.id FROM source s JOIN account a ON a.id=s.account
               WHERE a.name=? AND s.kind=? AND s.arg=?""",
            (account, source.kind, source.arg),
        )
        return int(found[0]) if found else 0

    # --------------------------------------------------------------- posts

    def posts(self, uris: Iterable[str]) -> dict[str, Post]:
        """Those of *uris* that are kept."""
        wanted = set(uris)
        found = self._cache.all(
            """SELECT p.uri, p.body FROM address d CROSS JOIN post p ON p.id=d.post
               WHERE d.address IN ()""",
            among=all_turned(wanted),
        )
        read = ((uri, rows.post_from(body)) for uri, body in found if uri in wanted)
        return {uri: post for uri, post in read if post is not None}

    def viewers(self, uri: str) -> dict[AccountId, ViewerState]:
        """What each account that has seen the post did with it."""
        found = self._cache.all(
            """SELECT a.name, v.state FROM address d
               CROSS JOIN post p ON p.id=d.post AND p.uri=?
               CROSS JOIN viewer v ON v.post=p.id
               JOIN account a ON a.id=v.account WHERE d.address=?""",
            (uri, turned(uri)),
        )
        return {AccountId(name): rows.viewer_from(state) for name, state in found}

    def echo(self, address: str) -> tuple[Post, ...]:
        """The post at *address* and all that are the same thought, itself first; () = not kept."""
        from app.store.talks import echo_of

        return echo_of(self._cache, address)

    def entries(self, account: AccountId, source: Source, limit: int) -> tuple[Entry, ...]:
        """What a source has, as its account sees it, newest first."""
        from app.store.talks import entries_of

        return entries_of(self._cache, account, source, limit)

    def search(self, words: str, limit: int = 50, before: int | None = None) -> tuple[Found, ...]:
        """
        Posts with all of *words*, newest first.

        Args:
            words: As typed; ``"in quotes"`` stays together, the last word may
                be unfinished. Never syntax, never an error.
            before: ``Found.place`` of the last one shown.
        """
        # Only a search needs it: the first frame does not.
        from app.store.words import question

        asked = question(words)
        if not asked:
            return ()
        found = self._cache.all(
            """SELECT w.place, p.uri, p.body FROM
               (SELECT rowid AS place FROM post_words WHERE post_words MATCH ? AND rowid < ?
                ORDER BY rowid DESC LIMIT ?) w CROSS JOIN post p ON p.place=w.place
               ORDER BY w.place DESC""",
            (asked, _NEWEST if before is None else before, limit),
        )
        read = ((place, uri, rows.post_from(body)) for place, uri, body in found)
        return tuple(
            Found(place=place, post=post, viewers=self.viewers(uri))
            for place, uri, post in read
            if post is not None
        )

    def marks_below(self, account: AccountId, at: int, limit: int = 20) -> list[ReadMark]:
        """Posts of its home timeline at *at* (µs) or below that its server can be told of."""
        from app.store.marks import marks_below

        return marks_below(self._cache, account, at, limit)

    # ---------------------------------------------------------------- kept

    def accounts(self) -> tuple[Account, ...]:
        """My accounts, in my order."""
        found = self._keep.all("SELECT body FROM account ORDER BY place, id")
        return tuple(account_from(body) for (body,) in found)

    def account(self, id: AccountId) -> Account | None:
        """One of my accounts."""
        found = self._keep.one("SELECT body FROM account WHERE id=?", (id,))
        return account_from(found[0]) if found else None

    def anchor(self, timeline: TimelineId) -> Anchor | None:
        """Where I was reading."""
        found = self._keep.one("SELECT key, at, shift FROM anchor WHERE timeline=?", (timeline,))
        return Anchor(found[0], moment(found[1]), found[2]) if found else None

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting's value (what JSON can hold), or *default*."""
        return setting_of(self._keep, name, default)

    def settings(self) -> dict[str, Any]:
        """All settings."""
        found = self._keep.all("SELECT name, value FROM setting ORDER BY name")
        return {name: json.decode(value) for name, value in found}

    def splits(self) -> frozenset[str]:
        """URIs of the posts that the user parted from their echoes."""
        return frozenset(uri for (uri,) in self._keep.all("SELECT uri FROM split"))

    def wishes(self) -> tuple[Wish, ...]:
        """Reactions on their way, the oldest first."""
        from app.store.wishes import wishes_of

        return wishes_of(self._keep)

    def person_links(self) -> tuple[PersonLink, ...]:
        """The people book."""
        from app.store.book import links_of

        return links_of(self._keep)

    def filed(self) -> tuple[Filed, ...]:
        """Bookmarks of this computer, the newest first."""
        from app.store.filed import filed_of

        return filed_of(self._keep)

    def hosts(self) -> tuple[HostUse, ...]:
        """Hosts spoken to, by name."""
        return hosts_of(self._keep)

    def sync_state(self, account: AccountId) -> SyncState:
        """How the last sync of an account went."""
        found = self._keep.one("SELECT body FROM sync WHERE account=?", (account,))
        return sync_state_from(found[0]) if found else SyncState()

    def check_kept(self) -> None:
        """
        Look at every page of what every start needs: little, and never to be lost.

        Where damage was met before, at all that is kept. Raises: Damaged.
        """
        doubt = doubt_mark(self._keep.path)
        for what in ("1",) if doubt.exists() else BEFORE_FIRST_FRAME:
            if self._keep.all(f"PRAGMA quick_check({what})") != [("ok",)]:
                raise Damaged(self._keep.path)
        doubt.unlink(missing_ok=True)

    def applied_splits(self) -> frozenset[str]:
        """Splits that the cache knows of."""
        return frozenset(uri for (uri,) in self._cache.all("SELECT uri FROM split"))

    def has_forgotten(self) -> bool:
        """The cache of a removed account is still to be wiped."""
        return bool(self._keep.one("SELECT 1 FROM forgotten LIMIT 1"))

    @property
    def sizes(self) -> Sizes:
        """How large the cache is, and what must not leave it."""
        from app.store.sizes import Sizes

        return Sizes(self._cache, self._keep)

    @property
    def notices(self) -> NoticeReader:
        """Notifications: nothing of them is read before the first frame."""
        from app.store.notices import NoticeReader

        return NoticeReader(self._cache)

    @property
    def messages(self) -> MessageReader:
        """Private messages."""
        from app.store.messages import MessageReader  # for who opens them

        return MessageReader(self._cache)

    @property
    def letters(self) -> LetterReader:
        """Those of mine on their way, and what is kept of conversations here."""
        from app.store.letters import LetterReader

        return LetterReader(self._keep)

    @property
    def written(self) -> WrittenReader:
        """Drafts and what was sent: nothing of it is read before the first frame."""
        from app.store.outbox import WrittenReader

        return WrittenReader(self._keep)

    def close(self) -> None:
        """Close the connections. Harmless when closed."""
        self._cache.close()
        self._keep.close()


_NEWEST = (1 << 63) - 1

# The first column is the kind of the row: ECHO or STUB.
_PLACES_OF_KEY = """
    SELECT 0, e.id, e.at FROM entry e WHERE e.key=?2
    UNION ALL SELECT 0, e.id, e.at FROM address d
        CROSS JOIN post p ON p.id=d.post AND p.uri=?1
        CROSS JOIN entry e ON e.post=p.id AND e.key IS NULL WHERE d.address=?2
    UNION ALL SELECT 2, id, at FROM stub WHERE key=?1"""
