"""``godwit sync`` killed (SIGKILL) again and again: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.contract import bluesky_server, mastodon_server
from tests.contract.server import Answer, Asking
from tests.faults.conftest import add_bluesky, add_mastodon
from tests.faults.godwit import Godwit, must_hide
from tests.faults.test_session import EXPIRED, REFRESH
from tests.faults.world import HOME, NEW_TOKEN, PASSWORD, World
from tests.unit.store.check import troubles

pytestmark = pytest.mark.timeout(300)
Json = dict[str, Any]
DEPTH = 330
"""Posts at the start: more than a first sync reads at once."""
NEWER = 290
"""Posts that come later: more than one walk reads, so that a gap opens."""


def statuses(origin: str, count: int) -> list[Json]:
    """So many plain posts of the first kind, newest first. Each says "post"."""
    plain = mastodon_server.timeline(origin, DEPTH + NEWER + 20)[20:]
    return [
        {**status, "content": f"<p>post {status['id']}</p>", "emojis": [], "tags": []}
        for status in plain[-count:]
    ]


def views(count: int) -> list[Json]:
    """So many plain posts of the second kind, newest first. Each says "post"."""
    plain = bluesky_server.timeline(DEPTH + NEWER + 20)[20:]
    for view in plain:
        view["post"]["record"]["text"] = f"post {view['post']['uri'][-6:]}"
        view.pop("reply", None)
    return plain[-count:]


class Deadly:
    """
    Kills the program when it has come so far.

    Args:
        at: At which request for a home timeline, counted over both servers.
        moment: ``asked``: before it is answered. A number: so many seconds
            after the answer was given, while it is read and stored.
    """

    def __init__(self, world: World, at: int, moment: str | float) -> None:
        self._at, self._moment = at, moment
        self._lock = threading.Lock()
        self._count = 0
        self.process: subprocess.Popen[str] | None = None
        self.started = threading.Event()
        for network in ("mastodon", "bluesky"):
            world.edits[network].append(self._edit)

    def _edit(self, asking: Asking, good: Answer) -> Answer:
        if asking.path in HOME.values():
            with self._lock:
                self._count += 1
                hit = self._count == self._at
            if hit:
                self.started.wait(30)
                assert self.process is not None
                if self._moment == "asked":
                    self.process.kill()
                else:
                    threading.Timer(float(self._moment), self.process.kill).start()
        return good

    def sync(self, godwit: Godwit) -> bool:
        """Start a sync and wait for its end. Returns whether it was killed."""
        self.process = godwit.start("sync", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.started.set()
        return self.process.wait(60) == -signal.SIGKILL


def everything(godwit: Godwit) -> list[Json]:
    """The whole timeline, fetched down to the servers' ends."""
    items: list[Json] = []
    older: list[str] = []
    for _ in range(60):
        page = godwit.ok("timeline", "--limit", "200", *older)
        items += page["items"]
        if page["older"] is None:
            return items
        older = ["--older", page["older"]]
    pytest.fail("this timeline has no end")


@pytest.fixture
def signed_in(world: World, tmp_path: Path) -> Godwit:
    """Both accounts; nothing read yet."""
    godwit = Godwit(tmp_path / "profile")
    godwit.ok(*add_mastodon(world), stdin=mastodon_server.TOKEN + "\n")
    godwit.ok(*add_bluesky(world), stdin=PASSWORD + "\n")
    return godwit


MOMENTS: list[tuple[int, str | float]] = [
    (1, "asked"),
    (2, 0.0),
    (2, 0.02),
    (3, "asked"),
    (3, 0.003),
    (4, 0.01),
    (5, 0.04),
    (6, 0.015),
    (7, "asked"),
]


def test_killed_again_and_again_nothing_is_lost_or_doubled(world: World, signed_in: Godwit) -> None:
    """
    At every request and at every moment after it: the cache is whole each
    time, and in the end the timeline is exactly what the servers have.
    """
    cache = Path(signed_in.profile) / "cache.db"
    killed = 0

    def serve(count: int) -> set[str]:
        first, second = statuses(world.mastodon.origin, count), views(count)
        world.serve("mastodon", first)
        world.serve("bluesky", second)
        return {status["uri"] for status in first} | {view["post"]["uri"] for view in second}

    for count in (DEPTH, DEPTH + NEWER):
        truth = serve(count)
        for at, moment in MOMENTS:
            killed += Deadly(world, at, moment).sync(signed_in)
            for network in ("mastodon", "bluesky"):
                world.edits[network].clear()
            if cache.exists():
                signed_in.posts()
                assert troubles(cache) == []
    for _ in range(10):
        if not any(one["gaps"] for one in signed_in.ok("sync")["accounts"]):
            break

    items = everything(signed_in)
    found = [item["uri"] for item in items]
    assert killed >= len(MOMENTS)
    assert {item["kind"] for item in items} == {"post"}
    assert len(found) == len(set(found))
    assert set(found) == truth
    times = [item["sort_at"] for item in items]
    assert times == sorted(times, reverse=True)
    assert troubles(cache) == []


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
@pytest.mark.parametrize("at", [1, 2, 4])
def test_interrupted_in_the_middle(world: World, signed_in: Godwit, at: int) -> None:
    """Ctrl-C while a server is being asked: 130 at once, in a word; a sync later is complete."""
    world.serve("mastodon", statuses(world.mastodon.origin, 100))
    world.serve("bluesky", views(100))
    started = threading.Event()
    left = [at]
    process: list[subprocess.Popen[str]] = []

    def interrupt(asking: Asking, good: Answer) -> Answer:
        if asking.path in HOME.values():
            left[0] -= 1
            if left[0] == 0:
                started.wait(30)
                process[0].send_signal(signal.SIGINT)
        return good

    for network in ("mastodon", "bluesky"):
        world.edits[network].append(interrupt)
    process.append(signed_in.start("sync"))
    started.set()
    out, err = process[0].communicate(timeout=60)

    assert (process[0].returncode, err) == (130, "interrupted\n")
    must_hide(out)
    for network in ("mastodon", "bluesky"):
        world.edits[network].clear()
    assert signed_in.run("sync").status == 0
    assert len(signed_in.posts()) == 200
    assert troubles(Path(signed_in.profile) / "cache.db") == []


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_while_a_token_is_renewed(
    world: World, signed_in: Godwit, number: signal.Signals
) -> None:
    """A refresh token serves once: what the server gives for it is kept before we end."""
    world.renewable = True
    renewals: list[str] = []
    process: list[subprocess.Popen[str]] = []
    started = threading.Event()

    def once(asking: Asking, good: Answer) -> Answer:
        old = asking.token != NEW_TOKEN
        if asking.path == HOME["bluesky"] and old:
            return EXPIRED
        if asking.path == REFRESH:
            renewals.append(asking.path)
            if len(renewals) > 1:
                return EXPIRED
            started.wait(30)
            process[0].send_signal(number)
            time.sleep(0.3)  # the answer comes when we are about to be gone
        return good

    world.edits["bluesky"].append(once)
    process.append(signed_in.start("sync"))
    started.set()
    _, err = process[0].communicate(timeout=60)
    assert (process[0].returncode, err) == (130, "interrupted\n")

    again = signed_in.ok("sync")

    assert [account["error"] for account in again["accounts"]] == [None, None]
    assert len(renewals) == 1
