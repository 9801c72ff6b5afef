"""
What a feed may choose from: read from the cache, without what moderation removed.

Runs on a reader's thread. Posts are not read for it, only their traits; those of which
nobody says anything that could hide them need no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from app.feed.columns import Columns
from app.feed.knowledge import Candidate
from app.feed.pipeline import why_hidden
from app.feed.topics import WordLists
from app.feed.traits import Traits, traits_from_json
from app.model.timeline import TimelineId
from app.moderation.verdict import Verdict
from app.services.feed_judge import Judge
from app.services.feed_plans import Place
from app.store.candidates import Candidates, Standing, repost_from

if TYPE_CHECKING:
    from app.store.traits import Made

_traits_from = json.Decoder(Traits).decode

BEGIN = -(1 << 62)
"""Before all posts (µs)."""

HIDES = 2
"""``Traits.advised``: others than the author say something."""


class Left(Struct, frozen=True):
    """What moderation removed. *at*: where it would stand (µs)."""

    verdict: Verdict
    at: int


class Pool(Struct, frozen=True, kw_only=True):
    """
    Candidates, as they are judged and ranked.

    Attributes:
        timeline: Whose rows they are, where they are rows.
        posts: URI → the post's number in the cache.
        hidden: URI → what moderation removed: it is not in *columns*.
        covered: URIs of those that a cover lies over.
        lacking: Posts whose traits are not kept yet.
        since: What is older was not looked at (µs).
        texts: URI → text, of those whose text was needed.
    """

    timeline: TimelineId
    columns: Columns
    posts: Mapping[str, int]
    hidden: Mapping[str, Left]
    covered: frozenset[str]
    lacking: tuple[int, ...]
    since: int
    texts: dict[str, str] = {}


def load_pool(
    read: Candidates, places: Sequence[Place], most: int, judge: Judge, lists: WordLists
) -> Pool:
    """Read the candidates of *places*, the newest *most* of each, each post once."""
    loading = _Loading(read, lists)
    for place in places:
        loading.take(place, most)
    timeline = next((one.timeline for one in places if one.timeline), TimelineId("all"))
    return loading.pool(timeline, judge)


class _Loading:
    """One pool while it is read."""

    def __init__(self, read: Candidates, lists: WordLists) -> None:
        self._read, self._lists = read, lists
        self._found: dict[str, Candidate] = {}
        self._posts: dict[str, int] = {}
        self._lacking: list[int] = []
        self._doubtful: set[str] = set()
        self._warned: set[str] = set()
        self._others: dict[int, int] = {}

    def take(self, place: Place, most: int) -> None:
        """Add what stands in a place."""
        read = self._read
        if place.timeline is not None:
            rows = read.standing(place.timeline, BEGIN, most)
            folded = read.folded(place.timeline, rows[-1].at if rows else BEGIN)
        else:
            rows = read.sighted(place.account, place.source, BEGIN, most)
            folded = []
        order = {}
        if place.lane:
            order = {uri: number for number, uri in enumerate(read.places(place.name))}
        traits = self._traits(rows)
        more: dict[int, list[tuple[int, bytes | None, bytes | None]]] = {}
        for row, post, body, repost in folded:
            more.setdefault(row, []).append((post, body, repost))
        for number, standing in enumerate(rows):
            known = traits.get(standing.post)
            if known is None or known[0] in self._found:
                continue
            uri, judged = known
            if place.lane and order and uri not in order:
                continue  # it was there once; the source's own order has it no more
            where = order.get(uri, number), place.lane
            self._add(standing, uri, judged, more.get(standing.row, ()), where)

    def _add(
        self,
        standing: Standing,
        uri: str,
        traits: Traits,
        folded: Sequence[tuple[int, bytes | None, bytes | None]],
        where: tuple[int, int],
    ) -> None:
        reposts = [standing.repost, *(repost for _, _, repost in folded)]
        reposters: tuple[str, ...] = ()
        if all(reposts):
            found = (repost_from(body) for body in reposts)
            reposters = tuple(dict.fromkeys(one.by.uri for one in found if one is not None))
        self._found[uri] = Candidate(
            key=standing.key,
            uri=uri,
            traits=traits,
            reposters=reposters,
            place=where[0],
            lane=where[1],
        )
        self._posts[uri] = standing.post
        advised = traits.advised
        for post, body, _ in folded:
            if post == standing.post:
                continue
            self._others[post] = standing.post
            copy = _decoded(body)
            # Nobody has looked at that copy yet: then it is looked at now.
            advised = max(advised, HIDES if copy is None else copy.advised)
        if advised >= HIDES:
            self._doubtful.add(uri)
        elif advised:
            self._warned.add(uri)

    def _traits(self, rows: Sequence[Standing]) -> dict[int, tuple[str, Traits]]:
        """Post → its URI and traits: kept ones, or made now from the post."""
        found: dict[int, tuple[str, Traits]] = {}
        lacking = []
        for row in rows:
            traits = _decoded(row.traits)
            if traits is None or row.uri is None:
                lacking.append(row.post)
            else:
                found[row.post] = row.uri, traits
        if lacking:
            self._lacking += lacking
            for post, body in self._read.bodies(lacking).items():
                made = judged_traits(body, self._lists)
                if made is not None:
                    found[post] = made
        return found

    def pool(self, timeline: TimelineId, judge: Judge) -> Pool:
        """What was taken, without what moderation hides."""
        by_post = {post: uri for uri, post in self._posts.items()}
        for post in self._read.judged([*by_post, *self._others]):
            self._doubtful.add(by_post.get(post) or by_post[self._others[post]])
        doubtful = list(self._found) if judge.is_watchful else sorted(self._doubtful)
        keys = {self._found[uri].key: uri for uri in doubtful}
        verdicts = judge.judge(self._read, timeline, list(keys))
        hidden = {
            keys[key]: Left(verdict, key.at)
            for key, verdict in verdicts.items()
            if verdict.action == "hide" and why_hidden(verdict) not in judge.look.shown
        }
        covered = self._warned | {
            keys[key]
            for key, verdict in verdicts.items()
            if verdict.action in ("cover", "cover_media")
        }
        shown = [one for uri, one in self._found.items() if uri not in hidden]
        return Pool(
            timeline=timeline,
            columns=Columns(shown),
            posts=self._posts,
            hidden=hidden,
            covered=frozenset(covered - hidden.keys()),
            lacking=tuple(self._lacking),
            since=BEGIN,
        )


def judged_traits(body: bytes, lists: WordLists) -> tuple[str, Traits] | None:
    """URI and traits of a post as it is kept, its topics and heat with them."""
    made = traits_from_json(body)
    if made is None:
        return None
    uri, text, traits = made
    about, heat = lists.judge(text, traits)
    return uri, replace(traits, about=about, heat=heat) if about or heat else traits


def maker(lists: WordLists) -> Callable[[bytes], Made | None]:
    """What ``store/traits`` fills its table with."""

    def make(body: bytes) -> Made | None:
        made = judged_traits(body, lists)
        if made is None:
            return None
        uri, traits = made
        return traits.at, traits.author, uri, json.encode(traits)

    return make


def within(pool: Pool, since: int) -> Pool:
    """Only what stands there since then (µs)."""
    if since <= pool.since:
        return pool
    return replace(
        pool,
        columns=pool.columns.only(pool.columns.number("stood") >= since),
        hidden={uri: left for uri, left in pool.hidden.items() if left.at >= since},
        since=since,
    )


def merged(pools: Sequence[Pool]) -> Pool:
    """One pool of several: each post once, as the first of them has it."""
    first = pools[0]
    if len(pools) == 1:
        return first
    found: dict[str, Candidate] = {}
    for pool in pools:
        for one in pool.columns.candidates:
            found.setdefault(one.uri, one)
    hidden = {uri: left for pool in pools for uri, left in pool.hidden.items()}
    return Pool(
        timeline=first.timeline,
        columns=Columns([one for uri, one in found.items() if uri not in hidden]),
        posts={uri: post for pool in pools for uri, post in pool.posts.items()},
        hidden=hidden,
        covered=frozenset().union(*(pool.covered for pool in pools)),
        lacking=tuple(post for pool in pools for post in pool.lacking),
        since=min(pool.since for pool in pools),
    )


def texts_of(read: Candidates, pool: Pool) -> Callable[[Sequence[Candidate]], Mapping[str, str]]:
    """Loads texts of candidates; each once for as long as the pool is kept."""
    known, posts = pool.texts, pool.posts

    def texts(rows: Sequence[Candidate]) -> Mapping[str, str]:
        asked = {posts[one.uri]: one.uri for one in rows if one.uri not in known}
        if asked:
            for post, body in read.bodies(list(asked)).items():
                made = traits_from_json(body)
                known[asked[post]] = made[1] if made is not None else ""
        return known

    return texts


def why(verdict: Verdict) -> str:
    """Why moderation hid something, in words."""
    return why_hidden(verdict)


def _decoded(body: bytes | None) -> Traits | None:
    if body is None:
        return None
    try:
        return _traits_from(body)
    except (DecodeError, UnicodeDecodeError):
        return None
