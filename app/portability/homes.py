"""What a server says of itself to somebody who may move there. Nothing is changed by asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from app.model.errors import Unsupported
from app.protocols.base import Preview

Look = Callable[[str], Awaitable[Preview]]
"""
Of one network: asks the server at an address, as typed.

Raises: NotFound, BadInput: there is none; Refused: one cannot move there; Unreachable…
"""


class Homes:
    """By the network of who moves: both homes of a move speak the same protocol."""

    def __init__(self, looks: Mapping[str, Look]) -> None:
        self._looks = looks

    async def look(self, network: str, address: str) -> Preview:
        """
        The server at *address*, for an account of *network* (``Account.network``).

        Raises:
            Unsupported: Nobody can move from this network.
            ServiceError: As ``Look``.
        """
        look = self._looks.get(network)
        if look is None:
            raise Unsupported("Godwit knows no way to move this account.")
        return await look(address)
