"""The demo's two networks: everything that was written there, newest first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from app.model import AccountId, Cursor, Entry, Post, Source, Stub, ViewerState
from app.model.errors import Malformed, NotFound, Unsupported
from app.protocols.demo.generated import everyday
from app.protocols.demo.ledger import Ledger
from app.protocols.demo.noticed import POSTS
from app.protocols.demo.oddities import ODDITIES
from app.protocols.demo.offering import posts_of
from app.protocols.demo.people import FIRST, SECOND
from app.protocols.demo.scenes import SCENES
from app.protocols.demo.shelving import Shelving
from app.protocols.demo.sketch import (
    BOTH,
    ESTUARY,
    SKY,
    Sketch,
    Told,
    posts_from_sketches,
    told_from_sketch,
)
from app.protocols.demo.talk import TALK

_BEGIN = 71.0
"""Minutes before the origin from which on everyday posts stand between the rest."""


class World:
    """
    Two networks in memory.

    Args:
        origin: The moment the pictures were taken; ages count from it.
        per_network: Everyday posts of each network beside the written ones.
        clock: When given, ``advance`` fills the time up to it; else every new
            post comes 20 s after the one before.

    Deterministic: the same arguments and calls give the same values.
    """

    def __init__(
        self,
        origin: datetime,
        *,
        per_network: int = 400,
        days: float = 5.0,
        seed: int = 1,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.origin = origin.astimezone(UTC)
        self.now = self.origin
        self.ledger = Ledger()
        self._clock = clock
        self._seed = seed
        self._grown = 0
        # oldest first, so that what is new goes to the end
        self._told: dict[str, list[tuple[datetime, str, Told]]] = {}
        self._posts: dict[str, Post] = {}
        self._viewers: dict[tuple[AccountId, str], ViewerState] = {}
        self._averted: dict[AccountId, set[str]] = {}
        self._tell(_sketches(per_network, days, seed))
        for told in _unreadable(self.origin):
            self._insert(told)

    def advance(self, count: int) -> None:
        """Let *count* new posts be written, on both networks in turn."""
        until = self.now + timedelta(seconds=20 * count)
        if self._clock is not None:
            until = max(self._clock(), self.now + timedelta(microseconds=count))
        step = (until - self.now) / max(count, 1)
        sketches = []
        for _ in range(count):
            self.now += step
            ago = (self.origin - self.now) / timedelta(minutes=1)
            number = 1_000_000 + self._grown
            sketch = everyday(self._grown % 2, number, ago, seed=self._seed)
            # for everybody, so that so many are new wherever one looks
            sketches.append(replace(sketch, seen_by=frozenset()))
            self._grown += 1
        self._tell(sketches)

    def page(
        self, account: AccountId, network: str, source: Source, cursor: str, limit: int
    ) -> tuple[tuple[Entry | Stub, ...], Cursor | None]:
        """
        A page of *source*, as *account* sees it, and where it goes on.

        Raises:
            Unsupported: The demo has no such source.
            Malformed: It is not one of our cursors.
        """
        if source.kind in ("list", "feed", "trends"):
            return self._shelf(account, network, source, cursor, limit)
        before = _place(cursor)
        items: list[Entry | Stub] = []
        last = ""
        for at, key, told in self._newest(network, before):
            if not self._belongs(told, account, source):
                continue
            if len(items) == limit:
                return tuple(items), Cursor(last)
            items.append(self._seen(told.item, account))
            last = f"{_micros(at)}|{key}"
        return tuple(items), None

    def _shelf(
        self, account: AccountId, network: str, source: Source, cursor: str, limit: int
    ) -> tuple[tuple[Entry | Stub, ...], Cursor | None]:
        """What has an order of its own is counted off."""
        if cursor and not cursor.isdigit():
            raise Malformed("The demo does not know this cursor.")
        start = int(cursor or 0)
        public = [one for one in self.posts(network) if one.visibility in ("public", "quiet")]
        posts = (
            Shelving(account, network, self.ledger).posts(source.arg, public)
            if source.kind == "list"
            else posts_of(source.kind, source.arg, network, public)
        )
        items = tuple(self.seen(post, account) for post in posts[start : start + limit])
        return items, Cursor(str(start + limit)) if start + limit < len(posts) else None

    def post(self, uri: str) -> Post:
        """The post *uri* as it is now. Raises: NotFound."""
        try:
            return self._posts[uri]
        except KeyError:
            raise NotFound("There is no such post.") from None

    def posts(self, network: str) -> Iterator[Post]:
        """Every post of a network that was written by now, in no order."""
        for post in self._posts.values():
            if post.network == network and post.sort_at <= self.now:
                yield post

    def viewer(self, account: AccountId, uri: str) -> ViewerState:
        """What *account* did with the post *uri*."""
        return self._viewers.get((account, uri), ViewerState())

    def seen(self, post: Post, account: AccountId) -> Entry:
        """*post* as an entry for *account*."""
        viewer = self.viewer(account, post.uri)
        return Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer)

    # What accounts do changes it: see ``writing`` and ``deeds``.

    def tick(self) -> datetime:
        """A moment later than all before: something is written now."""
        later = self.now + timedelta(milliseconds=1)
        self.now = max(later, self._clock()) if self._clock is not None else later
        return self.now

    def tell(self, told: Told) -> None:
        """From its time on it stands in timelines."""
        if isinstance(told.item, Entry):
            self._posts.setdefault(told.item.post.uri, told.item.post)
        self._insert(told)

    def change(self, post: Post) -> None:
        """The post is another now, wherever it stands. Raises: NotFound."""
        self.post(post.uri)
        self._posts[post.uri] = post

    def untell(self, network: str, key: str) -> None:
        """Take the entry *key* out of timelines. Harmless when there is none."""
        told = self._told.get(network, [])
        told[:] = [place for place in told if place[1] != key]

    def remove(self, uri: str) -> None:
        """Delete a post: no timeline has it, who quotes it quotes nothing. Harmless twice."""
        post = self._posts.pop(uri, None)
        if post is None:
            return
        told = self._told.get(post.network, [])
        told[:] = [place for place in told if not _is_of(place[2].item, uri)]
        for other in list(self._posts.values()):
            if other.quote is not None and other.quote.uri == uri:
                gone = replace(other.quote, state="deleted", post=None)
                self._posts[other.uri] = replace(other, quote=gone)

    def set_viewer(self, account: AccountId, uri: str, state: ViewerState) -> None:
        """*account* has done something with a post."""
        self._viewers[account, uri] = state

    def avert(self, account: AccountId, profile: str, *, away: bool) -> None:
        """*account* does not want to see *profile* in its home timeline (any more)."""
        averted = self._averted.setdefault(account, set())
        (averted.add if away else averted.discard)(profile)

    def _newest(
        self, network: str, before: tuple[datetime, str] | None
    ) -> Iterator[tuple[datetime, str, Told]]:
        told = self._told.get(network, [])
        end = len(told) if before is None else bisect_left(told, before, key=lambda t: t[:2])
        for index in range(end - 1, -1, -1):
            if told[index][0] <= self.now:
                yield told[index]

    def _belongs(self, told: Told, account: AccountId, source: Source) -> bool:
        item = told.item
        if source.kind == "home":
            return account in told.seen_by and not self._is_averted(item, account)
        if isinstance(item, Stub) or item.repost is not None:
            return False
        post = self._posts[item.post.uri]
        if post.visibility in ("followers", "direct") and account not in told.seen_by:
            return False
        match source.kind:
            case "author":
                return post.author.uri == source.arg
            case "tag":
                return source.arg.lower() in (tag.lower() for tag in post.tags)
            case "search":
                return source.arg.lower() in post.text.text.lower()
            case "likes":
                return self.viewer(account, post.uri).liked
            case "quotes":
                return post.quote is not None and post.quote.uri == source.arg
            case "bookmarks":
                return self.viewer(account, post.uri).bookmarked
            case _:
                raise Unsupported(f"The demo has no {source.kind}.")

    def _seen(self, item: Entry | Stub, account: AccountId) -> Entry | Stub:
        if isinstance(item, Stub):
            return item
        return Entry(
            key=item.key,
            sort_at=item.sort_at,
            post=self._posts[item.post.uri],
            viewer=self.viewer(account, item.post.uri),
            repost=item.repost,
        )

    def _is_averted(self, item: Entry | Stub, account: AccountId) -> bool:
        averted = self._averted.get(account)
        if not averted or isinstance(item, Stub):
            return False
        by = item.repost.by.uri if item.repost else ""
        return item.post.author.uri in averted or by in averted

    def _tell(self, sketches: Iterable[Sketch]) -> None:
        named = {f"{sketch.who} {sketch.name}": sketch for sketch in sketches}
        posts = posts_from_sketches(named, self.origin)
        for name, sketch in named.items():
            self._posts[posts[name].uri] = posts[name]
            for told in told_from_sketch(sketch, posts[name], self.origin):
                self._insert(told)
            for account, state in sketch.did.items():
                self._viewers[account, posts[name].uri] = state

    def meet(self, post: Post) -> None:
        """A server has brought *post* here: it stands in no timeline."""
        if post.uri not in self._posts:
            self._posts[post.uri] = post
            entry = Entry(key=post.uri, sort_at=post.sort_at, post=post)
            self._insert(Told(item=entry, network=post.network, seen_by=frozenset()))

    def _insert(self, told: Told) -> None:
        place = (told.item.sort_at, told.item.key, told)
        insort(self._told.setdefault(told.network, []), place, key=lambda t: t[:2])


def _sketches(per_network: int, days: float, seed: int) -> list[Sketch]:
    sketches = [*SCENES, *ODDITIES, *TALK, *POSTS]
    step = (days * 24 * 60 - _BEGIN) / max(per_network, 1)
    for index in (0, 1):
        for number in range(per_network):
            # closer together near the top, so that the first pages are lively
            ago = _BEGIN + number * step * (0.35 + 0.65 * number / per_network)
            sketches.append(everyday(index, number, ago + index * 3.1, seed=seed))
    return sketches


def _unreadable(origin: datetime) -> tuple[Told, ...]:
    """A record of each network that no program can read."""
    at = origin - timedelta(minutes=3 * 60 + 25)
    reason = "Its record has no author."
    first = Stub(
        key="https://polder.example/users/teun/statuses/broken",
        sort_at=at,
        reason=reason,
        excerpt='{"content": 17, "account": null}',
    )
    second = Stub(
        key="at://did:plc:brokenbrokenbrokenbroken/app.bsky.feed.post/broken",
        sort_at=at - timedelta(hours=14),
        reason="Its record has no text.",
        excerpt='{"record": []}',
    )
    return (
        Told(item=first, network=FIRST.id, seen_by=BOTH),
        Told(item=second, network=SECOND.id, seen_by=frozenset({SKY, ESTUARY})),
    )


def _is_of(item: Entry | Stub, uri: str) -> bool:
    return isinstance(item, Entry) and item.post.uri == uri


def _micros(at: datetime) -> int:
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def _place(cursor: str) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    at, bar, key = cursor.partition("|")
    if not bar or not at.isdigit():
        raise Malformed("The demo does not know this cursor.")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(at)), key
