"""An outbox on a real store, with walls to post on and a clock that tests move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.compose.plan import LanePlan, Measure
from app.model import AccountId, RichText
from app.model.draft import Attachment, Draft, DraftId, Lane
from app.model.sending import Delivery, Outgoing
from app.protocols.registry import Registry
from app.services.accounts import Accounts
from app.services.drafts import Drafts
from app.services.outbox import Outbox
from app.store import Store
from tests.unit.fakes import FakeClock, MemoryVault
from tests.unit.services.servers import ANA, SAM, account, signed_in
from tests.unit.services.wall import ONE, SEVERAL, Wall, Walls

NETWORKS = {ANA: "first", SAM: "second"}


@dataclass
class PostOffice:
    """Ana posts one post at a time and can edit; Sam whole threads at once."""

    profile: Path
    walls: dict[AccountId, Wall]
    vault: MemoryVault
    clock: FakeClock
    store: Store
    accounts: Accounts
    drafts: Drafts
    outbox: Outbox
    running: asyncio.Task[None] | None = None
    arrived: list[AccountId] = field(default_factory=list)

    @property
    def ana(self) -> Wall:
        return self.walls[ANA]

    @property
    def sam(self) -> Wall:
        return self.walls[SAM]

    # ------------------------------------------------------------- sending

    def draft(self, *accounts: AccountId, **more: Any) -> Draft:
        """A draft with a lane for each account."""
        new = self.drafts.new(text="Hello", lanes=[Lane(account=one) for one in accounts])
        from msgspec.structs import replace

        return replace(new, **more)

    async def send(
        self,
        *accounts: AccountId,
        texts: tuple[str, ...] = ("Hello",),
        undo: float = 0,
        **more: Any,
    ) -> Draft:
        """Send *texts*, as a thread where there are several, to each account."""
        draft = self.draft(*accounts)
        plans = [plan(one, *texts, **more) for one in accounts]
        await self.outbox.send(draft, plans, undo=undo)
        return draft

    def lane(self, draft: Draft | DraftId, account: AccountId = ANA) -> Delivery:
        """How a lane is doing."""
        id = draft.id if isinstance(draft, Draft) else draft
        [found] = [one for one in self.outbox.deliveries(id) if one.account == account]
        return found

    def states(self, draft: Draft) -> list[str]:
        """Of all lanes, in the order of accounts."""
        found = {one.account: one.state for one in self.outbox.deliveries(draft.id)}
        return [found[account] for account in NETWORKS if account in found]

    def journal(self, draft: Draft, account: AccountId = ANA) -> list[str]:
        """What happened to a lane."""
        return [note.text for note in self.lane(draft, account).journal]

    # ---------------------------------------------------------------- time

    def run(self) -> None:
        """Begin the loop, as the window does."""
        self.running = asyncio.create_task(self.outbox.run())

    async def idle(self) -> None:
        """Until nothing is worked on and the loop waits for time to pass."""
        async with asyncio.timeout(20):
            calm = 0
            while calm < 3:
                await asyncio.sleep(0)
                busy = any(not task.done() for task in self.outbox._rounds._tasks.values())
                wake = self.outbox._rounds.wake
                waits = self.clock.is_waited_on(wake) if self.running else self.clock.waits
                quiet = waits and not busy and not wake.is_set()
                calm = calm + 1 if quiet else 0

    async def later(self, seconds: float) -> None:
        """So much time passes, in steps that the loop can follow."""
        await self.idle()
        while seconds > 0:
            step = min(seconds, max(0.01, self.clock.waits[0]) if self.clock.waits else seconds)
            self.clock.pass_time(step)
            seconds -= step
            await asyncio.sleep(0)
            await self.idle()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Until something is so."""
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0)

    async def close(self) -> None:
        """The end of the program, in order."""
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running
        await self.outbox.close()
        self.store.close()


def post_office(
    profile: Path, walls: dict[AccountId, Wall], vault: MemoryVault, clock: FakeClock, **more: Any
) -> PostOffice:
    """On one profile; call again for the next start."""
    store = Store.open(profile)
    registry = Registry([Walls(walls)])  # type: ignore[list-item]
    accounts = Accounts(store, lambda: vault, lambda: registry)  # type: ignore[arg-type, return-value]
    accounts.start(store.reader)
    drafts = Drafts(store, clock, profile / "drafts")
    arrived: list[AccountId] = []
    more = {"chance": lambda: 0.5, "arrived": arrived.append, "patience": 0.0, **more}
    outbox = Outbox(store, accounts, drafts, clock, **more)
    return PostOffice(
        profile, walls, vault, clock, store, accounts, drafts, outbox, arrived=arrived
    )


async def opened(profile: Path) -> PostOffice:
    """With both accounts signed in."""
    walls = {ANA: Wall(ONE), SAM: Wall(SEVERAL)}
    office = post_office(profile, walls, MemoryVault(), FakeClock())
    for id, network in NETWORKS.items():
        await office.accounts.add(signed_in(account(id, network)))
    return office


def plan(
    account: AccountId, *texts: str, media: tuple[Attachment, ...] = (), **more: Any
) -> LanePlan:
    """What leaves for one account: a post for each text, files with the first."""
    posts = [Outgoing(text=RichText(text)) for text in texts]
    posts[0] = Outgoing(text=posts[0].text, media=media, **more)
    return LanePlan(
        account=account,
        network=NETWORKS[account],
        posts=tuple(posts),
        measures=tuple(Measure(length=len(t), limit=300, unit="graphemes") for t in texts),
        whole=sum(map(len, texts)),
    )
