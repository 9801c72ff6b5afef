"""Lines that stay open: WebSockets and server-sent events over the one door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from app.model.errors import Malformed, RateLimited, Refused, SignedOut, Unreachable, Unsafe
from app.model.errors import Unsupported as NotThere
from app.protocols.http import Http
from app.protocols.net.sse import MOST, EventReader
from tests.unit.protocols.wire import Asked, always, answer, certificate, reset, serving, silent
from tests.waiting import until

Talk = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def telling(talk: Talk, **options: Any) -> AsyncIterator[str]:
    """A real WebSocket server; yields its origin."""
    async with serve(talk, "127.0.0.1", 0, **options) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"{'https' if 'ssl' in options else 'http'}://127.0.0.1:{port}"


@contextmanager
def raising_one(kind: type[BaseException], words: str = "") -> Iterator[None]:
    """That, from an async loop."""
    with pytest.raises(kind, match=words or None):
        yield


async def test_messages_come_and_go(http: Http) -> None:
    """What is sent arrives there; what comes is handed out whole, in order."""
    heard: list[Any] = []

    async def talk(socket: ServerConnection) -> None:
        heard.append(await socket.recv())
        assert socket.request is not None
        heard.append(socket.request.headers["Authorization"])
        await socket.send("one")
        await socket.send(["t", "w", "o"])
        await socket.ping()
        await socket.send("é" * 40_000)
        await socket.close()

    got: list[bytes] = []
    async with telling(talk) as origin:
        async with http.socket(origin, headers={"authorization": "Bearer x"}) as socket:
            await socket.send("hello")
            with raising_one(Unreachable, "ended its live line"):
                async for message in socket.messages():
                    got.append(message)

    assert heard == ["hello", "Bearer x"]
    assert got == [b"one", b"two", ("é" * 40_000).encode()]


async def test_who_speaks_into_a_line_that_has_ended_hears_that(http: Http) -> None:
    """The other side has said goodbye meanwhile: that is no bug of ours."""

    async def talk(socket: ServerConnection) -> None:
        await socket.close()

    async with telling(talk) as origin, http.socket(origin) as socket:
        with raising_one(Unreachable):
            async for _ in socket.messages():
                pass
        with pytest.raises(Unreachable, match="ended its live line"):
            await socket.send("late")


async def test_the_certificate_is_checked() -> None:
    """As for every request; with one that is trusted it works over TLS."""
    server, client = certificate(["127.0.0.1"])

    async def talk(socket: ServerConnection) -> None:
        await socket.send("safe")

    async with telling(talk, ssl=server) as origin:
        wary, trusting = Http(user_agent="t"), Http(user_agent="t", tls=client)
        try:
            with pytest.raises(Unreachable, match="certificate"):
                async with wary.socket(origin):
                    pass
            async with trusting.socket(origin) as socket:
                messages = socket.messages()
                first = await anext(messages)
        finally:
            await wary.close()
            await trusting.close()

    assert first == b"safe"


async def test_a_dead_line_is_noticed(http: Http) -> None:
    """The other side neither speaks nor answers, and nobody has hung up."""

    async def agree_and_sleep(asked: Asked, writer: asyncio.StreamWriter) -> None:
        from websockets.utils import accept_key

        key = accept_key(asked.headers["sec-websocket-key"])
        head = f"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {key}\r\n"
        writer.write(f"{head}Connection: Upgrade\r\n\r\n".encode())
        await silent(asked, writer)

    async with serving(agree_and_sleep) as wire:
        async with http.socket(wire.origin, silence=0.05) as socket:
            with raising_one(Unreachable, "went silent"):
                async for _ in socket.messages():
                    raise AssertionError("nothing was sent")


async def test_junk_and_giants_are_malformed(http: Http) -> None:
    """What are no frames, or too large ones, ends the line; nothing else."""
    for junk in (b"\xff" * 64, b"\x81\x7f" + (1 << 40).to_bytes(8, "big")):

        async def babble(asked: Asked, writer: asyncio.StreamWriter, junk: bytes = junk) -> None:
            from websockets.utils import accept_key

            key = accept_key(asked.headers["sec-websocket-key"])
            head = f"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {key}\r\n"
            writer.write(f"{head}Connection: Upgrade\r\n\r\n".encode() + junk)
            await silent(asked, writer)

        async with serving(babble) as wire, http.socket(wire.origin) as socket:
            with raising_one(Malformed, "junk"):
                async for _ in socket.messages():
                    raise AssertionError("that was no message")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (answer(401), SignedOut),
        (answer(404), Refused),
        (answer(200, b"[]"), NotThere),
        (answer(429), RateLimited),
        (answer(503), Unreachable),
        (b"HTTP/1.1 101 Sure\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n", Malformed),
    ],
)
async def test_an_answer_that_opens_no_line_says_why(
    http: Http, said: bytes, kind: type[Exception]
) -> None:
    """And the host's other answers are not held against it."""
    async with serving(always(said)) as wire:
        for _ in range(5):
            with pytest.raises(kind):
                async with http.socket(wire.origin):
                    pass

    assert len(wire.asked) == 5


async def test_the_rules_of_the_door_hold() -> None:
    """Not encrypted, not public, offline; and who was spoken to is known."""
    http, shut = Http(user_agent="t"), Http(user_agent="t", offline=True)
    with pytest.raises(Unsafe):
        async with http.socket("http://example.org/"):
            pass
    with pytest.raises(Unsafe):
        async with http.events("https://10.0.0.1/", public=True):
            pass
    with pytest.raises(Unreachable, match="--offline"):
        async with shut.socket("https://example.org/"):
            pass
    async with serving(reset) as wire:
        with pytest.raises(Unreachable):
            async with http.events(wire.origin, why="hearing"):
                pass
    hosts = [(entry.host, entry.why) for entry in http.hosts.entries()]
    await http.close()

    assert hosts == [(wire.origin.removeprefix("http://"), "hearing")]


async def test_events_are_read_as_they_come(http: Http) -> None:
    """Cut anywhere, with comments in between; the end is an error like any other."""
    body = b":connected\n\nevent: update\ndata: {}\n\n:thump\nevent: delete\r\ndata: 1\r\n\r\n"

    async def drip(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for at in range(0, len(body), 5):
            writer.write(body[at : at + 5])
            await writer.drain()
        writer.close()

    got: list[tuple[str, str]] = []
    async with serving(drip) as wire:
        async with http.events(wire.origin) as events:
            with raising_one(Unreachable):
                async for event in events:
                    got.append((event.name, event.data))

    assert got == [("update", "{}"), ("delete", "1")]
    assert wire.asked[0].headers["accept"] == "text/event-stream"


async def test_leaving_hangs_up(http: Http) -> None:
    """Whoever listens no more leaves no line behind."""
    closed = asyncio.Event()

    async def talk(socket: ServerConnection) -> None:
        await socket.wait_closed()
        closed.set()

    async with telling(talk) as origin:
        async with http.socket(origin):
            assert not closed.is_set()
        await until(closed.is_set, "the line is still open")


def test_an_event_has_an_end() -> None:
    """An endless line, or endless data, is refused and not kept."""
    reader = EventReader("h")
    with pytest.raises(Malformed):
        for _ in range(MOST // 1000 + 2):
            list(reader.take(b"x" * 1000))
    reader = EventReader("h")
    with pytest.raises(Malformed):
        for _ in range(MOST // 1000 + 2):
            list(reader.take(b"data: " + b"x" * 1000 + b"\n"))
    reader = EventReader("h")
    with pytest.raises(Malformed):
        for _ in range(MOST // 1000 + 2):
            list(reader.take(b"data:\n" * 1000))


async def test_a_line_goes_through_the_proxy_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """As every request does: the name is looked up there, and TLS is with the server behind it."""
    server, client = certificate(["live.example.org"])
    asked: list[str] = []

    async def talk(socket: ServerConnection) -> None:
        await socket.send(f"hello {await socket.recv()!s}")

    async def pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            sink.write(data)
        sink.close()

    async with telling(talk, ssl=server) as origin:
        port = int(origin.rpartition(":")[2])

        async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append((await reader.readuntil(b"\r\n\r\n")).decode().split(" ")[1])
            there, back = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await asyncio.gather(pipe(reader, back), pipe(there, writer), return_exceptions=True)

        async with await asyncio.start_server(proxy, "127.0.0.1", 0) as listening:
            address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            monkeypatch.setenv("HTTPS_PROXY", address)
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.delenv("no_proxy", raising=False)
            door = Http(user_agent="t", resolve=_unresolved, tls=client)
            async with door.socket("https://live.example.org/x", public=True) as socket:
                await socket.send("you")
                first = await anext(socket.messages())
            await door.close()

    assert first == b"hello you"
    assert asked == ["live.example.org:443"]


async def _unresolved(host: str, port: int) -> list[str]:
    raise AssertionError(f"looked up {host}")
