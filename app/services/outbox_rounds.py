"""Which lane is worked on now: one per account, over all processes."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import DraftId
from app.model.errors import ServiceError
from app.model.sending import Delivery
from app.services.outbox_lane import Lane
from app.services.outbox_ledger import Key, Ledger, Overtaken, Unwritten
from app.services.outbox_schedule import USER_KINDS, next_of, rushed
from app.services.poll_links import holder_of, is_on_its_way, leads_to_poll

if TYPE_CHECKING:
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.services.deliver import Deliver
    from app.store.lock import FileLock
    from app.store.outbox import Kept

log = logging.getLogger(__name__)

LOOK_AROUND = 5.0
"""Seconds between two looks for what other processes have put into the outbox."""

AGAIN = 1.0
"""Seconds until a lane is tried again that another process is working on."""

AFTER_A_BUG = 60.0


class Rounds:
    """
    Begins what is due.

    Args:
        folder: For the locks. Who holds an account's lock works on its lanes; the
            system takes it back when the process dies, however that happens.

    Attributes:
        wake: Set when something may be due.
    """

    def __init__(
        self, folder: Path, accounts: Accounts, ledger: Ledger, deliver: Deliver, clock: Clock
    ) -> None:
        self._folder = folder
        self._accounts = accounts
        self._ledger = ledger
        self._deliver = deliver
        self._clock = clock
        self.wake = asyncio.Event()
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._working: dict[AccountId, Key] = {}
        self._later: dict[AccountId, datetime] = {}
        self._last: tuple[datetime, float] | None = None
        self._rushed: dict[Key, datetime | None] = {}
        self._unreachable: set[AccountId] = set()

    def is_working(self, key: Key) -> bool:
        """That lane is in our hands just now."""
        return self._working.get(key[1]) == key

    async def finish(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def close(self, patience: float) -> None:
        """
        End all work; what was begun stands on the disk.

        Answers that are on their way may take so many seconds more.
        """
        waiting = [self._tasks[account] for account in self._sending() if account in self._tasks]
        if waiting and patience > 0:
            await asyncio.wait(waiting, timeout=patience)
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _sending(self) -> list[AccountId]:
        """Accounts for which a post is out, and no answer is back."""
        found = {account: self._ledger.find(*key) for account, key in self._working.items()}
        return [account for account, lane in found.items() if lane and lane.state == "sending"]

    def begin_due(self, only: DraftId | None, *, held: bool) -> float:
        """Begin what is due, one lane per account. Returns seconds until something else is."""
        now = self._steady_now()
        soonest = now + timedelta(seconds=LOOK_AROUND)
        lanes: dict[AccountId, list[Delivery]] = {}
        for one in self._ledger.all():
            asked = only is None or one.draft == only
            written = (one.draft, one.account) not in self._ledger.unsaved
            if asked and written and not self._waits_for_poll(one):
                lanes.setdefault(one.account, []).append(one)
        for account, waiting in lanes.items():
            task = self._tasks.get(account)
            if task is not None and not task.done():
                continue
            if held:
                waiting = [one for one in waiting if one.state != "queued"]
            chosen, at = next_of(waiting, now)
            if chosen is not None and self._later.get(account, now) > now:
                chosen, at = None, self._later[account]
            if chosen is not None:
                key = (chosen.draft, account)
                self._tasks[account] = asyncio.create_task(
                    self._work(key), name=f"outbox {account}"
                )
            elif at is not None:
                soonest = min(soonest, at)
        return max(0.05, (soonest - now) / timedelta(seconds=1))

    def _waits_for_poll(self, lane: Delivery) -> bool:
        """It leads to the poll of another lane, which has no address yet."""
        if lane.state != "queued" or not leads_to_poll(lane):
            return False
        return is_on_its_way(holder_of(lane, self._ledger.of(lane.draft)))

    async def _work(self, key: Key) -> None:
        """One lane, as far as it goes now. Errors end here: the others go on."""
        account = key[1]
        self._later.pop(account, None)
        lock: FileLock | None = None
        try:
            lock = self._lock_of(account)
            if not lock.try_acquire():
                self._pause(account, AGAIN)  # another process is at it
                return
            kept = await self._ledger.load(*key)
            if kept is not None:
                self._working[account] = key
                with self._accounts.busy(account):
                    await self._deliver.advance(self._lane(key, kept))
        except (Overtaken, Unwritten):
            log.info("outbox of %s: looks again", account)
        except ServiceError as error:
            log.warning("outbox of %s: %s", account, error.kind)
            self._pause(account, LOOK_AROUND)
        except Exception:
            log.exception("bug in the outbox of %s", account)
            self._pause(account, AFTER_A_BUG)
        finally:
            self._working.pop(account, None)
            if lock is not None:
                lock.release()
            self.wake.set()

    def _pause(self, account: AccountId, seconds: float) -> None:
        self._later[account] = self._clock.now() + timedelta(seconds=seconds)

    def _lock_of(self, account: AccountId) -> FileLock:
        from app.store.database import make_private_folder
        from app.store.lock import FileLock

        make_private_folder(self._folder)
        return FileLock(self._folder / f"{hashlib.sha256(account.encode()).hexdigest()[:16]}.lock")

    async def stop(self, key: Key) -> None:
        """End the work on a lane that was cancelled: the disk says so already."""
        account = key[1]
        task = self._tasks.get(account)
        if self._working.get(account) == key and task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def on_account(self, change: AccountsChanged) -> None:
        """Signed in again, or back on the network: what waited for that goes on."""
        account, renewed = change.account, change.what == "renewed"
        if not renewed and change.what != "state":
            return
        kind = self._accounts.state(account).kind
        if kind == "offline":
            self._unreachable.add(account)
        if kind not in ("ready", "busy"):
            return
        is_back = account in self._unreachable or renewed
        self._unreachable.discard(account)
        # Our own work makes an account busy, too: that is no news.
        may_speak = renewed or account not in self._working
        for one in self._ledger.all():
            trouble = one.trouble.kind if one.trouble is not None else ""
            mine = may_speak and one.account == account and trouble in USER_KINDS
            waits = one.state == "queued" and (mine or (is_back and trouble == "unreachable"))
            looks = one.state == "unknown" and one.not_before is not None
            if waits or (looks and one.account == account and is_back):
                eager = replace(one, trouble=None, not_before=None)
                self._ledger.move((one.draft, one.account), eager)
                self.wake.set()

    def _lane(self, key: Key, kept: Kept) -> Lane:
        """In our hands. Another time that was chosen since the clock was set is a new one."""
        before = key in self._rushed and self._rushed.pop(key) == kept.delivery.send_at
        return Lane(kept, self._ledger, self._clock, is_rushed=before)

    def _steady_now(self) -> datetime:
        """
        Now; when the clock has stepped back, all waits but chosen times step with it.

        When it has stepped forward past chosen times, those are noted: nothing goes early
        unasked.
        """
        now, passed = self._clock.now(), self._clock.passed()
        before, self._last = self._last, (now, passed)
        if before is None:
            return now
        last = before[0]
        expected = last + timedelta(seconds=passed - before[1])
        for one in rushed(self._ledger.all(), expected, now):
            self._rushed[one.draft, one.account] = one.send_at
        if now >= last - timedelta(seconds=1):
            return now
        for one in self._ledger.all():
            if one.not_before is not None and one.not_before != one.send_at:
                moved = replace(one, not_before=one.not_before - (last - now))
                self._ledger.move((one.draft, one.account), moved)
        self._later = {account: at - (last - now) for account, at in self._later.items()}
        return now
