"""What exporting and importing have in common on the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from app.cli.items import moment
from app.cli.output import Output, Usage
from app.model.errors import RateLimited, ServiceError
from app.protocols.owning import Pause
from app.services.house import House
from app.services.states import error_object

PATIENCE = 60.0
"""Seconds that are waited without being asked to."""


def refuse_offline(house: House) -> None:
    """Raises: Usage: servers must be asked for this."""
    if house.options.offline:
        raise Usage("This needs the server.", "Leave out --offline.")


def patient(house: House, out: Output, always: bool) -> Pause:
    """
    Waits when a server wants that: for a minute, or (*always*) as long as it takes.

    What it returns raises: RateLimited: it would be longer.
    """
    never = asyncio.Event()

    async def pause(error: RateLimited) -> None:
        left = (error.until - house.clock.now()).total_seconds()
        if not always and left > PATIENCE:
            raise RateLimited(
                error.message,
                error.until,
                "Run the same command again later, or with --wait: it goes on where it was.",
            )
        until = moment(error.until)
        out.progress({"waiting_until": until}, f"{error.message} It goes on at {until}.")
        await house.clock.wait(never, max(1.0, left))

    return pause


def why_stopped(stopped: ServiceError | None) -> dict[str, Any]:
    """What ended it before its end, as JSON beside what was done."""
    until = moment(stopped.until) if isinstance(stopped, RateLimited) else None
    error = {} if stopped is None else {"error": error_object(stopped)}
    return {"waiting_until": until, **error}


def print_some(lines: Sequence[str], most: int, out: Output, what: str = "more") -> None:
    """The first of *lines*, and how many are left out."""
    for line in lines[:most]:
        out.line(f"  {line}")
    if len(lines) > most:
        out.line(f"  … and {len(lines) - most} {what}")
