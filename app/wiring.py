"""
The only place where concrete classes meet.

``Wiring.build`` makes a ``House`` for a profile without touching the network
and without loading what the first frame does not need. ``Wiring`` is also what
the command line gets as its doors.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app import __version__
from app.model.errors import ServiceError
from app.services.options import Options

if TYPE_CHECKING:
    from app.people.bridges import Bridge
    from app.protocols.http import HostLog, Http
    from app.protocols.registry import Registry
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.house import House
    from app.services.media import Media
    from app.services.sync import Sync
    from app.services.timelines import Timelines
    from app.store import Store, Vault

log = logging.getLogger(__name__)

NETWORK_ORDER = ("mastodon", "bluesky")
PROFILE = "GODWIT_PROFILE"
USER_AGENT = f"Godwit/{__version__}"

_PAUSE = 0.04
"""Behind a window: two frames are painted between two pages that were fetched."""

_RENEWAL = 30.0
"""Seconds at the end for a token that is being renewed: an answer, and the vault."""


class Wiring:
    """Builds houses, and opens what stands in front of them."""

    def build(self, options: Options) -> House:
        """
        Everything for one profile.

        Raises:
            StoreError: The profile cannot be opened.
        """
        from app.store import Store

        profile = profile_of(options)
        return self.furnish(options, profile, Store.open(profile))

    def furnish(
        self,
        options: Options,
        profile: Path,
        store: Store,
        clock: Clock | None = None,
        *,
        pause: float = 0.0,
    ) -> House:
        """Around a store that is open already. *pause*: s between two large answers."""
        from app.services.clock import SystemClock
        from app.services.doctor import Doctor
        from app.services.hosts import Hosts
        from app.services.house import House
        from app.services.logs import start_logging
        from app.services.sync_loop import SyncLoop

        start_logging(profile, verbose=options.verbose)
        clock = clock or SystemClock()
        late = _Late(profile, options, clock, pause)
        accounts, sync, timelines = _reading(store, late, clock, options.offline)
        hosts = Hosts(store, late.known_hosts, clock)
        media = _media(late, profile, options, store, accounts)

        def retry_now() -> None:
            late.retry_now()
            media.retry_now()

        async def start() -> None:
            if options.demo:
                await _furnish_demo(late, accounts)

        async def close() -> None:
            try:
                await _end_all(timelines.close, media.close, late.close, hosts.keep)
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
            loop=SyncLoop(sync, accounts, clock, retry_now=retry_now),
            timelines=timelines,
            doctor=Doctor(profile, store, accounts, late.vault, hosts),
            media=media,
            start=start,
            close=close,
        )

    def window(self, options: Options) -> int:
        """Open the window; returns the exit status when it is closed."""
        import gc

        # Until the loop runs everything that is made stays; looking for
        # garbage in it costs a tenth of the start.
        gc.disable()
        # Everything without Qt first: once PySide6 is loaded it reads the source
        # of every module that is imported after it.
        import app.feed.pipeline
        import app.protocols.safety
        import app.services.rows
        import app.store  # noqa: F401
        from app.ui.start import open_window

        profile = profile_of(options)
        return open_window(lambda: WindowSite(self, options, profile), profile)

    def tour(self, folder: Path) -> list[Path]:
        """Render the main screens of the demo to PNG files in *folder*."""
        from app.ui.tour import render_tour

        options = Options(demo=True)

        def make_site(clock: Clock) -> WindowSite:
            return WindowSite(self, options, profile_of(options), clock)

        return render_tour(folder, make_site)

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


class WindowSite:
    """What a window is opened on: the store at once, everything else later."""

    def __init__(
        self, wiring: Wiring, options: Options, profile: Path, clock: Clock | None = None
    ) -> None:
        from app.store import Store

        self._wiring, self._options, self._clock = wiring, options, clock
        self.profile = profile
        self.store = Store.open(profile)
        self.offline = options.offline
        self.order = NETWORK_ORDER

    def now(self) -> datetime:
        """Aware UTC."""
        return self._clock.now() if self._clock else datetime.now(UTC)

    def furnish(self) -> House:
        """Everything else: loads what is slow to load."""
        return self._wiring.furnish(
            self._options, self.profile, self.store, self._clock, pause=_PAUSE
        )


def profile_of(options: Options) -> Path:
    """Where the profile is; for the demo a new folder that is deleted at the end."""
    if options.demo:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="godwit-demo-"))
        _drop_at_the_end(folder)
        return folder
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

    def __init__(self, profile: Path, options: Options, clock: Clock, pause: float) -> None:
        self._profile = profile
        self._pause = pause
        self._options = options
        self._clock = clock
        self._http: Http | None = None
        self._vault: Vault | None = None
        self._registry: Registry | None = None

    def known_hosts(self) -> HostLog | None:
        """Whom this run has spoken to; None while there is nobody."""
        return self._http.hosts if self._http else None

    def http(self) -> Http:
        """The one door to the network. The demo's is shut: nothing leaves it."""
        if self._http is None:
            from app.protocols.http import Http

            shut = self._options.offline or self._options.demo
            self._http = Http(user_agent=USER_AGENT, offline=shut, pause=self._pause)
        return self._http

    def retry_now(self) -> None:
        """The network may be back: ask hosts again that did not answer."""
        if self._http is not None:
            self._http.retry_now()

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

                self._registry = Registry(
                    [demo.network(self.http(), now=self._origin(), clock=self._clock.now)]
                )
            else:
                from app.protocols import bluesky, mastodon

                networks = [mastodon.network(self.http()), bluesky.network(self.http())]
                self._registry = Registry(networks)
        return self._registry

    def _origin(self) -> datetime:
        return self._clock.now().replace(second=0, microsecond=0)

    def bridges(self) -> tuple[Bridge, ...]:
        """The bridges between networks that can be checked; the demo has its own."""
        return bridges(self._options.demo)

    def order(self) -> tuple[str, ...]:
        """Networks in the order in which echoes show them."""
        return NETWORK_ORDER

    async def close(self) -> None:
        """Close the connections, when no token is on its way any more."""
        if self._vault is not None:
            await self._vault.finish(_RENEWAL)
        if self._http is not None:
            await self._http.close()


def _reading(
    store: Store, late: _Late, clock: Clock, offline: bool
) -> tuple[Accounts, Sync, Timelines]:
    """The way from servers through the store to timelines."""
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.sync import Sync
    from app.services.timelines import Timelines

    accounts = Accounts(store, late.vault, late.registry)
    accounts.start(store.reader)
    bridging = Bridging(accounts, late.bridges)
    sync = Sync(store, accounts, bridging, clock, offline=offline)
    sync.start(store.reader)
    return accounts, sync, Timelines(store, accounts, sync, clock, late.order)


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


def _media(late: _Late, profile: Path, options: Options, store: Store, accounts: Accounts) -> Media:
    """The pictures of the profile; the demo's come with the program."""
    from urllib.parse import urlsplit

    from app.services.media import Media
    from app.store.media_cache import MediaCache

    def remote() -> Literal["always", "never"]:
        return "never" if store.reader.setting("media.remote", "always") == "never" else "always"

    def own_hosts() -> set[str]:
        mine = accounts.all()
        pictures = (urlsplit(account.avatar).netloc for account in mine)
        return {account.host for account in mine} | {host for host in pictures if host}

    def local(url: str) -> Path | None:
        if not options.demo:
            return None
        from app.protocols import demo

        return demo.media_file(url)

    cache = MediaCache(profile / "media")
    return Media(late.http, cache, remote=remote, own_hosts=own_hosts, local=local)


async def _end_all(*ends: Callable[[], Awaitable[None]]) -> None:
    """Each of them, whatever becomes of the others: a full disk must not keep a file open."""
    for end in ends:
        try:
            await end()
        except ServiceError as error:
            log.warning("at the end: %s", error.kind)
        except Exception:
            log.exception("bug at the end")


def _leave(profile: Path, options: Options) -> None:
    """Close the log; the demo's folder goes with it."""
    from app.services.logs import stop_logging

    stop_logging()
    if options.demo:
        _drop(profile)


def _drop_at_the_end(folder: Path) -> None:
    """However it ends: also when it never comes as far as a house to close."""
    import atexit
    import signal

    def end(number: int, _: object) -> None:
        # No exception: one that comes in the middle of painting is lost, and we would live on.
        _drop(folder)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    atexit.register(_drop, folder)
    with suppress(ValueError):  # only the main thread may
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, end)


def _drop(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
