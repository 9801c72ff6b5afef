"""
Kill -9 on the way of a post, again and again, on the real rigs: once per lane, every time.

Each round posts to both networks at once (a single post, a thread, a picture, a
poll), is killed at a chance moment, starts anew as the window does, and counts what
the servers have. Rigs are started, or named by ``GODWIT_RIG_MASTODON`` / ``_ATPROTO``.

    python -m tests.bench.bench_kill --kills 200
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import secrets
import signal
import sys
import tempfile
import time
import traceback
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.godwit import Godwit, environment
from tests.rigs import run

KINDS = ("single", "thread", "media", "poll")
FIRST, SECOND = "emi", "carol"
STEPS = {"single": (5, 2), "thread": (9, 4), "media": (7, 4), "poll": (5, 2)}
"""Transactions and requests of each kind, about."""


def main() -> int:
    """Prints one line per round that went wrong, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_said_when_skipped())
        rigs = stack.enter_context(run.mastodon()), stack.enter_context(run.atproto())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        return _rounds(folder, rigs, chosen.kills, random.Random(chosen.seed))
    return 0


@contextlib.contextmanager
def _said_when_skipped() -> Iterator[None]:
    """A rig that cannot start is no failure, and says why."""
    try:
        yield
    except pytest.skip.Exception as reason:
        print(reason)


def _rounds(folder: Path, rigs: tuple[Any, Any], kills: int, chance: random.Random) -> int:
    os.environ.update(environment({"GODWIT_PLC_URL": rigs[1]["plc"]}))
    profile = folder / "profile"
    _sign_in(profile, rigs)
    wall = _Wall(*rigs)
    picture = folder / "a.png"
    from tests.unit.services import pictures

    pictures.png(picture, (120, 90))
    killed = wrong = rounds = 0
    where: Counter[str] = Counter()
    began = time.monotonic()
    while killed < kills:
        rounds += 1
        kind = KINDS[rounds % len(KINDS)]
        mark = f"kill-{secrets.token_hex(5)}"
        death = _moment(kind, chance)
        if _forked(lambda: _post(profile, death, kind, mark, picture)) == -signal.SIGKILL:
            killed += 1
            where[
                f"{kind} {death[0]} {death[2] if death[2] in ('before', 'after') else 'during'}"
            ] += 1
        status = _forked(lambda: _resume(profile))
        problem = wall.problem(kind, mark) if status == 0 else f"the next start ended with {status}"
        if problem:
            wrong += 1
            print(f"WRONG {kind} {death} {mark}: {problem}", flush=True)
    for name, count in sorted(where.items()):
        print(f"  {name}: {count}")
    took = time.monotonic() - began
    print(f"{killed} kills in {rounds} rounds, {wrong} wrong, {took:.0f} s")
    return 1 if wrong else 0


def _moment(kind: str, chance: random.Random) -> tuple[str, int, str]:
    """A transaction or a request, and when in it; never before the first row."""
    transactions, requests = STEPS[kind]
    if chance.random() < 0.5:
        number = chance.randint(1, transactions)
        return (
            "keep",
            number,
            "after" if number == 1 else chance.choice(["before", "after", "0.001"]),
        )
    moment = chance.choice(["before", "after", f"{chance.uniform(0, 0.03):.4f}"])
    return "ask", chance.randint(1, requests), moment


def _post(profile: Path, death: tuple[str, int, str], kind: str, mark: str, picture: Path) -> None:
    from tests.faults.post_and_die import Death, send

    parts = [f"{n}. {mark} {'word ' * 50}." for n in range(3)]
    arguments = {
        "single": [mark],
        "thread": ["\n---\n".join(parts), "--thread"],
        "media": [mark, "--media", str(picture), "--alt", "noise"],
        "poll": [mark, "--poll", "Yes|No"],
    }[kind]
    event, number, moment = death
    # What the command says to people is not what this prints.
    with open(os.devnull, "w") as nothing, contextlib.redirect_stderr(nothing):
        asyncio.run(send(profile, Death(event, number, moment), arguments))


def _resume(profile: Path) -> None:
    from tests.faults.post_and_die import resume

    lanes = asyncio.run(resume(profile))
    if any(lane["state"] != "delivered" for lane in lanes):
        sys.stderr.write(json.dumps(lanes, indent=1) + "\n")
        raise SystemExit(3)


def _forked(work: Callable[[], None]) -> int:
    """*work* in a process of its own, which has everything loaded. Exit status, −n = signal n."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
                work()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _sign_in(profile: Path, rigs: tuple[Any, Any]) -> None:
    first, second = rigs
    godwit = Godwit(profile, {"GODWIT_PLC_URL": second["plc"]})
    token = next(one["token"] for one in first["accounts"] if one["acct"] == FIRST)
    godwit.ok("account", "add", "mastodon", first["base_url"], "--token-stdin", stdin=token + "\n")
    person = next(one for one in second["accounts"] if one["handle"].startswith(SECOND))
    godwit.ok(
        "account", "add", "bluesky", person["handle"], "--pds", person["pds"],
        "--app-password-stdin", stdin=person["password"] + "\n",
    )  # fmt: skip
    # What never changes is loaded once: each round forks from here.
    import app.cli.post
    import app.compose.lanes
    import app.protocols.bluesky
    import app.protocols.mastodon  # noqa: F401
    import tests.faults.post_and_die  # noqa: F401


class _Wall:
    """What the servers have."""

    def __init__(self, first: Any, second: Any) -> None:
        self._origin = first["base_url"]
        self._token = next(one["token"] for one in first["accounts"] if one["acct"] == FIRST)
        person = next(one for one in second["accounts"] if one["handle"].startswith(SECOND))
        self._pds, self._did = person["pds"], person["did"]
        self._me = self._get(f"{self._origin}/api/v1/accounts/verify_credentials")["id"]

    def problem(self, kind: str, mark: str) -> str:
        """What is not as it should be; "" = each post is there once, in its order."""
        posts = self._get(f"{self._origin}/api/v1/accounts/{self._me}/statuses?limit=40")
        here = [one for one in reversed(posts) if mark in one["content"]]
        query = f"repo={self._did}&collection=app.bsky.feed.post&limit=60"
        records = self._get(f"{self._pds}/xrpc/com.atproto.repo.listRecords?{query}")["records"]
        there = [one for one in reversed(records) if mark in one["value"]["text"]]
        wanted = 3 if kind == "thread" else 1
        if (len(here), len(there)) != (wanted, wanted):
            return f"{len(here)} and {len(there)} posts instead of {wanted}"
        parents = [one["in_reply_to_id"] for one in here]
        if parents != [None, *(one["id"] for one in here[:-1])]:
            return "the first thread is out of order"
        parents = [one["value"].get("reply", {}).get("parent", {}).get("uri") for one in there]
        if parents != [None, *(one["uri"] for one in there[:-1])]:
            return "the second thread is out of order"
        pictures = len(here[0]["media_attachments"]), "embed" in there[0]["value"]
        return "" if kind != "media" or pictures == (1, True) else "a picture is missing"

    def _get(self, url: str) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if url.startswith(self._origin) else {}
        asked = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.loads(answer.read())


if __name__ == "__main__":
    raise SystemExit(main())
