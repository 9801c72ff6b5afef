"""
Run by test_runner_killed: kill a move at every write, and go on each time.

usage: python -m tests.unit.portability.kill_everywhere FOLDER run|undo

For each n a process of its own is killed (SIGKILL) at the nth write to the world or
to the journal, half of the line written; another one goes on. Prints what was wrong,
one line each, and at last how many moments there were.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

from app.portability.moves import Moves
from tests.unit.fakes import FakeClock
from tests.unit.portability.toy import CODE, PASSWORD, ToyRoute, World

ANSWERS = {"password": PASSWORD, "code": CODE, "name": "Wren"}
_write, _fsync = os.write, os.fsync


class Death:
    """Comes at the nth touch."""

    def __init__(self, after: int) -> None:
        self.left = after

    def touch(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, descriptor: int, data: bytes) -> int:
        if self.left == 1:
            _write(descriptor, data[: len(data) // 2])
        self.touch()
        return _write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        _fsync(descriptor)
        self.touch()


def moves_in(folder: Path, world: World) -> Moves:
    return Moves(folder / "profile", lambda: [ToyRoute(world)], FakeClock(), who="a test")


def made(folder: Path) -> tuple[World, str]:
    """A world and a plan in it."""
    world = World(folder / "world")
    world.root.mkdir(parents=True)
    world.found(posts=3)
    plan = asyncio.run(moves_in(folder, world).plan("wren", "toy:new"))
    return world, plan.id


def child(folder: Path, plan: str, act: str, after: int) -> bool:
    """Work in a process of its own, until it is done (False) or dies (True)."""
    pid = os.fork()
    if pid == 0:
        death = Death(after)
        os.write, os.fsync = death.write, death.fsync  # type: ignore[assignment]
        world = World(folder / "world", touch=death.touch)
        moves = moves_in(folder, world)
        status = asyncio.run(getattr(moves, act)(plan, ANSWERS))
        os._exit(0 if status.state == {"run": "done", "undo": "undone"}[act] else 1)
    _, how = os.waitpid(pid, 0)
    if os.WIFSIGNALED(how):
        return True
    assert os.waitstatus_to_exitcode(how) == 0
    return False


def wrong(world: World, act: str) -> str:
    """What is not as it should be after *act*; "" nothing."""
    home, active = world.seen_from_outside()
    if (home, active) != (("new", ["new"]) if act == "run" else ("old", ["old"])):
        return f"lives on {home}, active on {active}"
    if world.posts("old") != (world.posts("new") if act == "run" else world.posts("old")):
        return "posts differ"
    if world.read("codes.json")["sent"] != 1:
        return "a code was asked for twice"
    return ""


def main(folder: Path, act: str) -> None:
    after = 0
    died = True
    while died:
        after += 1
        here = folder / str(after)
        world, plan = made(here)
        if act == "undo":
            assert not child(here, plan, "run", 0)
        died = child(here, plan, act, after)
        if died:
            # Again at another place, and then to the end.
            if child(here, plan, act, 3):
                assert not child(here, plan, act, 0)
        if problem := wrong(world, act):
            print(f"killed at {after}: {problem}")
        shutil.rmtree(here)
    print(f"{after - 1} moments")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
