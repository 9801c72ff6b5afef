"""kill -9 at any moment loses nothing that was said to be saved, and doubles nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from app.model import HOME, Cursor
from app.model.timeline import ALL, Echo
from app.store import Store
from tests.unit.store.build import ANA, BO, CY, entry, page, post, run
from tests.unit.store.check import troubles

ROOT = Path(__file__).resolve().parents[3]


def run_sync(profile: Path, rounds: int) -> subprocess.Popen[str]:
    """Start the process that saves."""
    module = "tests.unit.store.sync_until_killed"
    command = [sys.executable, "-m", module, str(profile), str(rounds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def sync_and_kill(profile: Path, after: int, rounds: int = 1_000) -> tuple[int, int]:
    """Run until *after* saves were confirmed, then kill at once: the last (round, account)."""
    process = run_sync(profile, rounds)
    assert process.stdout is not None
    last = (-1, -1)
    for _ in range(after):
        n, k, _ = process.stdout.readline().split()
        last = (int(n), int(k))
    process.kill()
    # What it could still say before it died was saved, too.
    for line in process.stdout.read().splitlines():
        if len(words := line.split()) == 3:
            last = (int(words[0]), int(words[1]))
    process.wait()
    return last


def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """Each time the confirmed pages are there, once, with their rows, gaps and edges."""
    profile = tmp_path / "profile"
    for after in (1, 2, 5, 8, 13, 21):
        n, k = sync_and_kill(profile, after)
        store = Store.open(profile)
        reader = store.reader

        assert "" == store.recovered
        for who, of in enumerate((ANA, BO, CY)):
            if who <= k:
                wanted = {post(i).uri for i in range(n * 10, n * 10 + 12 + who)}
                assert wanted == reader.has_entry(of, HOME, wanted)
        assert Cursor(f"b{n}") == reader.bottom((ANA, BO, CY)[k], HOME) or n == -1
        anchor = reader.anchor(ALL)
        assert anchor is not None and reader.row_of(ALL, anchor) is not None
        store.close()
        assert [] == troubles(profile / "cache.db")


def shown(profile: Path) -> tuple[list[list[str]], int]:
    """Every row of `all` as the keys of its entries, and how many gaps there are."""
    store = Store.open(profile)
    rows = store.reader.rows(ALL, limit=10_000)
    keys = [[s.entry.key for s in row.sightings] for row in rows if isinstance(row, Echo)]
    gaps = len(store.reader.gaps())
    store.close()
    return keys, gaps


def test_going_over_it_again_comes_to_the_same(tmp_path: Path) -> None:
    """A sync that was killed and repeated shows what an undisturbed one shows."""
    for after in (2, 5, 9, 11, 14):
        sync_and_kill(tmp_path / "killed", after, rounds=12)
    for name in ("killed", "whole"):
        run_sync(tmp_path / name, 12).communicate()

    assert shown(tmp_path / "whole") == shown(tmp_path / "killed")


@pytest.mark.parametrize("moment", ["at once", "when it runs"])
def test_a_cancelled_save_is_done_whole_or_not_at_all(
    store: Store, profile: Path, moment: str
) -> None:
    """Cancelling the task that waits tears nothing, and the store works on."""

    async def scenario() -> None:
        work = asyncio.create_task(store.save(page(*(entry(post(n, n)) for n in range(200)))))
        if moment == "when it runs":
            await asyncio.sleep(0)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await store.save(page(entry(post("after", 999))))

    run(scenario())
    rows = store.reader.count_after(ALL, store.reader.keys(ALL, limit=1_000)[-1]) + 1

    assert rows in (1, 201)
    assert [] == troubles(profile / "cache.db")
