"""
Two servers on loopback, one of each kind, in a thread of their own.

So that the program can be a process, and a test can wait for it. They are the
contract's servers; here they also sign people in, and can be told to answer
anything at all.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from tests.contract import bluesky_server, mastodon_server
from tests.contract.server import Answer, Asking, Route, Server, running

PASSWORD = "canary-app-password"
MAIL_CODE = "ABCDE-23456"
NEW_TOKEN = "canary-renewed-access"
HOME = {"mastodon": "/api/v1/timelines/home", "bluesky": "/xrpc/app.bsky.feed.getTimeline"}

Edit = Callable[[Asking, Answer], Answer]


class World:
    """
    What the program finds on the network.

    Attributes:
        mastodon, bluesky: The two servers.
        asked: Paths that were asked for, in order, per server.
        edits: Given each request and its good answer; what they return is said.
    """

    def __init__(self, mastodon: Server, bluesky: Server) -> None:
        self.mastodon, self.bluesky = mastodon, bluesky
        self._at_first = {"mastodon": mastodon.route, "bluesky": bluesky.route}
        self._good = dict(self._at_first)
        self.asked: dict[str, list[str]] = {"mastodon": [], "bluesky": []}
        self.edits: dict[str, list[Edit]] = {"mastodon": [], "bluesky": []}
        self.renewable = False
        self.needs_code = False
        for name, server in (("mastodon", mastodon), ("bluesky", bluesky)):
            server.route = self._route(name)

    def server(self, network: str) -> Server:
        """The server of *network*."""
        return self.mastodon if network == "mastodon" else self.bluesky

    def serve(self, network: str, records: list[Any]) -> None:
        """From now on the home timeline has these records."""
        origin = self.server(network).origin
        make = mastodon_server.route if network == "mastodon" else bluesky_server.route
        self._good[network] = make(origin, records)

    def instead(self, network: str, path: str, route: Route) -> None:
        """From now on *route* answers requests for *path*."""
        before = self._good[network]

        def answer(asking: Asking) -> Answer:
            return route(asking) if asking.path == path else before(asking)

        self._good[network] = answer

    def say(self, network: str, path: str, answer: Answer | None, *, times: int = -1) -> None:
        """
        Answer requests for *path* ("" = all) so; None: with what the server would say.

        Args:
            times: So often, then well again; -1: always.
        """
        left = [times]

        def edit(asking: Asking, good: Answer) -> Answer:
            if left[0] and (not path or asking.path == path):
                left[0] -= 1
                return answer or good
            return good

        self.edits[network].append(edit)

    def behave(self) -> None:
        """Both are well again, and have the posts of the beginning."""
        self._good = dict(self._at_first)
        for name in ("mastodon", "bluesky"):
            self.edits[name].clear()
            self.server(name).fault = ""
            vars(self.server(name)).pop("respond", None)

    def _route(self, name: str) -> Route:
        def answer(asking: Asking) -> Answer:
            self.asked[name].append(asking.path)
            good = self._sign_in(asking) if name == "bluesky" else None
            if good is None:
                good = self._good[name](asking)
            for edit in self.edits[name]:
                good = edit(asking, good)
            return good

        return answer

    def _sign_in(self, asking: Asking) -> Answer | None:
        """What the contract's PDS leaves out."""
        match asking.path.removeprefix("/xrpc/com.atproto."):
            case "identity.resolveHandle":
                return Answer({"did": bluesky_server.DID})
            case "server.createSession":
                asked = json.loads(asking.body)
                if asked["password"] != PASSWORD:
                    words = "Invalid identifier or password"
                    return Answer({"error": "AuthenticationRequired", "message": words}, 401)
                if self.needs_code and asked.get("authFactorToken") != MAIL_CODE:
                    wrong = "InvalidToken" if "authFactorToken" in asked else ""
                    name = wrong or "AuthFactorTokenRequired"
                    return Answer({"error": name, "message": "a code"}, 400 if wrong else 401)
                return Answer(session(bluesky_server.TOKEN))
            case "server.refreshSession" if self.renewable:
                return Answer(session(NEW_TOKEN))
        if asking.token == NEW_TOKEN:
            return self._good["bluesky"](asking._replace(token=bluesky_server.TOKEN))
        return None


def session(access: str) -> dict[str, Any]:
    """What createSession and refreshSession say."""
    return {
        "did": bluesky_server.DID,
        "handle": bluesky_server.HANDLE,
        "accessJwt": access,
        "refreshJwt": bluesky_server.REFRESH,
        "active": True,
    }


@contextmanager
def in_thread(work: Callable[[AsyncExitStack], Awaitable[Any]]) -> Iterator[Any]:
    """What *work* makes inside a loop that runs beside the test, undone at the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = AsyncExitStack()
    try:
        yield asyncio.run_coroutine_threadsafe(_awaited(work(stack)), loop).result(30)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


async def begin(stack: AsyncExitStack) -> World:
    """Both servers, well and full of posts."""

    def mastodon_route(origin: str) -> Route:
        return mastodon_server.route(origin, mastodon_server.timeline(origin))

    def bluesky_route(origin: str) -> Route:
        return bluesky_server.route(origin, bluesky_server.timeline())

    mastodon = await stack.enter_async_context(running(mastodon_route))
    bluesky = await stack.enter_async_context(running(bluesky_route))
    return World(mastodon, bluesky)
