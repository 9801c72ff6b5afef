"""Every implementation of the contract, each with something behind it to read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from app.model import Account, AccountId, Source
from app.protocols import bluesky, demo, mastodon
from app.protocols.base import AccountService, Network, SignedIn
from app.protocols.demo.people import PEOPLE
from app.protocols.http import Http
from tests.contract import bluesky_server, mastodon_server
from tests.contract.server import Route, Server, running
from tests.kept_secrets import KeptSecrets

MISSING = Source("notifications")
"""A source that no implementation has yet."""


class Stage:
    """
    One account of one implementation.

    Attributes:
        records: How many the home timeline has, or None: unknown.
        unreadable: There are records among them that nobody can read.
        canaries: Secrets, which must never be seen anywhere.
        own_session: Nobody else uses this sign-in: it may be ended.
        tokens_live_on: Access tokens are good until they expire, whatever
            happens to the session.
        exact: Its pages join without loss whatever their size. A real AppView
            loses some: it looks at reply chains page by page, and takes at
            most ten of my own posts into one page (seen with limit 100).
        writable: What is behind it takes posts and reactions.
        other: URI of somebody else there; *other_handle*: theirs; *more*: URIs of more.
    """

    records: int | None = None
    unreadable = False
    canaries: tuple[str, ...] = ()
    own_session = True
    tokens_live_on = False
    exact = True
    writable = False
    other = ""
    other_handle = ""
    more: tuple[str, ...] = ()

    def __init__(self, network: Network, done: SignedIn) -> None:
        self.network = network
        self.account = done.account
        self.secrets = KeptSecrets.of(done)

    def service(self) -> AccountService:
        """A service that knows nothing of what other services did."""
        return self.network.open(self.account, self.secrets)

    def now(self) -> datetime:
        """What time it is there."""
        return datetime.now(UTC)

    def can(self, fault: str) -> bool:
        """Can this fault be had here?"""
        return fault == "signed_out"

    def misbehave(self, fault: str) -> None:
        """From now on; ``""`` = behave again."""
        assert fault == "signed_out"
        secret = self.secrets.secrets[self.account.id]
        wrong = {
            name: f"wrong-{secret[name][:8]}"
            for name in ("token", "access", "refresh")
            if name in secret
        }
        self.secrets.secrets[self.account.id] = secret | wrong

    def expire(self) -> None:
        """Let the access token have had its time."""
        secret = self.secrets.secrets[self.account.id]
        self.secrets.secrets[self.account.id] = secret | {"access": "expired.expired.expired"}

    async def hold(self) -> None:
        """From now on no request is answered."""

    async def held(self) -> None:
        """Return when a request waits for its answer."""
        for _ in range(20):
            await asyncio.sleep(0)

    def release(self) -> None:
        """Answer again."""


class DemoStage(Stage):
    """In memory."""

    unreadable = True
    writable = True
    other = PEOPLE["bo"].uri
    other_handle = PEOPLE["bo"].handle
    _WAYS = {
        "limited": "wait",
        "down": "down",
        "cut": "offline",
        "html": "junk",
        "truncated": "junk",
    }

    def __init__(self, number: int = 0) -> None:
        self.demo = demo.network(now=datetime(2026, 11, 22, 8, 32, tzinfo=UTC), per_network=80)
        super().__init__(self.demo, demo.signed_in(demo.ACCOUNTS[number]))
        if number:
            who = PEOPLE["wen/sky"]
            self.other, self.other_handle = who.uri, who.handle
        self.faults = self.demo.faults[self.account.id]

    def now(self) -> datetime:
        """The demo's own time."""
        return self.demo.world.now

    def can(self, fault: str) -> bool:
        """Those that make a difference without a wire."""
        return fault in self._WAYS or fault in ("signed_out", "lose", "drop")

    def misbehave(self, fault: str) -> None:
        """As ordered; ``lose`` and ``drop`` once."""
        if fault in ("lose", "drop"):
            setattr(self.faults, "loses" if fault == "lose" else "swallows", 1)
            return
        way = self._WAYS.get(fault, fault)
        self.faults.wait = timedelta(seconds=120) if way == "wait" else None
        self.faults.offline = way == "offline"
        self.faults.down = way == "down"
        self.faults.junk = way == "junk"
        self.faults.signed_out = way == "signed_out"

    async def hold(self) -> None:
        """Wait for ``release``."""
        self.faults.hold = asyncio.Event()

    def release(self) -> None:
        """Go on."""
        if self.faults.hold is not None:
            self.faults.hold.set()
        self.faults.hold = None


class WireStage(Stage):
    """Over real HTTP, against our own server on loopback."""

    def __init__(self, server: Server, network: Network, done: SignedIn) -> None:
        super().__init__(network, done)
        self.server = server

    def can(self, fault: str) -> bool:
        """All of them."""
        return True

    def misbehave(self, fault: str) -> None:
        """The server does it; a wrong token is ours. ``lose``, ``drop``: once."""
        if fault == "signed_out":
            super().misbehave(fault)
        elif fault in ("lose", "drop"):
            setattr(self.server, fault, 1)
        else:
            self.server.fault = fault

    async def hold(self) -> None:
        """Keep the next answers back."""
        self.server.reached.clear()
        self.server.gate = asyncio.Event()

    async def held(self) -> None:
        """A request has reached the server."""
        await self.server.reached.wait()

    def release(self) -> None:
        """Give them out."""
        if self.server.gate is not None:
            self.server.gate.set()
        self.server.gate = None


@asynccontextmanager
async def http() -> AsyncIterator[Http]:
    """A door to the network of its own, closed at the end."""
    door = Http(user_agent="Godwit/contract")
    try:
        yield door
    finally:
        await door.close()


@asynccontextmanager
async def demo_stage(number: int = 0) -> AsyncIterator[Stage]:
    """The demo."""
    yield DemoStage(number)


@asynccontextmanager
async def mastodon_stage(*, recorded: bool = False) -> AsyncIterator[Stage]:
    """The first protocol, on made-up or recorded answers."""

    def make_route(origin: str) -> Route:
        statuses = (
            mastodon_server.recorded_timeline() if recorded else mastodon_server.timeline(origin)
        )
        sizes.append(len(statuses))
        written = mastodon_server.writing(origin)
        people.append(written.other)
        return mastodon_server.route(origin, statuses, None if recorded else written)

    sizes: list[int] = []
    people: list[dict[str, str]] = []
    async with running(make_route) as server, http() as door:
        host = server.origin.removeprefix("http://")
        account = Account(
            id=AccountId(f"ana@{host}"),
            protocol="mastodon",
            network="mastodon",
            server=server.origin,
            uri=f"{server.origin}/users/ana",
            handle=f"ana@{host}",
        )
        secret = {"token": mastodon_server.TOKEN}
        stage = WireStage(server, mastodon.network(door), SignedIn(account, secret))
        stage.records = sizes[0]
        stage.unreadable = not recorded
        stage.canaries = (mastodon_server.TOKEN,)
        stage.writable = not recorded
        stage.other, stage.other_handle = people[0]["uri"], people[0]["acct"]
        yield stage


@asynccontextmanager
async def bluesky_stage(*, recorded: bool = False) -> AsyncIterator[Stage]:
    """The second protocol, on made-up or recorded answers."""

    def make_route(origin: str) -> Route:
        feed = bluesky_server.recorded_timeline() if recorded else bluesky_server.timeline()
        sizes.append(len(feed))
        return bluesky_server.route(origin, feed, None if recorded else written)

    sizes: list[int] = []
    written = bluesky_server.writing()
    async with running(make_route) as server, http() as door:
        account = Account(
            id=AccountId(bluesky_server.HANDLE),
            protocol="bluesky",
            network="bluesky",
            server=server.origin,
            uri=bluesky_server.DID,
            handle=bluesky_server.HANDLE,
        )
        secret = {
            "kind": "password",
            "access": bluesky_server.TOKEN,
            "refresh": bluesky_server.REFRESH,
            "server": server.origin,
            "plc": server.origin,
        }
        stage = WireStage(server, bluesky.network(door), SignedIn(account, secret))
        stage.records = sizes[0]
        stage.unreadable = not recorded
        stage.canaries = (bluesky_server.TOKEN, bluesky_server.REFRESH)
        stage.writable = not recorded
        stage.other, stage.other_handle = written.other["did"], written.other["handle"]
        yield stage


def real_stage(network: Network, done: SignedIn) -> Stage:
    """A real server, signed in to through the front door."""
    stage = Stage(network, done)
    stage.canaries = tuple(
        value
        for name, value in done.secret.items()
        if name in ("token", "access", "refresh", "client_secret") and value
    )
    return stage
