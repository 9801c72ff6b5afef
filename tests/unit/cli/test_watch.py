"""``watch``: what is new comes out line by line, while it happens."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.cli import watch
from app.cli.output import Output
from app.protocols.base import SignedIn
from app.services.house import House
from app.services.options import Options
from app.wiring import Wiring
from tests.contract.mastodon_server import TOKEN, timeline
from tests.contract.streaming import StreamingServer, service_at, streaming_server
from tests.unit.cli.conftest import NAMES, ROOT, Command
from tests.unit.protocols.mastodon.test_streaming import message
from tests.waiting import until


@asynccontextmanager
async def watching(
    profile: Path, server: StreamingServer, *, as_json: bool = True, **chosen: Any
) -> AsyncIterator[House]:
    """The command, at work in this process, as somebody whose server streams."""
    async with Wiring().house(Options(profile=profile)) as house:
        house.vault().keep_for_session()
        account = service_at(house.http(), server.origin).account
        await house.accounts.add(SignedIn(account, {"token": TOKEN}))
        arguments = argparse.Namespace(
            **{"feed": "all", "allow": None, "disallow": None, "noun": "watch"} | chosen
        )
        task = asyncio.create_task(watch.run(arguments, house, Output(json=as_json)), name="watch")
        try:
            await until(lambda: server.socket or task.done(), "it does not listen")
            await until(lambda: house.live.state(account.id).kind == "live", "it is not live")
            yield house
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_each_new_post_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was there before is not; a feed shows what it lets in."""
    posts = timeline("http://a.example", 20)
    async with streaming_server() as server:
        server.home = posts[5:12]
        async with watching(tmp_path, server):
            said = capsys.readouterr()
            await server.say(message("update", posts[1]), message("update", posts[0]))
            lines: list[str] = []
            await until(
                lambda: lines.extend(capsys.readouterr().out.splitlines()) or len(lines) > 1
            )

    items = [json.loads(line) for line in lines]
    assert said.out == ""
    assert json.loads(said.err.splitlines()[-1]) == {"state": "watching"}
    assert [item["uri"] for item in items] == [posts[1]["uri"], posts[0]["uri"]]
    assert items[0].keys() >= {"kind", "author", "text", "verdict", "viewer", "networks"}


async def test_people_get_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As in a timeline on the command line."""
    posts = timeline("http://a.example", 20)
    async with streaming_server() as server:
        server.home = posts[5:12]
        async with watching(tmp_path, server, as_json=False, feed="mastodon"):
            await server.say(message("update", posts[2]))
            out: list[str] = []
            await until(lambda: out.append(capsys.readouterr().out) or "Ana" in "".join(out))


async def test_a_feed_is_watched_by_its_own_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pictures only: a post without one is no line."""
    posts = timeline("http://a.example", 20)
    async with streaming_server() as server:
        server.home = posts[8:12]
        async with watching(tmp_path, server, feed="pictures"):
            capsys.readouterr()
            await server.say(message("update", posts[2]), message("update", posts[6]))
            out: list[str] = []
            await until(lambda: out.append(capsys.readouterr().out) or "\n" in "".join(out))

    assert [json.loads(line)["uri"] for line in "".join(out).splitlines()] == [posts[6]["uri"]]


async def test_a_reader_that_has_had_enough_ends_it_as_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``| head`` is no bug of ours, though much is at work when it goes."""
    posts = timeline("http://a.example", 20)

    def write(text: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(watch, "write", write)
    async with streaming_server() as server:
        server.home = posts[5:12]
        async with watching(tmp_path, server) as house:
            [task] = [one for one in asyncio.all_tasks() if one.get_name() == "watch"]
            await server.say(message("update", posts[1]))
            with pytest.raises(BrokenPipeError):
                await task
            assert house.accounts.all()


def test_ctrl_c_ends_it(godwit: Command, tmp_path: Path) -> None:
    """With 130, as all commands; what was begun is put away first."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(NAMES)}
    with subprocess.Popen(
        [sys.executable, "-m", "app", "--demo", "watch"],
        cwd=ROOT,
        env={**clean, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "Ctrl-C" in line)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    assert "Waiting" in line
    assert errors.strip() == "interrupted"
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_wrong_questions_are_usage(godwit: Command) -> None:
    """No such feed, nobody to allow anything for, no network at all."""
    for arguments in (("--feed", "nothing"), ("--allow", "nowhere")):
        assert godwit.run("--demo", "watch", *arguments).returncode == 2
    assert godwit.run("--demo", "--offline", "watch").returncode == 2
    assert godwit.run("--profile", str(godwit.folder / "new"), "watch").returncode == 2
