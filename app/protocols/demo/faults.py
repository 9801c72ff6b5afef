"""What may go wrong in the demo, on purpose."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from msgspec import Struct

from app.model.errors import (
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SignedOut,
    Unreachable,
)


class Faults(Struct):
    """
    How one account of the demo misbehaves. May be changed at any time.

    Attributes:
        offline: No server can be reached: nothing is asked of it.
        down: The server breaks down over every request (5xx).
        signed_out: The token is no longer accepted.
        junk: Answers cannot be read.
        wait: The server asks us to wait that long.
        delay: Seconds that each answer takes.
        hold: Answers come only once this is set.
        breaks: That many of the next requests for *older* pages fail.
        most: At most so many items on a page (0 = as many as asked for).
        loses: Of the next so many writes (and reactions) the answer is lost: they are done.
        swallows: The next so many writes never arrive, and nobody says so.
        crashes: After the next so many writes the server breaks down (5xx): they are done.
        limits: The next so many writes are refused: too many (429).
        refuses: The next so many writes and reactions are refused for good.
        tears: The next so many uploads die at 99 %.
    """

    offline: bool = False
    down: bool = False
    signed_out: bool = False
    junk: bool = False
    wait: timedelta | None = None
    delay: float = 0.0
    hold: asyncio.Event | None = None
    breaks: int = 0
    most: int = 0
    loses: int = 0
    swallows: int = 0
    crashes: int = 0
    limits: int = 0
    refuses: int = 0
    tears: int = 0

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
        if self.down:
            broken = Unreachable(f"{host} is out of order.")
            broken.sent = True
            raise broken
        if self.signed_out:
            raise SignedOut(f"{host} no longer accepts this sign-in.")
        if self.wait is not None:
            raise RateLimited(f"{host} asks us to wait.", now + self.wait)
        if self.junk:
            raise Malformed(f"The answer of {host} cannot be read.")
        if older and self.breaks > 0:
            self.breaks -= 1
            raise Unreachable(f"{host} did not answer in time.")

    def before_write(self, host: str, now: datetime) -> None:
        """
        Before it is done.

        Raises:
            RateLimited, OutcomeUnknown: As ordered; nothing was done.
        """
        if self._takes("limits"):
            raise RateLimited(f"{host} asks us to wait.", now + timedelta(minutes=1))
        if self._takes("swallows"):
            raise OutcomeUnknown(f"{host} has not answered.")

    def after_write(self, host: str) -> None:
        """
        When it is done.

        Raises:
            OutcomeUnknown: As ordered.
        """
        if self._takes("loses"):
            raise OutcomeUnknown(f"The answer of {host} was lost.")
        if self._takes("crashes"):
            raise OutcomeUnknown(f"{host} broke down while it answered.")

    def in_upload(self, host: str) -> None:
        """
        When nearly all bytes are out.

        Raises:
            Unreachable: As ordered; the file is not there.
        """
        if self._takes("tears"):
            raise Unreachable(f"The connection to {host} broke.")

    def refusal(self, host: str) -> None:
        """
        Before a write or a reaction.

        Raises:
            Refused: As ordered.
        """
        if self._takes("refuses"):
            raise Refused(f"{host} does not allow that.")

    def _takes(self, name: str) -> bool:
        """One of the ordered ones happens now."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0
