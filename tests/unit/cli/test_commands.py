"""The command line's contract, on the demo: documents, exit status, errors in two lines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.cli.conftest import ROOT, Command

ITEM = {
    "kind",
    "uri",
    "uris",
    "networks",
    "accounts",
    "url",
    "author",
    "created_at",
    "sort_at",
    "text",
    "spans",
    "reposted_by",
    "reply_to",
    "quote",
    "media",
    "poll",
    "card",
    "advisories",
    "verdict",
    "reasons",
    "counts",
    "viewer",
    "lang",
    "visibility",
}


def test_the_demo_is_one_timeline_of_two_networks(godwit: Command) -> None:
    """Every item has every key; newest first; both networks; spans in code points."""
    page = godwit.json("--demo", "timeline", "--limit", "150")
    items = page["items"]

    assert {"feed", "items", "older", "hidden"} <= page.keys()
    assert page["feed"] == "all"
    assert all(item.keys() >= ITEM for item in items)
    assert [i["sort_at"] for i in items] == sorted((i["sort_at"] for i in items), reverse=True)
    assert {n for i in items for n in i["networks"]} == {"mastodon", "bluesky"}
    assert any(len(i["networks"]) == 2 and len(i["uris"]) == 2 for i in items)
    for item in items:
        for span in item["spans"]:
            assert 0 <= span["start"] < span["end"] <= len(item["text"])
            if span["kind"] == "tag":
                assert item["text"][span["start"]] == "#"


def test_every_kind_of_content_comes_out_as_data(godwit: Command) -> None:
    """Quotes, media, polls, cards, advisories, reposts, replies, stubs: all there."""
    items = godwit.json("--demo", "timeline", "--limit", "400")["items"]
    posts = [i for i in items if i["kind"] == "post"]

    assert {"post", "stub"} <= {i["kind"] for i in items}
    for key in ("quote", "media", "poll", "card", "advisories", "reposted_by", "reply_to"):
        assert any(p[key] for p in posts), key
    assert {"show", "cover"} <= {p["verdict"]["action"] for p in posts}
    assert all({"action", "causes"} <= set(p["verdict"]) for p in posts)
    assert all(set(p["author"]) == {"uri", "handle", "name"} for p in posts)
    assert all(set(p["counts"]) == {"likes", "reposts", "replies", "quotes"} for p in posts)
    for post in posts:
        assert datetime.fromisoformat(post["created_at"]).utcoffset() is not None
        for state in post["viewer"].values():
            assert {"liked", "reposted", "bookmarked"} == state.keys()
        assert set(post["viewer"]) <= set(post["accounts"])


def test_pages_join_without_loss(godwit: Command, tmp_path: Path) -> None:
    """A cursor leads on exactly where the page ended."""
    godwit_all = godwit.json("--demo", "timeline", "--limit", "60")["items"]
    first = godwit.json("--demo", "timeline", "--limit", "25")

    assert [i["uri"] for i in godwit_all[:25]] == [i["uri"] for i in first["items"]]
    assert first["older"] is not None


def test_a_timeline_begins_at_a_time(godwit: Command) -> None:
    """With the newest post of then: what was written since stands above."""
    page = godwit.json("--demo", "timeline", "--at", "2 hours ago", "--limit", "5")
    whole = godwit.json("--demo", "timeline", "--limit", "200")
    before = datetime.now(UTC) - timedelta(hours=2)
    times = [datetime.fromisoformat(item["sort_at"]) for item in page["items"]]

    assert len(times) == 5
    assert times == sorted(times, reverse=True)
    assert max(times) <= before
    # The demo goes by the clock: its posts move while we look.
    assert any(datetime.fromisoformat(i["sort_at"]) > max(times) for i in whole["items"])


def test_sync_reports_each_account(godwit: Command) -> None:
    """The document of the contract, and nothing failed in the demo."""
    report = godwit.json("--demo", "sync")["accounts"]

    assert len(report) == 3
    assert all(
        {"id", "fetched", "new", "gaps", "error"} <= one.keys() and one["error"] is None
        for one in report
    )
    assert all(one["fetched"] >= one["new"] > 0 for one in report)


def test_sync_of_one_account(godwit: Command) -> None:
    """--account limits it."""
    report = godwit.json("--demo", "sync", "--account", "juno.example.org")["accounts"]

    assert [one["id"] for one in report] == ["juno.example.org"]


def test_accounts_are_listed(godwit: Command) -> None:
    """With network, handle, server, and whether they are signed in."""
    accounts = godwit.json("--demo", "account", "list")

    assert [a["network"] for a in accounts] == ["mastodon", "bluesky", "mastodon"]
    for account in accounts:
        assert {"id", "handle", "uri", "server", "signed_in", "capabilities"} <= account.keys()
        assert account["signed_in"] is True


def test_global_options_stand_anywhere(godwit: Command) -> None:
    """Before the command or after it."""
    before = godwit.run("--demo", "--json", "account", "list")
    after = godwit.run("account", "list", "--json", "--demo")

    assert before.stdout == after.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["timeline", "--limit", "0"],
        ["timeline", "--limit", "many"],
        ["timeline", "--older", "zz"],
        ["timeline", "--at", "soon"],
        ["timeline", "--at", "yesterday", "--feed", "friends"],
        ["timeline", "--at", "yesterday", "--older", "1.2"],
        ["timeline", "--older", "1.2.3"],
        ["timeline", "--feed", "nobody"],
        ["sync", "--account", "nobody"],
        ["sync", "--source", "lists"],
        ["account"],
        ["account", "remove", "nobody"],
        ["account", "add", "myspace", "tom"],
        ["post"],
        ["post", "hello", "--alt", "nothing"],
        ["post", "hello", "--to", "nobody"],
        ["post", "hello", "--lane", "nobody"],
        ["post", "hello", "--poll", "one"],
        ["post", "hello", "--at", "yesterday"],
        ["post", "hello", "--lang", "english"],
        ["post", "hello", "--lang", "e"],
        ["post", "hello", "--lang", "de_DE"],
        ["post", "hello", "--at", "2020-01-01T00:00"],
        ["post", "hello", "--at", "+999999w"],
        ["post", "hello", "--at", "0001-01-01T00:00"],
        ["post", "hello", "--at", "9999-12-31T23:59:59-12:00"],
        ["post", "hello", "--media", "nowhere.png"],
        ["post", "x" * 600],
        ["outbox", "retry"],
        ["outbox", "retry", "nothing"],
        ["outbox", "burn"],
        ["edit", "uri"],
        ["delete"],
        ["--profile", "x", "timeline"],
    ],
)
def test_bad_input_is_refused_in_two_lines(godwit: Command, arguments: list[str]) -> None:
    """Exit 2; ``error:`` and ``try:`` on stderr; the same as a document; no traceback."""
    done = godwit.run("--demo", "--json", *arguments)
    plain = godwit.run("--demo", *arguments)

    assert (done.returncode, plain.returncode) == (2, 2)
    assert [line.split(":")[0] for line in plain.stderr.splitlines()] == ["error", "try"]
    assert plain.stdout == ""
    document = godwit.json("--demo", *arguments, status=2)
    assert {"kind", "message", "try"} <= document["error"].keys()
    assert "Traceback" not in done.stderr


def test_a_wrong_password_is_refused(godwit: Command) -> None:
    """Exit 1, words, and the secret does not come back."""
    arguments = ["--demo", "account", "add", "demo", "saltmarsh.example", "--app-password-stdin"]
    done = godwit.run(*arguments, stdin="canary-7741\n")

    assert done.returncode == 1
    assert done.stderr.startswith("error: Wrong password.\ntry: ")
    assert "canary" not in done.stdout + done.stderr


def test_a_sign_in_code_comes_from_the_environment(godwit: Command) -> None:
    """A code that the server has sent is asked for, and taken from GODWIT_SIGN_IN_CODE."""
    arguments = ["--demo", "account", "add", "demo", "estuary.example.net", "--app-password-stdin"]
    asked = godwit.json(*arguments, status=1, stdin="demo\n")
    given = godwit.json(*arguments, stdin="demo\n", GODWIT_SIGN_IN_CODE="GULLS")

    assert asked["error"]["kind"] == "needs_code"
    assert "GODWIT_SIGN_IN_CODE" in asked["error"]["try"]
    assert given["handle"] == "estuary.example.net"


def test_a_browser_sign_in_prints_its_address(godwit: Command) -> None:
    """The address goes to stderr, so that stdout is one document."""
    done = godwit.run("--demo", "--json", "account", "add", "demo", "estuary.example.net")

    assert done.returncode == 0
    assert "https://estuary.example.net/oauth/authorize" in done.stderr


def test_without_a_screen_the_window_says_how_to_go_on(godwit: Command) -> None:
    """No crash of Qt, no hang: words and a command."""
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems always have a screen")
    done = godwit.run()

    assert done.returncode == 2
    assert "no screen" in done.stderr
    assert "godwit timeline" in done.stderr


def test_an_empty_profile_says_what_to_do(godwit: Command, tmp_path: Path) -> None:
    """No account is no error."""
    profile = str(tmp_path / "p")
    done = godwit.run("--profile", profile, "timeline")

    assert done.returncode == 0
    assert "godwit account add" in done.stdout
    assert godwit.json("--profile", profile, "timeline")["items"] == []
    assert godwit.json("--profile", profile, "account", "list") == []


def test_the_profile_comes_from_the_environment(godwit: Command, tmp_path: Path) -> None:
    """GODWIT_PROFILE names it, and it is private."""
    profile = tmp_path / "mine"
    found = godwit.json("--offline", "doctor", GODWIT_PROFILE=str(profile))

    assert found["profile"]["folder"] == str(profile)
    assert found["profile"]["private"] is True
    modes = {path.name: path.stat().st_mode & 0o077 for path in [profile, *profile.iterdir()]}
    assert set(modes.values()) == {0}, modes


def test_a_profile_that_cannot_be_used_is_said(godwit: Command, tmp_path: Path) -> None:
    """A file where the folder should be: exit 1 and words."""
    (tmp_path / "file").write_text("x")
    document = godwit.json("--profile", str(tmp_path / "file"), "account", "list", status=1)

    assert document["error"]["kind"] == "store"


def test_the_demo_leaves_nothing_behind(godwit: Command, tmp_path: Path) -> None:
    """Its profile is deleted at the end."""
    godwit.json("--demo", "sync")

    assert list(tmp_path.glob("godwit-demo-*")) == []


def test_doctor_tells_without_asking_when_offline(godwit: Command) -> None:
    """Versions, profile, vault, accounts, hosts."""
    found = godwit.json("--demo", "--offline", "doctor")

    assert {
        "godwit",
        "python",
        "libraries",
        "profile",
        "vault",
        "accounts",
        "hosts",
    } <= found.keys()
    assert {a["reachable"] for a in found["accounts"]} == {None}
    assert found["hosts"] == []


def test_offline_never_asks_a_server(godwit: Command) -> None:
    """A sync is refused in words; the timeline shows what is there."""
    report = godwit.json("--demo", "--offline", "sync", status=1)

    assert {a["error"]["kind"] for a in report["accounts"]} == {"unreachable"}
    assert godwit.json("--demo", "--offline", "timeline")["items"] == []


def test_people_get_text(godwit: Command) -> None:
    """Author, time, network, text; no control characters; the way to older posts."""
    done = godwit.run("--demo", "timeline", "--limit", "200")

    assert done.returncode == 0
    assert "Teun Haverkate  @teun@polder.example" in done.stdout
    assert "Older: godwit timeline --older" in done.stdout
    assert not {c for c in done.stdout if ord(c) < 32} - {"\n", "\t"}
    assert "\x9b" not in done.stdout


def test_a_reader_that_stops_early_is_no_error(godwit: Command) -> None:
    """``godwit timeline | head``."""
    shell = f"{sys.executable} -m app --demo timeline --limit 400 --json | head -c 100"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {shell}"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_is_130(godwit: Command, tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C (or the system) ends a command quietly, and the demo's folder goes as well."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.cli.hanging", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)

    assert process.returncode == 130
    assert errors.strip() == "interrupted"
    assert list(tmp_path.glob("godwit-demo-*")) == []


def test_a_bug_is_told_in_words_and_traced_on_demand(tmp_path: Path) -> None:
    """No traceback without GODWIT_DEBUG=1."""
    command = [sys.executable, "-m", "tests.unit.cli.broken"]
    quiet = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    loud = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "GODWIT_DEBUG": "1"}
    )

    assert quiet.returncode == 1
    assert quiet.stderr.startswith("error: Godwit has made a mistake (ZeroDivisionError).\ntry: ")
    assert "Traceback" not in quiet.stderr
    assert "ZeroDivisionError" in loud.stderr
    assert "Traceback" in loud.stderr


def test_a_cold_start_says_the_same(godwit: Command) -> None:
    """The other tests fork from a process that is warm; people start one that is not."""
    cold = subprocess.run(
        [sys.executable, "-m", "app", "--demo", "account", "list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    warm = godwit.run("--demo", "account", "list")
    assert (cold.returncode, cold.stdout, cold.stderr) == (0, warm.stdout, warm.stderr)
