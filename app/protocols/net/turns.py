"""Long work on the loop, in turns with whoever scrolls there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Turns = Generator[None, None, T]
"""Work that says ``yield`` wherever it may be interrupted, and returns its result."""

TURN = 0.002
"""Seconds of work before others get their turn: a painted frame leaves no more."""


async def in_turns(work: Turns[T]) -> T:
    """
    The result of *work*, which gives way every 2 ms.

    Not on a thread: for every call into Qt the painting thread would wait for it.
    """
    began = time.perf_counter()
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        if time.perf_counter() - began > TURN:
            await asyncio.sleep(0)
            began = time.perf_counter()


def at_once(work: Turns[T]) -> T:
    """The result of *work*, where nobody scrolls."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
