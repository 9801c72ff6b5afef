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
    from app.services.learning import Learning
    from app.services.people import People
    from app.store import Store

LISTS, TAGS = "feeds.people", "feeds.tags"
"""Settings: lists of people by name, and tags one follows, as the user keeps them."""

AWAY = timedelta(hours=12)
"""How long one is taken to have been away when nobody knows."""


class Moments:
    """Reads it all at once, on the loop: little, and from what is kept."""

    def __init__(
        self, store: Store, clock: Clock, book: People, people: FeedPeople, learning: Learning
    ) -> None:
        self._store, self._clock, self._book = store, clock, book
        self._people, self._learning = people, learning

    def now(self) -> Moment:
        """Without what is known of people, which is read beside. Raises: StoreError."""
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
            tags=frozenset(self._store.reader.setting(TAGS, [])),
            seen_before=seen.at if seen is not None else -(1 << 62),
            lessons=self._learning.lessons(),
        )

    def left_at(self) -> int:
        """Up to where I had read when I left (µs)."""
        seen = read_seen(self._store.reader, ALL)
        return seen.at if seen is not None else micros(self._clock.now() - AWAY)

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
