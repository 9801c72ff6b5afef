"""Authorised requests: refresh, nonces, moves and refusals."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.model import Account, AccountId
from app.model.errors import (
    Malformed,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
    Unsupported,
    VaultError,
)
from app.protocols.base import Secret
from app.protocols.bluesky.api import BlueskyApi
from app.protocols.bluesky.credentials import Credentials
from app.protocols.bluesky.dpop import ProofKey
from app.protocols.bluesky.refusals import error_from_feed, error_from_xrpc, is_stale
from app.protocols.bluesky.sign_in import HeldSecrets
from app.protocols.http import Reply
from tests.unit.protocols.bluesky.samples import ANA, BEN
from tests.unit.protocols.bluesky.scripted import PDS, PLC, Asked, ScriptedHttp, document, reply
from tests.unit.protocols.bluesky.test_oauth import AUTH, GRANTED, part

METHOD = "app.bsky.feed.getTimeline"
READ = f"{PDS}/xrpc/{METHOD}"
REFRESH = f"{PDS}/xrpc/com.atproto.server.refreshSession"
NEW_HOME = "https://new.birds.social"
ACCOUNT = Account(
    id=AccountId("ana.example"),
    protocol="bluesky",
    network="bluesky",
    server=PDS,
    uri=ANA,
    handle="ana.example",
)
PASSWORD: Secret = {"kind": "password", "access": "a1", "refresh": "r1", "server": PDS, "plc": ""}
EXPIRED = reply(400, {"error": "ExpiredToken", "message": "Token has expired"})


def oauth_secret() -> Secret:
    return {
        "kind": "oauth",
        "access": "a1",
        "refresh": "r1",
        "key": ProofKey.generate().text(),
        "client": "http://localhost?x",
        "issuer": AUTH,
        "token_endpoint": f"{AUTH}/token",
        "revocation_endpoint": f"{AUTH}/revoke",
        "server": PDS,
        "plc": "",
    }


def session(access: str = "a2", refresh: str = "r2", did: str = ANA) -> Reply:
    return reply(body={"did": did, "accessJwt": access, "refreshJwt": refresh})


def needs(token: str, *, scheme: str = "Bearer") -> Any:
    """A server that takes only *token*."""

    def answer(asked: Asked) -> Reply:
        good = asked.headers["authorization"] == f"{scheme} {token}"
        return reply(body={"feed": []}) if good else EXPIRED

    return answer


def api(wire: ScriptedHttp, secrets: HeldSecrets) -> BlueskyApi:
    credentials = Credentials(wire.http, ACCOUNT, secrets, now=lambda: 1000.0)
    return BlueskyApi(wire.http, ACCOUNT, credentials)


async def get(wire: ScriptedHttp, secrets: HeldSecrets) -> bytes:
    return await api(wire, secrets).get(METHOD, {"limit": 1}, why="home timeline")


async def test_requests_carry_the_token_and_say_for_whom() -> None:
    """At the account's own server, as public as it was at sign-in."""
    wire = ScriptedHttp({READ: needs("a1")})

    assert b'{"feed": []}' == await get(wire, HeldSecrets(PASSWORD))
    assert ({"limit": 1}, True) == (wire.asked[0].params, wire.asked[0].public)
    assert set() == wire.private


async def test_an_expired_token_is_renewed_and_kept() -> None:
    """400 ExpiredToken; then the same request again."""
    wire = ScriptedHttp({READ: needs("a2"), REFRESH: session()})
    secrets = HeldSecrets(PASSWORD)

    await get(wire, secrets)

    assert ("a2", "r2") == (secrets.secret["access"], secrets.secret["refresh"])
    assert "Bearer r1" == wire.seen("refreshSession")[0].headers["authorization"]


async def test_many_at_once_renew_once() -> None:
    """Five pages find the token expired; one asks, all go on."""
    wire = ScriptedHttp({READ: needs("a2"), REFRESH: session()})
    secrets = HeldSecrets(PASSWORD)
    one = api(wire, secrets)

    await asyncio.gather(*(one.get(METHOD, why="home timeline") for _ in range(5)))

    assert 1 == len(wire.seen("refreshSession"))
    assert 10 == len(wire.seen("getTimeline"))


async def test_what_another_process_renewed_is_used() -> None:
    """The vault is read again under the lock, before the server is asked."""
    wire = ScriptedHttp({READ: needs("a2")})
    secrets = HeldSecrets(PASSWORD)
    one = api(wire, secrets)
    wire.add(READ, needs("a1"))
    await one.get(METHOD, why="home timeline")

    secrets.secret = PASSWORD | {"access": "a2", "refresh": "r2"}
    wire.add(READ, needs("a2"))
    await one.get(METHOD, why="home timeline")

    assert [] == wire.seen("refreshSession")


async def test_a_renewal_is_finished_even_when_nobody_waits_any_more() -> None:
    """A closed window must not cost the sign-in: the new token reaches the vault."""
    asked, go_on, kept = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Slow(HeldSecrets):
        async def save(self, account: AccountId, secret: Secret) -> None:
            asked.set()
            await go_on.wait()
            await super().save(account, secret)
            kept.set()

    secrets = Slow(PASSWORD)
    wire = ScriptedHttp({READ: needs("a2"), REFRESH: session()})
    one = api(wire, secrets)
    reading = asyncio.create_task(one.get(METHOD, why="home timeline"))
    await asked.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    await one.get(METHOD, why="home timeline")
    go_on.set()
    await kept.wait()

    assert "r2" == secrets.secret["refresh"]
    assert 1 == len(wire.seen("refreshSession"))


async def test_a_refresh_that_is_refused_for_good_is_signed_out() -> None:
    """And the old secret is left as it was."""
    revoked = reply(400, {"error": "ExpiredToken", "message": "Token has been revoked"})
    wire = ScriptedHttp(
        {READ: EXPIRED, REFRESH: revoked, f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example"))}
    )
    secrets = HeldSecrets(PASSWORD)

    with pytest.raises(SignedOut):
        await get(wire, secrets)
    assert PASSWORD == secrets.secret


@pytest.mark.parametrize(
    ("answer", "error"),
    [(reply(503), Unreachable), (reply(429, {}, retry_after="9"), RateLimited)],
)
async def test_a_refresh_that_fails_for_now_is_not_signed_out(
    answer: Reply, error: type[Exception]
) -> None:
    """The next one may succeed: nothing is thrown away."""
    wire = ScriptedHttp({READ: needs("a2"), REFRESH: [answer, session()]})
    one = api(wire, HeldSecrets(PASSWORD))

    with pytest.raises(error):
        await one.get(METHOD, why="home timeline")
    assert b'{"feed": []}' == await one.get(METHOD, why="home timeline")


async def test_a_session_of_somebody_else_is_not_kept() -> None:
    """Whatever the server mixed up."""
    wire = ScriptedHttp({READ: EXPIRED, REFRESH: session(did=BEN)})
    secrets = HeldSecrets(PASSWORD)

    with pytest.raises(Malformed):
        await get(wire, secrets)
    assert PASSWORD == secrets.secret


# ------------------------------------------------------------------- OAuth


async def test_oauth_requests_are_proved_with_the_servers_nonce() -> None:
    """Asked for once, then sent along."""
    wanted = reply(
        401,
        {"error": "use_dpop_nonce"},
        dpop_nonce="n1",
        www_authenticate='DPoP error="use_dpop_nonce"',
    )
    wire = ScriptedHttp({READ: [wanted, reply(body={"feed": []}, dpop_nonce="n2")]})
    one = api(wire, HeldSecrets(oauth_secret()))

    await one.get(METHOD, why="home timeline")
    await one.get(METHOD, why="home timeline")

    proofs = [part(asked.headers["dpop"], 1) for asked in wire.asked]
    assert [None, "n1", "n2"] == [proof.get("nonce") for proof in proofs]
    assert {"DPoP a1"} == {asked.headers["authorization"] for asked in wire.asked}
    assert 3 == len({proof["jti"] for proof in proofs})
    assert all(proof["ath"] for proof in proofs)


async def test_a_server_that_wants_nonces_for_ever_gets_two_requests() -> None:
    """No loop."""
    wanted = reply(401, {"error": "use_dpop_nonce"}, dpop_nonce="n")
    wire = ScriptedHttp({READ: wanted, f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example"))})

    with pytest.raises(SignedOut):
        await get(wire, HeldSecrets(oauth_secret()))
    assert 2 == len(wire.seen("getTimeline"))


async def test_oauth_tokens_are_renewed_at_their_issuer() -> None:
    """With the old refresh token, once, and the new one kept."""
    invalid = reply(401, {"error": "invalid_token"}, www_authenticate='DPoP error="invalid_token"')
    wire = ScriptedHttp(
        {
            READ: [invalid, reply(body={"feed": []})],
            f"{AUTH}/token": reply(body=GRANTED | {"access_token": "a2", "refresh_token": "r2"}),
        }
    )
    secrets = HeldSecrets(oauth_secret())

    await get(wire, secrets)

    assert ("a2", "r2") == (secrets.secret["access"], secrets.secret["refresh"])
    assert "r1" == wire.seen("/token")[0].form["refresh_token"]
    assert "DPoP a2" == wire.asked[-1].headers["authorization"]


async def test_renewed_tokens_must_be_of_the_same_account() -> None:
    """An issuer cannot change who we are."""
    wire = ScriptedHttp({READ: EXPIRED, f"{AUTH}/token": reply(body=GRANTED | {"sub": BEN})})

    with pytest.raises(Malformed):
        await get(wire, HeldSecrets(oauth_secret()))


@pytest.mark.parametrize(
    "secret",
    [oauth_secret() | {"key": "!"}, {"kind": "oauth", "access": "a1", "refresh": "r1"}, {}],
)
async def test_a_damaged_secret_is_signed_out_not_a_crash(secret: Secret) -> None:
    """The vault may have been edited."""
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example"))})

    with pytest.raises(SignedOut):
        await get(wire, HeldSecrets(secret))


# ------------------------------------------------------------- moving house

DEACTIVATED = reply(401, {"error": "AccountDeactivated", "message": "Account is deactivated"})
MOVED = {f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example", NEW_HOME))}


async def test_an_account_that_moved_within_its_issuer_reads_on() -> None:
    """The network's own hosts shift accounts about; the sign-in stays good."""
    wire = ScriptedHttp(
        {
            READ: DEACTIVATED,
            **MOVED,
            f"{NEW_HOME}/.well-known/oauth-protected-resource": reply(
                body={"resource": NEW_HOME, "authorization_servers": [AUTH]}
            ),
            f"{AUTH}/token": reply(body=GRANTED | {"access_token": "a2"}),
            f"{NEW_HOME}/xrpc/{METHOD}": needs("a2", scheme="DPoP"),
        }
    )
    secrets = HeldSecrets(oauth_secret())
    one = api(wire, secrets)

    assert b'{"feed": []}' == await one.get(METHOD, why="home timeline")
    assert NEW_HOME == one.server == secrets.secret["server"]


@pytest.mark.parametrize("kind", ["password", "oauth"])
async def test_an_account_that_moved_elsewhere_says_where(kind: str) -> None:
    """Sign in again, there."""
    wire = ScriptedHttp(
        {
            READ: DEACTIVATED,
            **MOVED,
            f"{NEW_HOME}/.well-known/oauth-protected-resource": reply(
                body={"resource": NEW_HOME, "authorization_servers": [NEW_HOME]}
            ),
            f"{NEW_HOME}/xrpc/com.atproto.server.refreshSession": EXPIRED,
        }
    )
    secret = PASSWORD if kind == "password" else oauth_secret()

    with pytest.raises(SignedOut, match=r"has moved to new\.birds\.social"):
        await get(wire, HeldSecrets(secret))


async def test_an_account_that_did_not_move_keeps_its_first_words() -> None:
    """And the directory is asked once, not at each page."""
    wire = ScriptedHttp(
        {READ: DEACTIVATED, f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example"))}
    )
    one = api(wire, HeldSecrets(PASSWORD))

    for _ in range(3):
        with pytest.raises(Suspended, match=r"The account ana\.example is deactivated\."):
            await one.get(METHOD, why="home timeline")
    assert 1 == len(wire.seen(ANA))


async def test_a_server_kept_since_it_was_typed_may_be_private() -> None:
    """It could not have come from a document."""
    wire = ScriptedHttp({f"http://localhost:2583/xrpc/{METHOD}": needs("a1")})

    await get(wire, HeldSecrets(PASSWORD | {"server": "http://localhost:2583"}))

    assert {"http://localhost:2583"} == wire.private


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("status", "name", "message", "error"),
    [
        (401, "AuthMissing", "", SignedOut),
        (400, "InvalidToken", "Token could not be verified", SignedOut),
        (401, "BadJwtSignature", "", SignedOut),
        (401, "AccountTakedown", "", Suspended),
        (400, "InvalidRequest", "Could not find user info for account: did:x", Suspended),
        (501, "MethodNotImplemented", "", Unsupported),
        (400, "UnknownFeed", "could not find feed", NotFound),
        (400, "BlockedByActor", "", Refused),
        (400, "InvalidRequest", "limit must be <= 100", Refused),
        (429, "RateLimitExceeded", "", RateLimited),
        (502, "UpstreamFailure", "", Unreachable),
        (500, "", "", Unreachable),
    ],
)
def test_refusals_have_words(
    status: int, name: str, message: str, error: type[ServiceError]
) -> None:
    """A sentence each, and what to do next."""
    found = error_from_xrpc(reply(status, {"error": name, "message": message}), PDS, "ana.example")

    assert error is type(found)
    assert found.message.endswith(".")
    assert found.next_step.endswith(".")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(400, {"error": "UnknownFeed"}), NotFound),
        (reply(502, {"error": "InternalServerError"}), Unreachable),
        (reply(400, {"error": "InvalidRequest", "message": "invalid DID document"}), Refused),
        (reply(429, {}), RateLimited),
    ],
)
def test_a_feed_that_fails_says_whose_fault_it_is(answer: Reply, error: type[ServiceError]) -> None:
    """A third server stands behind it."""
    found = error_from_feed(answer, PDS)

    assert error is type(found)
    assert (error is RateLimited) or "feed" in found.message


def test_only_tokens_that_had_their_time_are_worth_a_refresh() -> None:
    """Not a missing one, nor a server that is down."""
    assert is_stale(EXPIRED)
    assert is_stale(reply(401, b"", www_authenticate='DPoP error="invalid_token"'))
    assert not is_stale(reply(401, {"error": "AuthMissing"}))
    assert not is_stale(reply(500, {"error": "ExpiredToken"}))
    assert not is_stale(reply(200, {"error": "ExpiredToken"}))


class Full(HeldSecrets):
    """A vault whose disk is full for the first *refusals* times."""

    refusals = 1

    async def save(self, account: AccountId, secret: Secret) -> None:
        if self.refusals:
            self.refusals -= 1
            raise VaultError("The disk is full.")
        await super().save(account, secret)


async def test_a_renewal_that_could_not_be_kept_is_kept_later() -> None:
    """The vault's own tokens are spent: they are replaced, never gone back to."""
    secrets = Full(PASSWORD)
    wire = ScriptedHttp({READ: needs("a2"), REFRESH: session()})
    one = api(wire, secrets)
    with pytest.raises(VaultError):
        await one.get(METHOD, why="home timeline")
    assert "r1" == secrets.secret["refresh"]

    await one.get(METHOD, why="home timeline")

    assert "r2" == secrets.secret["refresh"]
    assert 1 == len(wire.seen("refreshSession"))


async def test_a_full_vault_never_brings_spent_tokens_back() -> None:
    """Even when the next renewal comes before the vault has taken the last."""
    secrets = Full(PASSWORD)
    secrets.refusals = 3
    wire = ScriptedHttp({READ: needs("a2"), REFRESH: [session(), session("a3", "r3")]})
    one = api(wire, secrets)
    for _ in range(3):
        with pytest.raises(VaultError):
            await one.get(METHOD, why="home timeline")
    wire.add(READ, needs("a3"))

    await one.get(METHOD, why="home timeline")

    assert ("a3", "r3") == (secrets.secret["access"], secrets.secret["refresh"])
    assert "Bearer r2" == wire.seen("refreshSession")[-1].headers["authorization"]


async def test_a_new_sign_in_counts_more_than_a_renewal_that_was_not_kept() -> None:
    """Another process signed in again while our vault was full."""
    secrets = Full(PASSWORD)
    wire = ScriptedHttp({READ: needs("a2"), REFRESH: session()})
    one = api(wire, secrets)
    with pytest.raises(VaultError):
        await one.get(METHOD, why="home timeline")
    secrets.secret = PASSWORD | {"access": "a9", "refresh": "r9"}
    wire.add(READ, needs("a9"))

    await one.get(METHOD, why="home timeline")

    assert "r9" == secrets.secret["refresh"]
