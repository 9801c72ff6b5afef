"""Killed (SIGKILL) at random while it listens, writes and reads: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from app.model.timeline import ALL, Echo
from app.services.notifications import SETTING
from app.store import Store
from tests.contract.mastodon_server import timeline
from tests.contract.streaming import StreamingServer, streaming_server
from tests.faults.godwit import ROOT, environment
from tests.faults.world import in_thread
from tests.unit.protocols.mastodon.test_streaming import message
from tests.unit.store.check import troubles

pytestmark = pytest.mark.timeout(300)

KILLS = 5
PLAIN = timeline("http://a.example", 40)[30]


class Busy(StreamingServer):
    """Where somebody writes a hundred times a second, and likes what one wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def tell(self, path: str, query: dict[str, str]) -> Any:
        if path == "/api/v1/accounts/verify_credentials":
            return PLAIN["account"]
        if path == "/api/v1/notifications":
            top = int(query.get("max_id", 1_000_000 + self.count // 10)) - 1_000_000
            return [self.notice(number) for number in range(top - 1, max(-1, top - 41), -1)]
        if path == "/api/v1/timelines/home":
            below = query.get("max_id")
            known = self.home if below is None else [p for p in self.home if p["id"] < below]
            return known[: int(query.get("limit", 20))]
        return super().tell(path, query)

    def notice(self, number: int) -> dict[str, Any]:
        """A follower."""
        url = f"https://far.example/@p{number}"
        who = {"id": f"p{number}", "acct": f"p{number}@far.example", "url": url, "uri": url}
        at = f"2026-11-25T10:{number // 60 % 60:02}:{number % 60:02}.000Z"
        return {"id": str(1_000_000 + number), "type": "follow", "created_at": at, "account": who}

    def post(self) -> dict[str, Any]:
        """The next one; no two in the same moment."""
        self.count += 1
        address, number = f"https://a.example/p/{self.count}", self.count
        at = f"2026-11-25T{number // 60_000:02}:{number // 1_000 % 60:02}:00.{number % 1_000:03}Z"
        made = PLAIN | {"id": f"{number:09}", "uri": address, "url": address, "created_at": at}
        return made | {"content": f"<p>A post, number {number}</p>"}

    async def live(self) -> None:
        """Until cancelled."""
        while True:
            made = self.post()
            self.home.insert(0, made)
            if self.socket is not None:
                with suppress(Exception):  # whoever listened was killed
                    await self.socket.send(message("update", made))
            await asyncio.sleep(0.01)


class Child:
    """One life of the program, and what it said is on the disk."""

    def __init__(self, profile: Path, origin: str, *more: str) -> None:
        command = [sys.executable, "-m", "tests.faults.listen_and_die", str(profile), origin, *more]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment(), text=True, **pipes)
        self.said: dict[str, int] = {}
        self._is_live = threading.Event()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith("\n"):
                break  # killed in the middle of a word
            what, number = line.split()
            self.said[what] = int(number)
            if what == "live":
                self._is_live.set()

    def kill(self, after: float) -> None:
        """So many seconds after it began to hear what happens."""
        assert self._is_live.wait(30), self._errors()
        self._listening.join(after)
        assert self._process.poll() is None, self._errors()
        self._process.kill()
        self._process.wait(30)
        self._listening.join(30)

    def end(self) -> None:
        """It comes to its own end."""
        assert self._process.wait(60) == 0, self._errors()

    def _errors(self) -> str:
        self._process.kill()
        assert self._process.stderr is not None
        return self._process.stderr.read()


async def _begin(stack: AsyncExitStack) -> tuple[Busy, asyncio.Task[None]]:
    server = Busy()
    await stack.enter_async_context(streaming_server(server))
    living = asyncio.get_running_loop().create_task(server.live())
    stack.callback(living.cancel)
    return server, living


def test_killed_while_it_listens_writes_and_reads(tmp_path: Path) -> None:
    """What it said was kept is kept, every post stands once, and no hole is between them."""
    chance = random.Random(6)
    profile = tmp_path / "profile"
    said: dict[str, int] = {}
    with in_thread(_begin) as (server, living):
        for _ in range(KILLS):
            child = Child(profile, server.origin)
            child.kill(after=chance.uniform(0.05, 0.9))
            said |= child.said
        living.cancel()
        Child(profile, server.origin, "settle").end()
        there = [post["uri"] for post in server.home]

    assert troubles(profile / "cache.db") == []
    store = Store.open(profile)
    try:
        reader = store.reader
        rows = reader.rows(ALL, limit=100_000)
        uris = [row.sightings[0].entry.post.uri for row in rows if isinstance(row, Echo)]
        print(f"{len(uris)} of {len(there)} posts, {said}")
        assert len(uris) == len(rows) > 300  # no gap, no stub
        assert uris == there[: len(uris)]
        assert int(reader.written.drafts()[0].text.split()[1]) >= said["draft"] > KILLS
        assert len(reader.written.drafts()) == 1
        account = reader.accounts()[0].id
        assert reader.setting(SETTING + account)[0] >= said["read"] > 0
        filed = {one.note for one in reader.filed()}
        assert {f"note {number}" for number in range(said["filed"] + 1)} <= filed
    finally:
        store.close()
