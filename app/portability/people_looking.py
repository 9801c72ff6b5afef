"""Looking for those whom one follows, as suggestions for the people book."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from app.model import AccountId
from app.people.suggesting import MOST_FOLLOWED, Suggested
from app.portability.carry_over import CarryOver
from app.portability.carry_over_values import Match
from app.portability.plan import Progress


async def looked_for(
    carry_over: CarryOver, source: AccountId, target: AccountId
) -> AsyncIterator[Suggested | tuple[int, int]]:
    """
    How far it is, and in the end who was found. No bridge is asked. Raises: ServiceError.

    The newest ``MOST_FOLLOWED`` are looked for.
    """
    told: asyncio.Queue[tuple[int, int]] = asyncio.Queue()

    def tell(progress: Progress) -> None:
        told.put_nowait((progress.done, progress.total or 0))

    work = asyncio.ensure_future(carry_over.find(source, target, tell, most=MOST_FOLLOWED))
    try:
        while not work.done():
            hear = asyncio.ensure_future(told.get())
            await asyncio.wait({work, hear}, return_when=asyncio.FIRST_COMPLETED)
            if hear.done():
                yield hear.result()
            else:
                hear.cancel()
        for match in (await work).matches:
            yield suggested_from(match)
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(work, return_exceptions=True)


def suggested_from(match: Match) -> Suggested:
    """What carrying over has found, for the people book."""
    return Suggested(
        one=match.source,
        other=match.target,
        confidence=match.confidence,
        evidence=tuple(match.evidence),
    )
