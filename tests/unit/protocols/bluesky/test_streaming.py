"""A public stream says when to ask; only what the account's own server says is shown."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from app.model import Account, AccountId
from app.model.errors import Malformed, Unreachable, Unsupported
from app.protocols.bluesky import jetstream as module
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.streaming import PATIENCE
from app.protocols.http import Http
from app.protocols.streaming import Event, Gone, Opened, Stirred, Streams
from tests.contract import bluesky_server
from tests.contract.server import Answer, Asking, running
from tests.kept_secrets import KeptSecrets
from tests.waiting import until

BO, CY = "did:plc:bobobobobobobobobobobobo", "did:plc:cycycycycycycycycycycycy"
POST = "app.bsky.feed.post"


def told(did: str, operation: str, rkey: str = "3k1", collection: str = POST) -> str:
    """A message of the stream."""
    commit = {"rev": "1", "operation": operation, "collection": collection, "rkey": rkey}
    return json.dumps({"did": did, "time_us": 1, "kind": "commit", "commit": commit})


class Stream:
    """A Jetstream that says what a test lets it say."""

    def __init__(self) -> None:
        self.origin = ""
        self.hellos: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.socket: ServerConnection | None = None

    async def talk(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        self.socket = socket
        async for message in socket:
            self.hellos.append(json.loads(message))

    async def say(self, *messages: str | bytes) -> None:
        await until(lambda: self.hellos, "nobody listens")
        assert self.socket is not None
        for one in messages:
            await self.socket.send(one)


@asynccontextmanager
async def streaming() -> AsyncIterator[Stream]:
    stream = Stream()
    async with serve(stream.talk, "127.0.0.1", 0) as made:
        stream.origin = f"http://127.0.0.1:{next(iter(made.sockets)).getsockname()[1]}"
        yield stream


@asynccontextmanager
async def service_with(
    http: Http, stream: Stream, there: set[str]
) -> AsyncIterator[BlueskyService]:
    """Somebody who follows Bo and Cy; of the posts that are asked for, those *there* exist."""

    def make_route(origin: str) -> Any:
        def answer(asking: Asking) -> Answer:
            method = asking.path.rpartition("/")[2]
            if method == "app.bsky.graph.getFollows":
                people = [{"did": did, "handle": "x.example"} for did in (BO, CY)]
                return Answer({"follows": people, "subject": {"did": "did:plc:a", "handle": "a.b"}})
            if method == "app.bsky.feed.getPosts":
                post = bluesky_server.timeline(25)[0]["post"]
                return Answer({"posts": [post | {"uri": uri} for uri in sorted(there)]})
            return Answer({"error": "MethodNotImplemented"}, 501)

        return answer

    async with running(make_route) as server:
        account = Account(
            id=AccountId(bluesky_server.HANDLE),
            protocol="bluesky",
            network="bluesky",
            server=server.origin,
            uri=bluesky_server.DID,
            handle=bluesky_server.HANDLE,
        )
        secret = {"kind": "password", "access": "a", "refresh": "r", "server": server.origin}
        http.allow_private(server.origin)
        environment: Mapping[str, str] = {"GODWIT_JETSTREAM_URL": stream.origin}
        made = BlueskyNetwork(http, environment=environment).open(
            account, KeptSecrets({account.id: secret})
        )
        assert isinstance(made, BlueskyService) and isinstance(made, Streams)
        made._sleep = asyncio.sleep  # type: ignore[method-assign, assignment]
        yield made


async def test_it_asks_for_those_who_are_followed(http: Http) -> None:
    """In a message, since ten thousand do not fit into an address; never for everybody."""
    heard: list[Event] = []
    async with streaming() as stream, service_with(http, stream, set()) as service:
        task = asyncio.create_task(service.stream(heard.append))
        await stream.say(told(BO, "create"), told(CY, "create", collection=module.REPOST))
        await until(lambda: len(heard) == 3, f"{heard}")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    [hello] = stream.hellos
    assert heard == [Opened("jetstream"), Stirred(), Stirred()]
    assert stream.paths == ["/subscribe?requireHello=true"]
    assert hello["type"] == "options_update"
    assert hello["payload"] == {
        "wantedCollections": [POST, "app.bsky.feed.repost"],
        "wantedDids": sorted([bluesky_server.DID, BO, CY]),
    }


async def test_a_deletion_is_believed_when_the_post_is_gone(http: Http) -> None:
    """The stream is not signed: whoever runs it could say anything."""
    heard: list[Event] = []
    alive = f"at://{BO}/{POST}/alive"
    async with streaming() as stream, service_with(http, stream, {alive}) as service:
        service._sleep = _at_once  # type: ignore[method-assign]
        task = asyncio.create_task(service.stream(heard.append))
        await stream.say(told(BO, "delete", "alive"), told(BO, "delete", "dead"))
        await until(lambda: any(isinstance(one, Gone) for one in heard), f"{heard}")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    gone = [key for one in heard if isinstance(one, Gone) for key in one.keys]
    assert gone == [f"at://{BO}/{POST}/dead"]


async def _at_once(seconds: float) -> None:
    await asyncio.sleep(0.05)


async def test_junk_is_survived_but_not_for_ever(http: Http) -> None:
    """News of accounts and junk are left out; nothing but junk ends the line."""
    heard: list[Event] = []
    async with streaming() as stream, service_with(http, stream, set()) as service:
        task = asyncio.create_task(service.stream(heard.append))
        await stream.say(
            "{",
            b"\xff",
            "[]",
            '{"did": "x", "kind": "identity"}',
            '{"commit": 7}',
            told(BO, "update"),
        )
        await until(lambda: heard[1:] == [Stirred()], f"{heard}")
        await stream.say(*["?"] * PATIENCE)
        with pytest.raises(Malformed, match="nothing but junk"):
            await task


async def test_the_end_of_the_line_is_told(http: Http) -> None:
    """So that it is opened again."""
    async with streaming() as stream, service_with(http, stream, set()) as service:
        task = asyncio.create_task(service.stream(lambda event: None))
        await stream.say()
        assert stream.socket is not None
        await stream.socket.close()
        with pytest.raises(Unreachable):
            await task


async def test_it_needs_consent_and_says_why(http: Http) -> None:
    """It learns whom one follows. Where it cannot know the server, it is not offered."""
    async with streaming() as stream, service_with(http, stream, set()) as service:
        offer = service.stream_offer()
        service._jetstream = None
        with pytest.raises(Unsupported):
            await service.stream(lambda event: None)
        assert service.stream_offer() is None

    assert offer is not None
    assert offer.name == "Jetstream" and not offer.whole
    assert "whom you follow" in offer.consent


async def test_whom_one_follows_is_told_anew(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then, without a new line."""
    monkeypatch.setattr(module, "RENEW_AFTER", -1.0)
    async with streaming() as stream, service_with(http, stream, set()) as service:
        task = asyncio.create_task(service.stream(lambda event: None))
        await stream.say(told(BO, "create"))
        await until(lambda: len(stream.hellos) == 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert len(stream.paths) == 1
