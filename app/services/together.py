"""Work side by side, whose end is that of one piece of work: an error comes out as itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.model.errors import ServiceError


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """
    A task group that raises the first of its errors and not a group of them.

    Who calls us waits for a ``ServiceError`` and must not meet the world's trouble as a
    bug because it came in company. A bug among the errors goes before all others.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        raise first_of(errors) from None


def first_of(error: BaseException) -> BaseException:
    """What went wrong in a group (of groups): a bug before the world's troubles."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    bugs = error.split(ServiceError)[1]
    return first_of((bugs or error).exceptions[0])
