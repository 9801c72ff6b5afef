"""Moving house on real servers: there, back, and there again; and what goes wrong on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.protocols.http import Http
from tests.real.movers import (
    NEW_PASSWORD,
    Mover,
    back_up,
    blobs,
    call,
    plc_data,
    records,
    repo_status,
    resident,
    take_down,
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


async def test_from_a_backup_when_the_old_server_is_gone(
    atproto_rig: Rig, http: Http, profile: Path, tmp_path: Path
) -> None:
    """With the own key and a backup everything comes back to life at a fresh server."""
    old, new = atproto_rig["pds"]
    who = resident(atproto_rig)
    lived = records(old, who.did), blobs(old, who.did)
    mover = Mover(http, profile, who)
    plan = await mover.plan()
    await mover.run(plan, until="own-key")
    own = plc_data(atproto_rig, who.did)["rotationKeys"][0]
    folder = tmp_path / "backup"
    await back_up(http, who, folder)
    take_down(atproto_rig, who.did)

    rescued = Mover(http, profile, who)
    rescued.says.pop("old_password")
    plan = await rescued.moves.plan(str(folder), new, {"handle": who.name})
    status = await rescued.run(plan)

    assert ("atproto-rescue", "done", "") == (plan.route, status.state, status.error)
    assert lived == (records(new, who.did), blobs(new, who.did))
    data = plc_data(atproto_rig, who.did)
    assert data["services"]["atproto_pds"]["endpoint"] == new
    assert data["rotationKeys"][0] == own
    assert "old_password" not in rescued.asked
    assert status.undo is not None
    assert not status.undo.possible
    who.sign_in(new, NEW_PASSWORD)
    kept = call(new, "app.bsky.actor.getPreferences", token=who.token)["preferences"]
    assert {"adultContentPref", "personalDetailsPref"} < {p["$type"].split("#")[1] for p in kept}


async def test_an_account_that_was_taken_down_can_be_taken_away(
    atproto_rig: Rig, http: Http, profile: Path
) -> None:
    """Its owner still gets in with the password, and gets everything out."""
    old, new = atproto_rig["pds"]
    who = resident(atproto_rig)
    lived = records(old, who.did)
    take_down(atproto_rig, who.did)
    mover = Mover(http, profile, who)

    status = await mover.run(await mover.plan())

    assert ("done", "") == (status.state, status.error)
    assert lived == records(new, who.did)
