"""
Run by test_move_killed: move real accounts, be killed on the way, go on.

usage: python -m tests.real.move_until_killed RIG.json FOLDER run|undo boundaries
       python -m tests.real.move_until_killed RIG.json FOLDER run|undo moments COUNT SEED
       python -m tests.real.move_until_killed RIG.json FOLDER run files

``boundaries``: one account; a process dies at the first sight of every state of every
step, and another goes on. ``moments``: COUNT accounts; for each one process is killed
at a random moment, another goes on. Every death is SIGKILL. Prints what was wrong, one
line each, and at last how many died.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.portability.plan import MoveStatus
from app.portability.step import Listener
from app.protocols.http import Http
from tests.real.movers import (
    Mover,
    Resident,
    blobs,
    look,
    plc_data,
    records,
    repo_status,
    resident,
)
from tests.rigs.run import Rig

ENDS = {"run": "done", "undo": "undone"}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Case:
    """One account that moves."""

    def __init__(self, rig: Rig, folder: Path, who: Resident | None = None) -> None:
        self.rig = rig
        self.who = who or resident(rig)
        self.profile = folder / self.who.name
        self.profile.mkdir(parents=True)
        self.lived = records(rig["pds"][0], self.who.did), blobs(rig["pds"][0], self.who.did)
        self.plan_id = asyncio.run(self._plan())

    async def _plan(self) -> str:
        http = Http(user_agent="Godwit (tests)")
        try:
            return (await Mover(http, self.profile, self.who).plan()).id
        finally:
            await http.close()

    async def _work(
        self, act: str, listener: Listener | None = None, until: str = ""
    ) -> MoveStatus:
        http = Http(user_agent="Godwit (tests)")
        mover = Mover(http, self.profile, self.who)
        mover.listener = listener
        try:
            plan = mover.moves.find(self.plan_id)
            return await (mover.run(plan, until=until) if act == "run" else mover.undo(plan))
        finally:
            await http.close()

    def child(
        self, act: str, *, listener: Listener | None = None, kill_after: float | None = None
    ) -> tuple[bool, float]:
        """Work in a process of its own; whether it died, and how long it lived."""
        since = time.monotonic()
        pid = os.fork()
        if pid == 0:
            if kill_after is not None:
                threading.Timer(kill_after, die).start()
            status = asyncio.run(self._work(act, listener))
            if status.state != ENDS[act]:
                words = f"{act}: {status.state} at {status.step}: {status.error}"
                print(words, file=sys.stderr, flush=True)
            os._exit(0)
        _, how = os.waitpid(pid, 0)
        return os.WIFSIGNALED(how), time.monotonic() - since

    def finish(self, act: str) -> float:
        """Go on to the end, as a person would whose line is bad. How long the last took."""
        for _ in range(4):
            _, took = self.child(act)
            http = Http(user_agent="Godwit (tests)")
            state = Mover(http, self.profile, self.who).moves.status(self.plan_id).state
            if state == ENDS[act]:
                break
        return took

    def run_and_lose(self, step: str, *, spoil: bool) -> None:
        """Run to the end of *step*; then all that it left is gone, or junk."""
        status = asyncio.run(self._work("run", until=step))
        if status.state not in ("waiting", "done"):
            print(f"after losses, {step}: {status.state}: {status.error}", flush=True)
        folder = self.profile / "moves" / self.plan_id
        for path in folder.rglob("*"):
            if path.is_dir() or path.name in ("plan.json", "journal.jsonl"):
                continue
            if spoil:
                path.write_bytes(b"{\x00\xff [[[[ junk\n" * 3)
            else:
                path.unlink()

    def steps(self) -> list[str]:
        """Ids."""
        plan = self.profile / "moves" / self.plan_id / "plan.json"
        return [step["id"] for step in json.loads(plan.read_text())["steps"]]

    def wrong(self, act: str) -> str:
        """What others would see that is not as it should be; "" nothing."""
        old, new = self.rig["pds"]
        home, left = (new, old) if act == "run" else (old, new)
        data = plc_data(self.rig, self.who.did)
        log = look(f"{self.rig['plc']}/{self.who.did}/log/audit")
        if not (repo_status(home, self.who.did) or {}).get("active"):
            return f"is not active at home; lives at {data['services']}"
        found = []
        if data["services"]["atproto_pds"]["endpoint"] != home:
            found.append(f"lives at {data['services']}")
        if (repo_status(left, self.who.did) or {}).get("active"):
            found.append("is active where it left")
        if (records(home, self.who.did), blobs(home, self.who.did)) != self.lived:
            found.append("has lost or gained something")
        # Made; own key; moved; and, taken back, one more.
        if len(log) != (3 if act == "run" else 4):
            found.append(f"has {len(log)} operations in the directory")
        return "; ".join(found)

    def no_secret_kept(self) -> str:
        """Passwords and codes in any file of the profile."""
        secrets = ("rig-password", "another-rig-password")
        for path in self.profile.rglob("*"):
            if path.is_file() and any(s.encode() in path.read_bytes() for s in secrets):
                return f"{path.name} holds a password"
        return ""


def once_at_each_state(memory: Path) -> Listener:
    """Dies at every (step, state) that no process before has died at."""

    def hear(step: str, what: object) -> None:
        if not isinstance(what, MoveStatus) or not step:
            return
        state = next((view.state for view in what.steps if view.id == step), "")
        seen = memory.read_text().splitlines() if memory.exists() else []
        if f"{step} {state}" not in seen:
            with memory.open("a") as file:
                file.write(f"{step} {state}\n")
            die()

    return hear


def at_boundaries(case: Case, act: str) -> int:
    """How many died until it was done."""
    deaths = 0
    while case.child(act, listener=once_at_each_state(case.profile / f"{act}-deaths"))[0]:
        deaths += 1
    case.finish(act)
    return deaths


def at_moments(cases: Callable[[], Case], act: str, count: int, chance: random.Random) -> int:
    """How many died. The first lives, to know how long it takes."""
    first = cases()
    if act == "undo":
        first.finish("run")
    whole = first.finish(act)
    report(first, act)
    deaths = 0
    for _ in range(count):
        case = cases()
        if act == "undo":
            case.finish("run")
        deaths += case.child(act, kill_after=chance.uniform(0.0, whole))[0]
        case.finish(act)
        report(case, act)
    return deaths


def with_losses(case: Case) -> None:
    for number, step in enumerate(case.steps()):
        case.run_and_lose(step, spoil=number % 2 == 0)
    asyncio.run(case._work("run"))


def report(case: Case, act: str) -> None:
    for problem in (case.wrong(act), case.no_secret_kept()):
        if problem:
            print(f"{case.who.name}: {problem}", flush=True)


def main() -> None:
    rig: Rig = json.loads(Path(sys.argv[1]).read_text())
    folder, act, mode = Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    if mode == "boundaries":
        case = Case(rig, folder)
        deaths = at_boundaries(case, "run")
        report(case, "run")
        if act == "undo":
            deaths += at_boundaries(case, "undo")
            report(case, "undo")
    elif mode == "files":
        case, deaths = Case(rig, folder), 0
        with_losses(case)
        report(case, act)
    else:
        count, chance = int(sys.argv[5]), random.Random(int(sys.argv[6]))
        deaths = at_moments(lambda: Case(rig, folder), act, count, chance)
    print(f"{deaths} died")


if __name__ == "__main__":
    main()
