"""Clocks that are set while a post waits for its time: nothing goes early unasked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.services.post_office import PostOffice, plan
from tests.unit.services.servers import SAM


@pytest.mark.parametrize(
    ("forward", "asks"), [(150, True), (400, True), (20, False)], ids=["minutes", "late", "drift"]
)
async def test_a_clock_that_was_set_forward_past_a_time_sends_nothing_early(
    forward: float, asks: bool, office: PostOffice
) -> None:
    """It asks; a clock that was off by seconds is put right without a word."""
    at = office.clock.now() + timedelta(hours=1)
    draft = office.draft(SAM, send_at=at)
    await office.outbox.send(draft, [plan(SAM, "Hello")], undo=0)
    await office.later(3_600 - 10)
    office.clock.set_forward(forward)
    await office.later(8)
    if not asks:
        assert ["Hello"] == office.sam.texts
        return
    lane = office.lane(draft, SAM)
    assert lane.trouble is not None and ("missed", "now") == (
        lane.trouble.kind,
        lane.trouble.repair,
    )
    assert ("failed", []) == (lane.state, office.sam.texts)
    later = office.clock.now() + timedelta(minutes=10)
    await office.outbox.postpone(draft.id, SAM, later)
    await office.later(590)
    assert [] == office.sam.texts
    await office.later(20)
    assert ["Hello"] == office.sam.texts


async def test_a_computer_that_slept_past_a_time_by_minutes_sends_it(office: PostOffice) -> None:
    """No clock was set: time has passed, in sleep; and one set before its time is no jump past it."""
    at = office.clock.now() + timedelta(hours=1)
    draft = office.draft(SAM, send_at=at)
    await office.outbox.send(draft, [plan(SAM, "Hello")], undo=0)
    await office.later(1_000)
    office.clock.set_forward(1_200)
    await office.later(6)
    assert ("queued", []) == (office.lane(draft, SAM).state, office.sam.texts)
    office.clock.pass_time(1_600)
    await office.later(1)
    assert ["Hello"] == office.sam.texts
