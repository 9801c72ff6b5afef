"""Whatever the line, the server and the program do, in any order: each post is there once."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.errors import OutcomeUnknown, RateLimited, ServiceError, Unreachable
from app.services.outbox_schedule import LOOKS
from tests.unit.services.post_office import PostOffice, opened, post_office
from tests.unit.services.servers import ANA, SAM
from tests.unit.services.wall import Wall

FAULTS = ("fine", "refused the line", "slow down", "answer lost", "never came", "program ends")
PARTS = ("one", "two", "three")


def beset(office: PostOffice, wall: Wall, faults: list[str], *, done_first: bool) -> None:
    """Each publish meets the next of *faults*, before it is done or after."""
    wall.failing.clear()

    def strike(fault: str) -> None:
        if fault == "program ends":
            raise asyncio.CancelledError  # as at the end: nothing more is written down
        error: ServiceError | None = {
            "refused the line": Unreachable("No line."),
            "slow down": RateLimited("Wait.", office.clock.now() + timedelta(seconds=30)),
            "never came": OutcomeUnknown("Nobody knows."),
        }.get(fault)
        if error is not None:
            raise error

    def before() -> None:
        if faults and not done_first:
            strike(faults.pop(0))

    def after() -> None:
        if not faults or not done_first:
            return
        fault = faults.pop(0)
        if fault == "program ends":
            raise asyncio.CancelledError  # as at the end: nothing more is written down
        if fault != "fine":
            raise OutcomeUnknown("The answer never came.")

    wall.before, wall.after = before, after


async def story(
    profile: Path, faults: dict[str, list[str]], keys: bool, done_first: bool, thread: bool
) -> PostOffice:
    """Send, be beset, start anew and anew; the user tries again where it is offered."""
    office = await opened(profile)
    for wall, name in ((office.ana, "ana"), (office.sam, "sam")):
        wall.forgets = not keys
        beset(office, wall, faults[name], done_first=done_first)
    office.run()
    draft = await office.send(ANA, SAM, texts=PARTS if thread else PARTS[:1])
    for _ in range(40):
        await office.later(700)
        lanes = office.outbox.deliveries(draft.id)
        if all(lane.state == "delivered" for lane in lanes):
            break
        for lane in lanes:
            if lane.state == "unknown" and lane.looks >= len(LOOKS):
                await office.outbox.retry(draft.id, lane.account)
        if any(lane.state == "sending" for lane in lanes):
            await office.close()
            walls, vault, clock = office.walls, office.vault, office.clock
            office = post_office(profile, walls, vault, clock)
            office.run()
    return office


some = st.lists(st.sampled_from(FAULTS), max_size=6)


@settings(max_examples=40)
@given(ana=some, sam=some, keys=st.booleans(), done_first=st.booleans(), thread=st.booleans())
def test_each_post_is_there_once(
    ana: list[str], sam: list[str], keys: bool, done_first: bool, thread: bool
) -> None:
    """In its order; also on servers that know no tickets."""

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            faults = {"ana": list(ana), "sam": list(sam)}
            office = await story(Path(folder) / "profile", faults, keys, done_first, thread)
            try:
                wanted = list(PARTS if thread else PARTS[:1])
                assert wanted == office.ana.texts == office.sam.texts
                uris = list(office.ana.posts)
                assert dict(zip(uris[1:], uris, strict=False)) == office.ana.answers
            finally:
                await office.close()

    asyncio.run(run())
