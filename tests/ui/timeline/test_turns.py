"""The latest comes first, and nobody waits for what was flown past."""

from __future__ import annotations

import asyncio

import pytest

from app.model.errors import Cancelled
from app.ui.timeline.turns import Turns


class Desk:
    """Takes turns and notes in which order; each works until it is let go."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []
        self.away: list[str] = []
        self.go: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        """Ask for a turn each."""
        for name in names:
            self.go[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._work(name))
            await self.settle()

    async def finish(self, name: str) -> None:
        """Let one go."""
        self.go[name].set()
        await self.tasks[name]
        await self.settle()

    async def settle(self) -> None:
        """Whatever can happen now has happened."""
        for _ in range(5):
            await asyncio.sleep(0)

    async def _work(self, name: str) -> None:
        try:
            async with self.turns.turn():
                self.order.append(name)
                await self.go[name].wait()
        except Cancelled:
            self.away.append(name)


async def test_the_latest_comes_first() -> None:
    """What was asked for last is what the reader sees now."""
    desk = Desk(Turns(1, 10))
    await desk.come("a", "b", "c")
    await desk.finish("a")
    await desk.finish("c")
    await desk.finish("b")
    assert desk.order == ["a", "c", "b"]


async def test_the_longest_waiting_is_sent_away() -> None:
    """More than may wait: the oldest goes, the others keep their turns."""
    desk = Desk(Turns(1, 2))
    await desk.come("a", "b", "c", "d")
    assert desk.away == ["b"]
    for name in ("a", "d", "c"):
        await desk.finish(name)
    assert desk.order == ["a", "d", "c"]


async def test_who_gives_up_does_not_take_a_turn_along() -> None:
    """Cancelled while waiting, and cancelled just when the turn had come."""
    desk = Desk(Turns(1, 10))
    await desk.come("a", "b", "c")
    desk.tasks["b"].cancel()
    await desk.settle()
    assert len(desk.turns) == 1
    desk.go["a"].set()
    await asyncio.sleep(0)
    desk.tasks["c"].cancel()
    for name in ("b", "c"):
        with pytest.raises(asyncio.CancelledError):
            await desk.tasks[name]
    await desk.come("d")
    assert desk.order[-1] == "d"


async def test_an_error_inside_gives_the_turn_back() -> None:
    """A picture that cannot be decoded holds up nobody."""
    turns = Turns(1, 10)
    with pytest.raises(ValueError, match="broken"):
        async with turns.turn():
            raise ValueError("broken")
    async with turns.turn():
        assert len(turns) == 0
