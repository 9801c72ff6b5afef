"""Moving house on real servers: there, back, and there again; and what goes wrong on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.protocols.http import Http
from tests.real.movers import (
    NEW_PASSWORD,
    Mover,
    blobs,
    plc_data,
    records,
    repo_status,
    resident,
)
from tests.rigs.run import Rig

pytestmark = pytest.mark.real


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where moves are kept."""
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder


async def test_there_back_and_there_again(atproto_rig: Rig, http: Http, profile: Path) -> None:
    """Everything arrives, is taken back with what was written since, and arrives again."""
    old, new = atproto_rig["pds"]
    who = resident(atproto_rig)
    lived = records(old, who.did), blobs(old, who.did)
    mover = Mover(http, profile, who)

    plan = await mover.plan()
    status = await mover.run(plan)

    assert ("done", "") == (status.state, status.error)
    assert lived == (records(new, who.did), blobs(new, who.did))
    data = plc_data(atproto_rig, who.did)
    assert data["services"]["atproto_pds"]["endpoint"] == new
    assert data["alsoKnownAs"] == [f"at://{who.name}.pds-b.test"]
    assert (repo_status(new, who.did) or {})["active"] is True
    assert (repo_status(old, who.did) or {})["active"] is False
    own = data["rotationKeys"][0]

    who.sign_in(new, NEW_PASSWORD)
    written = who.post("Hello from my new home")
    who.post_picture(77)
    status = await mover.undo(plan)

    assert ("undone", "") == (status.state, status.error)
    data = plc_data(atproto_rig, who.did)
    assert data["services"]["atproto_pds"]["endpoint"] == old
    assert data["rotationKeys"][0] == own
    assert data["alsoKnownAs"] == [f"at://{who.name}.pds-a.test"]
    now = records(old, who.did), blobs(old, who.did)
    assert lived[0].items() < now[0].items()
    assert now[0][written["uri"]] == written["cid"]
    assert len(now[1]) == len(lived[1]) + 1
    assert (repo_status(old, who.did) or {})["active"] is True
    assert (repo_status(new, who.did) or {})["active"] is False

    again = Mover(http, profile, who, own_key="have")
    status = await again.run(await again.plan())

    assert ("done", "") == (status.state, status.error)
    assert now == (records(new, who.did), blobs(new, who.did))
    assert plc_data(atproto_rig, who.did)["rotationKeys"][0] == own
    assert "own_key_code" not in again.asked
