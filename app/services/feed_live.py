"""What an open feed takes from, beside home, is kept up to date: told of, or asked for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.model.errors import ServiceError
from app.services.live_pace import LIVE_PERIOD, LONGEST, paced
from app.services.together import together

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.services.feed_plans import FeedPlans, Place, Plan
    from app.services.live import Live

log = logging.getLogger(__name__)

AT_FIRST = 0.5
"""Seconds until a line is asked to tell of it: the feed is read for the first time before."""

BRIEFEST = 8.0
"""Seconds between two looks, at least: somebody sits before it."""

LOOK = 15.0
"""Seconds between two looks whether the feed still takes from the same."""

SELDOM = frozenset({"trends", "bookmarks", "likes"})
"""Kinds of sources that nobody waits for."""


class FeedLive:
    """
    Of all feeds that are open.

    Args:
        live: Knows of which sources servers tell by themselves.
    """

    def __init__(self, plans: FeedPlans, live: Live, clock: Clock) -> None:
        self._plans, self._live, self._clock = plans, live, clock

    async def follow(self, plan: Callable[[], Plan]) -> None:
        """Until cancelled. *plan*: what it takes from now. Raises: NotFound: it is gone."""
        never = asyncio.Event()
        tasks: dict[str, asyncio.Task[None]] = {}
        async with together() as group:
            while True:
                places = {one.name: one for one in self._plans.own_sources(plan())}
                for name in [one for one in tasks if one not in places]:
                    tasks.pop(name).cancel()
                for name in [one for one in places if one not in tasks]:
                    tasks[name] = group.create_task(self._keep(places[name]), name=f"live {name}")
                await self._clock.wait(never, LOOK)

    async def _keep(self, place: Place) -> None:
        """One of its sources, as long as it is looked at."""
        never = asyncio.Event()
        await self._clock.wait(never, AT_FIRST)
        pause = BRIEFEST
        while self._plans.is_troubled(place):
            # It may be new, and not everybody knows it yet; or it will never be there.
            await self._clock.wait(never, pause)
            await self._look(place)
            pause = paced(pause, new=False, briefest=BRIEFEST)
        pause = BRIEFEST
        with self._live.attention.attending(place.account, place.source):
            while True:
                await self._clock.wait(never, pause)
                new = await self._look(place)
                if self._live.tells_of(place.account, place.source):
                    pause = LIVE_PERIOD  # for what no line tells of, as with home
                elif place.many or place.source.kind in SELDOM or self._plans.is_troubled(place):
                    pause = LONGEST
                else:
                    pause = paced(pause, new=bool(new), briefest=BRIEFEST)

    async def _look(self, place: Place) -> int:
        """How much is new; a bug with what one server sent must not end the window."""
        try:
            return await self._plans.look(place)
        except ServiceError as error:
            log.info("%s: %s", place.name, error.kind)
        except Exception:
            log.exception("bug in a source of a feed")
        return 0
