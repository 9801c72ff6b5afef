"""
What one line brings, on its way into the store.

Nothing of it is stored before a page that was asked for *after* the line was open has
come: else what happened in between would be a hole that nobody knows of. From then on
what comes goes into the store together, ten times a second at most.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from app.model import AccountId
from app.model.errors import ServiceError
from app.model.timeline import Entry, Stub
from app.protocols.streaming import (
    Edited,
    Event,
    FiltersChanged,
    Gone,
    Items,
    Noticed,
    Opened,
    Stirred,
)
from app.services.contiguity import unique
from app.services.together import together

if TYPE_CHECKING:
    from app.services.clock import Clock

log = logging.getLogger(__name__)

BEAT = 0.1
"""Seconds between two transactions of a line, at least."""

MOST = 2_000
"""Events that wait; more are dropped, and pages bring what they told of."""

NOTICE_BEATS = (1.0, 15.0)
"""Seconds between two looks at notifications: usually, and in a storm of them."""

FILTER_BEATS = (1.0, 60.0)
"""The same for what the server filters."""

SETTLE = 0.5
"""Seconds that a network needs until its pages show what has happened."""

STIR_BEAT = 3.0
"""Seconds between two looks at a home timeline that is said to have changed."""


class Doors:
    """What an intake does with what comes; each may raise ``ServiceError``."""

    async def catch_up(self, account: AccountId) -> None:
        """Fetch what is new, down to what is known."""
        raise NotImplementedError

    async def take(self, account: AccountId, items: tuple[Entry | Stub, ...]) -> None:
        """They are new at the top of its home timeline."""
        raise NotImplementedError

    async def renew(self, account: AccountId, entries: tuple[Entry, ...]) -> None:
        """These posts are others now."""
        raise NotImplementedError

    async def take_back(self, account: AccountId, gone: Iterable[Gone]) -> None:
        """These are no more."""
        raise NotImplementedError

    async def look_at_notices(self, account: AccountId) -> None:
        """Fetch what is new among them."""
        raise NotImplementedError

    async def renew_filters(self, account: AccountId) -> None:
        """Ask what its server filters."""
        raise NotImplementedError


class Intake:
    """
    Takes what one line of one account brings.

    Args:
        opened: Called when all is told from now on, and the page before is there.
    """

    def __init__(
        self, account: AccountId, doors: Doors, clock: Clock, opened: Callable[[], None]
    ) -> None:
        self._account, self._doors, self._clock = account, doors, clock
        self._on_opened = opened
        self._open = asyncio.Event()
        self._waiting: list[Items | Edited | Gone] = []
        self._count = 0
        self._missed = False
        self._some = asyncio.Event()
        self._noticed, self._filters, self._stirred = (asyncio.Event() for _ in range(3))
        self._never = asyncio.Event()

    def take(self, event: Event) -> None:
        """Something has happened. Quick."""
        match event:
            case Opened(way=way):
                log.info("live line of %s: %s", self._account, way)
                self._open.set()
            case Noticed():
                self._noticed.set()
            case FiltersChanged():
                self._filters.set()
            case Stirred():
                self._stirred.set()
            case _:
                self._wait(event)

    def _wait(self, event: Items | Edited | Gone) -> None:
        self._count += 1
        if len(self._waiting) >= MOST:
            # Nobody could read so much: the newest page, and a gap below it, are enough.
            log.info("live line of %s: too much at once", self._account)
            self._waiting.clear()
            self._missed = True
        if not self._missed:
            self._waiting.append(event)
        self._some.set()

    async def run(self) -> None:
        """Until cancelled. Raises: ServiceError: it cannot go on."""
        await self._open.wait()
        await self._doors.catch_up(self._account)
        self._on_opened()
        look, renew = self._doors.look_at_notices, self._doors.renew_filters
        async with together() as group:
            group.create_task(self._store())
            group.create_task(self._answer(self._noticed, look, *NOTICE_BEATS))
            group.create_task(self._answer(self._filters, renew, *FILTER_BEATS))
            group.create_task(self._follow_up())

    async def _store(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            if self._missed:
                # Before the page is asked for: what comes from here on is told again.
                self._missed = False
                await self._doors.catch_up(self._account)
            waiting, self._waiting = self._waiting, []
            if waiting:
                await self._flush(waiting)
            await self._clock.wait(self._never, BEAT)

    async def _flush(self, events: list[Items | Edited | Gone]) -> None:
        account, doors = self._account, self._doors
        items: list[Entry | Stub] = []
        edited: dict[str, Entry] = {}
        gone: list[Gone] = []
        for event in events:
            match event:
                case Items(items=new):
                    items += new
                case Edited(entry=entry):
                    edited[entry.post.uri] = entry
                case Gone():
                    gone.append(event)
        if gone:
            items = _without(items, gone)
        if items:
            newest_first = sorted(items, key=lambda item: item.sort_at, reverse=True)
            await doors.take(account, unique(newest_first))
        if edited:
            await doors.renew(account, tuple(edited.values()))
        if gone:
            await doors.take_back(account, gone)

    async def _answer(
        self,
        event: asyncio.Event,
        act: Callable[[AccountId], Awaitable[None]],
        beat: float,
        longest: float,
    ) -> None:
        """Each time it happens; in a storm of it less and less often."""
        pause = beat
        while True:
            await event.wait()
            event.clear()
            try:
                await act(self._account)
            except ServiceError as error:
                log.info("live line of %s: %s", self._account, error.kind)
            await self._clock.wait(self._never, pause)
            pause = min(longest, pause * 2) if event.is_set() else beat

    async def _follow_up(self) -> None:
        while True:
            await self._stirred.wait()
            await self._clock.wait(self._never, SETTLE)
            self._stirred.clear()
            await self._doors.catch_up(self._account)
            await self._clock.wait(self._never, STIR_BEAT)


def _without(items: list[Entry | Stub], gone: Iterable[Gone]) -> list[Entry | Stub]:
    """Those that were not taken back before anybody saw them."""
    keys = {key for one in gone for key in one.keys}
    refs = {one.ref for one in gone if one.ref}
    return [
        item
        for item in items
        if item.key not in keys
        and not (isinstance(item, Entry) and (item.post.uri in keys or item.viewer.ref in refs))
    ]
