"""The outbox: what was sent by its user leaves once, lane by lane, whatever happens."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.compose.plan import Acquaintance, LanePlan
from app.model import AccountId
from app.model.draft import Draft, DraftId
from app.model.errors import StoreError, Unreachable
from app.model.sending import Delivery, Limits
from app.services.composing import COMPOSING, wishes_from
from app.services.copies import Copies, Copy, CopyResult
from app.services.deliver import Deliver
from app.services.enqueue import deliveries_from
from app.services.known_limits import KnownLimits
from app.services.offline import not_asked
from app.services.outbox_ledger import LAST_AT, Ledger, OutboxChanged
from app.services.outbox_rounds import AFTER_A_BUG, LOOK_AROUND, Rounds
from app.services.outbox_schedule import waits_on
from app.services.outbox_wishes import Wishes
from app.services.poll_links import holder_of, is_on_its_way
from app.services.uploading import Uploading

if TYPE_CHECKING:
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.services.drafts import Drafts
    from app.store import Saved, Store

__all__ = ["Copy", "CopyResult", "Outbox", "OutboxChanged"]

log = logging.getLogger(__name__)

HELD = "outbox.held"
"""Setting: nothing leaves until it is false again."""

PATIENCE = timedelta(seconds=120)
"""How long a command waits for what is not known yet: for all looks, where they are not held up."""


class Outbox:
    """
    Everything that leaves, for all accounts of this profile.

    One lane per account at a time, over all processes: who works on an account
    holds a lock that the system takes back when the process dies.

    Args:
        chance: 0 ≤ x < 1, for jitter.
        arrived: Called when an account has a new post, so that its timeline may look.
        acquaintances: Typed handles → who they are on other networks (to edit).
        removed: Told what a deleted or edited post has changed in the cache.
        offline: Nothing leaves, and nobody is asked.
        patience: Seconds at the end for answers that are on their way.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        drafts: Drafts,
        clock: Clock,
        *,
        chance: Callable[[], float] = random.random,
        arrived: Callable[[AccountId], None] = lambda account: None,
        acquaintances: Callable[[Sequence[str]], Mapping[str, Acquaintance]] = lambda typed: {},
        removed: Callable[[Saved], None] = lambda saved: None,
        offline: bool = False,
        patience: float = 5.0,
    ) -> None:
        self._patience = patience
        self._store = store
        self._accounts = accounts
        self._drafts = drafts
        self._clock = clock
        self._offline = offline
        self._ledger = Ledger(store)
        self._uploading = Uploading(drafts, lambda key: self._ledger.tell(*key))
        self._removed = removed
        self._deliver = Deliver(accounts, self._uploading, clock, chance, arrived, self._forget)
        self._rounds = Rounds(
            store.profile / "outbox", accounts, self._ledger, self._deliver, clock
        )
        self._wishes = Wishes(
            self._ledger, self._deliver, clock, self._rounds.stop, self._rounds.wake.set
        )
        self._copies = Copies(
            store,
            accounts,
            self._ledger,
            self._deliver,
            clock,
            acquaintances,
            self._forget,
            removed,
        )
        self._taken = KnownLimits(store, self._deliver)
        self._learning: dict[AccountId, asyncio.Task[None]] = {}

    # ---------------------------------------------------------------- limits

    async def limits(self, account: AccountId) -> Limits:
        """
        What the account's server takes; offline what it said last.

        Raises:
            ServiceError: It has never been asked, and cannot be now.
        """
        return await self._taken.ask(account, offline=self._away())

    def known_limits(self, account: AccountId) -> Limits | None:
        """What it said last."""
        return self._taken.known(account)

    def usual_limits(self, account: AccountId) -> Limits:
        """What such servers usually take. Raises: NotFound, Unsupported."""
        return self._accounts.usual_limits(account)

    async def learn(self, account: AccountId) -> None:
        """Ask a new account's server what it takes, so that one can write from now on."""
        await self._taken.learn(account, offline=self._away())

    # ---------------------------------------------------------------- sending

    async def send(
        self, draft: Draft, plans: Sequence[LanePlan], *, undo: float | None = None
    ) -> tuple[Delivery, ...]:
        """
        Put *draft* into the outbox, durably; the first byte leaves later.

        Args:
            plans: What goes to each account.
            undo: Seconds in which it can be taken back; None: as the user chose.

        Raises:
            Refused: A lane cannot be sent as it is.
            StoreError: It cannot be written down; then nothing is sent.
        """
        if undo is None:
            undo = wishes_from(self._store.reader.setting(COMPOSING)).undo
        now, last = self._clock.now(), self._store.reader.setting(LAST_AT, "")
        made, last_at = deliveries_from(
            draft,
            plans,
            services=self._deliver.service,
            there={one.account: one for one in self._ledger.of(draft.id)},
            now=now,
            undo=undo,
            last=datetime.fromisoformat(last) if last else now,
        )
        found = await self._ledger.enqueue(draft, made, last_at.isoformat())
        self._rounds.wake.set()
        return found

    def deliveries(self, draft: DraftId | None = None) -> tuple[Delivery, ...]:
        """Of one draft, or of all that has not arrived (or did since the start)."""
        return self._ledger.all() if draft is None else self._ledger.of(draft)

    def progress(self, draft: DraftId, account: AccountId) -> tuple[int, int, float] | None:
        """Which file of how many is on its way, and how much of it (0…1) is there."""
        return self._uploading.progress.get((draft, account))

    def subscribe(self, listener: Callable[[OutboxChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        return self._ledger.subscribe(listener)

    @property
    def held(self) -> bool:
        """Nothing leaves for now."""
        return bool(self._store.reader.setting(HELD, False))

    async def hold(self, held: bool) -> None:
        """Let nothing leave until it is called with False. What is on its way goes on."""
        await self._store.keep(lambda keeper: keeper.set_setting(HELD, held))
        self._rounds.wake.set()

    async def take_back(self, draft: DraftId) -> Draft | None:
        """
        Stop what has not left. Returns the draft with those lanes, to be edited.

        None: all of it has left. What has cannot be called back, only deleted.
        """
        took = [
            await self._wishes.cancel(draft, one.account, unknown=False)
            for one in self._ledger.of(draft)
        ]
        if not any(took):
            return None
        found = await self._store.load(lambda reader: reader.written.draft(draft))
        if found is None:
            return None
        left = {one.account for one in self._ledger.of(draft) if one.state == "cancelled"}
        lanes = tuple(lane for lane in found[0].lanes if lane.account in left)
        return replace(found[0], lanes=lanes)

    async def retry(self, draft: DraftId, account: AccountId, *, alone: bool = False) -> None:
        """
        Try a lane again that failed, waits, or was missed.

        Args:
            alone: Without what it answers or quotes, which is gone.

        Raises:
            NotFound: There is no such lane.
            Refused: It has left, or Godwit is still looking for it.
        """
        await self._wishes.retry(draft, account, alone=alone)

    async def postpone(self, draft: DraftId, account: AccountId, at: datetime) -> None:
        """Send a lane that has not left at another time. Raises: NotFound, Refused."""
        await self._wishes.postpone(draft, account, at)

    async def cancel(self, draft: DraftId, account: AccountId) -> bool:
        """
        Stop a lane. Returns False: it has left already.

        Raises:
            NotFound: There is no such lane.
            ServiceError: Its server keeps it, and could not be told.
        """
        return await self._wishes.cancel(draft, account, unknown=True)

    async def look(self, draft: DraftId, account: AccountId) -> None:
        """
        Look at once for a lane of which nobody knows whether it arrived; sends nothing.

        Raises: NotFound, Refused (there is no such question).
        """
        await self._wishes.look(draft, account)

    async def seen(self, draft: DraftId, account: AccountId, address: str = "") -> None:
        """
        "I see it there": ends the question whether a lane has arrived.

        Raises: NotFound, Refused (there is no such question).
        """
        await self._wishes.seen(draft, account, address)

    async def hurry(self, within: float) -> None:
        """
        Before the end: what only waits to be taken back leaves now, in so many seconds.

        Nobody can take it back any more, and at the next start it would come late.
        """
        if not self._offline and not self.held:
            await self._wishes.hurry(within)

    # ----------------------------------------------------------- afterwards

    def copies(self, uri: str) -> tuple[Copy, ...]:
        """Every post that was sent with the one at *uri* (or its web address), itself too."""
        return self._copies.of(uri)

    async def delete(self, uri: str) -> tuple[CopyResult, ...]:
        """
        Delete every copy of a post of mine. Begun again, it goes on.

        Raises: NotFound: it is none of mine that Godwit knows.
        """
        self._must_be_online()
        for draft in {copy.draft for copy in self._copies.of(uri) if copy.part == 0}:
            for one in self._ledger.of(draft):
                if one.state in ("queued", "failed", "scheduled"):
                    await self.cancel(draft, one.account)
        return await self._copies.delete(uri)

    async def edit(self, uri: str, text: str, *, repost: bool = False) -> tuple[CopyResult, ...]:
        """
        Change the text of every copy.

        Args:
            repost: Where there is no edit, delete it and post it anew.

        Raises:
            NotFound: It is none of mine that Godwit knows.
            Refused: A copy is on its way still, and would arrive as it was.
        """
        self._must_be_online()
        results = await self._copies.edit(uri, text, repost=repost)
        self._rounds.wake.set()
        return results

    # ------------------------------------------------------------- the loop

    async def run(self) -> None:
        """Lanes, retries, looks, chosen times: until cancelled."""
        leave = self._accounts.subscribe(self._on_account)
        try:
            await self._look_through()
            while True:
                self._rounds.wake.clear()
                pause = LOOK_AROUND
                try:
                    pause = await self._round(None)
                except StoreError as error:
                    log.warning("outbox: %s", error.kind)
                except Exception:
                    # What one draft is must not end the window, at every start again.
                    log.exception("bug in the outbox")
                    pause = AFTER_A_BUG
                await self._clock.wait(self._rounds.wake, pause)
        finally:
            leave()
            await self.close()

    async def flush(self, draft: DraftId) -> tuple[Delivery, ...]:
        """
        For a command: until every lane of *draft* is over, or waits for something.

        Where nobody knows yet whether it arrived, it looks for two minutes.
        """
        leave = self._accounts.subscribe(self._rounds.on_account)
        until = self._clock.now() + PATIENCE
        try:
            while True:
                self._rounds.wake.clear()
                pause = await self._round(draft)
                lanes = self._ledger.of(draft)
                if all(self._is_at_rest(lane, until) for lane in lanes):
                    return lanes
                await self._clock.wait(self._rounds.wake, pause)
        finally:
            leave()
            # Who uses commands alone never starts the loop that does it.
            await self._sweep()

    async def resolve(self) -> None:
        """For a command: look once for all whose outcome nobody knows. Sends nothing."""
        await self._ledger.refresh()
        if not self._offline:
            for _ in range(2):  # what was left behind is made a question first
                self._rounds.begin_due(None, held=True)
                await self._rounds.finish()

    async def close(self) -> None:
        """End what is under way; the next start knows where to go on."""
        for task in self._learning.values():
            task.cancel()
        await asyncio.gather(*self._learning.values(), return_exceptions=True)
        await self._rounds.close(self._patience)

    # -------------------------------------------------------------- private

    async def _round(self, only: DraftId | None) -> float:
        await self._ledger.save_unsaved()
        await self._ledger.refresh()
        return LOOK_AROUND if self._offline else self._rounds.begin_due(only, held=self.held)

    def _is_at_rest(self, lane: Delivery, until: datetime) -> bool:
        """A command need not wait for it any longer."""
        key = (lane.draft, lane.account)
        if lane.is_over or key in self._ledger.unsaved or self._offline:
            return True
        if self._rounds.is_working(key):
            return False
        holder = holder_of(lane, self._ledger.of(lane.draft))
        if holder is not None and is_on_its_way(holder):
            return self._is_at_rest(holder, until)
        return waits_on(lane, self._clock.now(), until) or (lane.state == "queued" and self.held)

    def _on_account(self, change: AccountsChanged) -> None:
        self._rounds.on_account(change)
        account = change.account
        if change.what in ("added", "renewed") and self.known_limits(account) is None:
            task = asyncio.create_task(self.learn(account), name=f"limits {account}")
            self._learning[account] = task

    async def _look_through(self) -> None:
        try:
            await self._store.load(lambda reader: reader.written.check())
        except StoreError as error:
            log.warning("drafts not looked through: %s", type(error).__name__)
        await self._sweep()

    async def _sweep(self) -> None:
        try:
            await self._drafts.sweep()
        except (StoreError, OSError) as error:
            log.warning("drafts not swept: %s", type(error).__name__)

    async def _forget(self, uri: str) -> None:
        """A post was deleted: nothing shows it any more."""
        self._removed(await self._store.remove_post(uri))

    def _must_be_online(self) -> None:
        if (away := self._away()) is not None:
            raise away

    def _away(self) -> Unreachable | None:
        """Why no server is asked; None: they are."""
        return not_asked("Start it without --offline to send.") if self._offline else None
