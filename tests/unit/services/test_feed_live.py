"""What an open feed takes from is looked at: often, seldom or hardly ever, and not when it is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.model import AccountId, Source
from app.services.feed_live import AT_FIRST, BRIEFEST, LOOK, FeedLive
from app.services.feed_plans import Place
from app.services.live_beside import Attention
from app.services.live_pace import LIVE_PERIOD, LONGEST
from tests.unit.fakes import FakeClock
from tests.unit.services.servers import ANA
from tests.waiting import until

FRIENDS = Place(account=ANA, source=Source("list", "7"))
CATS, DOGS = (Place(account=ANA, source=Source("tag", name)) for name in ("cats", "dogs"))
FOLLOWED = Place(account=ANA, source=Source("tag", "sea"), many=True)
TRENDS = Place(account=ANA, source=Source("trends"), lane=1)


class Sight:
    """A feed that is open: what it takes from, and what was looked at."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.looked: list[Place] = []
        self.new = 0
        self.troubled: set[str] = set()
        self.told: set[Source] = set()
        self.bug: Exception | None = None
        self.clock = FakeClock()
        self.attention = Attention(self.clock, lambda account: None)  # type: ignore[arg-type]
        here: Any = self
        self.follows = FeedLive(here, here, self.clock)  # type: ignore[arg-type]
        self.task: asyncio.Task[None] | None = None

    def own_sources(self, plan: object) -> list[Place]:
        return self.places

    def is_troubled(self, place: Place) -> bool:
        return place.name in self.troubled

    def tells_of(self, account: AccountId, source: Source) -> bool:
        return source in self.told

    async def look(self, place: Place) -> int:
        self.looked.append(place)
        if self.bug is not None:
            raise self.bug
        return self.new

    def open(self, *places: Place) -> None:
        self.places = list(places)
        plan: Any = object()
        self.task = asyncio.create_task(self.follows.follow(lambda: plan))

    async def pause(self) -> float:
        """What passes between two looks, seconds."""
        begun, count = self.clock.now(), len(self.looked)
        async with asyncio.timeout(5):
            while len(self.looked) == count:
                self.clock.pass_time(0.5)
                await asyncio.sleep(0.001)
        return (self.clock.now() - begun).total_seconds()


@pytest.fixture
async def sight() -> AsyncIterator[Sight]:
    made = Sight()
    yield made
    if made.task is not None:
        made.task.cancel()
        await asyncio.gather(made.task, return_exceptions=True)


async def test_it_is_asked_often_while_something_comes(sight: Sight) -> None:
    """Slower while nothing does, and never more often than somebody can read."""
    sight.open(FRIENDS)
    first = await sight.pause()
    quiet = [await sight.pause() for _ in range(15)]
    sight.new = 3
    busy = [await sight.pause() for _ in range(9)]

    assert AT_FIRST <= first <= BRIEFEST + AT_FIRST + 1
    assert quiet == sorted(quiet) and quiet[-1] == pytest.approx(LONGEST, abs=1)
    assert busy[1:] == sorted(busy[1:], reverse=True) and busy[-1] == pytest.approx(BRIEFEST, abs=1)


async def test_what_is_told_of_is_hardly_asked_for(sight: Sight) -> None:
    """And often again from when nobody tells of it any more."""
    sight.told.add(FRIENDS.source)
    sight.open(FRIENDS)
    await sight.pause()
    assert FRIENDS.source in sight.attention.of(ANA)
    assert await sight.pause() == pytest.approx(LIVE_PERIOD, abs=1)
    sight.told.clear()
    sight.new = 1
    waits = [await sight.pause() for _ in range(8)]

    assert waits[-1] == pytest.approx(BRIEFEST, abs=1)


@pytest.mark.parametrize("place", [FOLLOWED, TRENDS])
async def test_many_tags_and_what_nobody_waits_for_are_asked_for_seldom(
    sight: Sight, place: Place
) -> None:
    """Thirty of them would use up what a server allows."""
    sight.new = 1
    sight.open(place)
    await sight.pause()

    assert await sight.pause() == pytest.approx(LONGEST, abs=1)


async def test_what_cannot_be_read_is_not_subscribed_to(sight: Sight) -> None:
    """Until it can: a list that was just made is not known everywhere at once."""
    sight.troubled.add(FRIENDS.name)
    sight.open(FRIENDS)
    await sight.pause()
    assert sight.attention.of(ANA) == ()
    sight.troubled.clear()
    await sight.pause()
    await until(lambda: sight.attention.of(ANA) == (FRIENDS.source,))


async def test_what_a_recipe_takes_from_may_change_while_it_is_open(sight: Sight) -> None:
    """The new is looked at, the old is left."""
    sight.open(CATS)
    await sight.pause()
    sight.places = [DOGS]
    sight.looked.clear()
    while DOGS not in sight.looked:
        await sight.pause()
    sight.looked.clear()
    for _ in range(3):
        await sight.pause()
    assert set(sight.looked) == {DOGS}
    assert LOOK < LONGEST


@pytest.mark.errors_expected
async def test_a_bug_with_one_source_ends_nothing(sight: Sight) -> None:
    """It is in the log, and the next look is made."""
    sight.bug = ZeroDivisionError()
    sight.open(FRIENDS)
    await sight.pause()
    await sight.pause()

    assert sight.task is not None and not sight.task.done()
    assert len(sight.looked) == 2


async def test_left_it_is_looked_at_no_more(sight: Sight) -> None:
    """And listened to a little longer, for who comes back."""
    sight.open(FRIENDS)
    await sight.pause()
    assert sight.task is not None
    sight.task.cancel()
    await asyncio.gather(sight.task, return_exceptions=True)
    count = len(sight.looked)
    sight.clock.pass_time(1_000)
    await asyncio.sleep(0.005)

    assert len(sight.looked) == count
    assert sight.attention.of(ANA) == (FRIENDS.source,)
