"""Faults of real servers, seen by the program itself: one account fails, the other goes on."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from app.model import AccountId
from app.store import Vault
from tests.faults.godwit import PASSPHRASE, Godwit, must_be_refused, must_fail_alone
from tests.rigs.run import Rig, catch_up

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
HOME_PATH = "/api/v1/timelines/home"


def post(url: str, body: dict[str, Any] | None, authorization: str = "") -> Any:
    """What the server says to it."""
    headers = {"content-type": "application/json"} if body is not None else {}
    if authorization:
        headers["authorization"] = authorization
    data = json.dumps(body).encode() if body is not None else b""
    request = urllib.request.Request(url, data, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def fault(rig: Rig, effect: dict[str, Any], count: int = 1) -> None:
    """Let the server misbehave for its next answers."""
    order = {"match": {"path": HOME_PATH}, "effect": effect, "count": count}
    post(f"{rig['base_url']}/api/v1/_mock/faults", order)


def person(rig: Rig, name: str) -> Any:
    """One of the rig's people."""
    return next(a for a in rig["accounts"] if a["handle"].startswith(f"{name}."))


def add_bluesky(godwit: Godwit, rig: Rig, name: str) -> Any:
    """Arguments and outcome of a sign-in with the password of *name*."""
    who = person(rig, name)
    words = ["account", "add", "bluesky", who["handle"], "--pds", rig["pds"][0]]
    return godwit.run("--json", *words, "--app-password-stdin", stdin=who["password"] + "\n")


@pytest.fixture(scope="module")
def read_profile(
    tmp_path_factory: pytest.TempPathFactory, mastodon_rig: Rig, atproto_rig: Rig
) -> Path:
    """Both networks, signed in and read. To be copied."""
    godwit = Godwit(tmp_path_factory.mktemp("real") / "p", {"GODWIT_PLC_URL": atproto_rig["plc"]})
    at = mastodon_rig["base_url"]
    godwit.ok("account", "add", "mastodon", at, "--token-stdin", stdin="t_ana\n")
    assert add_bluesky(godwit, atproto_rig, "trent").status == 0
    catch_up(atproto_rig)  # else a later round might find something new
    godwit.ok("sync")
    return Path(godwit.profile)


@pytest.fixture
def godwit(read_profile: Path, tmp_path: Path, atproto_rig: Rig) -> Godwit:
    """The command on a copy of it."""
    shutil.copytree(read_profile, tmp_path / "p")
    return Godwit(tmp_path / "p", {"GODWIT_PLC_URL": atproto_rig["plc"]})


@pytest.fixture
def ids(godwit: Godwit) -> dict[str, AccountId]:
    """Ids of the two accounts by network."""
    return {one["network"]: AccountId(one["id"]) for one in godwit.ok("account", "list")}


@pytest.mark.parametrize(
    ("effect", "kind"),
    [
        ({"type": "status", "status": 502}, "unreachable"),
        ({"type": "status", "status": 401}, "signed_out"),
        ({"type": "ratelimit"}, "rate_limited"),
        ({"type": "malformed"}, "malformed"),
    ],
)
def test_a_fault_of_one_server(
    godwit: Godwit, ids: dict[str, AccountId], mastodon_rig: Rig, effect: dict[str, Any], kind: str
) -> None:
    """In words; the other network goes on; nothing is lost; the next sync is fine."""
    posts = godwit.posts()
    fault(mastodon_rig, effect)
    done = godwit.run("--json", "sync")

    must_fail_alone(done, ids["mastodon"], kind=kind)
    assert godwit.posts() == posts
    if kind != "signed_out":
        assert godwit.run("sync").status == 0


def test_a_suspended_account(tmp_path: Path, mastodon_rig: Rig) -> None:
    """Its token is refused as what it is."""
    words = ["account", "add", "mastodon", mastodon_rig["base_url"], "--token-stdin"]
    done = Godwit(tmp_path / "p").run("--json", *words, stdin="t_gone\n")

    must_be_refused(done, kind="suspended", says="suspended", then="moderators")


def keep_token(godwit: Godwit, account: AccountId, **more: str) -> None:
    """Put other tokens into the vault of the profile."""

    async def change() -> None:
        vault = Vault(Path(godwit.profile), keyrings=tuple, environ=os.environ | passphrase)
        secret = await vault.load(account)
        await vault.save(account, {**secret, **more})

    passphrase = {"GODWIT_PASSPHRASE": PASSPHRASE}
    asyncio.run(change())


def test_an_expired_token(godwit: Godwit, ids: dict[str, AccountId], atproto_rig: Rig) -> None:
    """400 ExpiredToken of a real PDS: renewed on the way, and nobody notices."""
    did = person(atproto_rig, "trent")["did"]
    asked = {"did": did, "pds": 0, "expired": True}
    expired = post(f"{atproto_rig['control']}/rig/token", asked)["accessJwt"]
    keep_token(godwit, ids["bluesky"], access=expired)

    assert godwit.run("sync").status == 0
    assert godwit.run("sync").status == 0


def test_a_session_that_was_ended_elsewhere(
    godwit: Godwit, ids: dict[str, AccountId], atproto_rig: Rig
) -> None:
    """Neither token is good any more: sign in again, and what was read stays."""
    posts = godwit.posts()
    keep_token(godwit, ids["bluesky"], access="a.b.c", refresh="a.b.c")
    done = godwit.run("--json", "sync")

    must_fail_alone(done, ids["bluesky"], kind="signed_out", then="Sign in again")
    assert godwit.posts() == posts
    assert add_bluesky(godwit, atproto_rig, "trent").status == 0
    assert godwit.run("sync").status == 0


def admin(rig: Rig, applied: bool) -> None:
    """A moderator takes trent down, or gives him back."""
    password = base64.b64encode(f"admin:{rig['adminPassword']}".encode()).decode()
    did = person(rig, "trent")["did"]
    subject = {"$type": "com.atproto.admin.defs#repoRef", "did": did}
    order = {"subject": subject, "takedown": {"applied": applied, "ref": "1"}}
    url = f"{rig['pds'][0]}/xrpc/com.atproto.admin.updateSubjectStatus"
    post(url, order, f"Basic {password}")


def test_a_takedown(
    godwit: Godwit, ids: dict[str, AccountId], tmp_path: Path, atproto_rig: Rig
) -> None:
    """Said to whom it is about, at a sync and at a sign-in; what was read stays readable."""
    posts = godwit.posts()
    keep_token(godwit, ids["bluesky"], access="spent.spent.spent")
    admin(atproto_rig, True)
    try:
        done = godwit.run("--json", "sync")
        must_fail_alone(done, ids["bluesky"], kind="suspended", says="taken down")
        fresh = Godwit(tmp_path / "fresh", godwit.more)
        must_be_refused(add_bluesky(fresh, atproto_rig, "trent"), kind="suspended")
        assert godwit.posts() == posts
    finally:
        admin(atproto_rig, False)
        catch_up(atproto_rig)


def test_a_deactivated_account(
    godwit: Godwit, ids: dict[str, AccountId], atproto_rig: Rig, tmp_path: Path
) -> None:
    """Said as such, with what to do; activated again it goes on."""
    posts = godwit.posts()
    pds, who = atproto_rig["pds"][0], person(atproto_rig, "trent")
    named = {"identifier": who["handle"], "password": who["password"]}
    session = post(f"{pds}/xrpc/com.atproto.server.createSession", named)
    bearer = f"Bearer {session['accessJwt']}"
    post(f"{pds}/xrpc/com.atproto.server.deactivateAccount", {}, bearer)
    try:
        fresh = Godwit(tmp_path / "fresh", godwit.more)
        done = add_bluesky(fresh, atproto_rig, "trent")
        must_be_refused(done, kind="suspended", says="deactivated", then="Activate it again")
        assert godwit.posts() == posts
    finally:
        post(f"{pds}/xrpc/com.atproto.server.activateAccount", None, bearer)
        catch_up(atproto_rig)
    assert godwit.run("sync").status == 0
