"""Looking for posts by words and conditions: newest first, in steps that are each short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from app.model import AccountId, Post
from app.model.query import Condition, Query
from app.model.timeline import Echo, RowKey, Sighting
from app.store.database import Database
from app.store.reader import Reader
from app.store.rows import post_from
from app.store.shelf import PLACE_STEP
from app.store.times import micros, moment
from app.store.values import Found
from app.store.words import asked_of

NEWEST = (1 << 63) - 1
"""Above every post."""


class Looked(Struct, frozen=True, kw_only=True):
    """
    What one step has found.

    Attributes:
        found: Posts that may fit, newest first: words are checked, conditions only roughly.
        below: Where the next step goes on; None = that was all.
        looked_at: How many posts had the words.
    """

    found: tuple[Found, ...]
    below: int | None
    looked_at: int


class Seeker:
    """Reads through the reader of this thread. Every method may raise ``StoreError``."""

    def __init__(self, reader: Reader) -> None:
        # Of the same package: the reader has no more methods than timelines need.
        self._cache: Database = reader._cache
        self._reader = reader

    def look(self, query: Query, below: int | None, scan: int, mine: Sequence[str] = ()) -> Looked:
        """
        Look at the next *scan* posts with the words, newest first.

        Args:
            below: ``Looked.below`` of the step before.
            mine: My handles, for ``from:me``.
        """
        since, until = query.times()
        top = NEWEST if below is None else below
        if until is not None:
            top = min(top, micros(until) * PLACE_STEP)
        bottom = -NEWEST if since is None else micros(since) * PLACE_STEP
        words = asked_of(query, mine)
        hints = [hint for one in query.conditions if (hint := _hint(one))]
        rough = " AND ".join(f"({' OR '.join('instr(p.body, ?) > 0' for _ in h)})" for h in hints)
        source = (
            "SELECT rowid AS place FROM post_words WHERE post_words MATCH ? AND rowid < ?"
            " AND rowid >= ? ORDER BY rowid DESC LIMIT ?"
            if words
            else "SELECT place FROM post WHERE place < ? AND place >= ? ORDER BY place DESC LIMIT ?"
        )
        rows = self._cache.all(
            f"""SELECT w.place, CASE WHEN {rough or "1"} THEN p.body END
                FROM ({source}) w CROSS JOIN post p ON p.place=w.place
                ORDER BY w.place DESC""",  # noqa: S608 (our own text; all values are arguments)
            [
                *[part for h in hints for part in h],
                *([words] if words else []),
                top, bottom, scan,
            ],
        )  # fmt: skip
        read = ((place, post_from(body)) for place, body in rows if body is not None)
        return Looked(
            found=tuple(
                Found(place=place, post=post, viewers=self._reader.viewers(post.uri))
                for place, post in read
                if post is not None
            ),
            below=rows[-1][0] if len(rows) >= scan else None,
            looked_at=len(rows),
        )

    def echoes(self, found: Sequence[Found]) -> tuple[Echo, ...]:
        """The same as rows, in that order: copies of one thought stand in one."""
        rows: list[Echo] = []
        seen: set[str] = set()
        for one in found:
            if one.post.uri in seen:
                continue
            group = self._reader.echo(one.post.uri) or (one.post,)
            seen.update(post.uri for post in group)
            own = [_sighting(one.post, one), *(
                _sighting(post, Found(place=0, post=post, viewers=self._reader.viewers(post.uri)))
                for post in group
                if post.uri != one.post.uri
            )]  # fmt: skip
            key = RowKey(micros(one.post.sort_at), one.place)
            rows.append(Echo(key=key, sightings=tuple(own)))
        return tuple(rows)

    def with_kept(self, found: Sequence[Found], kept: Sequence[Post]) -> tuple[Found, ...]:
        """*found*, and *kept* posts as they are in the cache or were then; newest first."""
        known = {one.post.uri: one for one in found}
        missing = [post for post in kept if post.uri not in known]
        now = self._reader.posts(post.uri for post in missing)
        for post in missing:
            post = now.get(post.uri, post)
            viewers = self._reader.viewers(post.uri)
            place = micros(post.sort_at) * PLACE_STEP
            known[post.uri] = Found(place=place, post=post, viewers=viewers)
        return tuple(sorted(known.values(), key=lambda one: -one.place))

    def known(self, uris: Sequence[str]) -> frozenset[str]:
        """Those of *uris* that have been seen."""
        return frozenset(self._reader.posts(uris))

    def count(self) -> int:
        """How many posts there are. Not for the UI thread."""
        return int(self._cache.one("SELECT count(*) FROM post")[0])

    def bookmarked(self, limit: int) -> tuple[Found, ...]:
        """Posts that some account has bookmarked, newest first."""
        rows = self._cache.all(
            """SELECT p.place, p.uri, p.body FROM viewer v CROSS JOIN post p ON p.id=v.post
               WHERE instr(v.state, ?) > 0 GROUP BY p.id ORDER BY p.place DESC LIMIT ?""",
            (b'"bookmarked":true', limit),
        )
        read = ((place, uri, post_from(body)) for place, uri, body in rows)
        return tuple(
            Found(place=place, post=post, viewers=self._reader.viewers(uri))
            for place, uri, post in read
            if post is not None
        )


def time_of_place(place: int) -> datetime:
    """When the post at that place was written."""
    return moment(place // PLACE_STEP)


def _sighting(post: Post, found: Found) -> Sighting:
    from app.model import Entry, ViewerState

    viewers: dict[AccountId, ViewerState] = found.viewers
    state = next(iter(viewers.values()), ViewerState())
    entry = Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=state)
    return Sighting(entry, viewers)


def _hint(condition: Condition) -> tuple[bytes, ...]:
    """What the JSON of a post that fits must contain, one of; () = nothing can be said."""
    if condition.negated:
        return ()
    match condition.operator:
        case "has":
            return tuple(part for value in condition.values for part in _HAS[value])
        case "lang":
            return tuple(b'"' + value.encode("utf-8", "replace") for value in condition.values)
        case "net":
            return tuple(b'"network":"' + v.encode("utf-8", "replace") for v in condition.values)
        case "to":
            return (b'"reply_to":{',)
        case "is":
            parts = [_IS.get(value) for value in condition.values]
            return tuple(part for part in parts if part) if all(parts) else ()
        case _:
            return ()


_HAS = {
    "media": (b'"media":[',),
    "image": (b'"kind":"image"', b'"kind":"gif"'),
    "video": (b'"kind":"video"',),
    "audio": (b'"kind":"audio"',),
    "link": (b'"card":{', b',"link",'),
    "poll": (b'"poll":{',),
    "quote": (b'"quote":{',),
    "alt": (b'"alt":"',),
    "warning": (b'"advisories":[',),
}
_IS = {"reply": b'"reply_to":{', "edited": b'"edited_at":', "bot": b'"bot":true'}
