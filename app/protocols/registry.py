"""Which protocols there are. Filled once by the wiring, then only read."""

from __future__ import annotations

from collections.abc import Iterable

from app.model import Account, NetworkInfo
from app.model.errors import Unsupported
from app.protocols.base import Network


class Registry:
    """
    The front doors by protocol id, and the networks behind them.

    Two protocols may serve one network (the demo does): what is told of it
    first stands.
    """

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        self._networks: dict[str, Network] = {}
        self._infos: dict[str, NetworkInfo] = {}
        for network in networks:
            self.register(network)

    def register(self, network: Network) -> None:
        """Raises: ValueError: That id is taken (our bug)."""
        if network.id in self._networks:
            raise ValueError(f"protocol {network.id!r} is registered twice")
        self._networks[network.id] = network
        for info in network.networks:
            self._infos.setdefault(info.id, info)

    @property
    def networks(self) -> tuple[Network, ...]:
        """All front doors, in the order they were registered."""
        return tuple(self._networks.values())

    @property
    def infos(self) -> dict[str, NetworkInfo]:
        """What people may meet, by the id that posts and accounts carry."""
        return dict(self._infos)

    def network(self, protocol: str) -> Network:
        """Raises: Unsupported: An account of a protocol that this build lacks."""
        try:
            return self._networks[protocol]
        except KeyError:
            raise Unsupported(
                f"This Godwit cannot speak to {protocol or 'a nameless protocol'}.",
                "Update Godwit, or remove the account.",
            ) from None

    def network_of(self, account: Account) -> Network:
        """The front door that opens *account*. Raises: Unsupported."""
        return self.network(account.protocol)
