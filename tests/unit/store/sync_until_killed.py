"""A process that saves page after page, for a test to kill: PROFILE ROUNDS."""

from __future__ import annotations

import sys
from pathlib import Path

from app.model import Cursor
from app.model.timeline import ALL, Anchor
from app.store import GapSpec, Store
from tests.unit.store.build import ANA, BO, CY, account, at, entry, page, post, repost, run


async def sync(store: Store, rounds: int) -> None:
    """Three accounts, overlapping pages, gaps that open, move and close, positions."""
    for id, network in ((ANA, "fedi"), (BO, "fedi"), (CY, "sky")):
        await store.keep(lambda keeper, a=account(id, network): keeper.save_account(a))
    for n in range(rounds):
        for k, of in enumerate((ANA, BO, CY)):
            numbers = range(n * 10, n * 10 + 12 + k)
            items = [entry(post(i, i)) for i in numbers]
            items += [repost(post(i, i), "cleo", i + 3) for i in numbers if i % 4 == 0]
            keys = {post(i).uri: (post(i).uri, f"https://x.example/{i // 3}") for i in numbers}
            # The one that was opened two rounds ago: in a life that was killed, perhaps.
            filled = [g.id for g in store.reader.gaps(of) if g.newer_at == at((n - 2) * 10)]
            saved = await store.save(
                page(
                    *items,
                    of=of,
                    echo_keys=keys,
                    open_gap=GapSpec(newer_at=at(n * 10), cursor=Cursor(f"{of}{n}"))
                    if n % 3 == 0
                    else None,
                    close_gap=filled[0] if filled and n % 3 == 2 else None,
                    bottom=Cursor(f"b{n}"),
                )
            )
            await store.keep(
                lambda keeper, n=n: keeper.save_anchor(ALL, Anchor(post(n * 10).uri, at(n * 10)))
            )
            # Said only after the store has said it is done.
            print(n, k, saved.new + saved.known, flush=True)


if __name__ == "__main__":
    opened = Store.open(Path(sys.argv[1]))
    run(sync(opened, int(sys.argv[2])))
    opened.close()
