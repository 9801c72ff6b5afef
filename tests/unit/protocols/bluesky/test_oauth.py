"""OAuth flows, driven by hand, and the proofs they carry."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from app.model.errors import Malformed, RateLimited, Refused, SignedOut, Unreachable
from app.protocols.bluesky import oauth
from app.protocols.bluesky.dpop import Nonces, ProofKey
from app.protocols.bluesky.oauth import Ask, Flow, Prover, Server, Tokens
from app.protocols.http import Reply
from tests.unit.protocols.bluesky.samples import ANA
from tests.unit.protocols.bluesky.scripted import PDS, reply

AUTH = "https://auth.birds.social"
SERVER = Server(
    issuer=AUTH,
    authorization_endpoint=f"{AUTH}/authorize",
    token_endpoint=f"{AUTH}/token",
    pushed_authorization_request_endpoint=f"{AUTH}/par",
    revocation_endpoint=f"{AUTH}/revoke",
)
GRANTED = {
    "access_token": "access",
    "token_type": "DPoP",
    "refresh_token": "refresh",
    "scope": "atproto transition:generic",
    "sub": ANA,
}


def prover(nonces: Nonces | None = None) -> Prover:
    names = iter(f"unique-{i}" for i in range(100))
    return Prover(ProofKey.generate(), nonces or Nonces(), lambda: 1000.5, lambda: next(names))


def drive(flow: Flow[Any], *replies: Reply) -> tuple[list[Ask], Any]:
    """What *flow* asks when it is answered so, and what it returns."""
    asked = [next(flow)]
    try:
        for answer in replies:
            asked.append(flow.send(answer))
    except StopIteration as end:
        assert len(replies) == len(asked), "it should have asked more"
        return asked, end.value
    raise AssertionError(f"it asks for more: {asked[-1]}")


def part(token: str, index: int) -> dict[str, Any]:
    """One part of a JWT, read."""
    text = token.split(".")[index]
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return value


# ------------------------------------------------------------------ proofs


def test_a_proof_is_signed_by_the_key_it_shows() -> None:
    """ES256: the raw pair of numbers, over header and claims."""
    proof = ProofKey.generate().proof("GET", f"{PDS}/xrpc/x?limit=5#top", at=1000.9, unique="u")

    head, claims, signature = proof.split(".")
    jwk = part(proof, 0)["jwk"]
    x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "="), "big") for name in ("x", "y"))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    pair = base64.urlsafe_b64decode(signature + "==")
    der = utils.encode_dss_signature(
        int.from_bytes(pair[:32], "big"), int.from_bytes(pair[32:], "big")
    )
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))  # raises if it is not

    assert ("dpop+jwt", "ES256") == (part(proof, 0)["typ"], part(proof, 0)["alg"])
    assert "d" not in jwk
    assert {"jti": "u", "htm": "GET", "htu": f"{PDS}/xrpc/x", "iat": 1000} == part(proof, 1)


def test_a_proof_with_a_token_is_bound_to_it() -> None:
    """By its hash; and to the server's nonce."""
    claims = part(
        ProofKey.generate().proof("GET", PDS, at=1, unique="u", nonce="n", token="token"), 1
    )

    assert "n" == claims["nonce"]
    assert "PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A" == claims["ath"]


def test_a_key_comes_back_from_the_vault_as_it_was() -> None:
    """And does not show itself."""
    key = ProofKey.generate()
    again = ProofKey.from_text(key.text())

    proofs = [k.proof("GET", PDS, at=1, unique="u") for k in (key, again)]

    assert part(proofs[0], 0) == part(proofs[1], 0)
    assert key.text() not in repr(key)
    with pytest.raises(ValueError):
        ProofKey.from_text("")


def test_each_server_has_its_own_nonce() -> None:
    """The authorization server's is of no use to the PDS."""
    nonces = Nonces()
    nonces.learn(f"{AUTH}/token", {"dpop-nonce": "auth"})
    nonces.learn(f"{PDS}/xrpc/x", {"dpop-nonce": "pds"})
    nonces.learn(f"{PDS}/xrpc/y", {})

    assert ("auth", "pds", "") == (
        nonces.of(f"{AUTH}/par"),
        nonces.of(f"{PDS}/xrpc/z"),
        nonces.of("https://other.example"),
    )


# --------------------------------------------------------------- discovery


def test_the_pds_names_its_authorization_server() -> None:
    """Often itself, for the network's own an entryway."""
    asked, issuer = drive(
        oauth.issuer_of(PDS),
        reply(body={"resource": PDS, "authorization_servers": [AUTH]}),
    )

    assert AUTH == issuer
    assert f"{PDS}/.well-known/oauth-protected-resource" == asked[0].url


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(404), Refused),
        (reply(501), Refused),
        (reply(503), Unreachable),
        (reply(body=b"<html>"), Malformed),
        (
            reply(body={"resource": "https://evil.example", "authorization_servers": [AUTH]}),
            Malformed,
        ),
        (reply(body={"resource": PDS, "authorization_servers": []}), Malformed),
        (reply(body={"resource": PDS, "authorization_servers": ["file:///x"]}), Malformed),
        (reply(body={"resource": PDS, "authorization_servers": [AUTH + "/x"]}), Malformed),
    ],
)
def test_a_pds_that_names_none_cannot_sign_in_by_browser(
    answer: Reply, error: type[Exception]
) -> None:
    """In words, each for its reason."""
    with pytest.raises(error):
        drive(oauth.issuer_of(PDS), answer)


METADATA = {
    "issuer": AUTH,
    "authorization_endpoint": f"{AUTH}/authorize",
    "token_endpoint": f"{AUTH}/token",
    "pushed_authorization_request_endpoint": f"{AUTH}/par",
    "code_challenge_methods_supported": ["S256"],
    "authorization_response_iss_parameter_supported": True,
}


def test_the_server_says_where_its_doors_are() -> None:
    """Those that are needed."""
    _, server = drive(oauth.server_at(AUTH), reply(body=METADATA))

    assert f"{AUTH}/par" == server.pushed_authorization_request_endpoint


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"code_challenge_methods_supported": ["plain"]},
        {"authorization_response_iss_parameter_supported": False},
        {"pushed_authorization_request_endpoint": None},
    ],
)
def test_a_server_below_the_profile_is_not_used(change: dict[str, Any]) -> None:
    """No PKCE, no issuer in answers, no PAR, or another server: no sign-in."""
    with pytest.raises(Malformed):
        drive(oauth.server_at(AUTH), reply(body=METADATA | change))


# ----------------------------------------------------------------- sign-in


def push() -> Flow[str]:
    return oauth.push(
        SERVER,
        prover(),
        redirect="http://127.0.0.1:5000/",
        state="state",
        verifier="verifier",
        hint="ana.example",
    )


def test_a_sign_in_is_announced_before_the_browser_opens() -> None:
    """PAR: the address in the browser holds no more than a reference."""
    asked, url = drive(push(), reply(201, {"request_uri": "urn:x", "expires_in": 299}))

    form = asked[0].form
    assert form is not None
    assert ("code", "S256", "state", "ana.example", "http://127.0.0.1:5000/") == (
        form["response_type"],
        form["code_challenge_method"],
        form["state"],
        form["login_hint"],
        form["redirect_uri"],
    )
    assert "iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ" == form["code_challenge"]
    assert {"client_id": [form["client_id"]], "request_uri": ["urn:x"]} == parse_qs(
        urlsplit(url).query
    )


def test_we_are_a_native_client_without_a_web_site() -> None:
    """Known by the loopback address, whatever its port, and what we ask for."""
    client = urlsplit(oauth.client_id())

    assert ("http", "localhost", "") == (client.scheme, client.netloc, client.path)
    assert {
        "redirect_uri": ["http://127.0.0.1/"],
        "scope": ["atproto transition:generic"],
    } == parse_qs(client.query)


def test_a_nonce_that_is_wanted_is_sent_once() -> None:
    """The second request carries it; a third is not made."""
    wanted = reply(400, {"error": "use_dpop_nonce"}, dpop_nonce="fresh")

    asked, _ = drive(push(), wanted, reply(201, {"request_uri": "urn:x"}, dpop_nonce="next"))
    assert "nonce" not in part(asked[0].headers["dpop"], 1)
    assert "fresh" == part(asked[1].headers["dpop"], 1)["nonce"]
    assert asked[0].headers["dpop"] != asked[1].headers["dpop"]

    with pytest.raises(Refused):
        drive(push(), wanted, wanted)


def redeem() -> Flow[Tokens]:
    return oauth.redeem(
        SERVER, prover(), code="code", redirect="http://127.0.0.1:5000/", verifier="verifier"
    )


def test_the_code_is_changed_for_tokens() -> None:
    """With the verifier that only we know."""
    asked, tokens = drive(redeem(), reply(body=GRANTED))

    assert asked[0].form is not None
    assert "verifier" == asked[0].form["code_verifier"]
    assert ("access", "refresh", ANA) == (tokens.access_token, tokens.refresh_token, tokens.sub)
    assert "refresh" not in repr(tokens)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(body=GRANTED | {"token_type": "Bearer"}), Malformed),
        (reply(body=GRANTED | {"sub": "ana"}), Malformed),
        (reply(body=GRANTED | {"scope": "email"}), Refused),
        (reply(body=GRANTED | {"refresh_token": ""}), Refused),
        (reply(body=b"junk"), Malformed),
        (reply(400, {"error": "invalid_request", "error_description": "No."}), Refused),
        (reply(502, b"<html>"), Unreachable),
        (reply(429, {}, retry_after="30"), RateLimited),
    ],
)
def test_tokens_that_are_not_what_was_asked_for_are_refused(
    answer: Reply, error: type[Exception]
) -> None:
    """Unbound ones, nobody's, too narrow ones, junk."""
    with pytest.raises(error):
        drive(redeem(), answer)


def test_a_clock_that_is_wrong_is_named() -> None:
    """Proofs carry the time: nothing else would tell why it fails."""
    with pytest.raises(Refused) as refusal:
        drive(redeem(), reply(400, {"error": "invalid_dpop_proof"}))
    assert "clock" in refusal.value.next_step


def test_a_spent_refresh_token_is_signed_out() -> None:
    """It serves once: the server says ``invalid_grant``."""
    flow = oauth.refresh(SERVER.token_endpoint, prover(), token="old", client="client")

    with pytest.raises(SignedOut):
        drive(flow, reply(400, {"error": "invalid_grant", "error_description": "replayed"}))


def test_revoking_sends_the_token_and_who_we_are() -> None:
    """RFC 7009."""
    asked, _ = drive(
        oauth.revoke(SERVER.revocation_endpoint, prover(), token="t", client="c"), reply(body={})
    )

    assert {"token": "t", "client_id": "c"} == asked[0].form
    with pytest.raises(Unreachable):
        drive(oauth.revoke(SERVER.revocation_endpoint, prover(), token="t", client="c"), reply(500))


def test_requests_do_not_show_what_they_carry() -> None:
    """Forms hold codes and tokens."""
    assert "Ask(POST https://a.example/token)" == repr(
        Ask("POST", "https://a.example/token?code=secret", {"dpop": "x"}, {"code": "secret"})
    )
