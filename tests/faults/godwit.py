"""The real program in a process of its own, and what every refusal of it must look like."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.cli.main import run
from app.wiring import Wiring
from tests import warm

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "canary-passphrase-9d2c"
SECRETS = (PASSPHRASE, "canary-")
"""What must never be seen: every secret of these tests begins so."""

QUIET = {
    "GODWIT_PASSPHRASE": PASSPHRASE,
    # No key store of the developer's own is touched: D-Bus leads nowhere.
    "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus",
    "QT_QPA_PLATFORM": "offscreen",
    "PYTHONWARNINGS": "default",
    # Names that nobody has are looked up once.
    "RES_OPTIONS": "timeout:1 attempts:1",
}
_LEFT_OUT = ("GODWIT_", "PYTHONOPTIMIZE", "HTTP", "http", "ALL_PROXY", "all_proxy")


def environment(more: Mapping[str, str | None] = {}) -> dict[str, str]:
    """The tests' own environment, cleaned, with *more* (None: without that one)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    return {name: value for name, value in (kept | QUIET | dict(more)).items() if value is not None}


@dataclass
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Lines of stderr."""
        return self.err.strip().splitlines()

    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


@dataclass
class Godwit:
    """The command on one profile."""

    profile: Path | str
    more: dict[str, str | None] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        """The words that start it."""
        return [sys.executable, "-m", "app", "--profile", str(self.profile), *arguments]

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        """Start it and do not wait."""
        more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **more}
        command = self.command(*arguments)
        return subprocess.Popen(command, cwd=ROOT, env=environment(self.more), **more)

    def run(self, *arguments: str, stdin: str = "", timeout: float = 60) -> Done:
        """Run it to its end. Never a traceback, a warning or a secret, whatever happens."""
        done = warm.run(
            self.command(*arguments)[3:],
            environment(self.more),
            stdin=stdin.encode(),
            timeout=timeout,
        )
        out, err = (one.decode("utf-8", "surrogateescape") for one in (done.stdout, done.stderr))
        found = Done(done.returncode, out, err)
        must_be_clean(found)
        return found

    def ok(self, *arguments: str, stdin: str = "") -> Any:
        """Run it with ``--json``; it must end well."""
        done = self.run("--json", *arguments, stdin=stdin)
        assert done.status == 0, done.err + done.out
        return done.json()

    def quick(self, *arguments: str) -> Done:
        """The same command in this process: half a second less, for what is asked often."""
        out, err = io.StringIO(), io.StringIO()
        words = ["--profile", str(self.profile), *arguments]
        with (
            patch.dict(os.environ, environment(self.more), clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = run(words, Wiring())
        done = Done(status, out.getvalue(), err.getvalue())
        must_be_clean(done)
        return done

    def posts(self) -> list[str]:
        """Addresses of what is in the cache, newest first, without any server."""
        done = self.quick("--json", "timeline", "--no-sync", "--limit", "1000")
        assert done.status == 0, done.err
        return [item["uri"] for item in done.json()["items"]]

    def files(self) -> dict[str, bytes]:
        """Every file of the profile."""
        folder = Path(self.profile)
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }


def must_be_clean(done: Done) -> None:
    """Nothing that people must not see."""
    for text in (done.out, done.err):
        assert "Traceback" not in text, text
        assert "made a mistake" not in text, text
        assert "Warning" not in text, text
        must_hide(text)


def must_hide(text: str, secrets: Iterable[str] = SECRETS) -> None:
    """No secret stands in *text*."""
    for secret in secrets:
        assert secret not in text, f"{secret} in: {text}"


def must_be_refused(
    done: Done, *, status: int = 1, kind: str = "", says: str = "", then: str = ""
) -> None:
    """
    Exit status, one ``error:`` and one ``try:`` line, the same as JSON if asked.

    Args:
        says: Is in the sentence that tells what happened.
        then: Is in the sentence that tells what to do.
    """
    assert done.status == status, done.err + done.out
    told = [line for line in done.lines if not line.startswith("note: ")]
    assert [line.partition(":")[0] for line in told] == ["error", "try"], done.err
    assert says in told[0], told
    assert then in told[1], told
    assert told[0].endswith("."), told
    if done.out:
        error = done.json()["error"]
        assert set(error) >= {"kind", "message", "try"}
        assert told[0] == f"error: {error['message']}"
        assert told[1] == f"try: {error['try']}"
        assert kind in ("", error["kind"])


def must_fail_alone(
    done: Done, account: str, *, kind: str, says: str = "", then: str = "", others: int = 1
) -> None:
    """A ``sync --json`` in which one account was refused and the others went on."""
    assert done.status == 1, done.err + done.out
    reports = {report["id"]: report for report in done.json()["accounts"]}
    error = reports.pop(account)["error"]
    assert error["kind"] == kind, error
    assert says in error["message"], error
    assert then in error["try"], error
    assert len(reports) == others
    assert [report["error"] for report in reports.values()] == [None] * others
    assert done.lines == [f"error: {account}: {error['message']}", f"try: {error['try']}"]
