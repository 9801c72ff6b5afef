"""What is made when it is first needed: protocols, HTTP, the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.services.options import Options

if TYPE_CHECKING:
    from app.people.bridges import Bridge
    from app.protocols.http import HostLog, Http
    from app.protocols.registry import Registry
    from app.services.clock import Clock
    from app.store import Vault

NETWORK_ORDER = ("mastodon", "bluesky")
_SPEAKS = {"mastodon": "app.protocols.mastodon.service", "bluesky": "app.protocols.bluesky"}
USER_AGENT = f"Godwit/{__version__}"

RENEWAL = 30.0
"""Seconds at the end for a token that is being renewed: an answer, and the vault."""


class Late:
    """Each thing once, for as long as the profile is open."""

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

                origin = self._clock.now().replace(second=0, microsecond=0)
                self._registry = Registry(
                    [demo.network(self.http(), now=origin, clock=self._clock.now)]
                )
            else:
                from app.protocols import bluesky, mastodon

                networks = [mastodon.network(self.http()), bluesky.network(self.http())]
                self._registry = Registry(networks)
        return self._registry

    async def prepare(self, protocols: Iterable[str]) -> None:
        """
        Load *protocols* off the loop, where somebody may be scrolling: 40 ms each.

        Otherwise the first call of an account would, on the loop.
        """
        from app.protocols.net.line import loaded

        for protocol in {*protocols} & {*_SPEAKS}:
            await loaded(_SPEAKS[protocol])

    def bridges(self) -> tuple[Bridge, ...]:
        """The bridges between networks that can be checked; the demo has its own."""
        return bridges(self._options.demo)

    def order(self) -> tuple[str, ...]:
        """Networks in the order in which echoes show them."""
        return NETWORK_ORDER

    async def close(self) -> None:
        """Close the connections, when no token is on its way any more."""
        if self._vault is not None:
            await self._vault.finish(RENEWAL)
        if self._http is not None:
            await self._http.close()


def in_turn(*acts: Callable[[], None]) -> Callable[[], None]:
    """All of them, one after the other."""

    def do() -> None:
        for act in acts:
            act()

    return do


@cache
def bridges(demo: bool = False) -> tuple[Bridge, ...]:
    """The bridges between networks that we know how to check; the demo has its own."""
    from app.people.bridges import bridges_from_json
    from app.resources import resource

    path = ("demo", "bridges.json") if demo else ("bridges.json",)
    return bridges_from_json(resource(*path).read_bytes())
