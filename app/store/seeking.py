"""Looking for posts by words and conditions: newest first, in steps that are each short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from app.model import AccountId, Entry, Post, ViewerState
from app.model.query import Condition, Query
from app.model.timeline import Echo, RowKey, Sighting
from app.store.addresses import all_turned
from app.store.database import Database
from app.store.reader import Reader
from app.store.rows import post_from, viewer_from
from app.store.shelf import PLACE_STEP
from app.store.times import micros, moment
from app.store.values import Found
from app.store.words import asked_of

Mark = Literal["bookmarked", "liked"]

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
        found = [Found(place=place, post=post) for place, post in read if post is not None]
        if any(condition.operator == "in" for condition in query.conditions):
            # What accounts did with them decides; else only what is shown needs it.
            found = list(self.with_viewers(found))
        return Looked(
            found=tuple(found),
            below=rows[-1][0] if len(rows) >= scan else None,
            looked_at=len(rows),
        )

    def with_viewers(self, found: Sequence[Found]) -> tuple[Found, ...]:
        """The same, with what each account did with them."""
        ids = self._ids(found)
        viewers = self._viewers(ids.values())
        return tuple(replace(one, viewers=viewers.get(ids.get(one.place, 0), {})) for one in found)

    def _ids(self, found: Sequence[Found]) -> dict[int, int]:
        """Place → post."""
        places = [one.place for one in found]
        return dict(self._cache.all("SELECT place, id FROM post WHERE place IN ()", among=places))

    def _viewers(self, posts: Iterable[int]) -> dict[int, dict[AccountId, ViewerState]]:
        """Post → what each account that has seen it did with it."""
        found: dict[int, dict[AccountId, ViewerState]] = defaultdict(dict)
        for post, name, state in self._cache.all(
            """SELECT v.post, a.name, v.state FROM viewer v
               JOIN account a ON a.id=v.account WHERE v.post IN ()""",
            among=posts,
        ):
            found[post][AccountId(name)] = viewer_from(state)
        return found

    def _copies(self, posts: Iterable[int]) -> dict[int, list[int]]:
        """Post → all that are the same thought; those that stand alone are left out."""
        wanted = set(posts)
        heads = dict(self._cache.all("SELECT post, head FROM echo WHERE post IN ()", among=wanted))
        members: dict[int, list[int]] = defaultdict(list)
        for post, head in self._cache.all(
            "SELECT post, head FROM echo WHERE head IN ()", among=set(heads.values())
        ):
            members[head].append(post)
        return {post: members[head] for post, head in heads.items()}

    def echoes(self, found: Sequence[Found]) -> tuple[Echo, ...]:
        """The same as rows, in that order: copies of one thought stand in one."""
        ids = self._ids(found)
        copies = self._copies(ids.values())
        every = {*ids.values(), *(post for group in copies.values() for post in group)}
        viewers = self._viewers(every)
        others = every - set(ids.values())
        bodies = self._cache.all("SELECT id, body FROM post WHERE id IN ()", among=others)
        posts = {id: post for id, body in bodies if (post := post_from(body)) is not None}
        posts |= {ids[one.place]: one.post for one in found if one.place in ids}
        rows: list[Echo] = []
        seen: set[int] = set()
        for one in found:
            id = ids.get(one.place, 0)
            if id in seen:
                continue
            group = [post for post in copies.get(id, ()) if post != id and post in posts]
            seen.update((id, *group) if id else ())
            own = [_sighting(one.post, viewers.get(id, one.viewers))]
            own += [_sighting(posts[post], viewers.get(post, {})) for post in group]
            key = RowKey(micros(one.post.sort_at), one.place)
            rows.append(Echo(key=key, sightings=tuple(own)))
        return tuple(rows)

    def with_kept(self, found: Sequence[Found], kept: Sequence[Post]) -> tuple[Found, ...]:
        """*found*, and *kept* posts as they are in the cache or were then; newest first."""
        known = {one.post.uri: one for one in found}
        missing = [post for post in kept if post.uri not in known]
        now = self._placed(post.uri for post in missing)
        for post in missing:
            # Of what the cache has no more, the time stands for its place.
            gone = Found(place=micros(post.sort_at) * PLACE_STEP + PLACE_STEP - 1, post=post)
            known[post.uri] = now.get(post.uri, gone)
        return tuple(sorted(known.values(), key=lambda one: -one.place))

    def _placed(self, uris: Iterable[str]) -> dict[str, Found]:
        """Those of *uris* that are kept, with their places."""
        wanted = set(uris)
        rows = self._cache.all(
            """SELECT p.uri, p.place, p.body FROM address d CROSS JOIN post p ON p.id=d.post
               WHERE d.address IN ()""",
            among=all_turned(wanted),
        )
        read = ((uri, place, post_from(body)) for uri, place, body in rows if uri in wanted)
        return {uri: Found(place=place, post=post) for uri, place, post in read if post is not None}

    def at(self, uri: str) -> tuple[Echo, ...]:
        """The post with that URI as a row; () = it is not kept."""
        return self.echoes(tuple(self._placed([uri]).values()))

    def groups(self, uris: Iterable[str]) -> dict[str, int]:
        """Those of *uris* that are kept; the same number for those that are one thought."""
        rows = self._cache.all(
            """SELECT p.uri, coalesce(e.head, p.id) FROM address d
               CROSS JOIN post p ON p.id=d.post LEFT JOIN echo e ON e.post=p.id
               WHERE d.address IN ()""",
            among=all_turned(set(uris)),
        )
        return dict(rows)

    def known(self, uris: Sequence[str]) -> frozenset[str]:
        """Those of *uris* that have been seen."""
        return frozenset(self._reader.posts(uris))

    def count(self) -> int:
        """How many posts there are. Not for the UI thread."""
        return int(self._cache.one("SELECT count(*) FROM post")[0])

    def marked(self, mark: Mark, limit: int) -> tuple[Found, ...]:
        """Posts that some account has bookmarked, or liked; newest first."""
        rows = self._cache.all(
            """SELECT p.place, p.body FROM viewer v CROSS JOIN post p ON p.id=v.post
               WHERE instr(v.state, ?) > 0 GROUP BY p.id ORDER BY p.place DESC LIMIT ?""",
            (f'"{mark}":true'.encode(), limit),
        )
        read = ((place, post_from(body)) for place, body in rows)
        return tuple(Found(place=place, post=post) for place, post in read if post is not None)


def time_of_place(place: int) -> datetime:
    """When the post at that place was written."""
    return moment(place // PLACE_STEP)


def _sighting(post: Post, viewers: dict[AccountId, ViewerState]) -> Sighting:
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
