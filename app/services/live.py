"""
Hearing of what happens at once, for every account whose server tells it.

One task per account listens for as long as the program lives: it connects again with
jittered, growing pauses; stops when its account is removed, signed out or locked; and
begins anew when the computer has slept.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from app.model import AccountId, Source
from app.model.errors import ServiceError, SignedOut, Unsupported
from app.services.live_counts import Counts
from app.services.live_doors import Letters, LiveDoors
from app.services.live_intake import Intake
from app.services.live_pace import Pace
from app.services.live_values import CONSENT, LIVE, LiveChanged, LiveChoice, LiveState

if TYPE_CHECKING:
    from app.protocols.streaming import StreamOffer, Streams
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.services.live_beside import Attention
    from app.services.moderation import Moderation
    from app.services.notifications import Notifications
    from app.services.sync import Sync
    from app.services.timelines import Timelines
    from app.store import Store

log = logging.getLogger(__name__)

FIRST_RETRY, LONGEST_RETRY = 1.0, 300.0
"""Seconds. A wait of random(0, min(longest, first · 2ⁿ)) after a line broke (security facts)."""

STABLE = 60.0
"""Seconds after which a line counts as good, and the next pause is a short one again."""

NOT_THERE = 6 * 3600.0
"""Seconds until a server that does not stream is asked again."""

REFUSED = 900.0
"""Seconds until one that did not let us in is asked again, if all else works there."""

TICK, ASLEEP = 10.0, 30.0
"""Seconds between two looks at the clock; so much more has passed: the computer slept."""

_ABLE = ("ready", "busy", "offline", "waiting")
"""States of accounts in which it makes sense to listen."""


class Live:
    """
    The lines of all accounts.

    Args:
        request: Syncs an account now (None: all).
        chance: 0 ≤ x < 1, for jitter.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        sync: Sync,
        timelines: Timelines,
        notifications: Notifications,
        moderation: Moderation,
        clock: Clock,
        *,
        request: Callable[[AccountId | None], None] = lambda account: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._doors = LiveDoors(store, accounts, sync, timelines, notifications, moderation)
        self._request, self._chance = request, chance
        self._states: dict[AccountId, LiveState] = {}
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._again: dict[AccountId, asyncio.Event] = {}
        self._intakes: dict[AccountId, Intake] = {}
        self._offline: set[AccountId] = set()
        self._group: asyncio.TaskGroup | None = None
        self._listeners: list[Callable[[LiveChanged], None]] = []
        self._attention: Attention | None = None
        self.counts = Counts(store, accounts, timelines, clock)
        self.pace = Pace(self._heard, lambda: not self.is_on)
        sync.subscribe(self.pace.note)

    # ------------------------------------------------------------- reading

    def state(self, account: AccountId) -> LiveState:
        """How it hears of what is new."""
        if self._group is None:
            return LiveState("off")
        known = self._states.get(account, LiveState())
        if known.kind == "polling":
            return LiveState("polling", self.pace.last(account))
        return known

    @property
    def is_on(self) -> bool:
        """Whether the user wants it: yes, until told otherwise."""
        return bool(self._store.reader.setting(LIVE, True))

    def choices(self) -> tuple[LiveChoice, ...]:
        """Streams that wait for the user's consent, or have it; one for each network."""
        found: dict[str, LiveChoice] = {}
        for account in self._accounts.all():
            offer = self._offer(account.id)
            if offer is not None and offer.consent:
                found.setdefault(
                    account.network,
                    LiveChoice(
                        network=account.network,
                        host=offer.host,
                        name=offer.name,
                        about=offer.consent,
                        on=self._has_consent(account.network),
                    ),
                )
        return tuple(found.values())

    def tells_of(self, account: AccountId, source: Source) -> bool:
        """What is new in that source, beside home, comes by itself."""
        intake = self._intakes.get(account)
        return intake is not None and source in intake.tells

    @property
    def attention(self) -> Attention:
        """Which sources beside home somebody looks at."""
        if self._attention is None:
            from app.services.live_beside import Attention  # nobody has opened any before

            self._attention = Attention(self._clock, self._choose_sources)
            if self._group is not None:
                self._group.create_task(self._attention.run(), name="what is looked at")
        return self._attention

    def subscribe(self, listener: Callable[[LiveChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def accompany(self, also: Callable[[AccountId], None]) -> None:
        """Call *also* with an account whenever something new is among its notifications."""
        self._doors.accompany(also)

    def deliver(self, letters: Letters) -> None:
        """Hand what is said in private to *letters* from now on."""
        self._doors.deliver(letters)

    # ------------------------------------------------------------ choosing

    async def switch(self, on: bool) -> None:
        """The user wants it, or not. Raises: StoreError."""
        await self._store.keep(lambda keeper: keeper.set_setting(LIVE, on))
        self.begin_again()

    async def consent(self, network: str, on: bool) -> None:
        """The user lets that network's stream know what it asks for, or not. Raises: StoreError."""
        await self._store.keep(lambda keeper: keeper.set_setting(CONSENT + network, on))
        self.begin_again()

    def begin_again(self, accounts: Iterable[AccountId] | None = None) -> None:
        """Hang up, and connect anew at once, where that is possible now."""
        for account in self._again if accounts is None else accounts:
            if event := self._again.get(account):
                event.set()

    # -------------------------------------------------------------- living

    async def run(self) -> None:
        """Until cancelled."""
        leave = self._accounts.subscribe(self._on_accounts)
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for account in self._accounts.all():
                    self._begin(account.id)
                group.create_task(self._watch_sleep(), name="asleep?")
                group.create_task(self._recount(), name="counters")
                if self._attention is not None:
                    group.create_task(self._attention.run(), name="what is looked at")
        finally:
            self._group = None
            self._tasks.clear()
            self._again.clear()
            self._states.clear()
            leave()

    def _begin(self, account: AccountId) -> None:
        task = self._tasks.get(account)
        if self._group is None or (task is not None and not task.done()):
            return
        self._again[account] = asyncio.Event()
        self._tasks[account] = self._group.create_task(
            self._listen(account), name=f"live {account}"
        )

    def _on_accounts(self, change: AccountsChanged) -> None:
        account = change.account
        if change.what == "added":
            self._begin(account)
        elif change.what == "removed":
            self._again.pop(account, None)
            self._states.pop(account, None)
            self.pace.forget(account)
            if (task := self._tasks.pop(account, None)) is not None:
                task.cancel()
        elif change.what == "renewed" or self._may(account) != self._was_able(account):
            self.begin_again([account])
        elif self._accounts.state(account).kind == "offline":
            self._offline.add(account)
        elif self._accounts.state(account).kind == "ready" and account in self._offline:
            self._offline.discard(account)  # its server answers again
            if self._heard(account).kind == "broken":
                self.begin_again([account])

    def _may(self, account: AccountId) -> bool:
        return self._accounts.state(account).kind in _ABLE

    def _was_able(self, account: AccountId) -> bool:
        return self._heard(account).kind != "off"

    async def _recount(self) -> None:
        """A bug in what one server has sent must not end the window."""
        while True:
            try:
                await self.counts.run()
            except Exception:
                log.exception("bug in counters")

    async def _watch_sleep(self) -> None:
        """Hours asleep, or a clock that was set: lines are dead, and much may have happened."""
        never = asyncio.Event()
        while True:
            before = self._clock.now()
            await self._clock.wait(never, TICK)
            passed = (self._clock.now() - before) / timedelta(seconds=1)
            if not -ASLEEP < passed - TICK < ASLEEP:
                log.info("the clock went on by %.0f s: connecting anew", passed)
                self.begin_again()
                self._request(None)

    # ------------------------------------------------------------ one line

    async def _listen(self, account: AccountId) -> None:
        again, failures = self._again[account], 0
        while account in self._accounts:
            again.clear()
            service, pause = self._service(account), 0.0
            if not self._may(account):
                self._set(account, LiveState("off"))
            elif service is None:
                self._set(account, LiveState("polling"))
            else:
                began = self._clock.now()
                error = await self._line(account, service, again, failures)
                stable = self._clock.now() - began > timedelta(seconds=STABLE)
                failures = 1 if stable else failures + 1
                pause = self._after(account, error, failures)
            if again.is_set():
                failures = 0
            elif pause:
                await self._clock.wait(again, pause)
            else:
                await again.wait()

    async def _line(
        self, account: AccountId, service: Streams, again: asyncio.Event, failures: int
    ) -> ServiceError | None:
        """One line, from its opening to its end. None: somebody wants another."""
        if not failures:
            self._set(account, LiveState("opening"))
        intake = Intake(account, self._doors, self._clock, lambda: self._opened(account))
        self._intakes[account] = intake
        self._choose_sources(account)
        works = {
            asyncio.ensure_future(service.stream(intake.take)),
            asyncio.ensure_future(intake.run()),
        }
        stop = asyncio.ensure_future(again.wait())
        try:
            await asyncio.wait({*works, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._intakes.pop(account, None)
            for task in (*works, stop):
                task.cancel()
            ended = await asyncio.gather(*works, return_exceptions=True)
        return self._why(account, ended)

    def _why(
        self, account: AccountId, ended: Iterable[BaseException | None]
    ) -> ServiceError | None:
        for error in ended:
            if isinstance(error, ServiceError):
                return error
            if isinstance(error, Exception):
                # A bug with what one server sent must not end the window.
                log.error("bug in the live line of %s", account, exc_info=error)
                return ServiceError(f"Godwit made a mistake ({type(error).__name__}).")
        return None

    def _after(self, account: AccountId, error: ServiceError | None, failures: int) -> float:
        """What the end of a line means. Returns seconds until the next try; 0: not by itself."""
        if error is None:
            return 0.0
        log.info("live line of %s: %s: %s", account, error.kind, error.message)
        if isinstance(error, Unsupported):
            self._set(account, LiveState("polling"))
            return NOT_THERE
        if isinstance(error, SignedOut):
            # If that is so, the next page says it as well; else it is this line alone.
            self._set(account, LiveState("polling"))
            self._request(account)
            return REFUSED
        self._set(account, LiveState("broken", message=error.message))
        longest = min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** min(failures, 16))
        return max(FIRST_RETRY, longest * self._chance())

    def _opened(self, account: AccountId) -> None:
        offer = self._offer(account)
        # Where notifications are not told, pages go on coming as often as before.
        seconds = 0.0 if offer is None or offer.whole else self.pace.last(account)
        self._set(account, LiveState("live", seconds))

    # ------------------------------------------------------------- private

    def _service(self, account: AccountId) -> Streams | None:
        """Who streams for that account, if the user wants it to."""
        from app.protocols.streaming import Streams

        offer = self._offer(account)
        if offer is None or not self.is_on:
            return None
        if offer.consent and not self._has_consent(self._accounts.find(account).network):
            return None
        service = self._accounts.service(account)
        return service if isinstance(service, Streams) else None

    def _choose_sources(self, account: AccountId) -> None:
        """Its line tells of what is looked at, beside home."""
        from app.protocols.streaming import StreamsMore

        if account not in self._intakes or account not in self._accounts:
            return  # told when there is a line again
        service = self._accounts.service(account)
        if isinstance(service, StreamsMore) and self._attention is not None:
            service.tell_of(self._attention.of(account))

    def _offer(self, account: AccountId) -> StreamOffer | None:
        from app.protocols.streaming import Streams

        try:
            service = self._accounts.service(account)
        except ServiceError:
            return None  # nobody here speaks its language
        return service.stream_offer() if isinstance(service, Streams) else None

    def _has_consent(self, network: str) -> bool:
        return self._store.reader.setting(CONSENT + network, False) is True

    def _heard(self, account: AccountId) -> LiveState:
        return self._states.get(account, LiveState())

    def _set(self, account: AccountId, state: LiveState) -> None:
        if self._states.get(account) == state:
            return
        self._states[account] = state
        for listener in tuple(self._listeners):
            listener(LiveChanged(account))
