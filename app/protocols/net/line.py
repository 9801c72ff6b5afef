"""Large answers are handed out one after the other."""

from __future__ import annotations

import asyncio
import gc
import importlib
import time

LARGE = 16_384
"""Bytes from which reading an answer takes ms."""


class Line:
    """
    Where large answers wait for the one before to be read.

    Args:
        pause: Seconds between two. 0: nobody waits.
    """

    def __init__(self, pause: float) -> None:
        self._pause, self._next_at = pause, 0.0

    async def wait(self, size: int) -> None:
        """Until it is this answer's turn."""
        if not self._pause or size < LARGE:
            return
        now = time.monotonic()
        at = max(now, self._next_at)
        self._next_at = at + self._pause
        await asyncio.sleep(at - now)


_LOADED: set[str] = set()


async def loaded(module: str) -> None:
    """Import *module* off the loop, where somebody may be scrolling."""
    # Not sys.modules: a module stands there from the beginning of its import,
    # and a second import waits for the first, on whatever thread it is made.
    if module not in _LOADED:
        await asyncio.to_thread(importlib.import_module, module)
        # It stays for good: looking through it for garbage would take 12 ms.
        gc.freeze()
        _LOADED.add(module)
