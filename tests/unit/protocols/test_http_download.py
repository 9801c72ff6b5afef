"""Files on their way in: whole, counted and hashed, or not at all."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import stat
import sys
import tracemalloc
from pathlib import Path

import pytest

from app.model.errors import Malformed, StoreError, Unreachable
from app.protocols.http import Http
from app.protocols.net.download import PIECE, Landing, unwritable
from tests.unit.protocols.wire import Asked, always, answer, serving

BODY = os.urandom(PIECE * 3 + 17)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """Room for all of the body."""
    return Landing(tmp_path / "it.part", most=len(BODY))


async def test_a_body_becomes_a_private_file(http: Http, landing: Landing) -> None:
    """Whole, hashed, typed, 0600; the reply itself is empty."""
    async with serving(always(answer(200, BODY, content_type="image/png"))) as wire:
        reply = await http.download(f"{wire.origin}/f", into=landing, params={"a": "b"})

    assert (reply.status, reply.body) == (200, b"")
    assert landing.path.read_bytes() == BODY
    assert landing.sha256 == hashlib.sha256(BODY).digest()
    assert (landing.size, landing.mime) == (len(BODY), "image/png")
    assert stat.S_IMODE(landing.path.stat().st_mode) == 0o600
    assert wire.asked[0].target == "/f?a=b"


async def test_what_is_packed_is_unpacked(http: Http, landing: Landing) -> None:
    """gzip on the way is not what lies on the disk."""
    async with serving(always(answer(200, gzip.compress(BODY), content_encoding="gzip"))) as wire:
        await http.download(f"{wire.origin}/f", into=landing)

    assert landing.path.read_bytes() == BODY


async def test_others_get_the_bytes_in_order(http: Http, tmp_path: Path) -> None:
    """With None at the beginning; progress ends at the whole."""
    seen: list[bytes | None] = []
    told: list[int] = []
    landing = Landing(tmp_path / "x", most=len(BODY), also=seen.append, progress=told.append)

    async with serving(always(answer(200, BODY))) as wire:
        await http.download(f"{wire.origin}/f", into=landing)

    assert seen[0] is None
    assert b"".join(piece for piece in seen if piece) == BODY
    assert sorted(told) == told
    assert told[-1] == len(BODY)


async def test_too_much_is_refused_before_it_fills_the_disk(http: Http, tmp_path: Path) -> None:
    """Announced, unannounced, or small and endless once unpacked."""
    landing = Landing(tmp_path / "x", most=1_000)
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n%b\r\n" % (
        b"x" * 1_024
    )
    for data in (
        answer(200, b"x" * 1_001),
        chunked,
        answer(200, gzip.compress(b"x" * 9_000_000), content_encoding="gzip"),
    ):
        async with serving(always(data)) as wire:
            with pytest.raises(Malformed, match="more than the 1000 bytes"):
                await http.download(f"{wire.origin}/f", into=landing)

        assert not landing.path.exists() or landing.path.stat().st_size <= 1_000


async def test_half_a_body_is_no_answer(http: Http, landing: Landing) -> None:
    """The next try begins at the beginning."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
    tries = 0

    async def respond(_: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal tries
        tries += 1
        writer.write(head + (BODY if tries > 1 else BODY[:-1]))
        await writer.drain()
        writer.close()

    async with serving(respond) as wire:
        with pytest.raises(Unreachable):
            await http.download(f"{wire.origin}/f", into=landing)
        assert landing.sha256 == b""
        await http.download(f"{wire.origin}/f", into=landing)

    assert landing.path.read_bytes() == BODY


async def test_a_refusal_is_read_and_nothing_is_written(http: Http, landing: Landing) -> None:
    """Its words are in the reply."""
    async with serving(always(answer(400, b'{"error":"BlobNotFound"}'))) as wire:
        reply = await http.download(f"{wire.origin}/f", into=landing)

    assert reply.status == 400
    assert b"BlobNotFound" in reply.body
    assert not landing.path.exists()


async def test_silence_ends_it_and_a_trickle_too(http: Http, landing: Landing) -> None:
    """A server that sends a byte now and then is not downloading."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()

    async def trickle(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with serving(trickle) as wire:
        with pytest.raises(Unreachable, match="within"):
            await http.download(f"{wire.origin}/f", into=landing, timeout=0.2)


async def test_a_redirect_is_followed_only_where_no_secret_goes(
    http: Http, landing: Landing
) -> None:
    """To the same server, yes; with credentials to another, no."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        away = asked.target == "/away"
        there = "https://elsewhere.invalid/f" if away else "/there"
        writer.write(answer(200, BODY) if asked.target == "/there" else answer(302, location=there))

    async with serving(respond) as wire:
        await http.download(f"{wire.origin}/here", into=landing, headers={"authorization": "x"})
        kept = await http.download(
            f"{wire.origin}/away", into=landing, headers={"authorization": "x"}
        )

    assert kept.status == 302
    assert [asked.target for asked in wire.asked] == ["/here", "/there", "/away"]


async def test_a_disk_that_is_full_says_so(http: Http, landing: Landing) -> None:
    """And what to do; also when the folder is not there."""
    error = unwritable(landing.path, OSError(28, "No space left on device"))
    gone = Landing(landing.path.parent / "gone" / "x", most=len(BODY))

    assert isinstance(error, StoreError)
    assert "disk is full" in error.message
    async with serving(always(answer(200, BODY))) as wire:
        with pytest.raises(StoreError, match="cannot be written"):
            await http.download(f"{wire.origin}/f", into=gone)


async def test_a_large_file_is_never_in_memory(http: Http, tmp_path: Path) -> None:
    """Some pieces of it are, at most."""
    size = 24_000_000
    piece = bytes(100_000)

    async def respond(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
        for _sent in range(size // len(piece)):
            writer.write(piece)
            await writer.drain()

    async with serving(respond) as wire:
        await http.download(f"{wire.origin}/f", into=Landing(tmp_path / "a", most=size))
        tracemalloc.start()
        await http.download(f"{wire.origin}/f", into=Landing(tmp_path / "b", most=size))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 6_000_000


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
async def test_a_part_that_fits_is_not_taken_for_the_whole(http: Http, landing: Landing) -> None:
    """A disk that is nearly full writes what it can and says so only the next time."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with serving(always(answer(200, BODY[:200_000]))) as wire:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, hard))
        try:
            with pytest.raises(StoreError, match="cannot be written"):
                await http.download(f"{wire.origin}/f", into=landing)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    assert landing.sha256 == b""
