"""The window itself, opened on what is broken: it lives, tells, and ends well."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest

from tests.contract.server import Answer, Asking
from tests.faults.godwit import Godwit, must_hide
from tests.faults.test_disk import DAMAGE, spoil
from tests.faults.windows import Start, says
from tests.faults.world import HOME, World

FAULTS = {
    "well": None,
    "revoked": Answer({"error": "The access token was revoked"}, 401),
    "502": Answer(b"<h1>Bad Gateway</h1>", 502),
    "429": Answer({"error": "Too many requests"}, 429, {"retry_after": "120"}),
    "html": Answer(b"<!doctype html><p>Welcome to nginx!"),
    "cut JSON": Answer(b'[{"id": "1", "content": "<p>hal'),
    "taken down": Answer({"error": "AccountTakedown", "message": "taken down"}, 400),
}


def close_and_check(here: Godwit, first: subprocess.Popen[str]) -> None:
    """A second start makes the watched window close; it ends with nothing to say."""
    assert here.run().status == 0
    out, err = first.communicate(timeout=60)
    # Qt's stand-in for a screen has no "in front of others", and says so.
    said = [line for line in err.splitlines() if not line.startswith("This plugin")]

    assert (first.returncode, said) == (0, [])
    assert out == "came forward\n"
    log = (Path(here.profile) / "godwit.log").read_text("utf-8")
    assert "Traceback" not in log
    must_hide(log)


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_window_whose_servers_fail(
    here: Godwit,
    world: World,
    start: Start,
    fault: str,
) -> None:
    """Both are asked and fail; the window is there, brought forward and closed as ever."""
    posts = here.posts()
    asked = {network: threading.Event() for network in HOME}

    def listen(network: str) -> None:
        def edit(asking: Asking, good: Answer) -> Answer:
            if asking.path != HOME[network]:
                return good
            asked[network].set()
            return FAULTS[fault] or good

        world.edits[network].append(edit)

    for network in HOME:
        listen(network)
    first = start(here)
    assert says(first) == "hidden"
    assert all(event.wait(30) for event in asked.values())

    close_and_check(here, first)
    world.behave()
    assert here.posts() == posts


@pytest.mark.parametrize("name", ["cache.db", "keep.db", "vault.json"])
@pytest.mark.parametrize("how", ["no header", "cut", "noise"])
def test_a_window_on_a_damaged_profile(
    here: Godwit,
    world: World,
    start: Start,
    name: str,
    how: str,
) -> None:
    """Mended or told: a window comes all the same."""
    spoil(here, name, DAMAGE[how])
    first = start(here)

    assert says(first) == "hidden"
    close_and_check(here, first)


def test_a_window_without_the_passphrase(
    here: Godwit,
    world: World,
    start: Start,
) -> None:
    """The vault stays locked, nobody is asked, and what was read is there."""
    here.more["GODWIT_PASSPHRASE"] = None
    world.asked["mastodon"].clear()
    first = start(here)

    assert says(first) == "hidden"
    close_and_check(here, first)
    # A picture is public: it may be fetched, in nobody's name.
    assert [path for path in world.asked["mastodon"] if path != "/avatar.png"] == []
