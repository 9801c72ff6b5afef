"""Moving house on real servers: there, back, and there again; and what goes wrong on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.recovery_key import read_key_file
from app.protocols.http import Http
from tests.real.movers import (
    NEW_PASSWORD,
    Domain,
    Mover,
    back_up,
    blobs,
    call,
    decorate,
    plc_data,
    records,
    repo_status,
    resident,
    seen,
    take_down,
    throw_out,
    web_resident,
)
from tests.rigs.run import Rig, tell

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
    follower = resident(atproto_rig, settled=False)
    follower.write("app.bsky.graph.follow", {"subject": who.did})
    lived = records(old, who.did), blobs(old, who.did)
    everybody_saw = seen(atproto_rig, who.did) if atproto_rig["appview"] else None
    mover = Mover(http, profile, who)

    plan = await mover.plan()
    status = await mover.run(plan)

    assert ("done", "") == (status.state, status.error)
    if everybody_saw is not None:
        assert everybody_saw == seen(atproto_rig, who.did)
        assert 4 == everybody_saw["pictures"]
        assert 1 == everybody_saw["followersCount"]
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

    key = read_key_file(Path(mover.says["own_key_file"]))
    second = PrivateKey.generate().public.did_key
    await decorate(http, atproto_rig, who.did, key, second)
    again = Mover(http, profile, who, own_key="have")
    status = await again.run(await again.plan(handle=f"{who.name}z"))

    assert ("done", "") == (status.state, status.error)
    data = plc_data(atproto_rig, who.did)
    assert data["rotationKeys"][:2] == [own, second]
    assert data["alsoKnownAs"] == [f"at://{who.name}z.pds-b.test", "https://bridge.test/me"]
    assert {"atproto_pds", "atproto_labeler"} == set(data["services"])
    assert {"atproto", "atproto_label"} == set(data["verificationMethods"])
    assert now == (records(new, who.did), blobs(new, who.did))
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


async def test_an_identity_at_a_domain_moves_by_its_document(
    atproto_rig: Rig, http: Http, profile: Path
) -> None:
    """The exact document is shown, watched for, and shown again on the way back."""
    old, new = atproto_rig["pds"]
    domain = Domain()
    try:
        who = web_resident(atproto_rig, domain)
        lived = records(old, who.did), blobs(old, who.did)
        mover = Mover(http, profile, who)
        plan = await mover.plan()

        status = await mover.run(plan)
        (need,) = status.needs
        assert ("atproto-web", "switch", "page") == (plan.route, status.step, need.kind)
        assert need.url == f"http://{domain.did[8:].replace('%3A', ':')}/.well-known/did.json"
        before, domain.document = domain.document, json.loads(need.copy)
        assert ["#atproto_pds", "#blog"] == [s["id"] for s in domain.document["service"]]
        status = await mover.run(plan)

        assert ("done", "") == (status.state, status.error)
        assert lived == (records(new, who.did), blobs(new, who.did))
        assert "plc_code" not in mover.asked

        status = await mover.undo(plan)
        (need,) = status.needs
        assert before == json.loads(need.copy)
        domain.document = before
        status = await mover.undo(plan)

        assert ("undone", "") == (status.state, status.error)
        assert (repo_status(old, who.did) or {})["active"] is True
    finally:
        domain.close()


async def test_an_identity_at_a_domain_leaves_a_lost_server_behind(
    atproto_rig: Rig, http: Http, profile: Path, tmp_path: Path
) -> None:
    """Two documents and a backup bring everything back to life at a fresh server."""
    old, new = atproto_rig["pds"]
    domain = Domain()
    try:
        who = web_resident(atproto_rig, domain)
        lived = records(old, who.did), blobs(old, who.did)
        folder = tmp_path / "backup"
        await back_up(http, who, folder)
        take_down(atproto_rig, who.did)
        mover = Mover(http, profile, who)
        mover.says.pop("old_password")
        plan = await mover.moves.plan(str(folder), new, {"handle": who.name})

        for step in ("move-key", "switch"):
            status = await mover.run(plan)
            (need,) = status.needs
            assert (step, "page") == (status.step, need.kind)
            domain.document = json.loads(need.copy)
        status = await mover.run(plan)

        assert ("atproto-web-rescue", "done", "") == (plan.route, status.state, status.error)
        assert lived == (records(new, who.did), blobs(new, who.did))
        assert (repo_status(new, who.did) or {})["active"] is True
        assert "#blog" in [s["id"] for s in domain.document["service"]]
        assert "old_password" not in mover.asked
    finally:
        domain.close()


async def test_back_with_a_code_where_there_is_no_own_key(
    atproto_rig: Rig, http: Http, profile: Path
) -> None:
    """The new server signs for the way back, and deletes what it has: each for a code."""
    old, new = atproto_rig["pds"]
    who = resident(atproto_rig, settled=False)
    before = plc_data(atproto_rig, who.did)
    mover = Mover(http, profile, who, own_key="skip", new_account="remove")
    plan = await mover.plan()
    status = await mover.run(plan)
    assert ("done", "") == (status.state, status.error)
    assert plc_data(atproto_rig, who.did)["services"]["atproto_pds"]["endpoint"] == new

    status = await mover.undo(plan)

    assert ("undone", "") == (status.state, status.error)
    assert "undo_code" in mover.asked
    assert repo_status(new, who.did) is None
    assert before == plc_data(atproto_rig, who.did)
    assert (repo_status(old, who.did) or {})["active"] is True


async def test_a_host_that_throws_the_own_key_out_is_overruled(
    atproto_rig: Rig, http: Http, profile: Path
) -> None:
    """Within three days, by a key that stood above the one that signed."""
    old, new = atproto_rig["pds"]
    who = resident(atproto_rig, settled=False)
    mover = Mover(http, profile, who)
    plan = await mover.plan()
    status = await mover.run(plan)
    assert ("done", "") == (status.state, status.error)
    own = plc_data(atproto_rig, who.did)["rotationKeys"][0]
    await throw_out(http, who, new, own, mover.says["email"])
    assert own not in plc_data(atproto_rig, who.did)["rotationKeys"]

    status = await mover.undo(plan)

    assert ("undone", "") == (status.state, status.error)
    data = plc_data(atproto_rig, who.did)
    assert (own, old) == (data["rotationKeys"][0], data["services"]["atproto_pds"]["endpoint"])
    assert (repo_status(old, who.did) or {})["active"] is True


async def test_a_domain_of_ones_own_is_proven_first(
    atproto_rig: Rig, http: Http, profile: Path
) -> None:
    """The record to set up is shown; the account is made when the new server sees it."""
    who = resident(atproto_rig, settled=False)
    name = f"{who.name}.example.com"
    mover = Mover(http, profile, who, own_key="skip", handle=name)
    plan = await mover.plan()

    status = await mover.run(plan)
    (need,) = status.needs
    assert ("account", "page", f"did={who.did}") == (status.step, need.kind, need.copy)
    assert f"_atproto.{name}" in need.prompt
    tell(atproto_rig, "/rig/handle", {"handle": name, "did": who.did})
    status = await mover.run(plan)

    assert ("done", "") == (status.state, status.error)
    assert [f"at://{name}"] == plc_data(atproto_rig, who.did)["alsoKnownAs"]
