"""Keeping accounts up to date while the window lives."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.model import HOME, AccountId
from app.model.errors import (
    NotFound,
    RateLimited,
    ServiceError,
    SignedOut,
    StoreError,
    Suspended,
    VaultAbsent,
    VaultLocked,
)
from app.services.together import first_of

if TYPE_CHECKING:
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.services.sync import Sync

log = logging.getLogger(__name__)

PERIOD = 60.0
"""Seconds between two rounds of an account, usually; each varies by a tenth."""

FIRST_RETRY = 2.0
LONGEST_RETRY = 300.0
"""Seconds. After errors, a wait of random(0, min(longest, first · 2ⁿ)), but
never less than ``FIRST_RETRY`` (security facts: full jitter, cap 5 min)."""

SUSPENDED_RETRY = 6 * 3600.0
"""Seconds until a suspended account is asked again: people decide, not machines."""

LOOK_AGAIN = (3.0, 10.0)
"""Seconds. After a post of one's own, rounds come as soon as this once each: a network's
own view may say for a moment that it knows the post, and still not show it."""

GAP_PAUSE = 4.0
"""Seconds between two gap pages in the background: slower than any limit."""


class SyncLoop:
    """
    Rounds for every account, and gaps filled in between.

    One task per account, so that a slow server holds up no other. When one
    account gets through after a failure, the others that failed try at once:
    the network is back.

    What the user is waiting for (the first round, a request) goes in the user's
    lane of the rate limits, everything else in the background's.

    Args:
        chance: 0 ≤ x < 1, for jitter.
        retry_now: Called when the network seems to be back: hosts that did
            not answer may be asked again at once.
        pause: Seconds between two rounds of an account, asked after each.
    """

    def __init__(
        self,
        sync: Sync,
        accounts: Accounts,
        clock: Clock,
        chance: Callable[[], float] = random.random,
        retry_now: Callable[[], None] = lambda: None,
        pause: Callable[[AccountId], float] = lambda account: PERIOD,
    ) -> None:
        self._sync = sync
        self._accounts = accounts
        self._clock = clock
        self._chance = chance
        self._retry_now = retry_now
        self.pause = pause
        self._wake: dict[AccountId, asyncio.Event] = {}
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._failing: set[AccountId] = set()
        self._soon: dict[AccountId, list[float]] = {}
        self._also: list[Callable[[AccountId], None]] = []

    def accompany(self, also: Callable[[AccountId], None]) -> None:
        """Call *also* with an account after every round of it that went well."""
        self._also.append(also)

    async def run(self) -> None:
        """Until cancelled."""
        leave = self._accounts.subscribe(self._on_change)
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for account in self._accounts.all():
                    self._begin(account.id)
                group.create_task(self._fill_gaps(), name="gaps")
        finally:
            self._group = None
            self._tasks.clear()
            leave()

    def request(self, account: AccountId | None = None) -> None:
        """Sync now (None: all), except where a server has asked us to wait."""
        self._retry_now()
        for known, event in self._wake.items():
            if account in (None, known):
                event.set()

    def expect(self, account: AccountId) -> None:
        """Sync now, and soon again: a post of the user's own must be there by then."""
        self._soon[account] = list(LOOK_AGAIN)
        self.request(account)

    # ------------------------------------------------------------- private

    def _on_change(self, change: AccountsChanged) -> None:
        if change.what == "added":
            self._begin(change.account)
        elif change.what == "removed":
            self._end(change.account)
        elif change.what == "renewed":
            self.request(change.account)

    def _begin(self, account: AccountId) -> None:
        task = self._tasks.get(account)
        if self._group is None or (task is not None and not task.done()):
            return
        self._wake[account] = asyncio.Event()
        self._wake[account].set()
        self._tasks[account] = self._group.create_task(
            self._rounds(account), name=f"sync {account}"
        )

    def _end(self, account: AccountId) -> None:
        self._wake.pop(account, None)
        self._failing.discard(account)
        self._soon.pop(account, None)
        task = self._tasks.pop(account, None)
        if task is not None:
            task.cancel()

    async def _rounds(self, account: AccountId) -> None:
        event = self._wake[account]
        failures = 0
        if self._accounts.state(account).kind == "signed_out":
            # Its server has said so before: no use in asking.
            event.clear()
            await event.wait()
        while account in self._accounts:
            asked = event.is_set()
            event.clear()
            error = await self._round(account, background=not asked)
            failures = failures + 1 if error else 0
            self._note(account, error)
            if isinstance(error, SignedOut | VaultLocked | VaultAbsent):
                await event.wait()  # only the user can help: sign in again, unlock
            elif isinstance(error, Suspended):
                await self._clock.wait(event, SUSPENDED_RETRY)
            elif isinstance(error, RateLimited):
                await self._until(error.until)
            else:
                await self._clock.wait(event, self._wait(account, failures))

    async def _round(self, account: AccountId, *, background: bool) -> ServiceError | None:
        """
        One round. A bug is written down and told as this account's trouble: what one
        server has sent must not end the window, at every start again.
        """
        try:
            [report] = await self._sync.run([account], background=background)
        except Exception as bug:
            log.exception("bug in a round of %s", account)
            error = ServiceError(f"Godwit made a mistake ({_name(bug)}); it is in the log.")
            await self._accounts.report(account, error)
            return error
        if report.error is None:
            for also in self._also:
                also(account)
        return report.error

    def _note(self, account: AccountId, error: ServiceError | None) -> None:
        if error is not None:
            self._failing.add(account)
            return
        if account in self._failing:
            self._failing.discard(account)
            self._retry_now()
            # One that was removed while it was asked may have failed since.
            for other in self._failing & self._wake.keys():
                if self._accounts.state(other).kind == "offline":
                    self._wake[other].set()

    def _wait(self, account: AccountId, failures: int) -> float:
        if failures == 0:
            pause = self.pause(account) * (0.9 + 0.2 * self._chance())
            soon = self._soon.get(account)
            return min(pause, soon.pop(0)) if soon else pause
        longest = min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** min(failures, 16))
        return max(FIRST_RETRY, longest * self._chance())

    async def _until(self, moment: datetime) -> None:
        """Wait as the server asked; a request does not shorten it."""
        never = asyncio.Event()
        while (left := (moment - self._clock.now()) / timedelta(seconds=1)) > 0:
            await self._clock.wait(never, left)

    async def _fill_gaps(self) -> None:
        """
        One gap page at a time; accounts in turn, those of home and the newest first.

        And a look at what commands have done to the accounts meanwhile.
        """
        never = asyncio.Event()
        last: AccountId | None = None
        while True:
            await self._clock.wait(never, GAP_PAUSE * (0.9 + 0.2 * self._chance()))
            try:
                await self._accounts.look_again()
                last = await self._fill_one(last)
            except StoreError as error:
                log.warning("gaps: %s", error.kind)
            except Exception:
                log.exception("bug in filling gaps")

    async def _fill_one(self, last: AccountId | None) -> AccountId | None:
        gaps = sorted(await self._sync.open_gaps(), key=lambda gap: gap.source != HOME)
        newest = {gap.account: gap for gap in reversed(gaps)}
        ready = [a.id for a in self._accounts.all() if self._may_fill(a.id) and a.id in newest]
        if not ready:
            return last
        following = ready[(ready.index(last) + 1) % len(ready)] if last in ready else ready[0]
        try:
            await self._sync.fill(following, newest[following].id, background=True)
        except NotFound:
            log.debug("gap of %s: closed meanwhile", following)
        except ServiceError as error:
            # Its state says so; the account's own round decides when to go on.
            self._failing.add(following)
            log.info("gap of %s: %s", following, error.kind)
        return following

    def _may_fill(self, account: AccountId) -> bool:
        return account not in self._failing and self._accounts.state(account).kind == "ready"


def _name(bug: BaseException) -> str:
    """What kind of mistake, also where tasks ran side by side."""
    return type(first_of(bug)).__name__
