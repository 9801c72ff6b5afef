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
from functools import partial
from typing import TYPE_CHECKING

from app.model import HOME, AccountId, Source
from app.model.errors import ServiceError
from app.model.timeline import Entry, Stub
from app.protocols.streaming import (
    Beside,
    Edited,
    Event,
    FiltersChanged,
    Gone,
    Items,
    Noticed,
    Opened,
    Stirred,
    Talked,
)
from app.services.contiguity import unique
from app.services.together import together

if TYPE_CHECKING:
    from app.model.message import Conversation
    from app.services.clock import Clock

log = logging.getLogger(__name__)

BEAT = 0.1
"""Seconds between two transactions of a source, at least."""

MOST = 2_000
"""Events that wait; more are dropped, and pages bring what they told of."""

NOTICE_BEATS = (1.0, 15.0)
"""Seconds between two looks at notifications: usually, and in a storm of them."""

FILTER_BEATS = (1.0, 60.0)
"""The same for what the server filters."""

MOST_LETTERS = 200
"""Conversations that wait."""

SETTLE = 0.5
"""Seconds that a network needs until its pages show what has happened."""

STIR_BEAT = 3.0
"""Seconds between two looks at a home timeline that is said to have changed."""


class Doors:
    """What an intake does with what comes; each may raise ``ServiceError``."""

    async def catch_up(self, account: AccountId, source: Source = HOME) -> None:
        """Fetch what is new, down to what is known."""
        raise NotImplementedError

    async def take(
        self, account: AccountId, items: tuple[Entry | Stub, ...], source: Source = HOME
    ) -> None:
        """They are new at the top of that source."""
        raise NotImplementedError

    async def take_letters(
        self, account: AccountId, conversations: tuple[Conversation, ...]
    ) -> None:
        """Something was said in these."""
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


News = Items | Edited | Gone


class Buffer:
    """
    Events of one source on their way into the store: bounded, and after a page.

    Args:
        name: For the log.
        catch_up: Fetches its newest page, down to what is known.
        flush: Stores events, in their order.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        catch_up: Callable[[], Awaitable[None]],
        flush: Callable[[list[News]], Awaitable[None]],
    ) -> None:
        self._name, self._clock = name, clock
        self._catch_up, self._flush = catch_up, flush
        self._waiting: list[News] = []
        self._missed = False
        self._some = asyncio.Event()
        self._never = asyncio.Event()

    def put(self, event: News) -> None:
        """It has happened. Quick."""
        if len(self._waiting) >= MOST:
            # Nobody could read so much: the newest page, and a gap below it, are enough.
            log.info("live line of %s: too much at once", self._name)
            self._waiting.clear()
            self._missed = True
        if not self._missed:
            self._waiting.append(event)
        self._some.set()

    async def run(self) -> None:
        """Until cancelled; when ``catch_up`` has brought what was before. Raises: ServiceError."""
        while True:
            await self._some.wait()
            self._some.clear()
            if self._missed:
                # Before the page is asked for: what comes from here on is told again.
                self._missed = False
                await self._catch_up()
            waiting, self._waiting = self._waiting, []
            if waiting:
                await self._flush(waiting)
            await self._clock.wait(self._never, BEAT)


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
        self._home = self._buffer(HOME)
        self._wanted: tuple[Source, ...] = ()
        self._beside: dict[Source, Buffer] = {}
        self._letters: dict[str, Conversation] = {}
        self._noticed, self._filters, self._stirred = (asyncio.Event() for _ in range(3))
        self._turned, self._talked, self._never = (asyncio.Event() for _ in range(3))
        self.tells: frozenset[Source] = frozenset()
        """Sources beside home of which all is told, and the page before is there."""

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
            case Beside(sources=sources):
                self._wanted = sources
                self._turned.set()
            case Talked(conversation=conversation):
                # Of many at once the newest are enough: a page brings the others.
                self._letters.pop(conversation.id, None)
                self._letters[conversation.id] = conversation
                if len(self._letters) > MOST_LETTERS:
                    del self._letters[next(iter(self._letters))]
                self._talked.set()
            case Items(source=source) if source != HOME:
                if (buffer := self._beside.get(source)) is not None:
                    buffer.put(event)
            case Items():
                self._home.put(event)
            case _:
                # What is changed or gone may wait to be stored in any of them.
                for buffer in (self._home, *self._beside.values()):
                    buffer.put(event)

    async def run(self) -> None:
        """Until cancelled. Raises: ServiceError: it cannot go on."""
        await self._open.wait()
        await self._doors.catch_up(self._account)
        self._on_opened()
        look, renew = self._doors.look_at_notices, self._doors.renew_filters
        async with together() as group:
            group.create_task(self._home.run())
            group.create_task(self._follow_beside(group))
            group.create_task(self._take_letters())
            group.create_task(self._answer(self._noticed, look, *NOTICE_BEATS))
            group.create_task(self._answer(self._filters, renew, *FILTER_BEATS))
            group.create_task(self._follow_up())

    def _buffer(self, source: Source) -> Buffer:
        account, doors = self._account, self._doors
        name = f"{account} {source.kind} {source.arg}".strip()
        catch_up = partial(doors.catch_up, account, source)
        return Buffer(name, self._clock, catch_up, partial(self._flush, source))

    async def _follow_beside(self, group: asyncio.TaskGroup) -> None:
        """Each source that is told of has its own page before, and its own order."""
        tasks: dict[Source, asyncio.Task[None]] = {}
        while True:
            await self._turned.wait()
            self._turned.clear()
            for source in [one for one in tasks if one not in self._wanted]:
                tasks.pop(source).cancel()
                self._beside.pop(source, None)
                self.tells -= {source}
            for source in [one for one in self._wanted if one not in tasks]:
                buffer = self._beside[source] = self._buffer(source)
                tasks[source] = group.create_task(self._take_beside(source, buffer))

    async def _take_beside(self, source: Source, buffer: Buffer) -> None:
        """What goes wrong with one is its own affair: it is asked for again from then on."""
        try:
            await self._doors.catch_up(self._account, source)
            self.tells |= {source}
            await buffer.run()
        except ServiceError as error:
            log.info("live line of %s, %s: %s", self._account, source.kind, error.kind)
        finally:
            if self._beside.get(source) is buffer:
                del self._beside[source]
                self.tells -= {source}

    async def _take_letters(self) -> None:
        while True:
            await self._talked.wait()
            self._talked.clear()
            letters, self._letters = tuple(self._letters.values()), {}
            try:
                await self._doors.take_letters(self._account, letters)
            except ServiceError as error:
                log.info("letters of %s: %s", self._account, error.kind)
            await self._clock.wait(self._never, BEAT)

    async def _flush(self, source: Source, events: list[News]) -> None:
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
            await doors.take(account, unique(newest_first), source)
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
