"""A newcomer on the real network who writes, and lines to the server that lose answers."""

from __future__ import annotations

import asyncio
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from msgspec import structs

from app.model import Account, Entry, RichText
from app.model.draft import Attachment
from app.model.sending import Outgoing, Published
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.sign_in import HeldSecrets
from app.protocols.writing import Ready
from tests.rigs.run import Rig, catch_up
from tests.unit.protocols.wire import Asked, Wire, reset, serving

PASSWORD = "rig-password"


class Writer:
    """Somebody who has just come, and can be looked at from outside."""

    def __init__(self, door: BlueskyNetwork, rig: Rig, account: Account, held: HeldSecrets) -> None:
        self.door, self.rig, self.account, self.held = door, rig, account, held
        self.service = self.again()

    @property
    def did(self) -> str:
        """Who it is."""
        return self.account.uri

    def again(self) -> BlueskyService:
        """A service of the same sign-in, as after a restart."""
        service = self.door.open(self.account, self.held)
        assert isinstance(service, BlueskyService)
        return service

    def through(self, origin: str) -> BlueskyService:
        """A service that reaches the server by another line."""
        held = HeldSecrets(self.held.secret | {"server": origin})
        service = self.door.open(structs.replace(self.account, server=origin), held)
        assert isinstance(service, BlueskyService)
        return service

    def ready(self, *texts: str, **more: Any) -> list[Ready]:
        """Posts with these texts, ticketed now."""
        return [self.ready_post(Outgoing(text=RichText(text), **more)) for text in texts]

    def ready_post(self, post: Outgoing, **more: Any) -> Ready:
        """*post*, ticketed now."""
        ticket = self.service.ticket(post, datetime.now(UTC))
        return Ready(post=post, ticket=ticket, **more)

    async def post(self, text: str, **more: Any) -> Published:
        """One post, published and indexed."""
        (published,) = await self.service.publish(self.ready(text, **more))
        await self.synced()
        return published

    async def seen(self, uri: str) -> Entry:
        """How the AppView shows a post, once it has indexed it."""
        await self.synced()
        return await self.service.find(uri)

    async def synced(self) -> None:
        """The AppView has seen everything that was written."""
        await asyncio.to_thread(catch_up, self.rig)

    def records(self, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
        """All that the repo holds there, by anybody's question."""
        return records(self.rig["pds"][0], self.did, collection)


def ask(url: str, body: dict[str, Any] | None = None, headers: dict[str, str] = {}) -> Any:
    """A question from outside, POST with a *body*."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def records(pds: str, did: str, collection: str) -> list[dict[str, Any]]:
    """Newest first."""
    query = urlencode({"repo": did, "collection": collection, "limit": 100})
    return list(ask(f"{pds}/xrpc/com.atproto.repo.listRecords?{query}")["records"])


async def newcomer(door: BlueskyNetwork, rig: Rig) -> Writer:
    """An account that nobody else uses."""
    name = f"w{secrets.token_hex(5)}"
    handle = f"{name}.pds-a.test"
    body = {"handle": handle, "email": f"{name}@example.com", "password": PASSWORD}
    url = f"{rig['pds'][0]}/xrpc/com.atproto.server.createAccount"
    await asyncio.to_thread(ask, url, body)
    done = await door.sign_in_secret(handle, PASSWORD, options={"pds": rig["pds"][0]})
    return Writer(door, rig, done.account, HeldSecrets(done.secret))


def picture(folder: Path, name: str = "dune", colour: int = 0, **more: Any) -> Attachment:
    """A picture on disk at ``folder / id``, and what a draft says of it."""
    from hashlib import sha256

    from PIL import Image

    file = folder / f"{name}.png"
    Image.new("RGB", (64, 32), (colour, 120, 200)).save(file)
    digest = sha256(file.read_bytes()).hexdigest()
    kept = file.rename(folder / digest)
    return Attachment(
        id=digest, kind="image", mime="image/png", size=kept.stat().st_size, name=name, **more
    )


Meddle = Callable[[Asked], str]
"""What to do with a request: ``pass`` it on, ``swallow`` its answer, ``drop`` it."""


@asynccontextmanager
async def line_to(pds: str, meddle: Meddle) -> AsyncIterator[Wire]:
    """A line on loopback to *pds* that breaks as it is told."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        what = meddle(asked)
        answer = b"" if what == "drop" else await asyncio.to_thread(_forwarded, pds, asked)
        if what == "pass":
            writer.write(answer)
        else:
            await reset(asked, writer)

    async with serving(respond) as wire:
        yield wire


def _forwarded(pds: str, asked: Asked) -> bytes:
    kept = {"authorization", "content-type", "atproto-proxy"}
    headers = {name: value for name, value in asked.headers.items() if name in kept}
    data = asked.body if asked.method == "POST" else None
    request = urllib.request.Request(pds + asked.target, data, headers, method=asked.method)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            status, body = reply.status, reply.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
