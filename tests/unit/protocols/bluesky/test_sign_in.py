"""Signing in: previews, app passwords, and the browser's way back."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from app.model.errors import (
    Cancelled,
    Malformed,
    NeedsCode,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
)
from app.protocols.bluesky import network
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.sign_in import OauthSignIn, code_from_redirect, typed_code
from app.protocols.http import Reply
from tests.unit.protocols.bluesky.samples import ANA, BEN
from tests.unit.protocols.bluesky.scripted import PDS, PLC, ScriptedHttp, document, reply
from tests.unit.protocols.bluesky.test_api import NEW_HOME
from tests.unit.protocols.bluesky.test_identity import txt
from tests.unit.protocols.bluesky.test_oauth import AUTH, GRANTED, METADATA
from tests.unit.protocols.bluesky.test_service import known

CREATE = f"{PDS}/xrpc/com.atproto.server.createSession"
RESOURCE = f"{PDS}/.well-known/oauth-protected-resource"
PROFILE = "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile"
NAMES_ISSUER = reply(body={"resource": PDS, "authorization_servers": [AUTH]})
SESSION = reply(body={"did": ANA, "handle": "ana.example", "accessJwt": "a1", "refreshJwt": "r1"})


def world(**more: Any) -> ScriptedHttp:
    return ScriptedHttp(
        {f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example")), **known(), **more}
    )


def door(wire: ScriptedHttp, did: str = ANA) -> BlueskyNetwork:
    return BlueskyNetwork(wire.http, txt=txt(f"did={did}"), environment={})


# ----------------------------------------------------------------- preview


async def test_a_preview_shows_who_is_behind_a_handle() -> None:
    """Name, posts, since when; handle, DID and host; proved both ways."""
    profile = {
        "did": ANA,
        "displayName": "Ana Heron",
        "description": "Mud and boats",
        "avatar": "https://cdn.example/a",
        "postsCount": 1612,
        "createdAt": "2023-05-17T10:00:00Z",
    }
    wire = world(**{RESOURCE: NAMES_ISSUER, PROFILE: reply(body=profile)})

    found = await door(wire).preview("@ana.example")

    assert ("ana.example", "Ana Heron", "Mud and boats") == (found.address, found.title, found.text)
    assert "1\u00a0612 posts · since May 2023" == found.subtitle
    assert [
        ("Handle", "ana.example, by DNS"),
        ("DID", ANA),
        ("Host", "pds.birds.social"),
    ] == [(fact.label, fact.value) for fact in found.facts]
    assert found.verified
    assert "Verified both ways: handle to DID and back" == found.verdict
    assert ("browser", "password") == found.methods


async def test_a_preview_warns_of_a_handle_that_is_not_the_accounts() -> None:
    """And offers the DID instead."""
    wire = ScriptedHttp(
        {
            f"{PLC}/{BEN}": reply(body=document(BEN, "ben.example")),
            RESOURCE: reply(404),
        }
    )

    found = await door(wire, BEN).preview("ana.example")

    assert (False, "The handle does not name this DID", BEN) == (
        found.verified,
        found.verdict,
        found.address,
    )
    assert not found.facts[0].ok
    assert ("password",) == found.methods


async def test_where_the_server_was_typed_nobody_else_is_asked() -> None:
    """The profile record is there for everybody."""
    record = {
        "displayName": "Ana",
        "createdAt": "2024-01-01T00:00:00Z",
        "avatar": {"ref": {"$link": "bafyava"}},
    }
    wire = ScriptedHttp(
        {
            f"{PDS}/xrpc/com.atproto.identity.resolveHandle": reply(body={"did": ANA}),
            f"{PDS}/xrpc/com.atproto.repo.describeRepo": reply(
                body={"did": ANA, "didDoc": document(ANA, "ana.example")}
            ),
            f"{PDS}/xrpc/com.atproto.repo.getRecord": reply(body={"value": record}),
            RESOURCE: NAMES_ISSUER,
        }
    )

    found = await door(wire).preview("ana.example", {"pds": "pds.birds.social"})

    assert ("Ana", "since January 2024") == (found.title, found.subtitle)
    assert f"{PDS}/xrpc/com.atproto.sync.getBlob?did={ANA}&cid=bafyava" == found.picture
    assert {PDS} == {asked.url.partition("/xrpc")[0].partition("/.well")[0] for asked in wire.asked}


async def test_a_preview_without_a_profile_is_still_one() -> None:
    """A name and a picture are never worth an error."""
    found = await door(world(**{RESOURCE: NAMES_ISSUER, PROFILE: reply(body=b"junk")})).preview(
        "ana.example"
    )

    assert ("ana.example", "", True) == (found.title, found.subtitle, found.verified)


async def test_a_server_whose_browser_way_is_broken_offers_the_password() -> None:
    """And one that does not answer at all is an error."""
    broken = world(**{RESOURCE: reply(body=b"<html>"), PROFILE: reply(404)})

    assert ("password",) == (await door(broken).preview("ana.example")).methods
    with pytest.raises(Unreachable):
        await door(world()).preview("ana.example")


async def test_a_directory_may_be_named_by_the_environment() -> None:
    """For tests and for those who run one."""
    plc = "http://127.0.0.1:2582"
    wire = ScriptedHttp(
        {
            f"{plc}/{ANA}": reply(body=document(ANA, "ana.example")),
            RESOURCE: NAMES_ISSUER,
        }
    )
    named = BlueskyNetwork(
        wire.http, txt=txt(f"did={ANA}"), environment={"GODWIT_PLC_URL": f"{plc}/"}
    )

    assert (await named.preview("ana.example")).verified
    assert {plc} == wire.private


# ---------------------------------------------------------------- password


async def test_an_app_password_signs_in() -> None:
    """The secret holds tokens, never the password."""
    wire = world(**{CREATE: SESSION})

    done = await door(wire).sign_in_secret("@ana.example", " abcd-efgh\n")

    assert ("ana.example", ANA, PDS) == (done.account.id, done.account.uri, done.account.server)
    assert {"kind": "password", "access": "a1", "refresh": "r1", "server": PDS, "plc": ""} == (
        done.secret
    )
    assert {"identifier": ANA, "password": "abcd-efgh"} == wire.seen("createSession")[0].json
    assert "r1" not in repr(done)


async def test_a_code_by_mail_is_asked_for_and_sent_along() -> None:
    """As the server wrote it, however it was typed."""
    wanted = reply(401, {"error": "AuthFactorTokenRequired", "message": "sent"})
    wire = world(**{CREATE: [wanted, SESSION]})

    with pytest.raises(NeedsCode):
        await door(wire).sign_in_secret("ana.example", "pass")
    await door(wire).sign_in_secret("ana.example", "pass", "7kq4m x2r8b")

    assert "7KQ4M-X2R8B" == wire.seen("createSession")[1].json["authFactorToken"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("7KQ4M-X2R8B", "7KQ4M-X2R8B"), ("7kq4mx2r8b", "7KQ4M-X2R8B"), (" 12 ", "12")],
)
def test_codes_are_sent_as_they_were_written(typed: str, sent: str) -> None:
    """Upper case, dash in the middle; another length as it is."""
    assert sent == typed_code(typed)


@pytest.mark.parametrize(
    ("answer", "code", "error"),
    [
        (reply(401, {"error": "AuthenticationRequired", "message": "Invalid"}), "", SignedOut),
        (reply(400, {"error": "InvalidToken", "message": "Token is invalid"}), "1", NeedsCode),
        (reply(401, {"error": "AccountTakedown"}), "", Suspended),
        (reply(429, {"error": "RateLimitExceeded"}, retry_after="290"), "", RateLimited),
        (reply(502, b"<html>"), "", Unreachable),
        (reply(body=b"<html>"), "", Malformed),
        (reply(body={"did": BEN, "accessJwt": "a", "refreshJwt": "r"}), "", Malformed),
    ],
)
async def test_a_password_sign_in_fails_in_words(
    answer: Reply, code: str, error: type[ServiceError]
) -> None:
    """Each failure for what it is, and never with the password in it."""
    with pytest.raises(error) as failure:
        await door(world(**{CREATE: answer})).sign_in_secret("ana.example", "hunter22", code)
    assert "hunter22" not in f"{failure.value.message} {failure.value.next_step}"


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (reply(401, {"error": "AccountTakedown"}), Suspended, "taken down"),
        (reply(body={"did": ANA, "active": False, "status": "deactivated"}), Suspended, "deactiv"),
        (reply(401, {"error": "AuthenticationRequired"}), NotFound, "no account"),
        (reply(body={"did": ANA}), NotFound, "no account"),
    ],
)
async def test_a_typed_server_tells_the_owner_why_an_account_is_hidden(
    answer: Reply, error: type[ServiceError], words: str
) -> None:
    """To others it says that there is no such account."""
    unknown = reply(400, {"error": "HandleNotFound"})
    wire = ScriptedHttp({f"{PDS}/xrpc/com.atproto.identity.resolveHandle": unknown, CREATE: answer})

    with pytest.raises(error, match=words):
        await door(wire).sign_in_secret("ana.test", "pass", options={"pds": PDS})


async def test_no_password_goes_to_a_handle_that_is_not_proved() -> None:
    """Its domain may point at anybody's account, on anybody's server."""
    wire = ScriptedHttp({f"{PLC}/{BEN}": reply(body=document(BEN, "ben.example"))})

    with pytest.raises(Refused):
        await door(wire, BEN).sign_in_secret("ana.example", "pass")
    assert [] == wire.seen("createSession")


async def test_a_did_signs_in_where_the_handle_is_broken() -> None:
    """The account is then called by its DID."""
    wire = world(**{CREATE: SESSION})

    done = await door(wire, BEN).sign_in_secret(ANA, "pass")

    assert ANA == done.account.id


async def test_an_empty_password_is_not_sent() -> None:
    """A mistake at the keyboard, not a failed attempt."""
    with pytest.raises(SignedOut):
        await door(world()).sign_in_secret("ana.example", " \n")


# ----------------------------------------------------------------- browser

BROWSER = {
    RESOURCE: NAMES_ISSUER,
    f"{AUTH}/.well-known/oauth-authorization-server": reply(body=METADATA),
    f"{AUTH}/par": reply(201, {"request_uri": "urn:x"}),
    f"{AUTH}/token": reply(body=GRANTED),
}


async def come_back(wire: ScriptedHttp, **query: str) -> None:
    """Play the browser: follow the redirect that was announced."""
    form = wire.seen("/par")[0].form
    target = urlsplit(form["redirect_uri"])
    query = {"state": form["state"], "iss": AUTH, **query}
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    line = f"GET {target.path}?{urlencode(query)} HTTP/1.1\r\nHost: {target.netloc}\r\n\r\n"
    writer.write(line.encode())
    assert b" 200 " in await reader.readline()
    writer.close()


async def begin(wire: ScriptedHttp) -> OauthSignIn:
    sign_in = await door(wire).sign_in_browser("ana.example")
    assert isinstance(sign_in, OauthSignIn)
    return sign_in


async def test_a_sign_in_by_browser_ends_with_tokens_and_their_key() -> None:
    """Announce, open, come back, change the code, check who it is."""
    wire = world(**BROWSER)
    sign_in = await begin(wire)
    finishing = asyncio.create_task(sign_in.finish())

    await come_back(wire, code="the-code")
    done = await finishing

    assert ["urn:x"] == parse_qs(urlsplit(sign_in.url).query)["request_uri"]
    sent = wire.seen("/token")[0].form
    assert "the-code" == sent["code"]
    assert wire.seen("/par")[0].form["redirect_uri"] == sent["redirect_uri"]
    assert ("ana.example", ANA) == (done.account.id, done.account.uri)
    assert ("oauth", "access", "refresh", AUTH) == tuple(
        done.secret[name] for name in ("kind", "access", "refresh", "issuer")
    )
    assert "DPoP access" == wire.asked[-1].headers["authorization"]
    assert 2 == len(wire.seen(f"/{ANA}"))  # looked up again, after the tokens came
    assert not sign_in.code_possible


async def finished(wire: ScriptedHttp, **query: str) -> ServiceError:
    sign_in = await begin(wire)
    finishing = asyncio.create_task(sign_in.finish())
    await come_back(wire, **query)
    with pytest.raises(ServiceError) as failure:
        await finishing
    await sign_in.close()
    return failure.value


async def test_another_account_than_meant_is_not_taken() -> None:
    """The browser may be signed in as somebody else."""
    error = await finished(
        world(**BROWSER | {f"{AUTH}/token": reply(body=GRANTED | {"sub": BEN})}), code="c"
    )

    assert isinstance(error, Refused)
    assert "another account" in error.message


async def test_a_server_cannot_sign_us_in_for_an_account_that_is_elsewhere() -> None:
    """The account's own server must name the issuer, after the tokens came."""
    elsewhere = {
        f"{PLC}/{ANA}": [
            reply(body=document(ANA, "ana.example")),
            reply(body=document(ANA, "ana.example", NEW_HOME)),
        ],
        f"{NEW_HOME}/.well-known/oauth-protected-resource": reply(
            body={"resource": NEW_HOME, "authorization_servers": [NEW_HOME]}
        ),
    }

    error = await finished(world(**BROWSER | elsewhere), code="c")

    assert isinstance(error, Refused)
    assert "Another server" in error.message


async def test_no_in_the_browser_is_no() -> None:
    """And an answer of another server is none."""
    assert isinstance(await finished(world(**BROWSER), error="access_denied"), Refused)
    mixed_up = await finished(world(**BROWSER), code="c", iss="https://evil.example")
    assert isinstance(mixed_up, Malformed)


async def test_closing_stops_a_sign_in() -> None:
    """Whoever waits is told; twice is harmless."""
    sign_in = await begin(world(**BROWSER))
    finishing = asyncio.create_task(sign_in.finish())
    await asyncio.sleep(0)

    await sign_in.close()
    await sign_in.close()

    with pytest.raises(Cancelled):
        await finishing


async def test_a_server_that_refuses_the_announcement_leaves_nothing_listening() -> None:
    """The port is closed again."""
    wire = world(**BROWSER | {f"{AUTH}/par": reply(400, {"error": "invalid_request"})})

    with pytest.raises(Refused):
        await begin(wire)

    target = urlsplit(wire.seen("/par")[0].form["redirect_uri"])
    with pytest.raises(OSError):
        await asyncio.open_connection(target.hostname, target.port)


async def test_this_network_has_no_codes_to_paste() -> None:
    """Said in words, should anybody try."""
    sign_in = await begin(world(**BROWSER))

    with pytest.raises(Refused):
        await sign_in.use_code("x")
    await sign_in.close()


@pytest.mark.parametrize(
    "came", [{"iss": AUTH}, {"iss": AUTH, "error": "server_error"}, {"code": "c"}]
)
def test_an_answer_without_a_code_is_none(came: dict[str, str]) -> None:
    """Whatever the browser brought instead."""
    with pytest.raises(ServiceError):
        code_from_redirect(came, AUTH)


def test_the_front_door_has_words_and_no_i_o() -> None:
    """What the dialog shows, before anything is asked."""
    wire = ScriptedHttp({})
    opened = network(wire.http)

    assert ("bluesky", "bluesky") == (opened.id, opened.networks[0].id)
    assert (10, "Handle") == (opened.form.code_length, opened.form.field)
    assert [] == wire.asked
