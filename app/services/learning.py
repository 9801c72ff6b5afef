"""Learning, only from "more like this" and "less like this": local, visible, resettable."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.learned import ENOUGH, Learned
from app.feed.times import micros
from app.feed.traits import judged_text
from app.model.errors import NotFound

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.store import Reader, Store
    from app.store.feeds import KeptMark

MOST_WORDS = 4_000
"""Characters of a post that a mark remembers."""


class Lesson(Struct, frozen=True, kw_only=True):
    """
    What there is to see of a lesson.

    Attributes:
        topic: "" = in general.
        may_hide: It has at least 20 marks of each kind; until then it only covers.
    """

    topic: str
    more: int
    less: int
    may_hide: bool
    needed: int = ENOUGH


class Learning:
    """The marks, and what they come to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._marks: dict[tuple[str, str], KeptMark] | None = None
        self._lessons: dict[str, Learned] | None = None

    def marks(self) -> tuple[KeptMark, ...]:
        """All of them, the oldest first. Raises: StoreError."""
        return tuple(self._all().values())

    def lessons(self, reader: Reader | None = None) -> dict[str, Learned]:
        """
        By topic. Making them takes 20 µs a mark.

        *reader*: of the thread that asks, if it is not the store's own. Raises: StoreError.
        """
        lessons = self._lessons
        if lessons is None:
            by_topic: dict[str, list[tuple[str, bool]]] = defaultdict(list)
            for mark in self._all(reader).values():
                by_topic[mark.topic].append((mark.words, mark.more))
            lessons = {topic: Learned(marks) for topic, marks in by_topic.items()}
            self._lessons = lessons
        return lessons

    def shown(self) -> tuple[Lesson, ...]:
        """What was learned, for people. Raises: StoreError."""
        return tuple(
            Lesson(topic=topic, more=one.more, less=one.less, may_hide=one.may_hide)
            for topic, one in sorted(self.lessons().items())
        )

    async def mark(self, uri: str, *, more: bool, topic: str = "") -> None:
        """
        Remember it, in place of what was said of that post before.

        Raises:
            NotFound: The post is not in the cache.
        """
        from app.store.feeds import KeptMark, save_mark

        posts = await self._store.load(lambda reader: reader.posts([uri]))
        post = posts.get(uri)
        if post is None:
            raise NotFound("This post is not in the cache.", "Look at it first, then mark it.")
        mark = KeptMark(
            uri=uri,
            more=more,
            at=micros(self._clock.now()),
            author=post.author.uri,
            words=judged_text(post)[:MOST_WORDS],
            topic=topic,
        )
        await self._store.keep(lambda keeper: save_mark(keeper, mark))
        self._forget()

    async def unmark(self, uri: str | None = None) -> None:
        """Forget what was said of a post; None: everything that was ever learned."""
        from app.store.feeds import drop_marks

        await self._store.keep(lambda keeper: drop_marks(keeper, uri))
        self._forget()

    def _forget(self) -> None:
        self._marks = self._lessons = None

    def _all(self, reader: Reader | None = None) -> dict[tuple[str, str], KeptMark]:
        marks = self._marks
        if marks is None:
            from app.store.feeds import kept_marks

            found = kept_marks(reader or self._store.reader)
            marks = {(mark.uri, mark.topic): mark for mark in found}
            self._marks = marks
        return marks
