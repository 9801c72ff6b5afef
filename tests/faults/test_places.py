"""Strange profiles, strange systems, strange streams: it works, or says why not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.godwit import ROOT, Done, Godwit, environment, must_be_clean, must_be_refused

DEMO = [sys.executable, "-m", "app", "--demo"]
NOBODY = "There is no account yet."


def demo(*arguments: str, more: dict[str, str | None] = {}, **streams: object) -> Done:
    """The demo, which says something in every script there is."""
    done = subprocess.run(
        [*DEMO, *arguments],
        cwd=ROOT,
        env=environment(more),
        **({"capture_output": True, "stdin": subprocess.DEVNULL} | streams),  # type: ignore[call-overload]
        timeout=60,
    )
    text = [(part or b"").decode("utf-8", "replace") for part in (done.stdout, done.stderr)]
    found = Done(done.returncode, *text)
    must_be_clean(found)
    return found


# ------------------------------------------------------------ the profile


@pytest.mark.parametrize(
    "name",
    [
        "with blanks",
        "ünï ☃ 🦆",
        "a'b\"c$d",
        "-dash",
        "new\nline",
        "%s{}",
        "x" * 255,
        "a/b/c/d",
        "\udcff",
    ],
    ids=["blanks", "unicode", "quotes", "dash", "line", "format", "long", "deep", "no UTF-8"],
)
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    """It is made, and used; the JSON that names it is JSON."""
    godwit = Godwit(tmp_path / name)

    assert godwit.ok("account", "list") == []
    assert (tmp_path / name / "keep.db").exists()
    done = subprocess.run(
        godwit.command("--json", "doctor"), cwd=ROOT, env=environment(), capture_output=True
    )
    assert json.loads(done.stdout)["profile"]["folder"] == str(tmp_path / name)


@pytest.mark.parametrize("name", ["x" * 256, "file", "file/below", "\0"[:0] + "/proc/nothing"])
@pytest.mark.parametrize("arguments", [["account", "list"], []], ids=["command", "window"])
def test_a_profile_that_cannot_be(tmp_path: Path, name: str, arguments: list[str]) -> None:
    """Too long, a file, below a file, in a place of the system: command and window say so."""
    (tmp_path / "file").write_text("not a folder", "utf-8")
    if name.startswith("/proc") and not Path("/proc").is_dir():
        pytest.skip("this system has no /proc")
    done = Godwit(tmp_path / name, {"XDG_RUNTIME_DIR": str(tmp_path)}).run(*arguments)

    must_be_refused(done, says="cannot be used", then="--profile")


@pytest.fixture
def read_only(godwit: Godwit, tmp_path: Path) -> Iterator[Godwit]:
    """A profile with posts on a disk that cannot be written to."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("may not mount a read-only file system here")
    shutil.copytree(godwit.profile, disk / "profile")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    yield Godwit(disk / "profile")
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_read_only_profile(read_only: Godwit) -> None:
    """It is said which, and what to do; nothing is damaged."""
    before = read_only.files()
    for arguments in (["sync"], ["account", "list"], ["doctor"]):
        done = read_only.run(*arguments)
        must_be_refused(done, kind="store", then="--profile")

    assert read_only.files() == before


# ------------------------------------------------------------- the system


@pytest.mark.parametrize(
    ("more", "arguments"),
    [
        ({"HOME": None, "XDG_DATA_HOME": None}, []),
        ({"HOME": "/nonexistent/home"}, ["--profile", "here"]),
    ],
    ids=["no HOME, own data folder", "HOME that is not there"],
)
def test_without_a_home(tmp_path: Path, more: dict[str, str | None], arguments: list[str]) -> None:
    """The profile is where it was said to be, whatever the home is."""
    more = {**more, "GODWIT_PROFILE": str(tmp_path / "named")}
    command = [sys.executable, "-m", "app", *arguments, "account", "list"]
    env = environment(more) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(NOBODY)
    assert (tmp_path / ("here" if arguments else "named") / "keep.db").exists()


SYSTEMS: dict[str, dict[str, str | None]] = {
    "C": {"LC_ALL": "C"},
    "ASCII": {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "latin": {"PYTHONIOENCODING": "latin-1"},
    "Windows pipe": {"PYTHONIOENCODING": "cp1252"},
    "unknown locale": {"LC_ALL": "xx_YY.UTF-8"},
    "odd zone": {"TZ": "XYZ-25:99:99"},
    "zone file": {"TZ": ":/etc/passwd"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
    "narrow": {"COLUMNS": "1"},
    "nonsense": {"COLUMNS": "many", "TERM": "none"},
}


@pytest.mark.parametrize("system", list(SYSTEMS))
def test_any_system_will_do(system: str) -> None:
    """Locale, encoding, time zone, optimised byte code: text comes, and JSON is UTF-8."""
    text = demo("timeline", "--limit", "60", more=SYSTEMS[system])
    data = demo("--json", "timeline", "--limit", "60", more=SYSTEMS[system])

    assert (text.status, text.err, data.status, data.err) == (0, "", 0, "")
    assert "Mastodon" in text.out
    assert len(json.loads(data.out)["items"]) == 60
    assert any(
        not item["text"].isascii() for item in json.loads(data.out)["items"] if "text" in item
    )


@pytest.mark.parametrize("level", ["1", "2"])
def test_the_help_has_its_words_without_docstrings(level: str) -> None:
    """Optimised byte code has none."""
    done = demo("--help", more={"PYTHONOPTIMIZE": level})

    assert done.status == 0
    assert "None" not in done.out


# ------------------------------------------------------------ the streams


def shell(words: str, *arguments: str, more: dict[str, str | None] = {}) -> Done:
    """Through a shell, which can close a stream: *words* with the command as ``"$@"``."""
    done = subprocess.run(
        ["sh", "-c", words, "sh", sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=environment(more),
        capture_output=True,
        text=True,
        timeout=60,
    )
    found = Done(done.returncode, done.stdout, done.stderr)
    must_be_clean(found)
    return found


unix = pytest.mark.skipif(os.name != "posix", reason="a shell of Unix")


@unix
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_closed_streams(tmp_path: Path, form: list[str]) -> None:
    """No stdin: nothing came. No stdout, no stderr: the status still tells."""
    add = ["account", "add", "mastodon", "http://127.0.0.1:1", "--token-stdin"]
    profile = ["--profile", str(tmp_path / "p")]
    must_be_refused(
        shell('"$@" <&-', *form, *profile, *add), status=2, says="Nothing came on stdin"
    )

    assert shell('"$@" >&-', "--demo", *form, "timeline").status == 0
    assert shell('"$@" 2>&-', "--profile", "/dev/null", *form, "account", "list").status == 1
    assert shell('"$@" >&- 2>&-', "--profile", "/dev/null", *form, "account", "list").status == 1
    assert (tmp_path / "p" / "keep.db").read_bytes().startswith(b"SQLite format 3")


@unix
@pytest.mark.parametrize("arguments", [["timeline", "--limit", "500"], ["account", "list"]])
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_reader_that_has_gone(form: list[str], arguments: list[str]) -> None:
    """``| true``: much or little output, nothing is said about it."""
    done = shell('{ "$@"; echo $? >&2; } | true', "--demo", *form, *arguments)

    assert done.err == "0\n"


@unix
def test_a_reader_that_has_gone_before_an_error() -> None:
    """The error is on stderr, and its status is kept."""
    words = '{ "$@"; echo $? >&2; } | true'
    done = shell(words, "--json", "--profile", "/dev/null", "account", "list")

    assert [line.partition(":")[0] for line in done.lines] == ["error", "try", "1"]


@unix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["timeline"], ["account", "list"], ["--json", "timeline"]])
def test_output_into_a_full_disk(arguments: list[str]) -> None:
    """``> file`` on a full disk is an error with words, never a success."""
    done = shell('"$@" >/dev/full', "--demo", *arguments)

    must_be_refused(done, kind="store", says="output cannot be written", then="Free some space")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00\x80\n", b"a\0b\n", b"\n", b"", b"x" * 3_000_000])
def test_anything_on_stdin(tmp_path: Path, data: bytes) -> None:
    """Junk instead of a secret: refused before any server is asked, or by it."""
    godwit = Godwit(tmp_path / "p")
    command = godwit.command("account", "add", "mastodon", "http://127.0.0.1:1", "--token-stdin")
    for encoding in ("utf-8", "ascii"):
        env = environment({"PYTHONIOENCODING": encoding})
        done = subprocess.run(command, cwd=ROOT, env=env, input=data, capture_output=True)
        found = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        must_be_clean(found)
        must_be_refused(found, status=1 if data.strip() else 2)
