"""
Which posts that come in are twins: one person wrote the same on another network.

Looked for when a post comes in, among what that person wrote elsewhere near that time;
nothing that is kept is gone through again. Only people of the people book have twins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.twins import LATE, are_twins
from app.model import Post
from app.model.person import Known, PersonLink
from app.model.query import Condition, Query
from app.people.book import people

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.model import Profile
    from app.store import Reader, Saved, Store

MOST = 400
"""Posts that are looked at around those of one page: the newest of them."""

_FIRST = re.compile(r"[@.]")

Book = Callable[[], tuple[PersonLink, ...]]


class Other(Struct, frozen=True):
    """Another profile of the same person. *confirmed*: the user has joined the two."""

    known: Known
    confirmed: bool


class Twins:
    """
    Finds them.

    Args:
        book: The people book; the same value while nothing in it changes.
        own: URIs of my own profiles: what I sent as one draft is known to be one.
    """

    def __init__(self, store: Store, book: Book, own: Callable[[], Collection[str]]) -> None:
        self._store, self._book, self._own = store, book, own
        self._read: tuple[PersonLink, ...] = ()
        self._others: dict[str, tuple[Other, ...]] = {}

    async def find(self, posts: Iterable[Post]) -> Mapping[str, str]:
        """URI of a post → URI of its twin that is kept. Raises: StoreError."""
        others, own = self._known(), self._own()
        written = [
            post for post in posts if post.author.uri in others and post.author.uri not in own
        ]
        if not written:
            return {}
        written.sort(key=lambda post: (post.created_at, post.uri))
        return await self._store.load(lambda reader: _Look(reader, others).twins(written))

    async def renew(self, uris: Collection[str]) -> Saved | None:
        """
        The book says something else of these people: join, or part, what is kept of theirs.

        The newest of each, within some weeks. None: nothing is another. Raises: StoreError.
        """
        from app.store import Saved
        from app.store.twins import join_twins, part_twins

        others, own = self._known(), self._own()
        parted = Saved()
        if not _are_one_person(uris, others):
            parted = await self._store.change_cache(lambda db: part_twins(db, uris))
        wanted = [
            one for uri in uris for one in others.get(uri, ()) if one.known.profile.uri not in own
        ]
        twins: dict[str, str] = {}
        if wanted:
            twins = await self._store.load(
                lambda reader: _Look(reader, others).newest([one.known.profile for one in wanted])
            )
        joined = Saved()
        if twins:
            joined = await self._store.change_cache(lambda db: join_twins(db, twins))
        if not (parted.changed or joined.changed):
            return None
        return Saved(
            changed=tuple(sorted({*parted.changed, *joined.changed})),
            removed=tuple(sorted({*parted.removed, *joined.removed})),
            inserted=parted.inserted or joined.inserted,
        )

    def _known(self) -> dict[str, tuple[Other, ...]]:
        links = self._book()
        if links is not self._read:
            self._others, self._read = _others(links), links
        return self._others


def _others(links: tuple[PersonLink, ...]) -> dict[str, tuple[Other, ...]]:
    """URI of a profile → that person's profiles on other networks."""
    said = {
        frozenset((link.one.profile.uri, link.other.profile.uri))
        for link in links
        if link.why == "user"
    }
    found: dict[str, tuple[Other, ...]] = {}
    for person in people(links):
        for known in person.profiles:
            uri = known.profile.uri
            elsewhere = tuple(
                Other(one, frozenset((uri, one.profile.uri)) in said)
                for one in person.profiles
                if one.network != known.network
            )
            if elsewhere:
                found[uri] = elsewhere
    return found


def _are_one_person(uris: Collection[str], others: Mapping[str, tuple[Other, ...]]) -> bool:
    first, *rest = uris
    return {one.known.profile.uri for one in others.get(first, ())} >= set(rest)


def _clusters(written: Sequence[Post]) -> list[list[Post]]:
    """Posts whose surroundings overlap, together."""
    found: list[list[Post]] = []
    for post in written:
        if found and post.created_at - found[-1][-1].created_at <= 2 * LATE:
            found[-1].append(post)
        else:
            found.append([post])
    return found


class _Look:
    """One look through the cache, on a reader's thread."""

    def __init__(self, reader: Reader, others: Mapping[str, tuple[Other, ...]]) -> None:
        from app.store.seeking import Seeker

        self._reader, self._others = reader, others
        self._seeker = Seeker(reader)
        self._joined: dict[str, str] = {}

    def twins(self, written: Sequence[Post]) -> dict[str, str]:
        """Of posts in the order in which they were written: answers after what they answer."""
        near: dict[str, list[Post]] = {}
        for cluster in _clusters(written):
            for one in self._around(cluster):
                near.setdefault(one.author.uri, []).append(one)
        for post in written:
            twin = self._twin(post, near)
            if twin is not None:
                self._joined[post.uri] = twin.uri
        return self._joined

    def newest(self, profiles: Sequence[Profile]) -> dict[str, str]:
        """The twins of what these people wrote last, as far as it is kept."""
        written: dict[str, Post] = {}
        for profile in profiles:
            names = tuple(filter(None, _FIRST.split(profile.handle, 1)[:1]))
            query = Query(conditions=(Condition("from", values=names),))
            looked = self._seeker.look(query, None, MOST)
            written |= {
                one.post.uri: one.post
                for one in looked.found
                if one.post.author.uri == profile.uri and profile.uri in self._others
            }
        ordered = sorted(written.values(), key=lambda post: (post.created_at, post.uri))
        return self.twins(ordered)

    def _around(self, cluster: Sequence[Post]) -> list[Post]:
        """
        What the same people wrote elsewhere around these posts, in one look.

        By the first word of their handles: a whole handle is several words, of which
        all but this one are in thousands of others (measured: ten times as long).
        """
        profiles = {
            other.known.profile.uri: other.known.profile
            for post in cluster
            for other in self._others[post.author.uri]
        }
        names = dict.fromkeys(_FIRST.split(one.handle, 1)[0] for one in profiles.values())
        query = Query(
            conditions=(
                Condition("from", values=tuple(filter(None, names))),
                Condition("after", at=cluster[0].created_at - LATE),
                Condition("before", at=cluster[-1].created_at + LATE),
            )
        )
        looked = self._seeker.look(query, None, MOST)
        return [one.post for one in looked.found if one.post.author.uri in profiles]

    def _twin(self, post: Post, near: Mapping[str, Sequence[Post]]) -> Post | None:
        """The one that is; None where there are several: who says it twice may mean either."""
        found = {
            one.uri: one
            for other in self._others[post.author.uri]
            for one in near.get(other.known.profile.uri, ())
            if are_twins(post, one, confirmed=other.confirmed)
            and self._answer_the_same(post, one)
            and self._is_free(one, post)
        }
        by_network = [one.network for one in found.values()]
        return next(iter(found.values())) if found and len(by_network) == 1 else None

    def _answer_the_same(self, one: Post, other: Post) -> bool:
        if one.reply_to is None or other.reply_to is None:
            return one.reply_to is other.reply_to
        mine, theirs = one.reply_to.uri, other.reply_to.uri
        if not (mine and theirs):
            return False
        if self._joined.get(mine) == theirs:
            return True
        return theirs in {post.uri for post in self._reader.echo(mine)}

    def _is_free(self, one: Post, post: Post) -> bool:
        """Nothing else that was written on the network of *post* is its twin already."""
        if one.uri in self._joined.values():
            return False
        return all(
            kept.uri == post.uri or kept.network != post.network or kept.bridged_from
            for kept in self._reader.echo(one.uri)
        )
