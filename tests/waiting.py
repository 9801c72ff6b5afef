"""Waiting in tests: for what is meant to happen, never for some time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def until(
    holds: Callable[[], T], what: str = "it never came about", *, seconds: float = 10
) -> T:
    """
    Let the loop run until *holds* gives something true, and return that.

    Args:
        what: The failure, if it does not in time.
    """
    try:
        async with asyncio.timeout(seconds):
            while not (found := holds()):
                await asyncio.sleep(0.001)
    except TimeoutError:
        raise AssertionError(what) from None
    return found
