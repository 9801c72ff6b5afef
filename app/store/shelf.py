"""Posts and viewer states while a batch is saved: known, new, made richer."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from msgspec import DecodeError, json

from app.model import Post, ViewerState
from app.store.addresses import turned
from app.store.database import Database
from app.store.merge import refreshed, refreshed_viewer
from app.store.times import micros
from app.store.words import words_of

_encode = json.Encoder().encode
_post_from = json.Decoder(Post).decode
_viewer_from = json.Decoder(ViewerState).decode

PLACE_STEP = 1_024
"""Places per µs: a post's place in a search is its time times this, plus a little."""

_MOST = (1 << 62) // PLACE_STEP


class Kept:
    """
    A post on the shelf.

    Attributes:
        place: Where it stands in the search index, by time; 0 = not given yet.
        also: Its other addresses, a line each.
        new: Not yet on disk.
    """

    __slots__ = ("also", "body", "id", "new", "old_words", "place", "told_by", "uri")

    def __init__(
        self, id: int, place: int, uri: str, told_by: int, also: str, body: bytes, new: bool
    ) -> None:
        self.id = id
        self.place = place
        self.uri = uri
        self.told_by = told_by
        self.also = also
        self.body = body
        self.new = new
        self.old_words: str | None = None


class Shelf:
    """
    The posts one batch speaks of, with one account's viewer states.

    ``look`` for all of them first, ``put`` each, then ``flush`` once.
    """

    def __init__(self, db: Database, account: int) -> None:
        self._db = db
        self._account = account
        self._by_uri: dict[str, Kept] = {}
        self._viewers: dict[int, bytes] = {}
        self._words: dict[int, str] = {}
        self._wanted: dict[int, int] = {}
        self._next_id = 0
        self._rewritten: dict[int, Kept] = {}
        self._viewers_to_write: dict[int, bytes] = {}
        self.changed: set[int] = set()
        """Posts on disk before, whose post or viewer state is another now."""

    def look(self, addresses: Iterable[str]) -> list[tuple[str, int]]:
        """
        Bring every post that is known under one of *addresses* onto the shelf.

        Returns: (turned address, post) of each.
        """
        known: list[tuple[str, int]] = self._db.all(
            "SELECT address, post FROM address WHERE address IN ()",
            among=[turned(address) for address in addresses],
        )
        for id, place, uri, told_by, also, body in self._db.all(
            "SELECT id, place, uri, told_by, also, body FROM post WHERE id IN ()",
            among={post for _, post in known},
        ):
            self._by_uri[uri] = Kept(id, place, uri, told_by, also, body, new=False)
        self._viewers.update(
            self._db.all(
                "SELECT post, state FROM viewer WHERE account=? AND post IN ()",
                [self._account],
                among=[kept.id for kept in self._by_uri.values()],
            )
        )
        return known

    def find(self, uri: str) -> Kept | None:
        """The post, if it is known by now."""
        return self._by_uri.get(uri)

    def ids(self) -> list[int]:
        """Ids of all posts that were on disk."""
        return [kept.id for kept in self._by_uri.values() if not kept.new]

    def put(self, post: Post, viewer: ViewerState) -> Kept:
        """Remember *post* as this account sees it."""
        body = _encode(post)
        kept = self._by_uri.get(post.uri)
        if kept is None:
            kept = Kept(self._free_id(), 0, post.uri, self._account, "", body, new=True)
            self._by_uri[post.uri] = kept
            self._wanted[kept.id] = _wanted_place(post)
            self._words[kept.id] = words_of(post)
        elif kept.body != body:
            self._refresh(kept, post)
        self._put_viewer(kept, viewer)
        return kept

    def flush(self) -> None:
        """Write posts, words and viewer states."""
        self._flush_rewritten()
        added = [kept for kept in self._by_uri.values() if kept.new]
        self._give_places(added)
        self._db.run_many(
            "INSERT INTO post (id, place, uri, told_by, also, body) VALUES (?, ?, ?, ?, ?, ?)",
            [(k.id, k.place, k.uri, k.told_by, k.also, k.body) for k in added],
        )
        # Rising places: otherwise the index writes itself out at every step back.
        self._db.run_many(
            "INSERT INTO post_words (rowid, words) VALUES (?, ?)",
            sorted((k.place, self._words[k.id]) for k in added),
        )
        self._db.run_many(
            "INSERT OR REPLACE INTO viewer (post, account, state) VALUES (?, ?, ?)",
            sorted((p, self._account, s) for p, s in self._viewers_to_write.items()),
        )

    def _flush_rewritten(self) -> None:
        for kept in sorted(self._rewritten.values(), key=lambda kept: kept.id):
            self._db.run(
                "UPDATE post SET told_by=?, also=?, body=? WHERE id=?",
                (kept.told_by, kept.also, kept.body, kept.id),
            )
            words = self._words.get(kept.id)
            if words is None or words == kept.old_words:
                continue
            if kept.old_words is not None:
                unindex(self._db, [(kept.place, kept.old_words)])
            self._db.run("INSERT INTO post_words (rowid, words) VALUES (?, ?)", (kept.place, words))

    def readdress(self, kept: Kept, also: str) -> None:
        """Give *kept* other addresses."""
        kept.also = also
        if not kept.new:
            self._rewritten[kept.id] = kept

    def _refresh(self, kept: Kept, post: Post) -> None:
        try:
            old = _post_from(kept.body)
        except (DecodeError, UnicodeDecodeError):
            # Damaged on disk: nothing in it is better than what just came.
            merged, old_words = post, None
        else:
            same_teller = kept.told_by == self._account
            merged = refreshed(old, post, same_teller=same_teller)
            old_words = words_of(old)
        body = _encode(merged)
        if body == kept.body:
            return
        if body == _encode(post):
            kept.told_by = self._account
        kept.body = body
        self._words[kept.id] = words_of(merged)
        if not kept.new:
            if kept.id not in self._rewritten or kept.old_words is None:
                kept.old_words = old_words
            self._rewritten[kept.id] = kept
            self.changed.add(kept.id)

    def _put_viewer(self, kept: Kept, viewer: ViewerState) -> None:
        state = _encode(viewer)
        known = self._viewers.get(kept.id)
        if known == state:
            return
        if known is not None:
            state = _encode(refreshed_viewer(_viewer_from(known), viewer))
            if known == state:
                return
        self._viewers[kept.id] = self._viewers_to_write[kept.id] = state
        if not kept.new:
            self.changed.add(kept.id)

    def _free_id(self) -> int:
        """Rising, so that a page's posts lie together at the end, whatever their times."""
        if not self._next_id:
            self._next_id = int(self._db.one("SELECT coalesce(max(id), 0) FROM post")[0])
        self._next_id += 1
        return self._next_id

    def _give_places(self, added: Iterable[Kept]) -> None:
        """Each new post gets the place it wants, or the next that is free."""
        wanted = self._wanted.values()
        taken = {
            place
            for (place,) in self._db.all("SELECT place FROM post WHERE place IN ()", among=wanted)
        }
        for kept in added:
            place = self._wanted[kept.id]
            while place in taken:
                place += 1
                if self._db.one("SELECT 1 FROM post WHERE place=?", (place,)):
                    taken.add(place)
            taken.add(place)
            kept.place = place


def _wanted_place(post: Post) -> int:
    at = max(-_MOST, min(_MOST, micros(post.sort_at)))
    return at * PLACE_STEP + (zlib.crc32(post.uri.encode("utf-8", "replace")) % PLACE_STEP)


def unindex(db: Database, gone: Iterable[tuple[int, str]]) -> None:
    """Take posts (place, the words they were indexed under) out of the search index."""
    db.run_many("INSERT INTO post_words (post_words, rowid, words) VALUES ('delete', ?, ?)", gone)
