"""Whoever asked may walk away."""

from __future__ import annotations

import asyncio

import pytest

from app.model import HOME
from tests.contract.stages import Stage


async def test_cancelled_mid_request_the_service_still_works(stage: Stage) -> None:
    """The cancelled call ends as cancelled; the next one is answered."""
    service = stage.service()
    before = await service.page(HOME)
    await stage.hold()
    task = asyncio.create_task(service.page(HOME))
    await stage.held()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stage.release()
    after = await service.page(HOME)

    assert [item.key for item in after.items] == [item.key for item in before.items]


async def test_one_of_many_is_cancelled_alone(stage: Stage) -> None:
    """Requests of one service do not hang on each other."""
    service = stage.service()
    await service.page(HOME)
    await stage.hold()
    tasks = [asyncio.create_task(service.page(HOME, limit=5)) for _ in range(4)]
    await stage.held()
    cut = tasks[0].cancel()  # a real server, which holds nothing back, may have answered
    stage.release()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(results[0], asyncio.CancelledError) is cut
    assert all(not isinstance(result, BaseException) for result in results[1:])
