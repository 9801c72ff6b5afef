"""An account that was fine until now: what a sync says, that the other one goes on, what stays."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.store import Store
from tests.contract import bluesky_server, mastodon_server
from tests.contract.server import Answer, Asking
from tests.faults.conftest import BLUESKY, add_mastodon
from tests.faults.godwit import Godwit, must_fail_alone
from tests.faults.world import HOME, NEW_TOKEN, World
from tests.unit.protocols.wire import Asked
from tests.unit.store.build import run

REFRESH = "/xrpc/com.atproto.server.refreshSession"
EXPIRED = Answer({"error": "ExpiredToken", "message": "Token has expired"}, 400)
FAILED = Answer({"error": "UpstreamFailure", "message": "Upstream Failure"}, 502)
TOO_MANY = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}


def of(network: str, ana: str) -> str:
    """Id of the account on *network*."""
    return ana if network == "mastodon" else BLUESKY


# ------------------------------------------------------------- the session


def test_a_revoked_token(godwit: Godwit, world: World, ana: str) -> None:
    """Signed out, remembered as such, nothing lost; signing in again is all there is to do."""
    posts = godwit.posts()
    world.say("mastodon", "", Answer({"error": "The access token was revoked"}, 401))
    done = godwit.run("--json", "sync")

    must_fail_alone(done, ana, kind="signed_out", says="no longer accepts", then="Sign in again")
    assert godwit.posts() == posts
    states = {one["id"]: (one["signed_in"], one["state"]) for one in godwit.ok("account", "list")}
    assert states == {ana: (False, "signed_out"), BLUESKY: (True, "ready")}

    world.behave()
    again = godwit.ok(*add_mastodon(world), stdin=mastodon_server.TOKEN + "\n")
    assert (again["id"], again["signed_in"]) == (ana, True)
    assert godwit.ok("sync")["accounts"][0]["error"] is None
    assert godwit.posts() == posts


def test_a_session_that_has_ended(godwit: Godwit, world: World, ana: str) -> None:
    """The access token is refused, and so is its renewal: signed out for good."""
    posts, kept = godwit.posts(), godwit.files()["vault.json"]
    world.say("bluesky", HOME["bluesky"], EXPIRED)
    done = godwit.run("--json", "sync")

    must_fail_alone(done, BLUESKY, kind="signed_out", then="Sign in again")
    assert godwit.posts() == posts
    assert godwit.files()["vault.json"] == kept


def test_an_expired_token_is_renewed(godwit: Godwit, world: World) -> None:
    """400 ExpiredToken: renewed unseen, and the new token is kept for the next run."""
    world.renewable = True

    def expired(asking: Asking, good: Answer) -> Answer:
        old = asking.token == bluesky_server.TOKEN and asking.path == HOME["bluesky"]
        return EXPIRED if old else good

    world.edits["bluesky"].append(expired)
    world.asked["bluesky"].clear()
    first = godwit.ok("sync")
    second = godwit.ok("sync")

    assert [one["error"] for one in first["accounts"] + second["accounts"]] == [None] * 4
    assert world.asked["bluesky"].count(REFRESH) == 1
    assert NEW_TOKEN.encode() not in b"".join(godwit.files().values())


def test_a_renewal_that_fails_for_now_signs_nobody_out(
    godwit: Godwit, world: World, ana: str
) -> None:
    """The server that renews is down: offline, and later all is well."""
    world.say("bluesky", HOME["bluesky"], EXPIRED)
    world.say("bluesky", REFRESH, FAILED)
    must_fail_alone(godwit.run("--json", "sync"), BLUESKY, kind="unreachable", says="502")

    world.behave()
    assert godwit.run("sync").status == 0


@pytest.mark.parametrize(
    ("network", "reply", "says", "then"),
    [
        (
            "bluesky",
            Answer({"error": "AccountTakedown", "message": "Account has been taken down"}, 400),
            "taken down",
            "moderators",
        ),
        (
            "bluesky",
            Answer({"error": "AccountDeactivated", "message": "Account is deactivated"}, 401),
            "deactivated",
            "Activate it again",
        ),
        (
            "bluesky",
            Answer({"error": "AccountSuspended", "message": "Account is suspended"}, 403),
            "suspended",
            "moderators",
        ),
        (
            "mastodon",
            Answer({"error": "Your login is currently disabled"}, 403),
            "disabled",
            "moderators",
        ),
    ],
)
def test_an_account_that_was_closed(
    godwit: Godwit, world: World, ana: str, network: str, reply: Answer, says: str, then: str
) -> None:
    """Taken down, deactivated, suspended: whom to ask; what was read stays readable."""
    posts = godwit.posts()
    world.say(network, "", reply)
    done = godwit.run("--json", "sync")

    must_fail_alone(done, of(network, ana), kind="suspended", says=says, then=then)
    assert godwit.posts() == posts


# -------------------------------------------------------------- the answers

DEEP = b'{"feed":' * 200_000 + b"[]" + b"}" * 200_000
ANSWERS = {
    "503": (Answer({"error": "Down"}, 503), "unreachable", "503"),
    "502 of a proxy": (Answer(b"<html><h1>502 Bad Gateway</h1>", 502), "unreachable", "502"),
    "502 of the feed": (FAILED, "unreachable", "502"),
    "html": (Answer(b"<!doctype html><p>Welcome to nginx!"), "malformed", ""),
    "cut JSON": (Answer(b'[{"id": "1", "content": "<p>hal'), "malformed", ""),
    "nothing": (Answer(b""), "malformed", ""),
    "another shape": (Answer({"feed": 17, "items": {}}), "malformed", ""),
    "deep": (Answer(DEEP), "malformed", ""),
    "not text": (Answer(b"\x00\xff\xfe\x80"), "malformed", ""),
    "404": (Answer({"error": "Record not found"}, 404), "not_found", ""),
    "418": (Answer({"error": "I am a teapot"}, 418), "refused", "teapot"),
    "a redirect": (Answer(b"", 302, {"location": "https://elsewhere.invalid/"}), "refused", ""),
}


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
@pytest.mark.parametrize("name", list(ANSWERS))
def test_an_answer_that_is_none(
    godwit: Godwit, world: World, ana: str, network: str, name: str
) -> None:
    """In words with the server's name; the cache is as it was; the next sync is fine."""
    answer, kind, says = ANSWERS[name]
    posts = godwit.posts()
    world.say(network, HOME[network], answer)
    done = godwit.quick("--json", "sync")

    must_fail_alone(done, of(network, ana), kind=kind, says=says)
    assert godwit.posts() == posts


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_an_answer_of_40_mb(godwit: Godwit, world: World, ana: str, network: str) -> None:
    """Given up at 8 MB, while it still comes."""
    posts, sent = godwit.posts(), [0]

    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
        with contextlib.suppress(OSError):
            for _ in range(40):
                writer.write(b" " * 1_000_000)
                await writer.drain()
                sent[0] += 1
        writer.close()

    world.server(network).respond = endless  # type: ignore[method-assign]
    done = godwit.run("--json", "sync")

    must_fail_alone(done, of(network, ana), kind="malformed", says="8")
    assert sent[0] < 39
    assert godwit.posts() == posts


# --------------------------------------------------------------- the limits


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
@pytest.mark.parametrize("headers", [{"retry_after": "120"}, {}], ids=["with", "without"])
def test_a_limit(
    godwit: Godwit, world: World, ana: str, network: str, headers: dict[str, str]
) -> None:
    """429 with Retry-After: until then; without: about a minute. One request, not a storm."""
    world.say(network, HOME[network], Answer(TOO_MANY, 429, headers))
    world.asked[network].clear()
    before = datetime.now(UTC)
    done = godwit.run("--json", "sync")

    must_fail_alone(done, of(network, ana), kind="rate_limited", says="slow down")
    error = next(one["error"] for one in done.json()["accounts"] if one["error"])
    wait = datetime.fromisoformat(error["until"]) - before
    asked_for = timedelta(seconds=120 if headers else 60)
    assert asked_for - timedelta(seconds=5) <= wait <= asked_for + timedelta(seconds=15)
    assert world.asked[network].count(HOME[network]) == 1


# ------------------------------------------------------------ the connection


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_a_connection_that_breaks(godwit: Godwit, world: World, ana: str, network: str) -> None:
    """Reset instead of an answer."""
    posts = godwit.posts()
    world.server(network).fault = "cut"
    done = godwit.run("--json", "sync")

    must_fail_alone(done, of(network, ana), kind="unreachable")
    assert godwit.posts() == posts


def test_all_servers_down(godwit: Godwit, world: World) -> None:
    """Two errors with two next steps; reading goes on; --offline asks nobody."""
    posts = godwit.posts()
    world.mastodon.fault = world.bluesky.fault = "cut"
    done = godwit.run("sync")

    assert done.status == 1
    assert [line.partition(":")[0] for line in done.lines] == ["error", "try"] * 2
    shown = godwit.run("--json", "timeline", "--limit", "1000")
    assert shown.status == 1
    assert [item["uri"] for item in json.loads(shown.out)["items"]] == posts
    world.asked["mastodon"].clear()
    offline = godwit.run("--offline", "--json", "timeline", "--limit", "1000")
    assert offline.status == 0
    assert world.asked["mastodon"] == []


def test_signing_out_of_a_server_that_is_down(godwit: Godwit, world: World, ana: str) -> None:
    """The account goes all the same, and it is said that the server was not told."""
    world.mastodon.fault = "cut"
    done = godwit.run("--json", "account", "remove", ana)

    assert done.status == 0
    assert done.json() == {"id": ana, "removed": True, "revoked": False}
    assert [line.partition(":")[0] for line in done.lines] == ["note"]
    assert [one["id"] for one in godwit.ok("account", "list")] == [BLUESKY]
    assert all(
        "saltmarsh" not in uri and world.mastodon.origin not in uri for uri in godwit.posts()
    )


@pytest.mark.parametrize(
    ("server", "says", "then"),
    [
        (
            "https://nobody.invalid",
            "nobody.invalid could not be found",
            "connected to the internet",
        ),
        ("http://127.0.0.1:1", "refused the connection", "try again in a few minutes"),
    ],
    ids=["its name is gone", "nothing listens there"],
)
def test_a_server_that_is_gone(
    godwit: Godwit, world: World, ana: str, server: str, says: str, then: str
) -> None:
    """No name, no listener: said with the host; the other account goes on."""
    posts = godwit.posts()
    store = Store.open(Path(godwit.profile))
    moved = next(replace(one, server=server) for one in store.reader.accounts() if one.id == ana)
    run(store.keep(lambda keeper: keeper.save_account(moved)))
    store.close()
    done = godwit.run("--json", "sync")

    must_fail_alone(done, ana, kind="unreachable", says=says, then=then)
    assert godwit.posts() == posts
