"""
Run by test_backup_killed: kill a backup at every change of the disk, and look each time.

usage: python -m tests.unit.portability.atproto.kill_backups FOLDER first|update|many

For every other n a process of its own is killed (SIGKILL) at the nth fsync, rename or removal;
then the folder must hold what it held or what it will hold, and a run to the end must
bring the rest and ask for no file again that had come. Prints what was wrong, one line
each, and at last how many moments there were. ``many``: 200 files, killed at a few.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from app.model.errors import NotFound
from app.portability.archive_manifest import read_manifest
from app.portability.atproto.archive import verify_archive
from app.portability.atproto.blobs import AT_ONCE
from app.protocols.http import Http
from tests.unit.portability.atproto.small_pds import SmallPds, running
from tests.unit.portability.atproto.test_backup import BLOB, World


def serve(pds: SmallPds) -> None:
    """*pds* on a thread of its own, from now on."""
    ready = threading.Event()

    async def serving() -> None:
        async with running(pds):
            ready.set()
            await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(serving()), daemon=True).start()
    assert ready.wait(10)


def child(pds: SmallPds, folder: Path, after: int) -> bool:
    """Back up in a process of its own, to the end (False) or until it dies (True)."""
    pid = os.fork()
    if pid == 0:
        die_at(after)
        asyncio.run(back_up(pds, folder))
        os._exit(0)
    _, how = os.waitpid(pid, 0)
    if os.WIFSIGNALED(how):
        return True
    assert os.waitstatus_to_exitcode(how) == 0
    return False


def die_at(after: int) -> None:
    """From now on: death before the *after*th change of the disk."""
    left, lock = [after], threading.Lock()

    def deadly(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*arguments: Any, **options: Any) -> Any:
            with lock:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return change(*arguments, **options)

        return changed

    for name in ("fsync", "replace", "rename", "unlink", "rmdir"):
        setattr(os, name, deadly(getattr(os, name)))


async def back_up(pds: SmallPds, folder: Path) -> None:
    """One run."""
    door = Http(user_agent="Godwit/0.0 (test)")
    world = World(pds, door, folder)
    assert (await world.back_up()).ok
    await door.close()


def wrong(pds: SmallPds, folder: Path, revs: Iterable[str]) -> str:
    """What is not as it should be in a folder that a death has left; "" nothing."""
    try:
        manifest = read_manifest(folder)
    except NotFound:
        return "" if "" in revs else "the manifest is gone"
    if manifest.details["rev"] not in revs:
        return f"revision {manifest.details['rev']}"
    bad = [one for one in verify_archive(folder).bad if one.where not in PAPERS]
    return f"damaged: {bad[0]}" if bad else ""


PAPERS = ("preferences.json", "plc-log.json", "did.json")
"""Each is the old or the new one, as a whole, also while the manifest is still the old."""


def people(pictures: int) -> SmallPds:
    """Somebody with so many pictures."""
    pds = SmallPds()
    for number in range(pictures):
        pds.add_picture(f"picture {number}".encode() * 50)
    return pds


def main(folder: Path, what: str) -> None:
    pds = people(200 if what == "many" else 3)
    serve(pds)
    asyncio.run(back_up(pds, folder / "warm"))  # the children inherit what is loaded
    base, revs = folder / "base", [""]
    if what == "update":
        assert not child(pds, base, 0)
        revs = [pds.rev]
        pds.add_picture(b"new")
        pds.add_post("New")
    revs.append(pds.rev)
    moments = [30, 201, 390] if what == "many" else range(1, 10_000, 2)
    count = 0
    for after in moments:
        here = folder / str(after)
        if base.exists():
            shutil.copytree(base, here)
        pds.asked.clear()
        died = child(pds, here, after)
        if not died:
            break
        count += 1
        problem = wrong(pds, here, revs)
        assert not child(pds, here, 0)
        new = len(pds.files) if what != "update" else 1
        problem = problem or ("" if verify_archive(here).ok else "not whole at the end")
        if pds.asked[BLOB] > new + AT_ONCE:
            problem = problem or f"{pds.asked[BLOB]} files were asked for, {new} are new"
        if problem:
            print(f"killed at {after}: {problem}")
        shutil.rmtree(here)
    print(f"{count} moments")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
