"""A process that makes a cache smaller in the shortest bursts, for a test to kill: PROFILE."""

from __future__ import annotations

import sys
from pathlib import Path

from app.store import Store
from app.store.thinning import Staying, Thinning
from app.store.times import micros
from tests.unit.store.build import at, run


async def thin(store: Store) -> None:
    """All below minute 405, a line after each burst."""
    thinning = Thinning(micros(at(405)), Staying())
    more = True
    while more:
        more = (await store.thin(thinning, 0)).more
        print(more, flush=True)


if __name__ == "__main__":
    opened = Store.open(Path(sys.argv[1]))
    run(thin(opened))
    opened.close()
