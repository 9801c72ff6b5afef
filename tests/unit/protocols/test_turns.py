"""Long work gives way, and comes to the same."""

from __future__ import annotations

import asyncio
import time

import pytest

from app.protocols.net.turns import TURN, Turns, at_once, in_turns


def counting(steps: int, log: list[str], seconds: float = 0.0) -> Turns[int]:
    """*steps* steps of so many seconds each, by the clock of its thread."""
    for _ in range(steps):
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            pass
        log.append("work")
        yield
    return steps


def test_others_get_their_turn() -> None:
    """What is due meanwhile runs between two steps, not after the last."""
    log: list[str] = []

    async def scenario() -> int:
        asyncio.get_running_loop().call_soon(log.append, "frame")
        return await in_turns(counting(6, log, TURN))

    assert asyncio.run(scenario()) == 6
    assert log.count("work") == 6
    assert log.index("frame") < 3


def test_short_work_is_done_in_one_go() -> None:
    """Giving way costs time, too."""
    log: list[str] = []

    async def scenario() -> int:
        asyncio.get_running_loop().call_soon(log.append, "frame")
        return await in_turns(counting(3, log))

    assert asyncio.run(scenario()) == 3
    assert log[:3] == ["work"] * 3


def test_an_error_comes_through_in_either_way() -> None:
    """And the work is over."""

    def failing() -> Turns[int]:
        yield
        raise ValueError("no luck")

    with pytest.raises(ValueError, match="no luck"):
        at_once(failing())
    with pytest.raises(ValueError, match="no luck"):
        asyncio.run(in_turns(failing()))
