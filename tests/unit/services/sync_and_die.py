"""
Run by test_killed: sync a profile, and be killed on the way.

usage: python -m tests.unit.services.sync_and_die PROFILE POSTS REQUEST DELAY_MS

Kills itself (SIGKILL) DELAY_MS after the server was asked for the REQUESTth time.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path

from tests.unit.fakes import MemoryVault
from tests.unit.services.conftest import home_at
from tests.unit.services.servers import ANA, Server, entry


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(profile: Path, posts: int, request: int, delay_ms: float) -> None:
    server = Server([entry(n) for n in range(posts)])

    def on_request(number: int) -> None:
        if number == request:
            threading.Timer(delay_ms / 1000, die).start() if delay_ms else die()

    server.before_answer = on_request
    home = home_at(profile, {ANA: server}, MemoryVault())
    await home.join()
    for _ in range(50):
        await home.sync.run()
    die()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
