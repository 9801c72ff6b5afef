"""Whatever happens on the way, in whatever order: the same end."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.errors import (
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    StoreError,
    Unreachable,
)
from app.portability.patience import Patience
from tests.unit.fakes import NOON
from tests.unit.portability.house import ANSWERS, Mover, mover

TROUBLES: list[ServiceError] = [
    Unreachable("No answer."),
    OutcomeUnknown("Lost on the way."),
    RateLimited("Later.", NOON + timedelta(hours=30)),
    Refused("No."),
    SignedOut("Who are you?"),
    StoreError("The disk is full."),
    Malformed("Junk."),
]

events = st.lists(
    st.tuples(
        st.lists(st.sampled_from(TROUBLES), max_size=4),
        st.integers(0, 60),  # turns of the loop until it is cut off
        st.booleans(),  # in a new process
        st.sampled_from(["run", "run", "status", "answers"]),
    ),
    max_size=8,
)


async def cut_off(one: Mover, turns: int) -> None:
    """Run, let time pass where it waits, and cancel it after so many turns."""
    run = asyncio.create_task(one.run(ANSWERS, patience=Patience(tries=3)))
    for _ in range(turns):
        await asyncio.sleep(0)
        for left in one.clock.waits[:1]:
            one.clock.pass_time(left)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def live_through(
    folder: Path, course: list[tuple[list[ServiceError], int, bool, str]]
) -> None:
    one = await mover(folder, posts=3)
    for troubles, turns, anew, what in course:
        one.world.troubles = list(troubles)
        one = one.again() if anew else one
        if what == "status":
            one.moves.status(one.id)
        elif what == "answers":
            one.moves.forget_answers(one.id)
        else:
            await cut_off(one, turns)
    one.world.troubles = []
    status = await one.again().run(ANSWERS)

    assert status.state == "done", status.error
    assert one.world.seen_from_outside() == ("new", ["new"])
    assert one.world.posts("new") == one.world.posts("old")
    assert one.world.read("codes.json")["sent"] == 1
    assert (await one.again().moves.undo(one.id, ANSWERS)).state == "undone"
    assert one.world.seen_from_outside() == ("old", ["old"])


@settings(max_examples=60)
@given(events)
def test_a_move_comes_to_its_end_whatever_happens(
    course: list[tuple[list[ServiceError], int, bool, str]],
) -> None:
    """Silence, limits, refusals, full disks, cuts, new processes: one account, nothing twice."""
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(live_through(Path(name), course))
