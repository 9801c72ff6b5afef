"""Whatever goes wrong on the way: no token, code or query reaches words or logs."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from app.model.errors import ServiceError
from app.protocols.http import Http, error_from_reply
from app.protocols.loopback import LoopbackListener
from tests.unit.protocols.wire import (
    Asked,
    Respond,
    always,
    answer,
    certificate,
    reset,
    resolving,
    serving,
    silent,
)

CANARY = "c4n4ry-ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0"
SHORT = "sh0rtcanary"
HEADERS = {"Authorization": f"Bearer {CANARY}", "DPoP": CANARY, "Cookie": f"s={CANARY}"}


@pytest.fixture
def logged() -> AsyncIterator[io.StringIO]:
    """Everything that any library logs at any level meanwhile."""
    stream = io.StringIO()
    sink = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(sink)
    root.setLevel(logging.DEBUG)
    yield stream  # type: ignore[misc]
    root.removeHandler(sink)
    root.setLevel(before)


async def echo(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A server that quotes what it was sent."""
    words = f"{asked.target} {asked.headers} {asked.body.decode()}"
    body = ('{"error": "' + words.replace('"', "'").replace("\\", "") + '"}').encode()
    writer.write(answer(400, body, Content_Type="application/json"))


BROKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
TLS, _ = certificate(["127.0.0.1"])
Call = Callable[[Http, str], Awaitable[object]]


async def with_token(http: Http, url: str) -> object:
    """As an account's service calls."""
    return await http.request(
        "GET", f"{url}/x", headers=HEADERS, params={"access_token": SHORT}, timeout=0.2
    )


async def with_form(http: Http, url: str) -> object:
    """As a sign-in calls."""
    form = {"client_secret": CANARY, "code": SHORT, "password": SHORT}
    return await http.request("POST", f"{url}/token?code={SHORT}", form=form, timeout=0.2)


async def with_bad_header(http: Http, url: str) -> object:
    """A token that was pasted with something else."""
    return await http.request("GET", url, headers={"Authorization": f"{CANARY}\n\u2026"})


async def from_content(http: Http, url: str) -> object:
    """An address with something secret in it."""
    return await http.fetch_public(
        f"{url}/?token={CANARY}",
        max_bytes=1,
        accept=("image/png",),
        why="picture",
        timeout=0.2,
    )


def shown(error: BaseException) -> str:
    """All of an error that could ever be shown, its causes included."""
    parts = [str(error), repr(error), repr(error.args), getattr(error, "next_step", "")]
    return "\n".join([*parts, *traceback.format_exception(error)])


@pytest.mark.parametrize("call", [with_token, with_form, with_bad_header, from_content])
@pytest.mark.parametrize(
    ("respond", "tls"),
    [
        (echo, False),
        (reset, False),
        (silent, False),
        (always(BROKEN), False),
        (always(b"\0\xff" * 50), False),
        (always(answer(200, b"x" * 9_000_000)), False),
        (always(answer(200, b"junk", Content_Encoding="gzip")), False),
        (always(answer(302, b"", Location=f"https://10.0.0.1/?code={CANARY}")), False),
        (always(answer(302, b"", Location=f"x:{CANARY}")), False),
        (always(answer(401, f'{{"error":"Token {SHORT} is bad"}}'.encode())), False),
        (always(answer()), True),
    ],
)
async def test_nothing_secret_is_shown_or_logged(
    call: Call, respond: Respond, tls: bool, logged: io.StringIO
) -> None:
    """Every way to call against every way to fail, libraries' logs included."""
    http = Http(user_agent="t")
    async with serving(respond, TLS if tls else None) as wire:
        http.allow_private(wire.origin)
        try:
            reply = await call(http, wire.origin)
            text = shown(error_from_reply(reply, wire.origin)) + repr(reply)  # type: ignore[arg-type]
        except ServiceError as error:
            text = shown(error)
        text += repr(http.hosts.entries())
        await http.close()

    for secret in (CANARY, SHORT):
        assert secret not in text
        assert secret not in logged.getvalue()


async def test_a_name_that_is_not_found_shows_only_itself(logged: io.StringIO) -> None:
    """The query of the address stays out."""
    http = Http(user_agent="t", resolve=resolving({}))
    with pytest.raises(ServiceError) as caught:
        await http.request("GET", f"https://nowhere.example.org/p?code={CANARY}")
    await http.close()

    assert "nowhere.example.org" in caught.value.message
    assert CANARY not in shown(caught.value) + logged.getvalue()


async def test_the_listener_of_a_sign_in_shows_nothing(logged: io.StringIO) -> None:
    """Neither code nor state reaches the log or an answer."""
    async with LoopbackListener() as listener:
        http = Http(user_agent="t")
        for state in ("wrong", listener.state):
            reply = await http.request(
                "GET", listener.redirect_uri, params={"code": CANARY, "state": state}
            )
            assert CANARY.encode() not in reply.body
        await listener.wait()
        await http.close()

    assert CANARY not in logged.getvalue()
    assert listener.state not in logged.getvalue()
    assert listener.state not in repr(listener)
