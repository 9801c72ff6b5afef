"""A Mastodon-API server of a few routes, on loopback, for one test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.model import Account, AccountId
from app.protocols.base import Secret
from app.protocols.http import Http
from tests.unit.protocols.mastodon.samples import account
from tests.unit.protocols.wire import Asked, Wire, answer, serving

Answer = bytes | Callable[[dict[str, str]], bytes]
CREDENTIALS = "/api/v1/accounts/verify_credentials"


def reply(value: Any, status: int = 200, **headers: str) -> bytes:
    return answer(status, json.dumps(value).encode(), content_type="application/json", **headers)


def missing() -> bytes:
    return reply({"error": "Record not found"}, 404)


class Server:
    """
    Routes by path; a list is given out answer by answer, the last one stays.

    ``params`` holds what was asked: (path, query and form in one).
    """

    def __init__(self, wire: Wire, routes: dict[str, Answer | list[Answer]]) -> None:
        self.origin = wire.origin
        self.host = wire.origin.split("://")[1]
        self.wire = wire
        self.routes = routes
        self.asked: list[tuple[str, dict[str, str]]] = []

    def params(self, path: str) -> list[dict[str, str]]:
        return [params for asked, params in self.asked if asked == path]

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(asked.target)
        params = dict(parse_qsl(parts.query) + parse_qsl(asked.body.decode()))
        self.asked.append((parts.path, params))
        route = self.routes.get(parts.path, missing())
        if isinstance(route, list):
            route = route.pop(0) if len(route) > 1 else route[0]
        writer.write(route if isinstance(route, bytes) else route(params))


@asynccontextmanager
async def mastodon(routes: dict[str, Answer | list[Answer]]) -> AsyncIterator[tuple[Server, Http]]:
    """The server, and a client for it."""
    servers: list[Server] = []

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await servers[0].respond(asked, writer)

    http = Http(user_agent="Godwit tests")
    async with serving(respond) as wire:
        servers.append(Server(wire, routes))
        try:
            yield servers[0], http
        finally:
            await http.close()


class OneSecret:
    """A vault with one secret in it."""

    def __init__(self, secret: Secret) -> None:
        self.secret = secret
        self.loads = 0

    async def load(self, account: AccountId) -> Secret:
        self.loads += 1
        return self.secret

    async def save(self, account: AccountId, secret: Secret) -> None:
        self.secret = secret

    @asynccontextmanager
    async def refreshing(self, account: AccountId) -> AsyncIterator[None]:
        yield


def me(server: Server, **changed: Any) -> dict[str, Any]:
    """Our own account, as ``verify_credentials`` tells it."""
    mine = {
        "url": f"{server.origin}/@ana",
        "uri": f"{server.origin}/users/ana",
        "source": {"quote_policy": "public"},
    }
    return account(**{**mine, **changed})


def known(server: Server) -> Account:
    return Account(
        id=AccountId(f"ana@{server.host}"),
        protocol="mastodon",
        network="mastodon",
        server=server.origin,
        uri=f"{server.origin}/users/ana",
        handle="ana@home.example",
    )
