"""What may go wrong in the demo, on purpose."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from msgspec import Struct

from app.model.errors import Malformed, RateLimited, SignedOut, Unreachable


class Faults(Struct):
    """
    How one account of the demo misbehaves. May be changed at any time.

    Attributes:
        offline: No server answers.
        signed_out: The token is no longer accepted.
        junk: Answers cannot be read.
        wait: The server asks us to wait that long.
        delay: Seconds that each answer takes.
        hold: Answers come only once this is set.
        breaks: That many of the next requests for *older* pages fail.
        most: At most so many items on a page (0 = as many as asked for).
    """

    offline: bool = False
    signed_out: bool = False
    junk: bool = False
    wait: timedelta | None = None
    delay: float = 0.0
    hold: asyncio.Event | None = None
    breaks: int = 0
    most: int = 0

    async def meet(self, host: str, now: datetime, *, older: bool = False) -> None:
        """
        Let happen what was ordered.

        Raises:
            Unreachable, SignedOut, RateLimited, Malformed: As ordered.
        """
        if self.hold is not None:
            await self.hold.wait()
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.offline:
            raise Unreachable(f"{host} cannot be reached.")
        if self.signed_out:
            raise SignedOut(f"{host} no longer accepts this sign-in.")
        if self.wait is not None:
            raise RateLimited(f"{host} asks us to wait.", now + self.wait)
        if self.junk:
            raise Malformed(f"The answer of {host} cannot be read.")
        if older and self.breaks > 0:
            self.breaks -= 1
            raise Unreachable(f"{host} did not answer in time.")
