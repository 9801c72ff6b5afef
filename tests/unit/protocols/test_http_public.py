"""Addresses found in content: what they can make the program call, and what not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import httpcore
import pytest

from app.model.errors import Malformed, Unreachable, Unsafe
from app.protocols.http import Http, Reply
from tests.unit.protocols.wire import (
    Asked,
    Wire,
    always,
    answer,
    certificate,
    resolving,
    serving,
)

PUBLIC = "93.184.216.34"
PICTURES = ("image/png", "image/jpeg")
PNG = answer(200, b"\x89PNG", Content_Type="image/png; x=y")


class Internet:
    """Sends connections to public addresses to a server here, and notes them."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []
        self.port = 0
        self.down: set[str] = set()

    async def connect(self, backend: Any, host: str, port: int, *rest: Any) -> Any:
        self.dialled.append((host, port))
        if host in self.down:
            raise httpcore.ConnectError("down")
        return await self.real(backend, "127.0.0.1", self.port, *rest)

    real: Any = staticmethod(httpcore.AnyIOBackend.connect_tcp)


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """Everything that would leave this computer ends at ``internet.port``."""
    net = Internet()

    async def connect_tcp(self: Any, host: str, port: int, *rest: Any, **named: Any) -> Any:
        return await net.connect(self, host, port, *rest, *named.values())

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return net


TLS, TRUST = certificate(["cdn.example.org", "*.example.net", "10.0.0.1"])


def door(names: dict[str, Sequence[str]], tls: ssl.SSLContext = TRUST) -> Http:
    """A door whose names resolve so."""
    return Http(user_agent="t", resolve=resolving(names), tls=tls)


async def fetch(http: Http, url: str, max_bytes: int = 1000) -> Reply:
    """As media does it."""
    try:
        return await http.fetch_public(url, max_bytes=max_bytes, accept=PICTURES, why="picture")
    finally:
        await http.close()


@pytest.fixture
async def cdn(internet: Internet) -> AsyncIterator[Wire]:
    """A picture server on "the internet", with TLS."""
    async with serving(always(PNG), TLS) as wire:
        internet.port = wire.port
        yield wire


async def test_a_public_picture_is_fetched_without_credentials(
    internet: Internet, cdn: Wire
) -> None:
    """The checked address is dialled; TLS and Host still carry the name."""
    reply = await fetch(door({"cdn.example.org": [PUBLIC]}), "https://cdn.example.org/a.png?s=1")

    (asked,) = cdn.asked
    assert reply.body == b"\x89PNG"
    assert internet.dialled == [(PUBLIC, 443)]
    assert (asked.target, asked.headers["host"]) == ("/a.png?s=1", "cdn.example.org")
    assert asked.headers["accept"] == "image/png, image/jpeg"
    assert not {"authorization", "cookie", "referer"} & set(asked.headers)


async def test_the_certificate_must_be_for_the_name(internet: Internet, cdn: Wire) -> None:
    """Dialling an address does not weaken the check of the name."""
    with pytest.raises(Unreachable, match="certificate of other"):
        await fetch(door({"other.example.com": [PUBLIC]}), "https://other.example.com/")

    assert cdn.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [PUBLIC, "10.0.0.1"],
        ["192.168.1.1", PUBLIC],
        ["169.254.169.254"],
        ["::1"],
        ["fe80::1%eth0"],
        ["::ffff:127.0.0.1"],
        ["::127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["64:ff9b:1::7f00:1"],
        ["2002:7f00:1::"],
        ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
        ["fd00::1"],
        ["100.64.0.1"],
        ["224.0.0.1"],
        ["ff0e::1"],
        ["0.0.0.0"],
        ["not an address"],
    ],
)
async def test_a_name_that_leads_inside_is_not_followed(
    internet: Internet, addresses: list[str]
) -> None:
    """One private address among its addresses is enough: nothing is dialled."""
    with pytest.raises(Unsafe, match="not on the public internet"):
        await fetch(door({"cdn.example.org": addresses}), "https://cdn.example.org/a.png")

    assert internet.dialled == []


async def test_a_name_that_changes_its_mind_gains_nothing(internet: Internet, cdn: Wire) -> None:
    """DNS rebinding: what was checked is dialled; there is no second look-up."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    async def resolve(host: str, port: int) -> Sequence[str]:
        return next(answers)

    http = Http(user_agent="t", resolve=resolve, tls=TRUST)
    await http.fetch_public(
        "https://cdn.example.org/", max_bytes=99, accept=PICTURES, why="picture"
    )
    assert internet.dialled == [(PUBLIC, 443)]

    await http.close()  # the kept connection; so a new look-up is made
    with pytest.raises(Unsafe):
        await fetch(http, "https://cdn.example.org/")
    assert internet.dialled == [(PUBLIC, 443)]


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example.org/a.png",
        "https://cdn.example.org:8443/a.png",
        "https://user@cdn.example.org/a.png",
        "https://10.0.0.1/",
        "https://[::1]/",
        f"https://{PUBLIC}/",
        "https://localhost/",
        "https://printer.local/",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "/etc/passwd",
        "",
        "https://cdn.example.org\\@127.0.0.1/",
        "https://cdn.example.org/" + "a" * 5000,
    ],
)
async def test_other_addresses_are_refused_before_anything_is_looked_up(
    internet: Internet, url: str
) -> None:
    """Schemes, ports, user names, bare addresses, special names."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError(f"looked up {host}")

    with pytest.raises(Unsafe):
        await fetch(Http(user_agent="t", resolve=resolve, tls=TRUST), url)


def hops(targets: Iterable[str]) -> Any:
    """Redirect to each target in turn, then answer with a picture."""
    waiting = iter(targets)

    async def respond(_: Asked, writer: asyncio.StreamWriter) -> None:
        target = next(waiting, None)
        writer.write(answer(302, b"", Location=target) if target else PNG)

    return respond


async def test_redirects_are_followed_to_other_public_hosts(internet: Internet) -> None:
    """Up to four, each checked."""
    targets = [f"https://{i}.example.net/x" for i in range(4)]
    names = {f"{i}.example.net": [f"93.184.216.{i}"] for i in range(4)}
    async with serving(hops(targets), TLS) as wire:
        internet.port = wire.port
        reply = await fetch(door({"cdn.example.org": [PUBLIC]} | names), "https://cdn.example.org/")

    assert reply.url == "https://3.example.net/x"
    assert [PUBLIC, *(f"93.184.216.{i}" for i in range(4))] == [a for a, _ in internet.dialled]


@pytest.mark.parametrize(
    "target",
    [
        "https://inside.example.net/",
        "https://127.0.0.1/",
        "http://cdn.example.org/",
        "https://cdn.example.org:22/",
        "//localhost/x",
    ],
)
async def test_no_redirect_leads_inside(internet: Internet, target: str) -> None:
    """The same rules again after every hop."""
    async with serving(hops([target]), TLS) as wire:
        internet.port = wire.port
        names = {"cdn.example.org": [PUBLIC], "inside.example.net": ["10.1.2.3"]}
        with pytest.raises(Unsafe):
            await fetch(door(names), "https://cdn.example.org/")

    assert internet.dialled == [(PUBLIC, 443)]


async def test_endless_redirects_end(internet: Internet) -> None:
    """The fifth is not followed."""
    async with serving(hops(["/again"] * 50), TLS) as wire:
        internet.port = wire.port
        with pytest.raises(Malformed, match="circles"):
            await fetch(door({"cdn.example.org": [PUBLIC]}), "https://cdn.example.org/")

        assert len(wire.asked) == 5


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "", "image/pngx"])
async def test_another_kind_of_content_is_not_read(internet: Internet, kind: str) -> None:
    """The body is not even waited for."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: 500\r\n\r\n".encode()
    async with serving(always(head), TLS) as wire:
        internet.port = wire.port
        with pytest.raises(Malformed, match="another kind"):
            await fetch(door({"cdn.example.org": [PUBLIC]}), "https://cdn.example.org/")


async def test_too_much_content_is_cut_off(internet: Internet) -> None:
    """The limit of the caller holds."""
    big = answer(200, b"x" * 5000, Content_Type="image/png")
    async with serving(always(big), TLS) as wire:
        internet.port = wire.port
        with pytest.raises(Malformed, match="more than"):
            await fetch(door({"cdn.example.org": [PUBLIC]}), "https://cdn.example.org/")


async def test_an_error_page_is_reported_but_not_read(internet: Internet) -> None:
    """A 404 is an answer like any other, without its body."""
    async with serving(always(answer(404, b"<html>", Content_Type="text/html")), TLS) as wire:
        internet.port = wire.port
        reply = await fetch(door({"cdn.example.org": [PUBLIC]}), "https://cdn.example.org/")

    assert (404, b"") == (reply.status, reply.body)


async def test_what_the_user_typed_may_be_private(internet: Internet) -> None:
    """Pictures of one's own server in the living room: that origin, and no other."""
    names = {"nas.lan": ["192.168.1.5"]}
    async with serving(always(PNG)) as wire:
        internet.port = wire.port
        http = door(names)
        http.allow_private("http://nas.lan:8080/some/page")
        reply = await fetch(http, "http://nas.lan:8080/a.png")
        for other in ("http://nas.lan/a.png", "https://nas.lan:8080/", "http://nas.lan:22/"):
            with pytest.raises(Unsafe):
                await fetch(http, other)

    assert reply.status == 200
    assert internet.dialled == [("192.168.1.5", 8080)]


async def test_an_api_found_in_content_is_held_to_the_same_rules(internet: Internet) -> None:
    """``request(public=True)``: for servers that a record names."""
    http = door({"pds.example.net": ["10.0.0.8"]})
    for url in ("https://pds.example.net/x", "https://10.0.0.1/x", "http://127.0.0.1/x"):
        with pytest.raises(Unsafe):
            await http.request("GET", url, public=True)
    await http.close()

    assert internet.dialled == []


async def test_the_next_address_is_tried_when_one_is_down(internet: Internet, cdn: Wire) -> None:
    """A dead IPv6 address does not hide a living IPv4 one."""
    internet.down = {"2606:2800:220:1::1"}
    names = {"cdn.example.org": ["2606:2800:220:1::1", PUBLIC]}

    reply = await fetch(door(names), "https://cdn.example.org/")

    assert reply.status == 200
    assert [("2606:2800:220:1::1", 443), (PUBLIC, 443)] == internet.dialled


async def test_a_silent_address_does_not_hide_the_next(internet: Internet, cdn: Wire) -> None:
    """After a moment the next is tried beside it, and the slow one dropped."""
    connect, dropped = internet.connect, asyncio.Event()

    async def slow(backend: Any, host: str, port: int, *rest: Any) -> Any:
        if host == PUBLIC:
            return await connect(backend, host, port, *rest)
        try:
            await asyncio.Event().wait()
        finally:
            dropped.set()

    internet.connect = slow  # type: ignore[method-assign]
    names = {"cdn.example.org": ["2606:2800:220:1::1", PUBLIC]}
    reply = await fetch(door(names), "https://cdn.example.org/")

    assert reply.status == 200
    assert dropped.is_set()


async def test_when_all_addresses_are_down_the_host_is(internet: Internet) -> None:
    """Both tried, then told."""
    internet.down = {PUBLIC, "93.184.216.35"}
    with pytest.raises(Unreachable):
        await fetch(
            door({"cdn.example.org": [PUBLIC, "93.184.216.35"]}), "https://cdn.example.org/"
        )

    assert len(internet.dialled) == 2
