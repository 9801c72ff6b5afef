"""A pinned host, and the account's whole session there: what is sent, and what is refused."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.model.errors import BadInput, Malformed, NeedsCode, Refused, SignedOut
from app.portability.atproto.host import Host
from app.portability.atproto.session import Session
from app.protocols.http import Http
from tests.unit.protocols.conftest import http  # noqa: F401  (the fixture)
from tests.unit.protocols.wire import Asked, Wire, answer, serving

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
Said = tuple[int, dict[str, Any]]


def jwt(exp: float, scope: str = "com.atproto.access", number: int = 0) -> str:
    """An access token, as servers make them."""
    claims = {"exp": exp, "scope": scope, "n": number}
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.sig"


class Server:
    """What a host says; the newest answer of each method is repeated."""

    def __init__(self) -> None:
        self.says: dict[str, list[Said]] = {}
        self.wire: Wire | None = None

    def will(self, method: str, *answers: Said) -> None:
        """Say these in turn to *method*."""
        self.says[method] = list(answers)

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        method = asked.target.partition("?")[0].rpartition(".")[2]
        answers = self.says[method]
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        writer.write(answer(status, json.dumps(body).encode(), content_type="application/json"))

    def asked(self, method: str) -> list[Asked]:
        """The requests of *method*."""
        assert self.wire is not None
        return [one for one in self.wire.asked if f".{method}" in one.target]


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    """One that listens."""
    made = Server()
    async with serving(made.respond) as made.wire:
        yield made


def session_of(http: Http, at: Server, now: float = 1000.0) -> Session:  # noqa: F811
    """Not signed in yet."""
    assert at.wire is not None
    return Session(Host(http, at.wire.origin, typed=True), DID, now=lambda: now)


def tokens(exp: float = 9000, **more: Any) -> dict[str, Any]:
    """A session's answer."""
    return {"did": DID, "accessJwt": jwt(exp), "refreshJwt": "refresh", "handle": "ana.test"} | more


async def test_a_document_in_an_answer_leads_nowhere(http: Http) -> None:  # noqa: F811
    """Until the switch it names the other server: following it mixes two accounts up."""
    async with server() as one, server() as other:
        assert other.wire is not None
        home = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer"}
        document = {"id": DID, "service": [home | {"serviceEndpoint": other.wire.origin}]}
        one.will("createSession", (200, tokens(didDoc=document)))
        one.will("getSession", (200, tokens()))
        session = session_of(http, one)

        await session.sign_in("a long password")
        await session.look()

        assert 1 == len(one.asked("getSession"))
        assert [] == other.wire.asked


async def test_a_procedure_without_input_gets_no_body(http: Http) -> None:  # noqa: F811
    """Not even an empty object: servers refuse it."""
    async with server() as one:
        one.will("createSession", (200, tokens()))
        one.will("activateAccount", (200, {}))
        one.will("deactivateAccount", (200, {}))
        session = session_of(http, one)
        await session.sign_in("a long password")

        await session.post("com.atproto.server.activateAccount", why="")
        await session.post("com.atproto.server.deactivateAccount", {}, why="")

        bare, empty = one.asked("activateAccount")[0], one.asked("deactivateAccount")[0]
        assert (b"", "") == (bare.body, bare.headers.get("content-type", ""))
        assert (b"{}", "application/json") == (empty.body, empty.headers["content-type"])


async def test_a_file_goes_with_its_type_and_length(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """As ``importRepo`` wants it."""
    file = tmp_path / "repo.car"
    file.write_bytes(b"x" * 300_000)
    async with server() as one:
        one.will("createSession", (200, tokens()))
        one.will("importRepo", (200, {}))
        session = session_of(http, one)
        await session.sign_in("a long password")

        reply = await session.send(
            "com.atproto.repo.importRepo", file, "application/vnd.ipld.car", why=""
        )

        (sent,) = one.asked("importRepo")
        assert 200 == reply.status
        assert "application/vnd.ipld.car" == sent.headers["content-type"]
        assert ("300000", 300_000) == (sent.headers["content-length"], len(sent.body))


async def test_an_app_password_is_not_even_sent(http: Http) -> None:  # noqa: F811
    """It cannot move an account; said before anything is done."""
    async with server() as one:
        with pytest.raises(BadInput, match="app password"):
            await session_of(http, one).sign_in("abcd-ef12-ijkl-mnop")

        assert one.wire is not None
        assert [] == one.wire.asked


async def test_a_session_of_an_app_password_is_refused(http: Http) -> None:  # noqa: F811
    """However it looked."""
    async with server() as one:
        app = tokens() | {"accessJwt": jwt(9000, "com.atproto.appPass")}
        one.will("createSession", (200, app))

        with pytest.raises(BadInput, match="app password"):
            await session_of(http, one).sign_in("looks like none")


async def test_a_session_of_another_account_is_refused(http: Http) -> None:  # noqa: F811
    """A mix-up would write one person's life into another's."""
    async with server() as one:
        one.will("createSession", (200, tokens() | {"did": "did:plc:mallory"}))
        session = session_of(http, one)

        with pytest.raises(Refused, match="another account"):
            await session.sign_in("a long password")

        assert not session.is_open


async def test_a_token_is_renewed_before_it_ends_and_once(http: Http) -> None:  # noqa: F811
    """Ten requests at once make one renewal."""
    async with server() as one:
        one.will("createSession", (200, tokens(exp=1010)))
        one.will("refreshSession", (200, tokens(exp=9000)))
        one.will("getSession", (200, tokens()))
        session = session_of(http, one)
        await session.sign_in("a long password")

        await asyncio.gather(*(session.look() for _ in range(10)))

        assert 1 == len(one.asked("refreshSession"))
        fresh = jwt(9000)
        assert {f"Bearer {fresh}"} == {a.headers["authorization"] for a in one.asked("getSession")}


async def test_who_slept_longer_than_a_session_lives_is_let_in_again(http: Http) -> None:  # noqa: F811
    """With the password that is still in memory."""
    async with server() as one:
        one.will("createSession", (200, tokens(exp=1010)), (200, tokens(exp=9000)))
        one.will("refreshSession", (400, {"error": "ExpiredToken"}))
        one.will("getSession", (200, tokens()))
        session = session_of(http, one)
        await session.sign_in("a long password")

        await session.look()

        assert 2 == len(one.asked("createSession"))


async def test_a_bad_code_is_not_taken_for_a_bad_session(http: Http) -> None:  # noqa: F811
    """Hosts refuse both in the same words; the code would be spent twice."""
    async with server() as one:
        one.will("createSession", (200, tokens()))
        one.will("signPlcOperation", (400, {"error": "ExpiredToken"}))
        session = session_of(http, one)
        await session.sign_in("a long password")

        reply = await session.ask(
            "POST", "com.atproto.identity.signPlcOperation", body={}, why="", coded=True
        )

        assert 400 == reply.status
        assert 1 == len(one.asked("signPlcOperation"))
        assert [] == one.asked("refreshSession")


async def test_who_was_taken_down_may_still_come_in(http: Http) -> None:  # noqa: F811
    """By saying so."""
    async with server() as one:
        inside = tokens(active=False, status="takendown")
        one.will("createSession", (401, {"error": "AccountTakedown"}), (200, inside))
        session = session_of(http, one)

        await session.sign_in("a long password")

        first, second = (json.loads(asked.body) for asked in one.asked("createSession"))
        assert (None, True) == (first.get("allowTakendown"), second["allowTakendown"])
        assert session.is_shut_out


async def test_a_second_factor_is_asked_for(http: Http) -> None:  # noqa: F811
    """And typed in whatever way."""
    async with server() as one:
        one.will("createSession", (401, {"error": "AuthFactorTokenRequired"}), (200, tokens()))
        session = session_of(http, one)

        with pytest.raises(NeedsCode, match="has sent a code"):
            await session.sign_in("a long password")
        await session.sign_in("a long password", "abcde fghij")

        assert "ABCDE-FGHIJ" == json.loads(one.asked("createSession")[1].body)["authFactorToken"]


async def test_a_wrong_password_is_said(http: Http) -> None:  # noqa: F811
    """In words for people."""
    async with server() as one:
        one.will("createSession", (401, {"error": "AuthenticationRequired"}))

        with pytest.raises(SignedOut, match="does not take this password"):
            await session_of(http, one).sign_in("wrong")


async def test_no_secret_is_in_a_repr_or_an_error(http: Http) -> None:  # noqa: F811
    """Neither password nor token."""
    async with server() as one:
        one.will("createSession", (200, tokens()))
        one.will("getSession", (400, {"error": "Odd", "message": f"token {jwt(9000)} is odd"}))
        session = session_of(http, one)
        await session.sign_in("a long password")

        with pytest.raises(Refused) as caught:
            await session.look()

        for secret in ("a long password", jwt(9000), "refresh"):
            assert secret not in f"{session!r} {caught.value} {caught.value.message}"


async def test_an_account_that_is_not_there_is_none(http: Http) -> None:  # noqa: F811
    """Deactivated ones are there."""
    async with server() as one:
        one.will(
            "getRepoStatus",
            (400, {"error": "RepoNotFound", "message": "Could not find repo"}),
            (200, {"did": DID, "active": False, "status": "deactivated"}),
        )
        host = session_of(http, one).host

        assert await host.repo_status(DID) is None
        status = await host.repo_status(DID)

        assert status is not None
        assert (False, "deactivated") == (status.active, status.status)


async def test_junk_is_malformed(http: Http) -> None:  # noqa: F811
    """A session without tokens."""
    async with server() as one:
        one.will("createSession", (200, {"did": DID}))

        with pytest.raises(Malformed):
            await session_of(http, one).sign_in("a long password")


@pytest.mark.parametrize(
    ("status", "error", "message", "words"),
    [
        (400, "InvalidInviteCode", "", "wants an invite code"),
        (400, "InvalidRequest", "Handle already taken: a", "already has this handle"),
        (400, "InvalidRequest", "Email already taken: a", "already uses this e-mail"),
        (400, "InvalidRequest", "Service is not accepting repo imports", "takes? accounts"),
        (400, "InvalidRequest", "External handle did not resolve to DID", "domain is yours"),
        (413, "PayloadTooLarge", "request entity too large", "so much at once"),
        (400, "RepoDeactivated", "", "is deactivated"),
        (501, "MethodNotImplemented", "", "does not offer"),
    ],
)
async def test_refusals_are_words(
    http: Http,  # noqa: F811
    status: int,
    error: str,
    message: str,
    words: str,
) -> None:
    """Each with what to do next."""
    async with server() as one:
        one.will("anything", (status, {"error": error, "message": message}))
        host = session_of(http, one).host

        with pytest.raises(Exception, match=words) as caught:
            await host.get("com.example.anything", why="")

        assert caught.value.next_step  # type: ignore[attr-defined]
