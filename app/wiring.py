"""
The only place where concrete classes meet.

``Wiring.build`` makes a ``House`` for a profile without touching the network
and without loading what the first frame does not need. ``Wiring`` is also what
the command line gets as its doors.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.model.errors import ServiceError
from app.services.house import House, Options

if TYPE_CHECKING:
    from app.people.bridges import Bridge
    from app.protocols.http import HostLog, Http
    from app.protocols.registry import Registry
    from app.services.accounts import Accounts
    from app.store import Vault

log = logging.getLogger(__name__)

NETWORK_ORDER = ("mastodon", "bluesky")
PROFILE = "GODWIT_PROFILE"
USER_AGENT = f"Godwit/{__version__}"


class Wiring:
    """Builds houses, and opens what stands in front of them."""

    def build(self, options: Options) -> House:
        """
        Everything for one profile.

        Raises:
            StoreError: The profile cannot be opened.
        """
        from app.services.accounts import Accounts
        from app.services.bridging import Bridging
        from app.services.clock import SystemClock
        from app.services.doctor import Doctor
        from app.services.hosts import Hosts
        from app.services.logs import start_logging
        from app.services.sync import Sync
        from app.services.sync_loop import SyncLoop
        from app.services.timelines import Timelines
        from app.store import Store

        profile = profile_of(options)
        store = Store.open(profile)
        start_logging(profile, verbose=options.verbose)
        late = _Late(profile, options)
        clock = SystemClock()
        accounts = Accounts(store, late.vault, late.registry)
        accounts.start(store.reader)
        hosts = Hosts(store, late.known_hosts, clock)
        sync = Sync(
            store,
            accounts,
            Bridging(accounts, partial(bridges, options.demo)),
            clock,
            offline=options.offline,
        )
        timelines = Timelines(store, accounts, sync, clock, late.order)

        async def start() -> None:
            if options.demo:
                await _furnish_demo(late, accounts)

        async def close() -> None:
            try:
                await timelines.close()
                await late.close()
                await hosts.keep()
            except ServiceError as error:
                log.warning("at the end: %s", error.kind)
            finally:
                store.close()
                _leave(profile, options)

        return House(
            profile=profile,
            options=options,
            clock=clock,
            store=store,
            vault=late.vault,
            registry=late.registry,
            http=late.http,
            hosts=hosts,
            accounts=accounts,
            sync=sync,
            loop=SyncLoop(sync, accounts, clock),
            timelines=timelines,
            doctor=Doctor(profile, store, accounts, late.vault, hosts),
            start=start,
            close=close,
        )

    @asynccontextmanager
    async def house(self, options: Options) -> AsyncIterator[House]:
        """A started house for one command, closed at its end."""
        house = self.build(options)
        try:
            await house.start()
            if options.demo:
                _calm_demo(house.registry())
            yield house
        finally:
            await house.close()


def profile_of(options: Options) -> Path:
    """Where the profile is; for the demo a new folder that is deleted at the end."""
    if options.demo:
        return Path(tempfile.mkdtemp(prefix="godwit-demo-"))
    if options.profile is not None:
        return options.profile
    if named := os.environ.get(PROFILE):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("godwit", appauthor=False, roaming=False))


@cache
def bridges(demo: bool = False) -> tuple[Bridge, ...]:
    """The bridges between networks that we know how to check; the demo has its own."""
    from app.people.bridges import bridges_from_json
    from app.resources import resource

    path = ("demo", "bridges.json") if demo else ("bridges.json",)
    return bridges_from_json(resource(*path).read_bytes())


class _Late:
    """What is made when it is first needed: protocols, HTTP, the vault."""

    def __init__(self, profile: Path, options: Options) -> None:
        self._profile = profile
        self._options = options
        self._http: Http | None = None
        self._vault: Vault | None = None
        self._registry: Registry | None = None

    def known_hosts(self) -> HostLog | None:
        """Whom this run has spoken to; None while there is nobody."""
        return self._http.hosts if self._http else None

    def http(self) -> Http:
        """The one door to the network."""
        if self._http is None:
            from app.protocols.http import Http

            self._http = Http(user_agent=USER_AGENT, offline=self._options.offline)
        return self._http

    def vault(self) -> Vault:
        """Where secrets are; the demo's are gone with it."""
        if self._vault is None:
            from app.store import Vault

            self._vault = Vault(self._profile)
            if self._options.demo:
                self._vault.keep_for_session()
        return self._vault

    def registry(self) -> Registry:
        """The protocols of this profile: the real ones, or the demo alone."""
        if self._registry is None:
            from app.protocols.registry import Registry

            if self._options.demo:
                from app.protocols import demo

                self._registry = Registry([demo.network(self.http(), clock=_now)])
            else:
                from app.protocols import bluesky, mastodon

                networks = [mastodon.network(self.http()), bluesky.network(self.http())]
                self._registry = Registry(networks)
        return self._registry

    def order(self) -> tuple[str, ...]:
        """Networks in the order in which echoes show them."""
        return NETWORK_ORDER

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()


async def _furnish_demo(late: _Late, accounts: Accounts) -> None:
    """Sign the demo's people in, as their owner has left them."""
    from app.protocols import demo

    for account in demo.ACCOUNTS:
        await accounts.add(demo.signed_in(account))


def _calm_demo(registry: Registry) -> None:
    """For scripts: nobody waits, as in the window, for a server to be patient."""
    from app.protocols import demo

    network = registry.network(demo.ID)
    if isinstance(network, demo.DemoNetwork):
        network.faults[demo.KIEL].wait = None


def _now() -> datetime:
    return datetime.now(UTC)


def _leave(profile: Path, options: Options) -> None:
    """Close the log; the demo's folder goes with it."""
    from app.services.logs import stop_logging

    stop_logging()
    if options.demo:
        shutil.rmtree(profile, ignore_errors=True)
