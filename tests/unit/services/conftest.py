"""A house of services on a real store, with servers that tests command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.model import AccountId
from app.protocols.registry import Registry
from app.services.accounts import Accounts
from app.services.bridging import Bridging
from app.services.sync import Sync
from app.services.timelines import Timelines
from app.store import Store
from tests.unit.fakes import FakeClock, MemoryVault
from tests.unit.services.post_office import PostOffice, opened
from tests.unit.services.servers import ANA, FakeNetwork, Server, account, signed_in
from tests.unit.services.shore import Shore


@dataclass
class Home:
    store: Store
    vault: MemoryVault
    clock: FakeClock
    servers: dict[AccountId, Server]
    accounts: Accounts
    sync: Sync
    timelines: Timelines

    @property
    def server(self) -> Server:
        return self.servers[ANA]

    async def join(self, id: AccountId = ANA, network: str = "first") -> None:
        """Sign in there."""
        self.servers.setdefault(id, Server())
        await self.accounts.add(signed_in(account(id, network)))


def home_at(
    profile: Path,
    servers: dict[AccountId, Server],
    vault: MemoryVault,
    network: FakeNetwork | None = None,
) -> Home:
    """Everything on one profile; call again for the next start."""
    store = Store.open(profile)
    registry = Registry([network or FakeNetwork(servers)])
    clock = FakeClock()
    accounts = Accounts(store, lambda: vault, lambda: registry)  # type: ignore[arg-type, return-value]
    accounts.start(store.reader)
    sync = Sync(store, accounts, Bridging(accounts, lambda: ()), clock)
    timelines = Timelines(store, accounts, sync, clock, lambda: ("first", "second"))
    return Home(store, vault, clock, servers, accounts, sync, timelines)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    made = home_at(tmp_path, {ANA: Server()}, MemoryVault())
    yield made
    made.store.close()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    """An outbox that runs, as in the window, with two accounts."""
    made = await opened(tmp_path / "profile")
    made.run()
    yield made
    await made.close()


@pytest.fixture
async def shore(tmp_path: Path) -> AsyncIterator[Shore]:
    """The demo's three accounts, their timelines read."""
    made = Shore(tmp_path)
    await made.settle()
    yield made
    await made.reactions.close()
    await made.conversations.close()
    made.store.close()
