"""
The contract of a protocol, continued: what people say of themselves, to find them elsewhere.

An ``AccountService`` offers it by being one of these too (``isinstance``). Every method
may raise ``ServiceError``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol, runtime_checkable

from app.model.portrait import Portrait
from app.protocols.owning import Pause, no_pause


@runtime_checkable
class Portrays(Protocol):
    """The server tells what profiles say."""

    def followed_portraits(self, pause: Pause = no_pause) -> AsyncIterator[Portrait]:
        """Whom the account follows, newest first; few requests for many people."""
        ...

    async def portrait(self, address: str) -> Portrait:
        """Who has this URI, web address or handle. Raises: NotFound."""
        ...

    async def search_portraits(self, words: str, limit: int = 3) -> tuple[Portrait, ...]:
        """People whose handle or name is like *words*, the likeliest first."""
        ...
