"""Bad usage of every documented command: exit 2 in two lines; nothing on the line is a crash."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli.main import run
from app.cli.options import NOUNS
from app.wiring import Wiring
from tests.faults.godwit import Done, must_be_clean, must_be_refused

BAD = [
    ["nonsense"],
    ["--nonsense"],
    ["--profile"],
    ["--json"],
    ["account"],
    ["account", "nonsense"],
    ["account", "add"],
    ["account", "add", "mastodon"],
    ["account", "add", "nonsense", "https://x.example"],
    ["account", "add", "mastodon", "https://x.example", "--nonsense"],
    ["account", "add", "mastodon", "https://x.example", "extra"],
    ["account", "add", "mastodon", "https://x.example", "--token-stdin", "--app-password-stdin"],
    ["account", "add", "bluesky", "a.example", "--pds"],
    ["account", "list", "extra"],
    ["account", "remove"],
    ["account", "remove", "nobody@x.example"],
    ["sync", "extra"],
    ["sync", "--account"],
    ["sync", "--account", "nobody"],
    ["sync", "--source", "nonsense"],
    ["timeline", "extra"],
    ["timeline", "--limit"],
    ["timeline", "--limit", "0"],
    ["timeline", "--limit", "-1"],
    ["timeline", "--limit", "1001"],
    ["timeline", "--limit", "many"],
    ["timeline", "--limit", "1e400"],
    ["timeline", "--limit", "9" * 5_000],
    ["timeline", "--feed", "nonsense"],
    ["timeline", "--older", "nonsense"],
    ["timeline", "--older", ""],
    ["timeline", "--older", "f" * 5_000 + ".1"],
    ["timeline", "--older", "\u202e.1"],
    ["tour"],
    ["tour", "/dev/null/x"],
    ["doctor", "extra"],
]
LATER = [
    "nonsense",
    *sorted({"bookmarks", "notifications", "profile", "search", "watch"} - set(NOUNS)),
]
"""In the contract, but perhaps not built yet: they must not be taken for something else."""


def said(profile: Path, *arguments: str, stdin: str = "") -> Done:
    """The command, in this process, on a profile that asks nobody and with no vault."""
    out, err = io.StringIO(), io.StringIO()
    before, sys.stdin = sys.stdin, io.StringIO(stdin)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(["--offline", *arguments], Wiring())
    except SystemExit as ended:
        status = int(ended.code or 0)
    finally:
        sys.stdin = before
    done = Done(status, out.getvalue(), err.getvalue())
    must_be_clean(done)
    return done


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder and a profile of its own, no screen, no passphrase, no key store."""
    monkeypatch.chdir(tmp_path)
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "GODWIT_PASSPHRASE", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GODWIT_PROFILE", str(tmp_path / "profile"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    return tmp_path / "profile"


@pytest.mark.parametrize("arguments", BAD, ids=lambda words: " ".join(words)[:40])
def test_bad_usage_is_2(here: Path, arguments: list[str]) -> None:
    """With and without ``--json``; the next step is a sentence or a command."""
    plain = said(here, *arguments)
    data = said(here, "--json", *arguments)

    must_be_refused(plain, status=2)
    must_be_refused(data, status=2, kind="usage")
    assert json.loads(data.out)["error"]["try"]


@pytest.mark.parametrize("noun", LATER)
def test_what_is_no_command_says_so(here: Path, noun: str) -> None:
    """Exit 2 and the commands that there are."""
    must_be_refused(said(here, noun), status=2, says="sync")


def test_every_command_explains_itself(here: Path) -> None:
    """``--help`` of each, also where the program is optimised."""
    for noun in NOUNS:
        done = said(here, noun, "--help")

        assert (done.status, done.err) == (0, "")
        assert "usage: godwit " in done.out


WORDS = st.sampled_from(
    [
        *NOUNS,
        *("add", "list", "remove", "mastodon", "bluesky", "all", "home", "nobody@x.example"),
        *("--json", "-v", "--demo", "--profile", "--limit", "--feed", "--older", "--no-sync"),
        *("--account", "--source", "--pds", "--plc", "--token-stdin", "--app-password-stdin"),
        *("--", "-", "", "0", "-1", "40", "1.1", "https://x.example", "x.example", "--limit=5"),
        *("--help", "--version", "--lim", "--j", "@file", "%s", "\0", "\ud800", "é", "\u202e"),
    ]
).filter(lambda word: word not in ("tour", "--demo"))


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.lists(WORDS, max_size=7), stdin=st.text(max_size=20))
def test_no_line_of_words_is_a_crash(here: Path, words: list[str], stdin: str) -> None:
    """Whatever is typed: done, refused or bad usage, with words."""
    done = said(here, *words, stdin=stdin)

    assert done.status in (0, 1, 2)
    if done.status == 2:
        assert done.err.startswith("error: ")
        assert "\ntry: " in done.err
