"""The door to the network, against servers that behave and servers that do not."""

from __future__ import annotations

import asyncio
import errno
import gzip
import socket
import tracemalloc
from collections.abc import Sequence

import pytest

from app.model.errors import Malformed, Refused, Unreachable, Unsafe
from app.protocols.http import Http
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

# -- what goes out and comes in ------------------------------------------------


async def test_an_answer_arrives_whole_and_unpacked(http: Http) -> None:
    """Status, lower-cased headers and decompressed body come back."""
    body = gzip.compress(b'{"hello": "world"}')
    reply = answer(200, body, Content_Encoding="gzip", X_Thing="A")

    async with serving(always(reply)) as wire:
        got = await http.request("GET", f"{wire.origin}/api", why="test")

    assert (200, b'{"hello": "world"}') == (got.status, got.body)
    assert got.headers["x-thing"] == "A"
    assert got.url == f"{wire.origin}/api"


async def test_a_request_carries_what_it_was_given(http: Http) -> None:
    """Headers, query and form go out; the agent says who we are."""
    async with serving(always(answer())) as wire:
        await http.request(
            "POST",
            f"{wire.origin}/a?x=1",
            headers={"Authorization": "Bearer t"},
            params={"flag": True, "q": "a b&c"},
            form={"k": "v w"},
        )
        await http.request("POST", wire.origin, json={"k": [1]})
        await http.request("PUT", wire.origin, content=b"\x00raw")

    first, second, third = wire.asked
    assert first.target == "/a?x=1&flag=true&q=a+b%26c"
    assert first.headers["authorization"] == "Bearer t"
    assert first.headers["user-agent"] == "Godwit/0.0 (test)"
    assert first.headers["accept-encoding"] == "gzip"
    assert b"k=v+w" == first.body
    assert b'{"k":[1]}' == second.body.replace(b" ", b"")
    assert b"\x00raw" == third.body


async def test_cookies_are_neither_kept_nor_sent(http: Http) -> None:
    """A server cannot recognise us by a cookie."""
    async with serving(always(answer(200, b"", Set_Cookie="id=1; Path=/"))) as wire:
        await http.request("GET", wire.origin)
        await http.request("GET", wire.origin)

    assert all("cookie" not in asked.headers for asked in wire.asked)


async def test_connections_are_kept(http: Http) -> None:
    """Several requests in a row share one connection."""
    async with serving(always(answer(200, b"x"))) as wire:
        for _ in range(5):
            await http.request("GET", wire.origin)

    assert wire.connections == 1


async def test_many_at_once_all_get_their_own_answer(http: Http) -> None:
    """Concurrent requests are not mixed up."""

    async def echo(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, asked.target.encode()))

    async with serving(echo) as wire:
        replies = await asyncio.gather(
            *(http.request("GET", f"{wire.origin}/{i}") for i in range(60))
        )

    assert [f"/{i}".encode() for i in range(60)] == [reply.body for reply in replies]


async def test_hosts_spoken_to_are_listed_with_the_reason(http: Http) -> None:
    """The panel can tell whom we asked, why and how often."""
    async with serving(always(answer())) as wire:
        await http.request("GET", f"{wire.origin}/secret?token=1", why="home timeline")
        await http.request("GET", wire.origin, why="home timeline")

    (entry,) = http.hosts.entries()
    assert (f"127.0.0.1:{wire.port}", "home timeline", 2) == (entry.host, entry.why, entry.count)


# -- bodies --------------------------------------------------------------------


async def test_a_body_without_end_is_cut_off(http: Http) -> None:
    """40 MB for an 8 MB limit: refused, the connection closed, the rest never read."""
    sent = 0

    async def flood(_: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        while sent < 40_000_000:
            writer.write(piece)
            await writer.drain()
            sent += 0x10000

    async with serving(flood) as wire:
        with pytest.raises(Malformed, match="more than the 8 MB"):
            await http.request("GET", wire.origin)
        await asyncio.wait_for(wire.cut.wait(), 5)

    assert sent < 25_000_000


async def test_a_body_announced_too_long_is_not_read(http: Http) -> None:
    """The length given is enough to refuse."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 40000000\r\n\r\n"

    async with serving(always(head)) as wire:
        with pytest.raises(Malformed, match="more than the 2 MB"):
            await http.request("GET", wire.origin, max_bytes=2_000_000)


async def test_a_compressed_bomb_takes_no_memory(http: Http) -> None:
    """200 MB of zeros in 200 kB stop at the limit while being unpacked."""
    bomb = gzip.compress(b"\0" * 200_000_000)

    async with serving(always(answer(200, bomb, Content_Encoding="gzip"))) as wire:
        await http.request("HEAD", wire.origin)  # loads the libraries
        tracemalloc.start()
        try:
            with pytest.raises(Malformed, match="more than the 1 MB"):
                await http.request("GET", wire.origin, max_bytes=1_000_000)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 6_000_000


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", b"whatever"),
        ("gzip, gzip", b"whatever"),
        ("gzip", b"not gzip at all"),
        ("gzip", gzip.compress(b"a" * 5000, mtime=0)[:-12]),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_malformed(
    http: Http, encoding: str, body: bytes
) -> None:
    """Damaged, cut or strangely packed bodies are told apart from good ones."""
    async with serving(always(answer(200, body, Content_Encoding=encoding))) as wire:
        with pytest.raises(Malformed):
            await http.request("GET", wire.origin)


async def test_html_instead_of_json_is_handed_on(http: Http) -> None:
    """What a body means is for the network's package to judge."""
    page = answer(200, b"<html>maintenance</html>", Content_Type="text/html")

    async with serving(always(page)) as wire:
        reply = await http.request("GET", wire.origin)

    assert reply.headers["content-type"] == "text/html"


# -- redirects -----------------------------------------------------------------


async def test_redirects_within_the_server_are_followed(http: Http) -> None:
    """The same origin may move things; the token goes along."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        moved = asked.target == "/old"
        writer.write(answer(301, b"", Location="/new") if moved else answer(200, b"here"))

    async with serving(respond) as wire:
        reply = await http.request(
            "GET", f"{wire.origin}/old", headers={"Authorization": "Bearer t"}
        )

    assert (b"here", f"{wire.origin}/new") == (reply.body, reply.url)
    assert wire.asked[1].headers["authorization"] == "Bearer t"


async def test_no_redirect_carries_a_token_elsewhere(http: Http) -> None:
    """Another port is another origin: the answer is returned, nobody else asked."""
    async with serving(always(answer(200, b"stolen"))) as thief:
        away = answer(302, b"", Location=f"{thief.origin}/take?all=1")
        async with serving(always(away)) as wire:
            reply = await http.request("GET", wire.origin, headers={"Authorization": "Bearer t"})

    assert reply.status == 302
    assert thief.asked == []


async def test_a_changing_request_is_never_sent_on(http: Http) -> None:
    """A POST is not repeated at another address, not even on the same server."""
    async with serving(always(answer(307, b"", Location="/new"))) as wire:
        reply = await http.request("POST", wire.origin, form={"a": "b"})

    assert (307, 1) == (reply.status, len(wire.asked))


async def test_a_redirect_loop_ends(http: Http) -> None:
    """Round and round stops after a few times."""
    async with serving(always(answer(302, b"", Location="/"))) as wire:
        reply = await http.request("GET", wire.origin)

    assert reply.status == 302
    assert len(wire.asked) <= 6


@pytest.mark.parametrize("location", ["javascript:alert(1)", "file:///etc/passwd", "http://["])
async def test_a_redirect_to_no_web_address_is_malformed(http: Http, location: str) -> None:
    """Junk in Location is junk, not a crash."""
    async with serving(always(answer(302, b"", Location=location))) as wire:
        with pytest.raises(Malformed):
            await http.request("GET", wire.origin)


# -- no answer -----------------------------------------------------------------


async def test_each_failure_has_its_own_words_with_the_host_and_a_next_step() -> None:
    """Name, refusal, certificate, time-out, reset and truncation read differently."""
    broken_tls, _ = certificate(["127.0.0.1"])
    cut = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":'
    heard: list[Unreachable] = []

    async def hear(door: Http, url: str) -> None:
        with pytest.raises(Unreachable) as caught:
            await door.request("GET", f"{url}/path?token=hush", timeout=0.3)
        assert url.partition("://")[2] in caught.value.message
        heard.append(caught.value)

    door = Http(user_agent="t", resolve=resolving({}))
    await hear(door, "https://nowhere.example.org")
    with socket.socket() as bound:  # bound, but not listening
        bound.bind(("127.0.0.1", 0))
        await hear(door, f"http://127.0.0.1:{bound.getsockname()[1]}")
    for respond, tls in (
        (always(b""), broken_tls),
        (silent, None),
        (reset, None),
        (_then_close(b""), None),
        (_then_close(cut), None),
    ):
        async with serving(respond, tls) as wire:
            await hear(door, wire.origin)
    await door.close()

    stripped = {error.message.replace(_host(error.message), "") for error in heard}
    assert len(stripped) == len(heard)
    assert all(error.next_step.endswith(".") for error in heard)
    assert not any("hush" in error.message + error.next_step for error in heard)


def _host(message: str) -> str:
    return next(word for word in message.split() if "127.0.0.1" in word or "nowhere" in word)


def _then_close(data: bytes):  # type: ignore[no-untyped-def]
    async def respond(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        writer.close()

    return respond


async def test_the_systems_own_resolver_is_asked(http: Http) -> None:
    """A name of this computer, through the real look-up."""
    async with serving(always(answer(200, b"ok"))) as wire:
        reply = await http.request("GET", f"http://localhost:{wire.port}/")

    assert reply.body == b"ok"


async def test_no_network_here_is_told_from_a_dead_server() -> None:
    """Repeated, the first is asked again soon, the second much later."""

    async def unplugged(host: str, port: int) -> Sequence[str]:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    now = 1000.0
    limits = RateLimits(clock=lambda: now, chance=lambda: 1.0)
    door = Http(user_agent="t", resolve=unplugged, limits=limits)
    for _ in range(12):
        now += 1
        with pytest.raises(Unreachable, match="seems to be offline"):
            await door.request("GET", "https://example.com/")
    await door.close()
    with pytest.raises(Unreachable) as caught:
        await limits.turn("example.com", background=True)

    assert "20 seconds" in caught.value.next_step


async def test_a_server_without_tls_is_told_from_one_that_is_down(http: Http) -> None:
    """https:// to a port that speaks plain HTTP."""

    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable, match="No secure connection"):
            await http.request("GET", f"https://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("names", "days", "words"),
    [(["127.0.0.1"], -1, "expired"), (["other.example"], 30, "(?i)mismatch|valid for")],
)
async def test_a_bad_certificate_is_named(names: Sequence[str], days: int, words: str) -> None:
    """Even from a trusted authority: expired, or for another name."""
    server, client = certificate(names, days=days)
    door = Http(user_agent="t", tls=client)

    async with serving(always(answer()), server) as wire:
        with pytest.raises(Unreachable, match=words) as caught:
            await door.request("GET", wire.origin)
    await door.close()

    assert "never connects without" in caught.value.next_step
    assert wire.asked == []


async def test_a_trusted_certificate_is_accepted() -> None:
    """The other side of the same check."""
    server, client = certificate(["127.0.0.1"])
    door = Http(user_agent="t", tls=client)

    async with serving(always(answer(200, b"safe")), server) as wire:
        reply = await door.request("GET", wire.origin)
    await door.close()

    assert reply.body == b"safe"


async def test_a_connection_that_died_while_idle_is_replaced(http: Http) -> None:
    """A harmless request that met a dead connection is sent once more."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if len(wire.asked) == 2:
            writer.transport.abort()
        else:
            writer.write(answer(200, b"ok"))

    async with serving(respond) as wire:
        await http.request("GET", wire.origin)
        reply = await http.request("GET", wire.origin)

    assert (b"ok", 3) == (reply.body, len(wire.asked))


async def test_a_changing_request_is_never_repeated(http: Http) -> None:
    """A POST whose answer was lost may have been done: the caller must look."""
    async with serving(reset) as wire:
        with pytest.raises(Unreachable):
            await http.request("POST", wire.origin, json={})

    assert len(wire.asked) == 1


async def test_a_time_out_covers_a_body_that_drips(http: Http) -> None:
    """A byte now and then does not keep us waiting."""

    async def drip(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(drip) as wire:
        with pytest.raises(Unreachable, match="did not answer within"):
            await http.request("GET", wire.origin, timeout=0.2)
        await asyncio.wait_for(wire.cut.wait(), 5)


async def test_a_cancelled_request_closes_and_the_next_works(http: Http) -> None:
    """Stopping half-way leaves nothing behind."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.target == "/slow":
            begun.set()
            await silent(asked, writer)
        writer.write(answer(200, b"ok"))

    begun = asyncio.Event()
    async with serving(respond) as wire:
        task = asyncio.create_task(http.request("GET", f"{wire.origin}/slow"))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        reply = await http.request("GET", wire.origin)

    assert reply.body == b"ok"


async def test_it_can_be_used_again_after_closing(http: Http) -> None:
    """Closing drops connections, not the door."""
    async with serving(always(answer(200, b"ok"))) as wire:
        await http.request("GET", wire.origin)
        await http.close()
        reply = await http.request("GET", wire.origin)

    assert reply.body == b"ok"


# -- what is refused before the network ------------------------------------------


async def test_offline_means_offline() -> None:
    """Not even a name is looked up."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError("looked up")

    door = Http(user_agent="t", offline=True, resolve=resolve)
    with pytest.raises(Unreachable, match="--offline"):
        await door.request("GET", "https://example.com")
    with pytest.raises(Unreachable, match="--offline"):
        await door.fetch_public(
            "https://example.com", max_bytes=1, accept=("image/*",), why="picture"
        )

    assert door.hosts.entries() == ()


async def test_plain_http_needs_the_user_to_have_typed_it() -> None:
    """No token travels unencrypted by accident."""
    async with serving(always(answer(200, b"ok"))) as wire:
        door = Http(user_agent="t", resolve=resolving({"pi.home.arpa": ["127.0.0.1"]}))
        url = f"http://pi.home.arpa:{wire.port}/x"
        with pytest.raises(Unsafe, match="not encrypted"):
            await door.request("GET", url)
        door.allow_private(f"http://pi.home.arpa:{wire.port}")
        reply = await door.request("GET", url)
        await door.close()

    assert reply.body == b"ok"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.org", "x.org", "", "https://a@b.org"]
)
async def test_only_plain_web_addresses_are_asked(http: Http, url: str) -> None:
    """Anything else is refused, in words."""
    with pytest.raises(Unsafe):
        await http.request("GET", url)
    with pytest.raises(Unsafe):
        http.allow_private(url)


@pytest.mark.parametrize("value", ["hush\nX-Evil: 1", "hush\r\n\r\n", "h\u00fcsh", "hush\0"])
async def test_a_header_that_cannot_be_sent_is_refused_without_showing_it(
    http: Http, value: str
) -> None:
    """A token pasted with a line break smuggles nothing and is not quoted."""
    async with serving(always(answer())) as wire:
        with pytest.raises(Refused, match="authorization") as caught:
            await http.request("GET", wire.origin, headers={"authorization": value})

    assert "sh" not in caught.value.message.replace("authorization", "").split()[-1]
    assert wire.asked == []
