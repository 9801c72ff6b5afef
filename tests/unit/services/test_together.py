"""Work side by side ends with one error and not with a group of them."""

from __future__ import annotations

import asyncio

import pytest

from app.model.errors import StoreError, Unreachable
from app.services.together import first_of, together


async def fail(error: Exception) -> None:
    raise error


async def test_trouble_comes_out_as_itself() -> None:
    """Who waits for the world's trouble catches it, alone or nested."""
    with pytest.raises(Unreachable):
        async with together() as outer:
            outer.create_task(_nested(Unreachable("It does not answer.")))


async def _nested(error: Exception) -> None:
    async with together() as group:
        group.create_task(fail(error))


async def test_what_the_body_raises_comes_out_as_itself() -> None:
    """Not only tasks fail, and the others are ended with it."""
    ended = asyncio.Event()

    async def last() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(StoreError):
        async with together() as group:
            group.create_task(last())
            await asyncio.sleep(0)
            raise StoreError("The disk is full.")
    assert ended.is_set()


async def test_to_be_cancelled_is_no_error() -> None:
    """Who is cancelled inside ends as cancelled."""
    entered = asyncio.Event()

    async def work() -> None:
        async with together() as group:
            group.create_task(asyncio.Event().wait())
            entered.set()

    task = asyncio.create_task(work())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_bug_goes_before_troubles() -> None:
    """The program must hear of its mistake although a server failed first."""
    group = ExceptionGroup(
        "", [Unreachable("x"), ExceptionGroup("", [StoreError("y"), KeyError("z")])]
    )
    assert isinstance(first_of(group), KeyError)
    assert isinstance(first_of(ExceptionGroup("", [Unreachable("x")])), Unreachable)
