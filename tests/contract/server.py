"""A server on loopback that can be told to misbehave, whatever it serves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tests.unit.protocols.wire import Asked, Wire, answer, reset, serving

FAULTS: dict[str, Callable[[Answer], Answer]] = {
    "limited": lambda _: Answer({"error": "Too many requests"}, 429, {"retry_after": "120"}),
    "down": lambda _: Answer({"error": "Down"}, 503),
    "html": lambda _: Answer(b"<!doctype html><p>Welcome to nginx!", 200, {}),
    "truncated": lambda good: Answer(good.encoded()[: len(good.encoded()) // 2]),
    "empty": lambda _: Answer(b""),
    "shape": lambda _: Answer({"feed": 17, "items": {}}),
}
"""What instead of a good answer: by name, from the good one."""


class Answer(NamedTuple):
    """What to say; *body* is bytes or becomes JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = {}

    def encoded(self) -> bytes:
        """The bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()


class Asking(NamedTuple):
    """A request, taken apart."""

    method: str
    path: str
    query: dict[str, str]
    token: str
    body: bytes
    headers: dict[str, str] = {}

    @property
    def changes(self) -> bool:
        """It is there to change something."""
        return self.method not in ("GET", "HEAD")


Route = Callable[[Asking], Answer]


class Server:
    """
    Answers with *route*; ``fault`` and ``gate`` change how.

    Attributes:
        fault: Name in ``FAULTS``, or ``cut``: the connection breaks.
        lose: Of the next so many changes the answer is lost: they are done,
            then the connection breaks.
        drop: Of the next so many changes the request is lost: nothing is done.
        gate: When set, answers wait for it.
        reached: Set when a request waits at the gate.
    """

    def __init__(self, route: Route, wire: Wire) -> None:
        self.route = route
        self.wire = wire
        self.fault = ""
        self.lose = self.drop = 0
        self.gate: asyncio.Event | None = None
        self.reached = asyncio.Event()

    @property
    def origin(self) -> str:
        """Where it listens."""
        return self.wire.origin

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """One request."""
        if self.gate is not None:
            self.reached.set()
            await self.gate.wait()
        if self.fault == "cut":
            await reset(asked, writer)
            return
        asking = _taken_apart(asked)
        if asking.changes and self.drop:
            self.drop -= 1
            await reset(asked, writer)
            return
        found = self.route(asking)
        if asking.changes and self.lose:
            self.lose -= 1
            await reset(asked, writer)
            return
        if self.fault:
            found = FAULTS[self.fault](found)
        headers = {"content_type": "application/json; charset=utf-8", **found.headers}
        writer.write(answer(found.status, found.encoded(), **headers))


def _taken_apart(asked: Asked) -> Asking:
    parts = urlsplit(asked.target)
    token = asked.headers.get("authorization", "").partition(" ")[2]
    query = dict(parse_qsl(parts.query))
    return Asking(asked.method, parts.path, query, token, asked.body, asked.headers)


@asynccontextmanager
async def running(make_route: Callable[[str], Route]) -> AsyncIterator[Server]:
    """A server whose route knows the origin it is served from."""
    found: list[Server] = []

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await found[0].respond(asked, writer)

    async with serving(respond) as wire:
        found.append(Server(make_route(wire.origin), wire))
        yield found[0]
