"""What is written on the two servers, and how a test sends there."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

from tests.contract import bluesky_server, mastodon_server
from tests.contract.bluesky_writing import Writing as Repo
from tests.contract.mastodon_writing import Writing as Statuses
from tests.faults.godwit import ROOT, Godwit, environment
from tests.faults.world import World

POST = {"mastodon": "/api/v1/statuses", "bluesky": "/xrpc/com.atproto.repo.applyWrites"}
"""What publishes a post."""


class Letters:
    """Both servers take posts from now on."""

    def __init__(self, world: World) -> None:
        self.world = world
        origin = world.mastodon.origin
        self.statuses: Statuses = mastodon_server.writing(origin)
        self.repo: Repo = bluesky_server.writing()
        world._good["mastodon"] = mastodon_server.route(
            origin, mastodon_server.timeline(origin), self.statuses
        )
        world._good["bluesky"] = bluesky_server.route(
            world.bluesky.origin, bluesky_server.timeline(), self.repo
        )

    @property
    def first(self) -> list[str]:
        """Texts on the first server, oldest first."""
        return [post["typed"] for post in self.statuses.posts]

    @property
    def second(self) -> list[str]:
        """Texts on the second one, oldest first."""
        return [value["text"] for value in self._records()]

    def is_thread(self) -> bool:
        """On each server every post but the first answers the one before it."""
        parents = [post["in_reply_to_id"] for post in self.statuses.posts]
        ids = [post["id"] for post in self.statuses.posts]
        there = [value.get("reply", {}).get("parent", {}).get("uri") for value in self._records()]
        uris = [
            f"at://{self.repo.me['did']}/{collection}/{key}"
            for collection, key in self.repo.records
            if collection == "app.bsky.feed.post"
        ]
        return parents == [None, *ids[:-1]] and there == [None, *uris[:-1]]

    def _records(self) -> list[dict[str, Any]]:
        return [
            value
            for (collection, _), (_, value) in self.repo.records.items()
            if collection == "app.bsky.feed.post"
        ]


def killed(godwit: Godwit, event: str, number: int, moment: str, *arguments: str) -> None:
    """Post, and be killed then."""
    done = _run(godwit, "send", event, str(number), moment, *arguments)
    assert done.returncode == -signal.SIGKILL, done.stderr + done.stdout


def resumed(godwit: Godwit) -> list[dict[str, Any]]:
    """The next start; which lanes there were, and how they ended."""
    done = _run(godwit, "resume")
    assert done.returncode == 0, done.stderr
    lanes: list[dict[str, Any]] = json.loads(done.stdout)
    return lanes


def _run(godwit: Godwit, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.post_and_die", str(godwit.profile), *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(godwit.more), capture_output=True, text=True, timeout=90
    )
