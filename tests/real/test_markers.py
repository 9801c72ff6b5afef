"""Two devices of one account on a real server: who reads on is followed, and nobody fights."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import urllib.request
from pathlib import Path

import pytest

from app.model.timeline import ALL
from app.services.house import House, Options
from app.wiring import Wiring
from tests.rigs.run import Rig

pytestmark = pytest.mark.real

READ = """
import asyncio, sys
from pathlib import Path
from app.model.timeline import ALL
from app.services.house import Options
from app.wiring import Wiring

async def main():
    async with Wiring().house(Options(profile=Path(sys.argv[1]))) as house:
        house.vault().unlock("{words}")
        await house.sync.run()
        key = house.store.reader.keys(ALL, limit=400)[int(sys.argv[2])]
        await house.markers.read_to(ALL, key.at)

asyncio.run(main())
"""
"""Another device, in a process of its own: it reads up to the row of that number."""

WORDS = "eleven days, no landing"


def _marker(rig: Rig) -> str:
    """What the server keeps."""
    request = urllib.request.Request(
        f"{rig['base_url']}/api/v1/markers?timeline[]=home",
        headers={"authorization": "Bearer t_bo"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return str(json.load(reply).get("home", {}).get("last_read_id", ""))


async def _device(house: House, rig: Rig) -> None:
    """Sign in and fetch."""
    house.vault().create_file(WORDS)
    network = house.registry().network("mastodon")
    await house.accounts.add(await network.sign_in_secret(rig["base_url"], "t_bo"))
    await house.sync.run()


async def _reads(profile: Path, row: int) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", READ.format(words=WORDS), str(profile), str(row), env={**os.environ}
    )
    assert await process.wait() == 0


async def test_one_reads_and_the_other_is_told(mastodon_rig: Rig, tmp_path: Path) -> None:
    """Forward only, across processes; what was read last anywhere is where both are."""
    wiring, desk, sofa = Wiring(), tmp_path / "desk", tmp_path / "sofa"
    async with wiring.house(Options(profile=desk)) as house:
        await _device(house, mastodon_rig)
    async with wiring.house(Options(profile=sofa)) as house:
        await _device(house, mastodon_rig)
        keys = house.store.reader.keys(ALL, limit=400)
        assert len(keys) > 12
        await house.markers.read_to(ALL, keys[10].at)
        first = _marker(mastodon_rig)
        await _reads(desk, 4)
        second = _marker(mastodon_rig)
        assert int(second) > int(first)
        await house.markers.look()
        ahead = await house.markers.ahead(ALL, keys[10])
        assert ahead is not None
        assert ahead.whole
        assert keys[10] < ahead.key <= keys[4]
        # Reading further down here changes nothing there.
        await house.markers.read_to(ALL, keys[8].at)
        assert _marker(mastodon_rig) == second
