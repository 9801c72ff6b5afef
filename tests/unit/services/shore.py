"""The demo's accounts in a house of services on a real store."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from app.feed.rows import Card
from app.model import AccountId
from app.model.timeline import ALL
from app.protocols import demo
from app.protocols.demo.faults import Faults
from app.protocols.demo.network import ACCOUNTS, DemoNetwork
from app.protocols.demo.people import PEOPLE
from app.protocols.registry import Registry
from app.services.accounts import Accounts
from app.services.bridging import Bridging
from app.services.conversations import Conversations
from app.services.people import People
from app.services.reactions import ReactionChanged, Reactions
from app.services.shadows import Shadows
from app.services.sync import Sync
from app.services.timelines import Timelines
from app.store import Store
from app.wiring.late import bridges
from tests.unit.fakes import FakeClock, MemoryVault
from tests.unit.protocols.demo.acting import NOW

T = TypeVar("T")
ORDER = ("mastodon", "bluesky")


@dataclass
class Shore:
    """Everything that reactions, conversations and people stand on."""

    profile: Path
    network: DemoNetwork = field(default_factory=lambda: demo.network(now=NOW, per_network=20))
    vault: MemoryVault = field(default_factory=MemoryVault)
    offline: bool = False

    def __post_init__(self) -> None:
        self.clock = FakeClock(NOW)
        self.store = Store.open(self.profile)
        registry = Registry([self.network])
        self.accounts = Accounts(self.store, lambda: self.vault, lambda: registry)  # type: ignore[arg-type, return-value]
        self.accounts.start(self.store.reader)
        self.bridging = Bridging(self.accounts, lambda: bridges(demo=True))
        self.sync = Sync(self.store, self.accounts, self.bridging, self.clock, offline=self.offline)
        self.shadows = Shadows()
        self.timelines = Timelines(
            self.store, self.accounts, self.sync, self.clock, lambda: ORDER, self.shadows
        )
        self.reactions = Reactions(
            self.store,
            self.accounts,
            self.shadows,
            self.clock,
            self.timelines.note_saved,
            offline=self.offline,
        )
        self.conversations = Conversations(
            self.store,
            self.accounts,
            self.bridging,
            self.timelines,
            self.shadows,
            self.clock,
            offline=self.offline,
        )
        self.people = People(
            self.store,
            self.accounts,
            lambda: bridges(demo=True),
            self.clock,
            offline=self.offline,
        )
        self.told: list[ReactionChanged] = []
        self.reactions.subscribe(self.told.append)
        self.faults(demo.KIEL).wait = None

    async def settle(self) -> None:
        """Sign all in, and read their timelines."""
        for account in ACCOUNTS:
            await self.accounts.add(demo.signed_in(account))
        await self.sync.run()

    def faults(self, account: AccountId) -> Faults:
        """What goes wrong for that account."""
        return self.network.faults[account]

    @property
    def world(self) -> Any:
        """Both networks."""
        return self.network.world

    def card(self, who: str, words: str = "") -> Card:
        """The card of a post of somebody, as it is in the cache."""
        for row in self._cards():
            post = row.post
            if post.author == PEOPLE[who] and words in post.text.text:
                return row
        raise AssertionError(f"no card of {who}")

    def _cards(self) -> list[Card]:
        from app.feed.pipeline import row_from_stored

        settings = self.timelines.settings()
        stored = self.store.reader.rows(ALL, limit=400)
        rows = (row_from_stored(row, now=NOW, settings=settings) for row in stored)
        return [row for row in rows if isinstance(row, Card)]

    def states(self) -> list[str]:
        """What listeners were told."""
        return [change.state for change in self.told]


def restarted(shore: Shore, **more: Any) -> Shore:
    """The same profile and networks in a new run."""
    shore.store.close()
    return Shore(shore.profile, shore.network, shore.vault, **more)
