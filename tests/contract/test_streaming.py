"""Whatever tells what happens: first that it listens, then news; it ends with an error, or is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from app.model.errors import ServiceError
from app.model.timeline import Source
from app.protocols.http import Http
from app.protocols.streaming import Beside, Event, Opened, Streams, StreamsMore
from tests.contract import mastodon_server
from tests.contract.stages import http
from tests.contract.streaming import (
    BO,
    jetstream,
    service_at,
    service_with,
    streaming_server,
)
from tests.unit.protocols.bluesky.test_streaming import told
from tests.unit.protocols.mastodon.test_streaming import message
from tests.waiting import until


@dataclass
class Line:
    """
    One account that may listen.

    Attributes:
        happen: Lets something happen there.
        junk: Lets the server talk nonsense.
        cut: Lets it hang up.
        is_open: Whether somebody listens.
    """

    service: Streams
    happen: Callable[[], Awaitable[None]]
    junk: Callable[[], Awaitable[None]]
    cut: Callable[[], Awaitable[None]]
    is_open: Callable[[], bool]


@asynccontextmanager
async def _first(door: Http) -> AsyncIterator[Line]:
    async with streaming_server() as server:
        new = message("update", mastodon_server.timeline("http://a.example", 20)[0])

        async def cut() -> None:
            assert server.socket is not None
            await server.socket.close()

        yield Line(
            service_at(door, server.origin),
            lambda: server.say(new),
            lambda: server.say("{", b"\xff"),
            cut,
            lambda: server.socket is not None and server.socket.state.name == "OPEN",
        )


@asynccontextmanager
async def _second(door: Http) -> AsyncIterator[Line]:
    async with jetstream() as stream, service_with(door, stream, set()) as service:

        async def cut() -> None:
            assert stream.socket is not None
            await stream.socket.close()

        yield Line(
            service,
            lambda: stream.say(told(BO, "create")),
            lambda: stream.say("{", b"\xff"),
            cut,
            lambda: stream.socket is not None and stream.socket.state.name == "OPEN",
        )


@pytest.fixture(params=["mastodon", "bluesky"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """Each network's in turn."""
    make = {"mastodon": _first, "bluesky": _second}[request.param]
    async with http() as door, make(door) as made:
        yield made


async def test_it_says_first_that_it_listens(line: Line) -> None:
    """What happens afterwards is told; junk in between costs itself alone."""
    heard: list[Event] = []
    task = asyncio.create_task(line.service.stream(heard.append))
    await until(lambda: heard, "it does not listen")
    await line.junk()
    await line.happen()
    await until(lambda: len(heard) == 2, f"{heard}")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert isinstance(heard[0], Opened) and not isinstance(heard[1], Opened)


async def test_it_never_just_ends(line: Line) -> None:
    """The other side hangs up: that is an error, so that somebody tries again; and then it works."""
    heard: list[Event] = []
    for _ in range(2):
        heard.clear()
        task = asyncio.create_task(line.service.stream(heard.append))
        await until(lambda: heard, "it does not listen")
        await line.junk()
        await line.cut()
        with pytest.raises(ServiceError):
            await task


async def test_who_leaves_hangs_up(line: Line) -> None:
    """Cancelled, there is no line any more."""
    heard: list[Event] = []
    task = asyncio.create_task(line.service.stream(heard.append))
    await until(lambda: heard and line.is_open(), "it does not listen")
    await line.happen()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not line.is_open(), "the line is still open")


async def test_what_is_offered_is_known_without_asking(line: Line) -> None:
    """Who tells, and what they learn by it."""
    offer = line.service.stream_offer()

    assert offer is not None and offer.host
    assert bool(offer.consent) == bool(offer.name)


async def test_what_is_looked_at_beside_home_is_told_of_or_not_claimed_to_be(line: Line) -> None:
    """A list that is opened: it says so when it tells of it, and who cannot never says so."""
    heard: list[Event] = []
    wanted = Source("list", "7")
    if isinstance(line.service, StreamsMore):
        line.service.tell_of([wanted])
    task = asyncio.create_task(line.service.stream(heard.append))
    await until(lambda: heard, "it does not listen")
    if isinstance(line.service, StreamsMore):
        await until(lambda: Beside((wanted,)) in heard, f"{heard}")
        line.service.tell_of([])
        await until(lambda: heard[-1] == Beside(()), f"{heard}")
    await line.happen()
    await until(lambda: not isinstance(heard[-1], Opened | Beside), f"{heard}")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    told = [one for one in heard if isinstance(one, Beside)]
    assert len(told) == (2 if isinstance(line.service, StreamsMore) else 0)
