"""
A server that streams: ``python -m tests.bench.live_wire`` prints its origin and waits.

``GET /rate/N`` lets it tell of N posts a second from then on. Each post begins with the
moment when it was sent.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from datetime import UTC, datetime
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from tests.bench.bench_convert_mastodon import status

BURSTS = 50
"""Times a second that it sends: as a busy server does, not as a metronome."""


class Wire:
    """What it has told, and how fast it goes."""

    def __init__(self) -> None:
        self.rate = 0.0
        self.number = 0
        self.newest: deque[dict[str, Any]] = deque(maxlen=40)

    def post(self) -> str:
        """The next one, as a message."""
        self.number += 1
        at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        made = status(80_000_000 + self.number, created_at=at)
        made["content"] = f"<p>sent {time.time():.6f} {made['content'][3:]}"
        self.newest.appendleft(made)
        told = {"stream": ["user"], "event": "update", "payload": json.dumps(made)}
        return json.dumps(told)

    async def talk(self, socket: ServerConnection) -> None:
        """Until the listener is gone."""
        due, owed = time.perf_counter(), 0.0
        while True:
            due += 1 / BURSTS
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            owed += self.rate / BURSTS
            while owed >= 1:
                owed -= 1
                await socket.send(self.post())

    def respond(self, socket: ServerConnection, request: Request) -> Response | None:
        """Everything but the stream."""
        path = request.path.partition("?")[0]
        if path == "/api/v1/streaming":
            return None
        if path.startswith("/rate/"):
            self.rate = float(path.rpartition("/")[2])
        known: dict[str, Any] = {
            "/api/v2/instance": {"domain": "live.example", "title": "Live"},
            "/api/v1/timelines/home": list(self.newest),
        }
        answer = socket.respond(200 if path in known else 404, json.dumps(known.get(path, {})))
        del answer.headers["Content-Type"]
        answer.headers["Content-Type"] = "application/json"
        return answer


async def main() -> None:
    """Until ended."""
    wire = Wire()
    async with serve(wire.talk, "127.0.0.1", 0, process_request=wire.respond) as server:
        print(f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
