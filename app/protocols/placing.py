"""
The contract of a protocol, continued: how far the home timeline was read.

An ``AccountService`` whose server keeps that for all devices is one of these too
(``isinstance``). Every method may raise ``ServiceError``.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from app.model.timeline import Anchor


@runtime_checkable
class KeepsPlace(Protocol):
    """The server remembers up to which post the account has read."""

    async def place_read(self) -> str:
        """The server's own name of the newest post that was read; "" while it has none."""
        ...

    async def look_at_place(self, place: str) -> Anchor | None:
        """What stands there; None: nobody can say (any more)."""
        ...

    async def mark_place_read(self, ref: str) -> str:
        """
        All up to the post with that ``ViewerState.ref`` was read. Never back.

        Returns the place as the server has it now: another one, if somebody has
        read further elsewhere.
        """
        ...

    def is_further(self, place: str, than: str) -> bool:
        """That place is later in the timeline. "" is before all."""
        ...
