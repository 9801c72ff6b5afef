"""
Moving house: copying files from one real server to another, and going on after kill -9.

The reference is a bare ``httpx`` loop with as many at once that fetches each file from
the same server and uploads it to the same other server, and checks nothing. Needs the
AT rig: starts one, or uses that of ``GODWIT_RIG_ATPROTO``.

``python -m tests.bench.bench_move [--files 300]`` (the budget is for 1 000 × 200 kB)
Budgets: >= 0.8 x bare; after a kill no file is copied twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import threading
import time
from pathlib import Path

import httpx

from app.portability.atproto.blob_copy import AT_ONCE
from app.protocols.http import Http
from tests.bench.measure import say
from tests.real.move_until_killed import Case, die
from tests.real.movers import NEW_PASSWORD, Mover, Resident, call, resident
from tests.rigs import run
from tests.rigs.run import Rig

FILE_BYTES = 200_000
PER_POST = 4


def owner_of(rig: Rig, files: int) -> Resident:
    """Somebody with that many pictures in posts."""
    who = resident(rig)
    chance = random.Random(7)
    left = files
    while left:
        count = min(PER_POST, left)
        left -= count
        images = [
            {"image": who.upload(chance.randbytes(FILE_BYTES)), "alt": ""} for _ in range(count)
        ]
        who.post("Pictures", embed={"$type": "app.bsky.embed.images", "images": images})
    return who


async def bare(case: Case) -> float:
    """Seconds for the reference, into an account that lacks its files just as ours does."""
    (old, new), who = case.rig["pds"], case.who
    cids = call(old, "com.atproto.sync.listBlobs", did=who.did, limit=1000)["cids"]
    who.sign_in(new, NEW_PASSWORD)
    token = who.token
    queue = iter(cids)
    began = time.perf_counter()
    async with httpx.AsyncClient(timeout=600) as client:

        async def work() -> None:
            for cid in queue:
                params = {"did": who.did, "cid": cid}
                got = await client.get(f"{old}/xrpc/com.atproto.sync.getBlob", params=params)
                headers = {
                    "authorization": f"Bearer {token}",
                    "content-type": got.headers["content-type"],
                }
                url = f"{new}/xrpc/com.atproto.repo.uploadBlob"
                put = await client.post(url, content=got.content, headers=headers)
                assert put.json()["blob"]["ref"]["$link"] == cid

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return time.perf_counter() - began


async def step(case: Case, until: str) -> float:
    """Seconds that the step took, as its journal has it."""
    http = Http(user_agent="bench")
    mover = Mover(http, case.profile, case.who)
    try:
        status = await mover.run(mover.moves.find(case.plan_id), until=until)
    finally:
        await http.close()
    assert status.state in ("waiting", "done") and not status.error, status
    return next(view.seconds for view in status.steps if view.id == until)


def killed_in(case: Case, until: str, seconds: float) -> None:
    """A process of its own works on it, and dies after that time."""
    pid = os.fork()
    if pid == 0:
        threading.Timer(seconds, die).start()
        asyncio.run(step(case, until))
        os._exit(0)
    os.waitpid(pid, 0)


def arrived(rig: Rig, folder: Path, files: int) -> Case:
    """Everything is at the other server but the files."""
    case = Case(rig, folder, owner_of(rig, files))
    asyncio.run(step(case, "import"))
    return case


def copies(rig: Rig, folder: Path, files: int) -> None:
    """The table."""
    print(f"  {files} files of {FILE_BYTES // 1000} kB, {AT_ONCE} at once, server to server")
    theirs, ours = [], []
    for _ in range(2):
        theirs.append(asyncio.run(bare(arrived(rig, folder, files))))
        ours.append(asyncio.run(step(arrived(rig, folder, files), "files")))
    share = min(theirs) / min(ours)
    say("copy files, each checked and written down", min(ours), "s", min(theirs))
    say("  of a bare loop's speed", share, "", budget=">= 0.80", met=share >= 0.8)


def kills(rig: Rig, folder: Path, files: int) -> None:
    """Kill it again and again while it copies."""
    case = arrived(rig, folder, files)
    for _ in range(4):
        killed_in(case, "files", 2.0)
    asyncio.run(step(case, "files"))
    ledger = case.profile / "moves" / case.plan_id / "ledger-blobs.jsonl"
    lines = ledger.read_text().splitlines()
    twice = len(lines) - len({json.loads(line)[0] for line in lines})
    say("files copied twice after four kills", twice, "", budget=f"<= {4 * AT_ONCE}", met=not twice)


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=300)
    options = parser.parse_args()
    with run.atproto(level=1) as rig, tempfile.TemporaryDirectory() as name:
        copies(rig, Path(name), options.files)
        kills(rig, Path(name), options.files)


if __name__ == "__main__":
    main()
