"""kill -9 during a sync loses nothing and doubles nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.model import HOME
from app.model.timeline import ALL, Echo
from tests.unit.fakes import MemoryVault
from tests.unit.services.conftest import Home, home_at
from tests.unit.services.servers import ANA, Server, entry

ROOT = Path(__file__).resolve().parents[3]


def sync_and_die(profile: Path, posts: int, request: int, delay_ms: float) -> None:
    """A process that syncs, killed on the way."""
    arguments = [str(profile), str(posts), str(request), str(delay_ms)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.services.sync_and_die", *arguments],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -9, done.stderr.decode()


async def everything(home: Home) -> None:
    """Sync, fill all gaps, read down to the server's end."""
    await home.join()
    await home.sync.run()
    while gaps := await home.sync.open_gaps():
        await home.sync.fill(ANA, gaps[0].id, pages=99)
    while (await home.sync.older(ANA)).more:
        pass


@pytest.mark.parametrize(
    ("request_number", "delay_ms"),
    [(1, 0), (2, 0), (3, 1), (3, 4), (5, 0), (6, 2), (8, 0), (8, 3), (11, 1)],
)
async def test_after_a_kill_a_sync_ends_as_a_clean_one(
    tmp_path: Path, request_number: int, delay_ms: float
) -> None:
    """
    Killed while a new source is read, and again while a gap of it is filled:
    afterwards the timeline is that of a program that was never killed.
    """
    sync_and_die(tmp_path / "killed", 150, request_number, delay_ms)
    sync_and_die(tmp_path / "killed", 700, request_number, delay_ms)
    server = Server([entry(n) for n in range(700)])
    killed = home_at(tmp_path / "killed", {ANA: server}, MemoryVault())
    await everything(killed)
    clean = home_at(tmp_path / "clean", {ANA: server}, MemoryVault())
    await everything(clean)

    assert killed.store.recovered == ""
    assert shown(killed) == shown(clean)
    assert len(shown(killed)) == 700
    assert killed.store.reader.gaps() == ()
    newest = killed.store.reader.newest_keys(ANA, HOME, 9_999)
    assert len(newest) == len(set(newest)) == 700
    killed.store.close()
    clean.store.close()


def shown(home: Home) -> list[str]:
    """The unified timeline, as the posts in it."""
    rows = home.store.reader.rows(ALL, limit=9_999)
    return [row.sightings[0].entry.key for row in rows if isinstance(row, Echo)]
