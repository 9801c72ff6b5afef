"""A move that is killed in the middle of every kind of act goes on, and does nothing twice."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

from tests.unit.portability.activitypub.house import Mover, mover

ROOT = Path(__file__).parents[4]
DEATHS = (
    # where, at which time of asking, when its answer is never given
    ("PATCH .*/update_credentials", 1, True),
    ("POST /api/v2/filters", 1, True),
    ("POST .*/alias", 1, True),
    ("POST .*/accounts/.*/follow", 2, True),
    ("POST .*/accounts/.*/follow", 2, False),
    ("POST /api/v1/lists", 1, True),
    ("POST /api/v1/lists/[^/]+/accounts", 1, True),
    ("POST .*/move", 1, True),
)


async def test_a_killed_move_goes_on_and_does_nothing_twice(tmp_path: Path) -> None:
    """Killed (SIGKILL) after an act, before it could be written down, or before the act."""
    async with mover(tmp_path, "uris", "uris") as here:
        await here.plan()
        for death in DEATHS:
            assert await child(here, death) == -signal.SIGKILL, death
        for town in (here.old, here.new):
            town.before, town.after = (lambda method, path: None), (lambda method, path: False)
        assert await child(here, None) == 0

        assert here.is_now.following == here.was.following
        assert [one["title"] for one in here.is_now.lists] == ["Friends", "Empty"]
        assert here.is_now.lists[0]["members"] == ["bo@far.example"]
        assert [one["title"] for one in here.is_now.filters] == ["Tide"]
        assert here.is_now.aliases == [here.old.uri("ana")]
        assert len(here.is_now.followers) == 3
        assert here.old.count("POST", ".*/move") == 1


async def child(here: Mover, death: tuple[str, int, bool] | None) -> int:
    """One process, which is killed at *death*; how it ended."""
    arguments = (str(here.folder), here.old.origin, here.new.origin, here.id)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.unit.portability.activitypub.child", *arguments, cwd=ROOT
    )
    if death is not None:
        where, left, answered = death

        def met(method: str, path: str) -> bool:
            nonlocal left
            left -= re.fullmatch(where, f"{method} {path}") is not None
            if left or not re.fullmatch(where, f"{method} {path}"):
                return False
            os.kill(process.pid, signal.SIGKILL)
            return True

        def before(method: str, path: str) -> bytes | None:
            return b"" if met(method, path) else None

        for town in (here.old, here.new):
            town.before = (lambda method, path: None) if answered else before
            town.after = met if answered else (lambda method, path: False)
    return await process.wait()
