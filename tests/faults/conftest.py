"""Servers that misbehave, and profiles that have read from them before."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import bluesky_server, mastodon_server
from tests.faults.godwit import ROOT, Godwit, environment
from tests.faults.windows import Start
from tests.faults.world import PASSWORD, World, begin, in_thread

BLUESKY = bluesky_server.HANDLE


def add_mastodon(world: World) -> list[str]:
    """Arguments of a sign-in with a token (to be given on stdin)."""
    return ["account", "add", "mastodon", world.mastodon.origin, "--token-stdin"]


def add_bluesky(world: World) -> list[str]:
    """Arguments of a sign-in with an app password (to be given on stdin)."""
    at = world.bluesky.origin
    return ["account", "add", "bluesky", BLUESKY, "--pds", at, "--plc", at, "--app-password-stdin"]


@pytest.fixture(scope="session")
def one_world() -> Iterator[World]:
    """One pair of servers for all tests."""
    with in_thread(begin) as world:
        yield world


@pytest.fixture
def world(one_world: World) -> Iterator[World]:
    """The servers, well at first and well again afterwards."""
    one_world.renewable = one_world.needs_code = False
    one_world.behave()
    yield one_world
    one_world.behave()


@pytest.fixture(scope="session")
def read_profile(one_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with an account on each server, both read. To be copied, not used."""
    godwit = Godwit(tmp_path_factory.mktemp("read") / "profile")
    one_world.behave()
    godwit.ok(*add_mastodon(one_world), stdin=mastodon_server.TOKEN + "\n")
    godwit.ok(*add_bluesky(one_world), stdin=PASSWORD + "\n")
    godwit.ok("sync")
    return Path(godwit.profile)


@pytest.fixture
def godwit(read_profile: Path, tmp_path: Path) -> Godwit:
    """The command on a copy of that profile."""
    shutil.copytree(read_profile, tmp_path / "profile")
    return Godwit(tmp_path / "profile")


@pytest.fixture
def fresh(tmp_path: Path) -> Godwit:
    """The command on a profile that does not exist yet."""
    return Godwit(tmp_path / "fresh")


@pytest.fixture
def ana(world: World) -> str:
    """Id of the account on the first server."""
    return "ana@" + world.mastodon.origin.removeprefix("http://")


@pytest.fixture
def start() -> Iterator[Start]:
    """Opens a watched window; it is gone at the end."""
    begun: list[subprocess.Popen[str]] = []

    def open_window(godwit: Godwit) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.watched_window", str(godwit.profile)],
            cwd=ROOT,
            env=environment(godwit.more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield open_window
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def here(godwit: Godwit, tmp_path: Path) -> Godwit:
    """A profile that asks no server by itself, with a run-time folder of its own."""
    run_folder = tmp_path / "run"
    run_folder.mkdir(mode=0o700)
    godwit.more["XDG_RUNTIME_DIR"] = str(run_folder)
    return godwit
