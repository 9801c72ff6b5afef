"""A new user's way on both rigs, over the command line: sign in, sync, read, cut, restart."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.rigs.run import Rig, catch_up

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
PASSPHRASE = "canary-passphrase-7f3a"


@dataclass
class Godwit:
    """The command, on one profile."""

    profile: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        words = ["--profile", str(self.profile), *arguments]
        environment = {**os.environ, "GODWIT_PASSPHRASE": PASSPHRASE, **self.environment}
        done = warm.run(words, environment, stdin=stdin.encode(), timeout=120)
        out, err = done.stdout.decode(), done.stderr.decode()
        return subprocess.CompletedProcess(words, done.returncode, out, err)

    def json(self, *arguments: str, stdin: str = "") -> Any:
        done = self.run("--json", *arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def items(self, limit: int = 500, *more: str) -> list[dict[str, Any]]:
        """The whole unified timeline, page by page."""
        items: list[dict[str, Any]] = []
        older: list[str] = []
        while True:
            page = self.json("timeline", "--no-sync", "--limit", "50", *older, *more)
            items += page["items"]
            if page["older"] is None or len(items) >= limit:
                return items
            older = ["--older", page["older"]]


def add_mastodon(godwit: Godwit, rig: Rig, acct: str = "ana") -> Any:
    token = next(a["token"] for a in rig["accounts"] if a["acct"] == acct)
    return godwit.json(
        "account", "add", "mastodon", rig["base_url"], "--token-stdin", stdin=token + "\n"
    )


def add_bluesky(godwit: Godwit, rig: Rig, name: str = "alice") -> Any:
    account = next(a for a in rig["accounts"] if a["handle"].startswith(name))
    password = account.get("password", "rig-password")
    return godwit.json(
        "account",
        "add",
        "bluesky",
        account["handle"],
        "--pds",
        rig["pds"][0],
        "--app-password-stdin",
        stdin=password + "\n",
    )


@pytest.fixture(scope="module")
def godwit(tmp_path_factory: pytest.TempPathFactory, mastodon_rig: Rig, atproto_rig: Rig) -> Godwit:
    """Both accounts signed in, everything fetched."""
    made = Godwit(tmp_path_factory.mktemp("profile"), {"GODWIT_PLC_URL": atproto_rig["plc"]})
    add_mastodon(made, mastodon_rig)
    add_bluesky(made, atproto_rig)
    catch_up(atproto_rig)
    made.json("sync")
    return made


def test_two_networks_read_as_one_timeline_in_the_right_order(godwit: Godwit) -> None:
    """A hundred posts or more of both networks, newest first, none twice."""
    posts = [i for i in godwit.items() if i["kind"] == "post"]

    assert {n for p in posts for n in p["networks"]} == {"mastodon", "bluesky"}
    assert [p["sort_at"] for p in posts] == sorted((p["sort_at"] for p in posts), reverse=True)
    assert len({(p["uri"], p["sort_at"]) for p in posts}) == len(posts)
    assert len(posts) >= 100


def test_accounts_are_listed_with_what_they_can_do(godwit: Godwit) -> None:
    """Both are signed in and have probed capabilities."""
    accounts = godwit.json("account", "list")

    assert [(a["network"], a["signed_in"]) for a in accounts] == [
        ("mastodon", True),
        ("bluesky", True),
    ]
    assert all("home" in a["capabilities"] for a in accounts)


def test_syncing_again_brings_nothing_twice(godwit: Godwit) -> None:
    """A second sync finds nothing new and leaves the timeline as it was."""
    before = [i["uri"] for i in godwit.items()]
    report = godwit.json("sync")
    after = [i["uri"] for i in godwit.items()]

    assert [a["new"] for a in report["accounts"]] == [0, 0]
    assert after == before


def test_offline_reads_from_the_cache(godwit: Godwit) -> None:
    """--offline shows the same posts and says that a sync was refused."""
    assert godwit.json("--offline", "timeline", "--limit", "5")["items"] == godwit.items(5)[:5]


def test_no_secret_is_written_anywhere(godwit: Godwit, mastodon_rig: Rig) -> None:
    """Neither token nor password nor passphrase stands in any file of the profile."""
    token = next(a["token"] for a in mastodon_rig["accounts"] if a["acct"] == "ana")
    canaries = [token.encode(), b"rig-password", PASSPHRASE.encode()]
    found = [
        (path.name, canary)
        for path in godwit.profile.rglob("*")
        if path.is_file()
        for canary in canaries
        if canary in path.read_bytes()
    ]

    assert found == []


def test_a_wrong_token_is_refused_in_words(tmp_path: Path, mastodon_rig: Rig) -> None:
    """Exit 1, one error line, one try line, no account, no traceback."""
    fresh = Godwit(tmp_path)
    done = fresh.run(
        "account",
        "add",
        "mastodon",
        mastodon_rig["base_url"],
        "--token-stdin",
        stdin="wrong-token\n",
    )

    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.strip().splitlines()] == ["error", "try"]
    assert "wrong-token" not in done.stderr + done.stdout
    assert fresh.json("account", "list") == []


def test_a_wrong_app_password_is_refused_in_words(tmp_path: Path, atproto_rig: Rig) -> None:
    """Exit 1 and words; the password does not come back."""
    fresh = Godwit(tmp_path, {"GODWIT_PLC_URL": atproto_rig["plc"]})
    handle = atproto_rig["accounts"][0]["handle"]
    done = fresh.run(
        "account",
        "add",
        "bluesky",
        handle,
        "--pds",
        atproto_rig["pds"][0],
        "--app-password-stdin",
        stdin="wrong-word\n",
    )

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "wrong-word" not in done.stderr + done.stdout
