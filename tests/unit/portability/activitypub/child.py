"""
Run by test_moving_killed: go on with a move, in a process of its own that may be killed.

usage: python -m tests.unit.portability.activitypub.child FOLDER OLD NEW PLAN
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.protocols.http import Http
from tests.unit.portability.activitypub.house import SURE, Mover
from tests.unit.portability.activitypub.town import Town


async def main(folder: str, old: str, new: str, plan: str) -> int:
    """0: done."""
    http = Http(user_agent="Godwit tests")
    here = Mover(Path(folder), Town(old, "uris"), Town(new, "uris"), http, id=plan)
    try:
        status = await here.run(SURE)
    finally:
        await http.close()
    return 0 if status.state == "done" else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
