"""A server that takes posts, with bad habits on order, and who writes there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from app.model import Account, AccountId
from app.model.sending import Outgoing, Published
from app.model.text import RichText
from app.protocols.http import Http
from app.protocols.mastodon.service import MastodonService
from app.protocols.writing import Ready
from tests.contract import mastodon_server
from tests.contract.mastodon_writing import Writing
from tests.contract.server import Answer, Asking, Server, running
from tests.unit.protocols.mastodon.server import OneSecret

Say = Callable[[Asking], Answer | None]


class Desk:
    """
    Attributes:
        written: What the server has.
        server: How it behaves on the wire.
        instead: Answers before anything else does; None: as usual.
        asked: Every request.
        slept: Seconds that were waited.
    """

    def __init__(self, written: Writing, http: Http) -> None:
        self.written = written
        self.http = http
        self.server: Server
        self.instead: list[Say] = []
        self.asked: list[Asking] = []
        self.slept: list[float] = []
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.secret = {"token": mastodon_server.TOKEN}

    def service(self) -> MastodonService:
        """A service that knows nothing of what others did."""
        origin = self.written.origin
        host = origin.split("://")[1]
        account = Account(
            id=AccountId(f"ana@{host}"),
            protocol="mastodon",
            network="mastodon",
            server=origin,
            uri=f"{origin}/users/ana",
            handle=f"ana@{host}",
        )

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        return MastodonService(
            account, OneSecret(self.secret), self.http, lambda: self.clock(), sleep
        )

    def ready(self, service: MastodonService, post: Outgoing | str, **more: Any) -> Ready:
        """*post* with its ticket, made just now by the writer's clock."""
        if isinstance(post, str):
            post = says(post)
        return Ready(post=post, ticket=service.ticket(post, self.clock()), **more)

    async def publish(self, post: Outgoing | str, **more: Any) -> Published:
        """Publish one post with a new service."""
        service = self.service()
        (done,) = await service.publish([self.ready(service, post, **more)])
        return done

    def sent(self, path: str, method: str = "POST") -> list[dict[str, Any]]:
        """Bodies of the requests to *path*."""
        return [
            json.loads(one.body or b"{}")
            for one in self.asked
            if (one.method, one.path) == (method, path)
        ]

    def say(self, method: str, path: str, *answers: Answer) -> None:
        """Answer *path* so, one after the other; the last one stays."""
        left = list(answers)

        def respond(asking: Asking) -> Answer | None:
            if (asking.method, asking.path) != (method, path):
                return None
            return left.pop(0) if len(left) > 1 else left[0]

        self.instead.append(respond)


def says(text: str, **more: Any) -> Outgoing:
    """A post of plain words."""
    return Outgoing(text=RichText(text), **more)


def error(words: str, status: int) -> Answer:
    """A refusal as these servers say it."""
    return Answer({"error": words}, status)


@asynccontextmanager
async def desk(**habits: Any) -> AsyncIterator[Desk]:
    """A server with the *habits* of ``Writing``."""
    http = Http(user_agent="Godwit tests")
    made: list[Desk] = []

    def make_route(origin: str) -> Callable[[Asking], Answer]:
        written = mastodon_server.writing(origin)
        for name, value in habits.items():
            setattr(written, name, value)
        here = Desk(written, http)
        made.append(here)
        usual = mastodon_server.route(origin, [], written)

        def respond(asking: Asking) -> Answer:
            here.asked.append(asking)
            found = next((said for say in here.instead if (said := say(asking))), None)
            return found or usual(asking)

        return respond

    async with running(make_route) as server:
        made[0].server = server
        try:
            yield made[0]
        finally:
            await http.close()


HOUR = timedelta(hours=1)
