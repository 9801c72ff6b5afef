"""Getting to know people for feeds: computed and asked in the background, noted in the cache."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import json
from msgspec.structs import replace

from app.feed.times import micros
from app.model import AccountId
from app.model.errors import NotFound, ServiceError
from app.protocols.writing import Reacts
from app.services.feed_knowledge import (
    ASK_AGAIN,
    MEMO,
    STALE,
    People,
    Stands,
    met,
    noted_people,
    read_people,
)
from app.services.together import together

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.feed.topics import WordLists
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.feed_making import Made
    from app.store import Reader, Store
    from app.store.candidates import Candidates

log = logging.getLogger(__name__)

MOST_ASKED = 20
"""Servers are asked about so many people at once: one request each."""

ASK_FOR = 5.0
"""Seconds after which the rest is asked another time."""

MORE_AFTER = timedelta(seconds=30)
"""Between asking about some and about the next."""

MOST_FILLED = 20_000
"""Posts whose traits are made at once, in bursts, behind what is on the screen."""


class FeedPeople:
    """What is known of people, kept for all feeds."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        clock: Clock,
        lists: Callable[[], WordLists],
        *,
        offline: bool = False,
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._lists, self._offline = lists, offline
        self._known: People | None = None
        self._of: frozenset[str] = frozenset()
        self._is_new = False
        self._asked: datetime | None = None

    def known(self, read: Candidates) -> People:
        """What is known now, at once. On a reader's thread."""
        me = self.me()
        if self._known is None or self._of != me:
            self._of = me
            noted = noted_people(read, me)
            self._is_new = noted is None
            self._known = noted or People()
        return self._known

    @property
    def is_new(self) -> bool:
        """Nothing was known before this feed was made: it deserves to be made again."""
        return self._is_new

    def me(self) -> frozenset[str]:
        """My own profiles."""
        return frozenset(account.uri for account in self._accounts.all())

    async def fill(self, made: Made | None = None, *, pause: float = 0.0) -> None:
        """
        Keep the traits that were lacking: first of *made*, then of the rest of the cache.

        *pause*: s between two bursts, where somebody may be scrolling.
        """
        from app.services.feed_candidates import maker  # numpy: not before a feed is made
        from app.store.candidates import Candidates
        from app.store.traits import keep_traits

        make = maker(self._lists())
        lacking = list(made.pool.lacking) if made is not None else []
        if lacking:
            await keep_traits(self._store, lacking, make, pause=pause)
        rest = await self._store.load(lambda r: Candidates(r).without_traits(MOST_FILLED))
        if rest:
            await keep_traits(self._store, rest, make, pause=pause)

    async def learn(self, made: Made, *, most: int = MOST_ASKED, pause: float = 0.0) -> bool:
        """
        Bring what is known up to date, if it is old. Returns whether it is another now.

        Asks servers about at most *most* people. Raises: StoreError.
        """
        now = micros(self._clock.now())
        before = self._known or People()
        if now - before.at < STALE and not self._is_new:
            # Who was not among the first that were asked about is asked about by and by: else it
            # would depend on what came in first who is known.
            waited = self._asked is None or self._clock.now() - self._asked >= MORE_AFTER
            lacks = waited and most > 0 and not self._offline
            if not lacks or not self._wanted(before, made, now):
                return False
            people = met(before, made.pool.columns.candidates, self.me())
        else:
            await self.fill(made, pause=pause)
            people = await self._store.load(self._reading(now, before))
            people = met(people, made.pool.columns.candidates, self.me())
        people = await self._ask(people, made, now, most)
        self._asked = self._clock.now()
        self._known, self._is_new = people, False
        await self._note(people, now)
        return replace(people, at=0) != replace(before, at=0)

    # ------------------------------------------------------------- private

    def _reading(self, now: int, before: People) -> Callable[[Reader], People]:
        from app.store.candidates import Candidates

        me = self.me()
        return lambda reader: read_people(Candidates(reader), me, now, before)

    async def _note(self, people: People, now: int) -> None:
        from app.store.candidates import note

        body = json.encode(people)
        await self._store.change_cache(lambda db: note(db, MEMO, now, body))

    async def _ask(self, people: People, made: Made, now: int, most: int) -> People:
        """Ask how those who post most here stand to me; a refusal ends it for that account."""
        if self._offline or most <= 0:
            return people
        stands = dict(people.stands)
        asked: dict[AccountId, list[str]] = {}
        for author, network in self._wanted(people, made, now)[:most]:
            account = self._asker(network)
            if account is not None:
                asked.setdefault(account, []).append(author)
        with suppress(TimeoutError):  # what was answered is kept
            async with asyncio.timeout(ASK_FOR), together() as group:
                for account, authors in asked.items():
                    group.create_task(self._ask_one(account, authors, people, now, stands))
        return replace(people, stands=stands)

    async def _ask_one(
        self,
        account: AccountId,
        authors: list[str],
        people: People,
        now: int,
        stands: dict[str, Stands],
    ) -> None:
        """One after the other: no more than one request at a time to a server."""
        for author in authors:
            try:
                service = self._accounts.service(account)
                if not isinstance(service, Reacts):
                    return
                relation = await service.relation(author)
            except NotFound:
                stands[author] = Stands(following=False, followed_by=False, at=now)
            except ServiceError as error:
                log.info("relation for %s: %s", account, error.kind)
                return
            else:
                stands[author] = Stands(
                    following=relation.following or author in people.following,
                    followed_by=relation.followed_by,
                    at=now,
                )

    def _wanted(self, people: People, made: Made, now: int) -> list[tuple[str, str]]:
        """(author, network) of whom nothing is known, or only of long ago; the dearest first."""
        networks: dict[str, str] = {}
        for one in made.pool.columns.candidates:
            networks.setdefault(one.traits.author, one.traits.network)
        me = self.me()
        unknown = [
            author
            for author in networks
            if author not in me and not _is_known(people.stands, author, now)
        ]
        affinity, rates = people.affinity, people.rates
        unknown.sort(key=lambda who: (-affinity.get(who, 0.0), -rates.get(who, 0.0), who))
        return [(author, networks[author]) for author in unknown]

    def _asker(self, network: str) -> AccountId | None:
        mine = self._accounts.all()
        return next((one.id for one in mine if one.network == network), None)


def _is_known(stands: Mapping[str, Stands], author: str, now: int) -> bool:
    known = stands.get(author)
    return known is not None and now - known.at < ASK_AGAIN
