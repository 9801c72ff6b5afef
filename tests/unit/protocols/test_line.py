"""Large answers come one after the other; small ones do not wait."""

from __future__ import annotations

import asyncio
import time

from app.protocols.net.line import LARGE, Line, loaded


async def test_large_answers_keep_their_distance() -> None:
    """Three at once are handed out a pause apart; a small one passes them."""
    line, done = Line(0.03), []

    async def read(name: str, size: int) -> None:
        await line.wait(size)
        done.append((name, time.monotonic()))

    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for name in ("first", "second", "third"):
            group.create_task(read(name, LARGE))
        group.create_task(read("small", 10))
    names = [name for name, _ in done]
    assert names == ["first", "small", "second", "third"] or names[:2] == ["small", "first"]
    # Loops may wake a clock tick early.
    assert done[-1][1] - began >= 0.055


async def test_without_a_pause_nobody_waits() -> None:
    """The command line reads as fast as it can."""
    line = Line(0.0)
    began = time.monotonic()
    for _ in range(100):
        await line.wait(10 * LARGE)
    assert time.monotonic() - began < 5


async def test_a_module_is_loaded_once() -> None:
    """It is there afterwards, and asking again is harmless."""
    import sys

    await loaded("colorsys")
    await loaded("colorsys")
    assert "colorsys" in sys.modules
