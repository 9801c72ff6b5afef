"""Files on their way out, and whether anything has left when it fails."""

from __future__ import annotations

import asyncio
import socket
import tracemalloc
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from app.model.errors import StoreError, Unreachable
from app.protocols.http import Http
from app.protocols.net.upload import PIECE
from app.protocols.ratelimit import RateLimits
from tests.unit.protocols.wire import (
    Asked,
    always,
    answer,
    certificate,
    reset,
    resolving,
    serving,
    silent,
)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A file of some pieces, the last not whole."""
    file = tmp_path / "film.mp4"
    file.write_bytes(bytes(range(256)) * (PIECE * 3 // 256) + b"end")
    return file


def parts(asked: Asked) -> list[EmailMessage]:
    """A form as another reader takes it apart."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + asked.body)
    return list(message.iter_parts())  # type: ignore[attr-defined]


async def test_a_file_is_the_whole_body(http: Http, film: Path) -> None:
    """With its type and length, and the headers that were given."""
    async with serving(always(answer(200, b"{}"))) as wire:
        reply = await http.upload(
            "POST", f"{wire.origin}/u", file=film, mime="video/mp4", headers={"X-A": "b"}
        )

    (asked,) = wire.asked
    assert reply.body == b"{}"
    assert asked.body == film.read_bytes()
    assert asked.headers["content-type"] == "video/mp4"
    assert asked.headers["x-a"] == "b"
    assert "transfer-encoding" not in asked.headers


async def test_a_form_has_its_fields_and_the_file(http: Http, film: Path) -> None:
    """As any reader of forms understands it, whatever stands in a name."""
    async with serving(always(answer())) as wire:
        await http.upload(
            "POST",
            wire.origin,
            file=film,
            mime="video/mp4",
            name='a"b\r\nX: y.mp4',
            field="file",
            fields={"description": "Die Küste\nbei Ebbe 🌊", "focus": "0.1,-0.2"},
        )

    said, focus, file = parts(wire.asked[0])
    assert said.get_payload(decode=True) == "Die Küste\nbei Ebbe 🌊".encode()
    assert focus.get_payload(decode=True) == b"0.1,-0.2"
    assert file.get_payload(decode=True) == film.read_bytes()
    assert file.get_content_type() == "video/mp4"
    assert file.get_filename() == "a%22b  X: y.mp4"


async def test_progress_rises_to_the_end(http: Http, film: Path) -> None:
    """It never falls back, and ends at 1."""
    told: list[float] = []
    async with serving(always(answer())) as wire:
        await http.upload(
            "POST", wire.origin, file=film, mime="video/mp4", field="f", progress=told.append
        )

    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 4


async def test_a_large_file_takes_no_memory(http: Http, tmp_path: Path) -> None:
    """Sixty megabytes go out in pieces."""
    file = tmp_path / "large"
    with file.open("wb") as stream:
        stream.truncate(60_000_000)

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = 60_000_000
        await reader.readuntil(b"\r\n\r\n")
        while left:
            left -= len(await reader.read(1_000_000))
        writer.write(answer())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    tracemalloc.start()
    await http.upload("POST", f"http://127.0.0.1:{port}", file=file, mime="video/mp4")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    server.close()

    assert peak < 12_000_000


async def test_an_upload_is_not_sent_on(http: Http, film: Path) -> None:
    """A redirect is for the caller to think about."""
    async with serving(always(answer(307, b"", Location="/elsewhere"))) as wire:
        reply = await http.upload("POST", wire.origin, file=film, mime="video/mp4")

    assert (reply.status, len(wire.asked)) == (307, 1)


async def test_a_file_that_is_not_there_is_told_by_its_name(http: Http, tmp_path: Path) -> None:
    """Before anything is sent."""
    async with serving(always(answer())) as wire:
        with pytest.raises(StoreError, match=r"“gone\.png” cannot be read"):
            await http.upload("POST", wire.origin, file=tmp_path / "gone.png", mime="image/png")

    assert not wire.asked


async def test_a_file_that_shrinks_on_the_way_is_told(http: Http, film: Path) -> None:
    """The half request is cut off; the next one works."""

    def shrink(done: float) -> None:
        film.write_bytes(b"x")

    async with serving(always(answer(200, b"ok"))) as wire:
        with pytest.raises(StoreError, match="became shorter"):
            await http.upload("POST", wire.origin, file=film, mime="video/mp4", progress=shrink)
        assert (await http.request("GET", wire.origin)).body == b"ok"


async def test_silence_in_the_middle_ends_it(http: Http, tmp_path: Path) -> None:
    """The time-out is for each time that nothing moves, and bytes have left by then."""
    file = tmp_path / "large"
    with file.open("wb") as stream:
        stream.truncate(30_000_000)

    with socket.socket() as deaf:  # the system accepts, nobody reads
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(Unreachable, match="did not answer within") as caught:
            await http.upload("POST", url, file=file, mime="video/mp4", timeout=0.3)

    assert caught.value.sent


# -- has it been sent? -----------------------------------------------------------


async def test_what_was_never_sent_says_so(film: Path) -> None:
    """No such name, nobody there, no TLS, not allowed: certainly nothing was done."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    server_tls, _ = certificate(["localhost"])
    door = Http(user_agent="t", resolve=resolving({}), limits=RateLimits(chance=lambda: 0.0))
    shut = Http(user_agent="t", offline=True)
    failures: list[Unreachable] = []
    async with serving(always(answer()), server_tls) as wire:
        for http, url in (
            (door, "https://nowhere.example"),
            (door, f"http://127.0.0.1:{free}"),
            (door, wire.origin),
            (shut, "https://nowhere.example"),
        ):
            with pytest.raises(Unreachable) as caught:
                await http.request("POST", url, json={})
            failures.append(caught.value)
    await door.close()

    assert [failure.sent for failure in failures] == [False] * 4


async def test_what_may_have_been_done_says_so(http: Http) -> None:
    """Cut off, silent, or broken off in its answer: the server had the request."""

    async def half(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        writer.close()

    for respond in (reset, silent, half):
        async with serving(respond) as wire:
            with pytest.raises(Unreachable) as caught:
                await http.request("POST", wire.origin, json={}, timeout=0.3)

        assert caught.value.sent


async def test_a_connection_that_never_came_about_is_not_sent(http: Http) -> None:
    """A time-out while connecting is told from one while waiting for the answer."""
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    address = full.getsockname()
    waiting = []
    for _ in range(4):  # fill the queue that nobody accepts from
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(address)
        waiting.append(one)
    with pytest.raises(Unreachable) as caught:
        await http.request("POST", f"http://127.0.0.1:{address[1]}", json={}, timeout=0.4)
    for one in (*waiting, full):
        one.close()

    assert not caught.value.sent


async def test_a_change_never_goes_into_a_kept_connection(http: Http) -> None:
    """Servers hang up without saying so; then nobody could say what was done."""

    async def hang_up(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, b"ok"))
        await writer.drain()
        writer.close()

    async with serving(hang_up) as wire:
        for _ in range(5):
            await http.request("GET", wire.origin)
            assert (await http.request("POST", wire.origin, json={})).status == 200

    async with serving(always(answer(200, b"ok"))) as wire:
        for _ in range(3):
            await http.request("GET", wire.origin)
            await http.request("POST", wire.origin, json={})

    assert wire.connections == 4
