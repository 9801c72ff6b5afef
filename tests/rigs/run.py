"""
Starts the rigs: real servers on loopback, from package registries.

A rig that cannot start skips its tests and says why; with ``GODWIT_RIGS=required``
(CI) it fails them instead. A rig that already runs is used when
``GODWIT_RIG_MASTODON`` / ``GODWIT_RIG_ATPROTO`` names a file with its JSON line.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
Rig = dict[str, Any]


def free_ports(count: int) -> int:
    """First of *count* adjacent free ports on loopback, seldom those that another run has found."""
    places = range(21000, 29000, count + 3)
    for first in random.sample(places, len(places)):
        try:
            with contextlib.ExitStack() as stack:
                for port in range(first, first + count):
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise RuntimeError("no free ports on loopback")


def tell(rig: Rig, path: str, body: dict[str, Any] = {}) -> Any:
    """Have the AT Protocol network do something; what it answers. Blocking."""
    url, data = rig["control"] + path, json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=60) as answer:
        return json.load(answer)


def catch_up(rig: Rig) -> None:
    """
    The second network's view has all that was written so far, by anybody. Blocking.

    Without it a test may be told what it knew a moment before.
    """
    tell(rig, "/rig/sync")


def give_up(reason: str) -> None:
    """Skip, or fail where the rigs are required."""
    if os.environ.get("GODWIT_RIGS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


def _running(name: str) -> Rig | None:
    path = os.environ.get(name)
    return json.loads(Path(path).read_text("utf-8")) if path else None


@contextlib.contextmanager
def mastodon(*options: str) -> Iterator[Rig]:
    """A Mastodon-API server; yields its JSON line (base_url, accounts…)."""
    if (rig := _running("GODWIT_RIG_MASTODON")) and not options:
        yield rig
        return
    command = [str(HERE / "mastodon/start-mock.sh"), "--port", str(free_ports(1)), *options]
    # Many tests share one server and one token: as many calls as they like in five minutes.
    calls = {"RIG_CALLS": "1000000", **os.environ}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env=calls
    )
    if done.returncode:
        give_up(f"the Mastodon rig does not start: {done.stderr.strip()[-300:]}")
    rig = json.loads(done.stdout.strip().splitlines()[-1])
    try:
        yield rig
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(rig["pid"], signal.SIGTERM)


@contextlib.contextmanager
def atproto(level: int = 2, *options: str) -> Iterator[Rig]:
    """An AT Protocol network; yields its JSON line (plc, pds, appview, accounts…)."""
    if (rig := _running("GODWIT_RIG_ATPROTO")) and not options:
        yield rig
        return
    if not (HERE / "atproto/node_modules").is_dir():
        give_up("the AT Protocol rig is not set up: packaging/setup-rigs.sh")
    command = [str(HERE / "atproto/start.sh"), "--level", str(level)]
    command += ["--port", str(free_ports(8)), *options]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            process.wait(30)
            errors.seek(0)
            give_up(f"the AT Protocol rig does not start: {errors.read().strip()[-300:]}")
        try:
            yield {**json.loads(line), "pid": process.pid}
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()
