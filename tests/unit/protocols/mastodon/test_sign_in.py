"""Signing in: the browser's way, a pasted code, a ready token; and what is seen before."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from app.model.errors import (
    Cancelled,
    Malformed,
    Refused,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
    Unsupported,
)
from app.protocols.base import BrowserSignIn, SignedIn
from app.protocols.http import Http
from app.protocols.mastodon import network
from app.protocols.mastodon.addresses import Typed, find_web_origin, typed_address
from app.protocols.mastodon.wire_server import Application, Token
from tests.unit.protocols.mastodon.samples import account
from tests.unit.protocols.mastodon.server import (
    CREDENTIALS,
    Answer,
    Server,
    mastodon,
    me,
    reply,
)
from tests.unit.protocols.wire import answer, resolving

INSTANCE: dict[str, Any] = {
    "domain": "home.example",
    "title": "Home \u202e✅",
    "description": "<p>A <b>small</b> server</p>",
    "usage": {"users": {"active_month": 2140}},
    "thumbnail": {"url": "https://home.example/t.png"},
    "rules": [{"text": f"Rule {n}"} for n in range(1, 6)],
    "contact": {"account": account("kay", display_name="Kay")},
}
OOB = "urn:ietf:wg:oauth:2.0:oob"
CANARY = "canary-9f8e7d6c"


@asynccontextmanager
async def home(**changed: Any) -> AsyncIterator[tuple[Server, Http]]:
    """A server where signing in works, unless a route is changed ("a_b" → see below)."""
    routes: dict[str, Answer | list[Answer]] = {
        "/api/v2/instance": reply(INSTANCE),
        "/api/v1/apps": reply({"client_id": "cid", "client_secret": f"{CANARY}-secret"}),
        "/oauth/token": reply({"access_token": f"{CANARY}-token", "scope": "read"}),
        "/api/v1/timelines/home": reply([]),
    }
    async with mastodon(routes) as (server, http):
        routes[CREDENTIALS] = reply(me(server))
        routes.update(changed)
        yield server, http


async def visit(url: str) -> int:
    """Go to a loopback address as a browser would; the status it answers."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    )
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


def asked_for(flow: BrowserSignIn) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(flow.url).query).items()}


async def finish(flow: BrowserSignIn, query: str) -> SignedIn:
    """The browser comes back with *query*."""
    wants = asked_for(flow)
    waiting = asyncio.ensure_future(flow.finish())
    assert await visit(f"{wants['redirect_uri']}?state={wants['state']}&{query}") == 200
    return await waiting


# --------------------------------------------------------------- browser


async def test_the_browser_brings_a_code_that_becomes_an_account() -> None:
    """Registered with the port in use, proved with PKCE, verified with the token."""
    async with home() as (server, http):
        flow = await network(http).sign_in_browser(server.origin)
        wants = asked_for(flow)

        signed_in = await finish(flow, "code=abc")

        (registered,) = server.params("/api/v1/apps")
        (exchanged,) = server.params("/oauth/token")
        challenge = hashlib.sha256(exchanged["code_verifier"].encode()).digest()
        assert registered["redirect_uris"] == f"{wants['redirect_uri']}\n{OOB}"
        assert wants["redirect_uri"].startswith("http://127.0.0.1:")
        assert wants["scope"] == registered["scopes"] == "read write follow"
        assert wants["code_challenge_method"] == "S256"
        assert wants["code_challenge"] == base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        assert len(wants["state"]) >= 22
        assert exchanged["redirect_uri"] == wants["redirect_uri"]
        assert (exchanged["code"], exchanged["client_id"]) == ("abc", "cid")
        assert signed_in.account.id == f"ana@{server.host}"
        assert signed_in.account.handle == "ana@home.example"
        assert signed_in.account.uri == f"{server.origin}/users/ana"
        assert signed_in.account.abilities == {"home", "quotes", "threads"}  # it may only read
        assert signed_in.secret["token"] == f"{CANARY}-token"
        assert CANARY not in repr(signed_in) + repr(flow) + repr(flow.__dict__["_app"])


async def test_another_state_is_not_let_in() -> None:
    """Any page may knock at the port; the sign-in goes on waiting."""
    async with home() as (server, http):
        flow = await network(http).sign_in_browser(server.origin)
        wants = asked_for(flow)

        assert await visit(f"{wants['redirect_uri']}?state=other&code=evil") == 403
        signed_in = await finish(flow, "code=good")

        assert signed_in.secret["token"]
        assert [one["code"] for one in server.params("/oauth/token")] == ["good"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("error=access_denied", "You said no"),
        ("error=server_error&error_description=Out%20of%20order", "Out of order"),
        ("code=abc&iss=https%3A%2F%2Fevil.test", "another server"),
        ("nothing=1", "no reason"),
    ],
)
async def test_a_sign_in_that_fails_says_why(query: str, words: str) -> None:
    """And no code is sent anywhere."""
    async with home() as (server, http):
        flow = await network(http).sign_in_browser(server.origin)

        with pytest.raises(Refused, match=words):
            await finish(flow, query)

        assert server.params("/oauth/token") == []


async def test_the_issuer_is_the_one_of_the_metadata() -> None:
    """RFC 9207: where the server names itself, that name counts; the browser stays on it."""
    async with home() as (server, http):
        server.routes["/.well-known/oauth-authorization-server"] = reply(
            {
                "issuer": "https://home.example/",
                "authorization_endpoint": f"{server.origin}/auth?theme=x",
            }
        )
        flow = await network(http).sign_in_browser(server.origin)

        assert flow.url.startswith(f"{server.origin}/auth?theme=x&")
        assert (await finish(flow, "code=abc&iss=https%3A%2F%2Fhome.example")).secret


async def test_metadata_cannot_send_the_browser_elsewhere() -> None:
    """The user typed one server, and signs in there."""
    metadata = reply({"authorization_endpoint": "https://evil.test/authorize"})
    async with home(**{"/.well-known/oauth-authorization-server": metadata}) as (server, http):
        flow = await network(http).sign_in_browser(server.origin)

        assert flow.url.startswith(f"{server.origin}/oauth/authorize?")
        await flow.close()


async def test_closing_ends_the_wait() -> None:
    """The dialog was closed: nothing listens any more."""
    async with home() as (server, http):
        flow = await network(http).sign_in_browser(server.origin)
        waiting = asyncio.ensure_future(flow.finish())
        await flow.close()
        await flow.close()

        with pytest.raises(Cancelled):
            await waiting
        with pytest.raises(OSError):
            await visit(asked_for(flow)["redirect_uri"])


async def test_a_pasted_code_is_that_of_the_page() -> None:
    """The page that shows a code was opened for the out-of-band address."""
    async with home() as (server, http):
        flow = await network(http).sign_in_browser(server.origin)
        assert flow.code_possible

        signed_in = await flow.use_code("  abc \n")

        assert signed_in.account.handle == "ana@home.example"
        assert server.params("/oauth/token")[0]["redirect_uri"] == OOB


async def test_a_code_from_the_address_bar_works_too() -> None:
    """Bare or with its whole address, whose state must be ours."""
    token = [reply({"error": "invalid_grant"}, 400), reply({"access_token": "t"})]
    async with home(**{"/oauth/token": token}) as (server, http):
        flow = await network(http).sign_in_browser(server.origin)
        wants = asked_for(flow)

        with pytest.raises(Refused, match="another sign-in"):
            await flow.use_code(f"{wants['redirect_uri']}?code=abc&state=x")
        await flow.use_code("abc")
        await flow.use_code(f"{wants['redirect_uri']}?code=abc&state={wants['state']}")

        redirects = [one["redirect_uri"] for one in server.params("/oauth/token")]
        assert redirects == [OOB, wants["redirect_uri"], wants["redirect_uri"]]


@pytest.mark.parametrize("code", ["", "wrong"])
async def test_a_wrong_code_is_refused(code: str) -> None:
    """In words, whichever status the server likes for it."""
    async with home(**{"/oauth/token": reply({"error": "invalid_grant"}, 401)}) as (server, http):
        flow = await network(http).sign_in_browser(server.origin)

        with pytest.raises(Refused):
            await flow.use_code(code)

        await flow.close()


@pytest.mark.parametrize("status", [400, 401])
async def test_a_wrong_code_is_told_without_jargon(status: int) -> None:
    """Mastodon's own answer is "invalid_grant", which helps nobody."""
    token = reply({"error": "invalid_grant", "error_description": "revoked, or …"}, status)
    async with home(**{"/oauth/token": token}) as (server, http):
        flow = await network(http).sign_in_browser(server.origin)

        with pytest.raises(Refused, match="does not take this code") as caught:
            await flow.use_code("wrong")

        assert "Copy it again" in caught.value.next_step
        await flow.close()


async def test_the_address_for_other_computers_ends_with_a_code() -> None:
    """A browser over there cannot come back here; where codes are not shown, it may try."""
    apps = [
        reply({"client_id": "c", "client_secret": "s"}),
        reply({"error": "redirect_uris invalid"}, 422),
        reply({"client_id": "c", "client_secret": "s"}),
    ]
    async with home(**{"/api/v1/apps": apps}) as (server, http):
        with_code = await network(http).sign_in_browser(server.origin)
        without = await network(http).sign_in_browser(server.origin)

        assert f"redirect_uri={quote(OOB, safe='')}" in with_code.code_url
        assert without.code_url == without.url
        await with_code.close()
        await without.close()


async def test_a_server_that_takes_one_redirect_gets_one() -> None:
    """Out of band is a help, no condition."""
    apps = [
        reply({"error": "redirect_uris invalid"}, 422),
        reply({"client_id": "c", "client_secret": "s"}),
    ]
    async with home(**{"/api/v1/apps": apps}) as (server, http):
        flow = await network(http).sign_in_browser(server.origin)

        assert server.params("/api/v1/apps")[1]["redirect_uris"] == asked_for(flow)["redirect_uri"]
        await flow.close()


async def test_without_a_port_the_page_shows_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then there is nothing to wait for, and only the code can come."""
    async with home() as (server, http):

        async def no_port(*_: object, **__: object) -> None:
            raise OSError(98, "Address already in use")

        with monkeypatch.context() as patch:
            patch.setattr(asyncio, "start_server", no_port)
            flow = await network(http).sign_in_browser(server.origin)

        assert asked_for(flow)["redirect_uri"] == OOB
        with pytest.raises(Unsupported):
            await flow.finish()
        assert (await flow.use_code("abc")).account.handle == "ana@home.example"
        await flow.close()

        server.routes["/oauth/token"] = reply({"error": "invalid_grant"}, 400)
        with pytest.raises(Refused):
            await flow.use_code("abc")
        server.routes["/api/v1/apps"] = reply({"error": "no"}, 422)
        with monkeypatch.context() as patch, pytest.raises(Refused):
            patch.setattr(asyncio, "start_server", no_port)
            await network(http).sign_in_browser(server.origin)


async def test_an_answer_without_a_token_is_malformed() -> None:
    """Whatever else it holds."""
    async with home(**{"/oauth/token": reply({"scope": "read"})}) as (server, http):
        flow = await network(http).sign_in_browser(server.origin)
        with pytest.raises(Malformed):
            await flow.use_code("abc")
        await flow.close()


def test_the_door_has_its_words() -> None:
    """One network, and a form for its dialog."""
    door = network(Http(user_agent="Godwit tests"))

    assert [info.id for info in door.networks] == [door.id] == ["mastodon"]
    assert door.form.title == "Add a Mastodon account"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (reply({"error": "no apps here"}, 403), Refused),
        (reply({}), Malformed),
        (answer(200, b"<html>"), Malformed),
    ],
)
async def test_without_registration_nothing_listens(data: bytes, error: type[ServiceError]) -> None:
    """It fails before the browser is opened."""
    async with home(**{"/api/v1/apps": data}) as (server, http):
        with pytest.raises(error):
            await network(http).sign_in_browser(server.origin)


# ----------------------------------------------------------------- token


async def test_a_ready_token_is_enough() -> None:
    """It is asked whose it is."""
    async with home() as (server, http):
        signed_in = await network(http).sign_in_secret(server.origin, f" {CANARY}\n")

        assert signed_in.account.server == server.origin
        assert signed_in.secret == {"token": CANARY}
        assert server.wire.asked[-1].headers["authorization"] == f"Bearer {CANARY}"


@pytest.mark.parametrize(
    ("token", "who", "error"),
    [
        ("", reply({}), SignedOut),
        ("two words", reply({}), SignedOut),
        ("tökén", reply({}), SignedOut),
        ("bad", reply({"error": "The access token is invalid"}, 401), SignedOut),
        ("bad", answer(422), SignedOut),
        ("ok", reply({"error": "Your login is currently disabled"}, 403), Suspended),
        ("ok", reply({"error": "Your login is missing a confirmed e-mail address"}, 403), Refused),
        ("ok", reply(account(suspended=True)), Suspended),
        ("ok", reply({"id": "1"}), Malformed),
    ],
)
async def test_a_token_that_is_none_says_so(
    token: str, who: bytes, error: type[ServiceError]
) -> None:
    """Each case in its own words, with a next step."""
    async with home(**{CREDENTIALS: who}) as (server, http):
        with pytest.raises(error) as caught:
            await network(http).sign_in_secret(server.origin, token)

        assert type(caught.value) is error
        assert caught.value.next_step


# --------------------------------------------------------------- preview


async def test_a_server_is_seen_before_one_signs_in() -> None:
    """Its name, its size, its keeper, its first three rules."""
    async with home() as (server, http):
        seen = await network(http).preview(server.host)

        assert seen.address == server.origin
        assert seen.title == "Home"
        assert seen.subtitle == "home.example · 2\u202f140 people this month · run by Kay"
        assert seen.text == "A small server"
        assert seen.picture == "https://home.example/t.png"
        assert [(fact.label, fact.value) for fact in seen.facts] == [
            ("1", "Rule 1"),
            ("2", "Rule 2"),
            ("3", "Rule 3"),
        ]
        assert seen.more_facts == 2
        assert seen.methods == ("browser", "token")


async def test_older_servers_tell_it_in_the_first_version() -> None:
    """Its fields have other names and types."""
    old = {
        "uri": "https://old.example/",
        "title": "",
        "short_description": "Short",
        "description": "Long",
        "stats": {"user_count": 1},
        "thumbnail": "https://old.example/t.png",
        "rules": [],
    }
    async with mastodon({"/api/v1/instance": reply(old)}) as (server, http):
        seen = await network(http).preview(server.origin)

        assert (seen.title, seen.text, seen.picture) == (
            "old.example",
            "Short",
            "https://old.example/t.png",
        )
        assert seen.subtitle == "old.example · 1 person"


@pytest.mark.parametrize("data", [answer(200, b"<html>hello"), answer(404), reply({}), reply([])])
async def test_another_kind_of_server_is_named_as_such(data: bytes) -> None:
    """It answers, but not in this language."""
    async with mastodon({"/api/v2/instance": data, "/api/v1/instance": data}) as (server, http):
        with pytest.raises(Unsupported, match="not a server of this kind"):
            await network(http).preview(server.origin)


async def test_a_server_for_its_own_people_only_still_answers() -> None:
    """Some tell nothing to strangers, yet let their own sign in."""
    async with mastodon({"/api/v2/instance": answer(401), "/api/v1/instance": answer(401)}) as (
        server,
        http,
    ):
        assert (await network(http).preview(server.origin)).title == server.host


async def test_where_nobody_answers_is_unreachable() -> None:
    """In the words of the network."""
    async with mastodon({}) as (server, http):
        origin = server.origin
    with pytest.raises(Unreachable):
        await network(http).preview(origin)


@pytest.mark.parametrize(
    ("webfinger", "origin"),
    [
        (
            reply({"links": [{"rel": "self", "href": "https://social.example.org/users/ana"}]}),
            "https://social.example.org",
        ),
        (
            answer(302, location="https://web.example.org/.well-known/webfinger?resource=x"),
            "https://web.example.org",
        ),
        (reply({"links": [{"rel": "self", "href": "https://192.168.1.1/users/ana"}]}), None),
        (reply({"links": [{"rel": "self", "href": "http://social.example/users/ana"}]}), None),
        (reply({"links": [{"rel": "other", "href": "https://social.example.org/"}]}), None),
        (answer(200, b"<html>"), None),
        (answer(404), None),
    ],
)
async def test_webfinger_names_a_public_server_or_none(
    webfinger: bytes, origin: str | None
) -> None:
    """What it says is content: it cannot send us into the local network."""
    async with mastodon({"/.well-known/webfinger": webfinger}) as (server, http):
        http.allow_private(server.origin)

        assert await find_web_origin(http, Typed(server.origin, "ana@x.example")) == origin
        assert await find_web_origin(http, Typed(server.origin)) is None


async def test_a_server_named_by_webfinger_that_is_not_there_changes_nothing() -> None:
    """The error is that of the address the user typed."""
    self_link = {"links": [{"rel": "self", "href": "https://social.example.org/users/ana"}]}
    async with mastodon({"/.well-known/webfinger": reply(self_link)}) as (server, _):
        http = Http(user_agent="Godwit tests", resolve=resolving({}))
        with pytest.raises(Unsupported, match=server.host):
            await network(http).preview(f"@ana@{server.host}")
        await http.close()


async def test_a_handle_leads_to_the_server_behind_its_name() -> None:
    """WebFinger is asked; what it names must be on the public web, so loopback is not."""
    self_link = {"links": [{"rel": "self", "href": "http://127.0.0.1:1/users/ana"}]}
    async with mastodon({"/.well-known/webfinger": reply(self_link)}) as (server, http):
        with pytest.raises(Unsupported):
            await network(http).preview(f"@ana@{server.host}")

        assert server.params("/.well-known/webfinger") == [{"resource": f"acct:ana@{server.host}"}]


@pytest.mark.parametrize(
    ("typed", "origin", "handle"),
    [
        ("server.social", "https://server.social", ""),
        (" https://Server.Social/ ", "https://server.social", ""),
        ("https://server.social/@you/123", "https://server.social", ""),
        ("server.social:8443", "https://server.social:8443", ""),
        ("@you@server.social", "https://server.social", "you@server.social"),
        ("you@server.social:8443", "https://server.social:8443", "you@server.social:8443"),
        ("acct:you@server.social", "https://server.social", "you@server.social"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000", ""),
        ("127.0.0.1:3000", "http://127.0.0.1:3000", ""),
        ("localhost:3000", "http://localhost:3000", ""),
        ("bücher.example", "https://xn--bcher-kva.example", ""),
    ],
)
def test_addresses_are_read_as_people_type_them(typed: str, origin: str, handle: str) -> None:
    """https, unless the server is this computer."""
    assert typed_address(typed) == Typed(origin, handle)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "two words",
        "ftp://server.social",
        "https://",
        "https://you:pw@server.social",
        "http://server.social",
        "http://192.168.1.5:3000",
        "@you@",
        "-",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    """Before anything is asked."""
    with pytest.raises(Refused):
        typed_address(typed)


def test_what_a_server_grants_is_not_shown() -> None:
    """A trace or a debugger's line must not carry it."""
    assert "canary" not in repr(Token(access_token="canary", scope="canary"))
    assert "canary" not in repr(Application(client_id="canary", client_secret="canary"))
