"""A like survives kill -9 at any moment: done once, or done by the next command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.real.test_journey import PASSPHRASE, Godwit, add_bluesky, add_mastodon
from tests.rigs.run import Rig, catch_up

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
MOMENTS = (0.3, 0.5, 0.65, 0.8, 1.1)
"""Seconds after the start at which the command is killed."""


@pytest.fixture
def godwit(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> Godwit:
    """One account on each network, with posts of its own."""
    made = Godwit(tmp_path)
    add_mastodon(made, mastodon_rig, "cleo")
    add_bluesky(made, atproto_rig, "carol")
    return made


def killed(godwit: Godwit, moment: float, *arguments: str) -> None:
    """Begin a command, and kill it after that many seconds unless it is done."""
    command = [sys.executable, "-m", "app", "--profile", str(godwit.profile), *arguments]
    environment = {**os.environ, "GODWIT_PASSPHRASE": PASSPHRASE, **godwit.environment}
    started = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        started.wait(moment)
    except subprocess.TimeoutExpired:
        started.send_signal(signal.SIGKILL)
        started.wait()


def posted(godwit: Godwit, network: str, text: str) -> str:
    """URI of a new post there."""
    mine = next(a for a in godwit.json("account", "list") if a["network"] == network)
    done = godwit.json("post", text, "--to", mine["id"])
    return str(done["lanes"][0]["parts"][0]["uri"])


def likes(godwit: Godwit, uri: str) -> tuple[int, bool]:
    """As the cache has it after a look at the server."""
    found: dict[str, Any] = godwit.json("thread", uri)
    [focus] = [item for item in found["items"] if item["part"] == "focus"]
    [viewer] = focus["viewer"].values()
    return focus["counts"]["likes"], viewer["liked"]


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_a_killed_like_is_done_once(godwit: Godwit, atproto_rig: Rig, network: str) -> None:
    """Killed, run again, synced: one like, and nothing waits any more."""
    for moment in MOMENTS:
        uri = posted(godwit, network, f"Kill me after {moment} s, {os.urandom(4).hex()}")
        catch_up(atproto_rig)

        killed(godwit, moment, "like", uri)
        godwit.run("sync")
        godwit.json("like", uri)
        catch_up(atproto_rig)

        assert likes(godwit, uri) == (1, True), moment
