"""Time limits that cost one timer."""

from __future__ import annotations

import asyncio

import pytest

from app.protocols.net.deadline import Deadlines


class Counting(asyncio.SelectorEventLoop):
    """A loop that counts the timers made."""

    timers = 0

    def call_at(self, when, callback, *args, context=None):  # type: ignore[no-untyped-def]
        self.timers += 1
        return super().call_at(when, callback, *args, context=context)


def test_a_thousand_limits_make_one_timer() -> None:
    """Under Qt every timer made stays until it would have fired."""
    loop = Counting()

    async def main() -> None:
        limits = Deadlines()

        async def one() -> None:
            async with limits.within(60):
                await asyncio.sleep(0)

        await asyncio.gather(*(one() for _ in range(1000)))

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(main())

    assert loop.timers <= 2


async def test_what_takes_too_long_is_stopped_and_the_rest_goes_on() -> None:
    """Each block has its own limit."""
    limits = Deadlines()
    done: list[str] = []

    async def work(name: str, limit: float) -> None:
        try:
            async with limits.within(limit):
                await release.wait()
            done.append(name)
        except TimeoutError:
            done.append(f"{name} stopped")
            release.set()

    release = asyncio.Event()
    await asyncio.gather(work("long", 60), work("short", 0.03), work("longer", 61))

    assert ["short stopped", "long", "longer"] == done


async def test_cancelling_is_not_taken_for_a_time_out() -> None:
    """Who cancels gets a cancellation."""
    limits = Deadlines()

    async def work() -> None:
        async with limits.within(60):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_inside_goes_through() -> None:
    """The block's own error is not replaced."""
    with pytest.raises(ZeroDivisionError):
        async with Deadlines().within(60):
            raise ZeroDivisionError


async def test_what_moves_has_its_time_anew() -> None:
    """A slow line is not a dead one: the limit counts from the last movement."""
    limits = Deadlines()
    loop = asyncio.get_running_loop()
    turned = asyncio.Event()
    begin = loop.time()
    with pytest.raises(TimeoutError):
        async with limits.within(0.06) as moved:
            loop.call_later(0.04, moved)
            await turned.wait()

    assert loop.time() - begin >= 0.09
