"""What feeds are made with beside the cache: the time, me, my lists, what was learned."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.feed.times import micros
from app.model.timeline import ALL
from app.services.feed_knowledge import NOBODY, Moment
from app.services.seen import read_seen

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.services.feed_people import FeedPeople
    from app.services.followed_tags import FollowedTags
    from app.services.people import People
    from app.store import Store

LISTS, LEFT = "feeds.people", "feeds.left"
"""Settings: lists of people by name, when the window was closed last."""

AWAY = timedelta(hours=12)
"""How long one is taken to have been away when nobody knows."""


class Moments:
    """Reads it all at once, on the loop: little, and from what is kept."""

    def __init__(
        self, store: Store, clock: Clock, book: People, people: FeedPeople, tags: FollowedTags
    ) -> None:
        self._store, self._clock, self._book, self._people = store, clock, book, people
        self._tags = tags
        self._left: int | None = None

    def now(self) -> Moment:
        """Without what is known of people and was learned: that is read beside. Raises: StoreError."""
        seen = read_seen(self._store.reader, ALL)
        persons = {}
        for person in self._book.all():
            uris = sorted(known.profile.uri for known in person.profiles)
            persons.update(dict.fromkeys(uris, uris[0]))
        return Moment(
            now=micros(self._clock.now()),
            me=self._people.me(),
            people=NOBODY,
            persons=persons,
            lists=self.lists(),
            tags=frozenset(self._tags.known()),
            seen_before=seen.at if seen is not None else -(1 << 62),
            lessons={},
        )

    def left_at(self) -> int:
        """
        When I was here last (µs): the end of the run before, or up to where I had read.

        The same for a whole run: what came since then is not old for having been seen.
        """
        if self._left is None:
            seen = read_seen(self._store.reader, ALL)
            known = [seen.at] if seen is not None else []
            if isinstance(left := self._store.reader.setting(LEFT), int):
                known.append(left)
            self._left = max(known, default=micros(self._clock.now() - AWAY))
        return self._left

    def was_here(self) -> bool:
        """Somebody has read here before: it is known since when they were away."""
        reader = self._store.reader
        return isinstance(reader.setting(LEFT), int) or read_seen(reader, ALL) is not None

    def come_back(self, since: int) -> None:
        """One was away since then (µs), though the window stayed open."""
        self._left = max(since, self.left_at())

    async def leave(self) -> None:
        """The window closes: from now on I am away. Raises: StoreError."""
        now = micros(self._clock.now())
        await self._store.keep(lambda keeper: keeper.set_setting(LEFT, now))

    def lists(self) -> dict[str, frozenset[str]]:
        """Lists of people, as the user keeps them: URIs of profiles. Raises: StoreError."""
        kept = self._store.reader.setting(LISTS, {})
        return {name: frozenset(who) for name, who in kept.items()}

    async def set_list(self, name: str, profiles: frozenset[str]) -> None:
        """Keep one; an empty one is forgotten. Raises: StoreError."""
        lists = {one: sorted(who) for one, who in self.lists().items() if one != name}
        if profiles:
            lists[name] = sorted(profiles)
        await self._store.keep(lambda keeper: keeper.set_setting(LISTS, lists))
