"""Servers that tell what happens, as each network has them, for one account."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from app.model import Account, AccountId
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.service import BlueskyService
from app.protocols.http import Http
from app.protocols.mastodon import network
from app.protocols.mastodon.service import MastodonService
from app.protocols.streaming import Streams
from tests.contract import bluesky_server
from tests.contract.mastodon_server import TOKEN
from tests.contract.server import Answer, Asking, running
from tests.kept_secrets import KeptSecrets
from tests.waiting import until

BO, CY = "did:plc:bobobobobobobobobobobobo", "did:plc:cycycycycycycycycycycycy"


def service_at(http: Http, origin: str) -> MastodonService:
    """Ana's, whose server told that it streams."""
    host = origin.removeprefix("http://")
    account = Account(
        id=AccountId(f"ana@{host}"),
        protocol="mastodon",
        network="mastodon",
        server=origin,
        uri=f"{origin}/users/ana",
        handle=f"ana@{host}",
        abilities=frozenset({"streaming"}),
    )
    secrets = KeptSecrets({account.id: {"token": TOKEN}})
    made = network(http).open(account, secrets)
    assert isinstance(made, MastodonService) and isinstance(made, Streams)
    return made


class StreamingServer:
    """Streams over a WebSocket what a test lets it say, and answers little else."""

    def __init__(self) -> None:
        self.origin = ""
        self.heard: list[Any] = []
        self.asked: list[Any] = []
        self.token = ""
        self.socket: ServerConnection | None = None
        self.instance: dict[str, Any] = {"domain": "a.example", "title": "A"}
        self.home: list[dict[str, Any]] = []

    async def talk(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.token = socket.request.headers.get("Authorization", "")
        self.heard.append(socket.request.path)
        self.socket = socket
        async for asked in socket:
            self.asked.append(json.loads(asked))

    def respond(self, socket: ServerConnection, request: Request) -> Response | None:
        if request.path.startswith("/api/v1/streaming"):
            return None
        parts = urlsplit(request.path)
        told = self.tell(parts.path, dict(parse_qsl(parts.query)))
        made = socket.respond(
            404 if told is None else 200, json.dumps({} if told is None else told)
        )
        del made.headers["Content-Type"]
        made.headers["Content-Type"] = "application/json"
        return made

    def tell(self, path: str, query: dict[str, str]) -> Any:
        """What else it is asked; None: it has no such thing."""
        known: dict[str, Any] = {
            "/api/v2/instance": self.instance,
            "/api/v1/timelines/home": self.home,
        }
        return known.get(path)

    async def say(self, *messages: str | bytes) -> None:
        socket = await until(lambda: self.socket, "nobody listens")
        for one in messages:
            await socket.send(one)


@asynccontextmanager
async def streaming_server(
    server: StreamingServer | None = None,
) -> AsyncIterator[StreamingServer]:
    server = server or StreamingServer()
    async with serve(server.talk, "127.0.0.1", 0, process_request=server.respond) as made:
        server.origin = f"http://127.0.0.1:{next(iter(made.sockets)).getsockname()[1]}"
        yield server


class Jetstream:
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
async def jetstream() -> AsyncIterator[Jetstream]:
    stream = Jetstream()
    async with serve(stream.talk, "127.0.0.1", 0) as made:
        stream.origin = f"http://127.0.0.1:{next(iter(made.sockets)).getsockname()[1]}"
        yield stream


@asynccontextmanager
async def service_with(
    http: Http, stream: Jetstream, there: set[str]
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
                by = {"author": post["author"] | {"did": BO}}
                return Answer({"posts": [post | by | {"uri": uri} for uri in sorted(there)]})
            if method == "com.atproto.repo.getRecord":
                uri = "at://{repo}/{collection}/{rkey}".format(**asking.query)
                if uri in there:
                    return Answer({"uri": uri, "cid": "c", "value": {}})
                return Answer({"error": "RecordNotFound", "message": "Could not locate it"}, 400)
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
        yield made
