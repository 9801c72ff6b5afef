"""The system's proxy is used, and told from the server behind it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

import pytest

from app.model.errors import Unreachable, Unsafe
from app.protocols.http import Http
from tests.unit.protocols.wire import Asked, always, answer, serving


async def unresolved(host: str, port: int) -> Sequence[str]:
    """A resolver that must not be asked."""
    raise AssertionError(f"looked up {host}")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_everything_but_loopback_goes_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Names are left to it: nothing is looked up here."""
    async with serving(always(answer(200, b"via proxy"))) as proxy:
        async with serving(always(answer(200, b"direct"))) as here:
            monkeypatch.setenv("http_proxy", proxy.origin.removeprefix("http://"))
            door = Http(user_agent="t", resolve=unresolved)
            door.allow_private("http://pi.lan")
            far = await door.request("GET", "http://pi.lan/x")
            await door.close()

            near_door = Http(user_agent="t")
            near = await near_door.request("GET", here.origin)
            await near_door.close()

    assert (b"via proxy", b"direct") == (far.body, near.body)
    assert proxy.asked[0].target == "http://pi.lan/x"


async def test_https_is_tunnelled_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy is told the name, and its refusal is told from the server's."""
    async with serving(always(answer(403))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.origin)
        door = Http(user_agent="t", resolve=unresolved)
        with pytest.raises(Unreachable, match="The proxy 127") as caught:
            await door.fetch_public(
                "https://cdn.example.org/", max_bytes=9, accept=("image/*",), why="x"
            )
        with pytest.raises(Unsafe):
            await door.fetch_public("https://10.0.0.1/", max_bytes=9, accept=("x/y",), why="x")
        await door.close()

    assert (proxy.asked[0].method, proxy.asked[0].target) == ("CONNECT", "cdn.example.org:443")
    assert len(proxy.asked) == 1
    assert "cdn.example.org" in caught.value.message


async def test_a_socks_proxy_gets_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Tor needs it: no look-up before."""
    heard = asyncio.get_running_loop().create_future()

    async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(3)
        writer.write(b"\x05\x00")
        heard.set_result(await reader.readexactly(5 + len("pi.lan") + 2))
        writer.write(b"\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(socks, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("all_proxy", f"socks://127.0.0.1:{port}")
        door = Http(user_agent="t", resolve=unresolved)
        door.allow_private("http://pi.lan")
        with pytest.raises(Unreachable, match="The proxy"):
            await door.request("GET", "http://pi.lan/")
        await door.close()

    assert b"pi.lan" in await heard


async def test_a_dead_proxy_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is the proxy that cannot be reached, not the server."""
    with socket.socket() as bound:  # bound, but not listening
        bound.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{bound.getsockname()[1]}"
        monkeypatch.setenv("http_proxy", f"http://me:hush@{address}")
        door = Http(user_agent="t", resolve=unresolved)
        door.allow_private("http://pi.lan")
        with pytest.raises(Unreachable) as caught:
            await door.request("GET", "http://pi.lan/")
        await door.close()

    assert f"The proxy {address}, set in your system, cannot be reached." == caught.value.message


@pytest.mark.parametrize("proxy", ["socks4://127.0.0.1:9", "http://proxy:port", "http://[::1"])
async def test_a_proxy_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """No silent direct connection past it, and no crash."""
    monkeypatch.setenv("all_proxy", proxy)
    door = Http(user_agent="t", resolve=unresolved)
    door.allow_private("http://pi.lan")
    with pytest.raises(Unreachable, match="of a kind that Godwit does not know"):
        await door.request("GET", "http://pi.lan/")


async def test_the_users_exceptions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says to ask directly is asked directly."""

    async def here(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, asked.target.encode()))

    async with serving(respond) as wire:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "pi.lan")
        door = Http(user_agent="t", resolve=here)
        door.allow_private(f"http://pi.lan:{wire.port}")
        reply = await door.request("GET", f"http://pi.lan:{wire.port}/direct")
        await door.close()

    assert reply.body == b"/direct"
