"""The browser comes back to us, and nobody else gets in."""

from __future__ import annotations

import asyncio

import pytest

from app.model.errors import Cancelled
from app.protocols.loopback import LoopbackListener


async def knock(listener: LoopbackListener, data: str | bytes) -> bytes:
    """Send *data* (its ``{host}`` filled in) and read until the end."""
    host = listener.redirect_uri.split("/")[2]
    raw = data.replace("{host}", host).encode() if isinstance(data, str) else data
    reader, writer = await asyncio.open_connection("127.0.0.1", int(host.split(":")[1]))
    writer.write(raw)
    await writer.drain()
    reply = await reader.read()
    writer.close()
    return reply


def get(target: str, method: str = "GET", host: str = "{host}") -> str:
    """A request head."""
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"


async def test_the_right_redirect_brings_its_query() -> None:
    """Code and state arrive decoded; the page is static and the port then shut."""
    async with LoopbackListener("/") as listener:
        target = f"/?code=a%2Bb%20c&state={listener.state}&iss=https%3A%2F%2Fx.org"
        reply, query = await asyncio.gather(knock(listener, get(target)), listener.wait())

        assert {"code": "a+b c", "state": listener.state, "iss": "https://x.org"} == query
        assert reply.startswith(b"HTTP/1.1 200 ")
        assert b"close this tab" in reply
        with pytest.raises(ConnectionRefusedError):
            await knock(listener, get(target))


async def test_the_page_reflects_nothing_and_runs_nothing() -> None:
    """No value of the address is in it, no script may run, nothing is cached."""
    async with LoopbackListener() as listener:
        target = f"/?code=canary%3Cscript%3E&state={listener.state}"
        reply, _ = await asyncio.gather(knock(listener, get(target)), listener.wait())

    head = reply.split(b"\r\n\r\n")[0]
    assert b"canary" not in reply
    assert b"script" not in reply
    for line in (b"default-src 'none'", b"no-store", b"no-referrer", b"Connection: close"):
        assert line in head


async def test_a_refusal_by_the_user_comes_back_too() -> None:
    """``error`` is an answer as well as ``code``."""
    async with LoopbackListener("/cb", state="s" * 20) as listener:
        target = "/cb?error=access_denied&state=" + "s" * 20
        _, query = await asyncio.gather(knock(listener, get(target)), listener.wait())

    assert query["error"] == "access_denied"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (get("/?code=x&state=wrong"), b"403"),
        (get("/?code=x"), b"403"),
        (get("/?code=x&state="), b"403"),
        (get("/?code=x&state=%FF%ED%A0%80"), b"403"),
        (get("/?code=x&state=S&state=S"), b"400"),
        (get("/?" + "&".join(f"a{i}=1" for i in range(30))), b"400"),
        (get("/favicon.ico"), b"404"),
        (get("//?state=S"), b"404"),
        (get("http://127.0.0.1/?state=S"), b"404"),
        (get("/?code=x&state=S", "POST"), b"405"),
        (get("/?code=x&state=S", "HEAD"), b"405"),
        (get("/?code=x&state=S", host="evil.example"), b"421"),
        (get("/?code=x&state=S", host="localhost"), b"421"),
        ("GET /?state=S HTTP/1.1\r\n\r\n", b"421"),
        ("hello\r\n\r\n", b"400"),
        ("GET / HTTP/2\r\n\r\n", b"400"),
        (b"\xff\x00\xfe \r\n\r\n", b"400"),
    ],
)
async def test_whatever_is_wrong_is_turned_away_and_listening_goes_on(
    data: str | bytes, status: bytes
) -> None:
    """4xx, and the right redirect still gets in afterwards."""
    async with LoopbackListener(state="right-one") as listener:
        if isinstance(data, str):
            data = data.replace("state=S", "state=right-one")
        reply = await knock(listener, data)
        assert reply.split(b" ")[1] == status

        target = "/?code=y&state=right-one"
        _, query = await asyncio.gather(knock(listener, get(target)), listener.wait())
        assert query["code"] == "y"


async def test_a_head_without_end_is_dropped() -> None:
    """Somebody who only pours bytes in fills nothing."""
    async with LoopbackListener(state="s") as listener:
        reply = await knock(listener, b"GET /" + b"a" * 100_000)
        assert reply == b""

        _, query = await asyncio.gather(knock(listener, get("/?state=s")), listener.wait())
        assert query == {"state": "s"}


async def test_idle_connections_do_not_shut_the_browser_out() -> None:
    """More knocks than allowed at once are refused, one at a time still works."""
    async with LoopbackListener(state="s") as listener:
        port = int(listener.redirect_uri.split(":")[2].strip("/"))
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(7)]

        _, query = await asyncio.gather(knock(listener, get("/?state=s")), listener.wait())

        for _, writer in idle:
            writer.close()
    assert query == {"state": "s"}


async def test_the_browser_that_never_comes_is_not_waited_for_for_ever() -> None:
    """After the limit the wait ends with what to do."""
    async with LoopbackListener(limit=0.01) as listener:
        with pytest.raises(Cancelled, match="did not come back"):
            await listener.wait()


async def test_closing_ends_the_wait() -> None:
    """The user closed the dialog."""
    listener = LoopbackListener()
    await listener.start()
    waiting = asyncio.create_task(listener.wait())
    await asyncio.sleep(0)
    await listener.close()

    with pytest.raises(Cancelled):
        await waiting
    await listener.close()


async def test_it_listens_on_loopback_only_with_a_fresh_state_each_time() -> None:
    """The address is 127.0.0.1, and no two states are alike."""
    async with LoopbackListener() as one, LoopbackListener() as two:
        assert one.redirect_uri.startswith("http://127.0.0.1:")
        assert one.redirect_uri.endswith("/")
        assert one.state != two.state
        assert len(one.state) >= 43


class Gone:
    """A connection whose other end has left without our page."""

    def write(self, data: bytes) -> None:
        """Into the void."""

    async def drain(self) -> None:
        raise ConnectionResetError

    def close(self) -> None:
        """Nothing to close."""


async def test_a_browser_that_does_not_wait_for_the_page_has_brought_its_code() -> None:
    """The code serves only once: it counts, whoever reads our page."""
    async with LoopbackListener() as listener:
        host = listener.redirect_uri.split("/")[2]
        reader = asyncio.StreamReader()
        reader.feed_data(get(f"/?code=x&state={listener.state}", host=host).encode())
        await listener._talk(reader, Gone())  # type: ignore[arg-type]

        async with asyncio.timeout(1):
            assert (await listener.wait())["code"] == "x"
