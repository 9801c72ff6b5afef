"""``godwit move``: what cli.md promises, by real processes in a world of files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.terminal import new_terminal, take_terminal
from tests.unit.portability.toy import CODE, PASSWORD, World

ROOT = Path(__file__).resolve().parents[3]
SECRETS = {"GODWIT_ANSWER_PASSWORD": PASSWORD, "GODWIT_ANSWER_CODE": CODE}
NAME = ("--answer", "name=Wren")


@dataclass
class Toy:
    """The command, on one profile and one world."""

    folder: Path
    world: World

    def command(self, *arguments: str) -> list[str]:
        profile = str(self.folder / "profile")
        module = "tests.unit.cli.toy_move"
        return [
            sys.executable,
            "-m",
            module,
            str(self.world.root),
            "--profile",
            profile,
            *arguments,
        ]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GODWIT_")}
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env={**clean, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def json(self, *arguments: str, status: int = 0, **environment: str) -> Any:
        done = self.run("move", "--json", *arguments, **environment)
        assert done.returncode == status, done.stderr + done.stdout
        return json.loads(done.stdout)

    def planned(self) -> str:
        return str(self.json("plan", "--from", "wren.old", "--to", "toy:new")["plan"])


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    (tmp_path / "world").mkdir()
    return Toy(tmp_path, World(tmp_path / "world").found(4))


def test_a_plan_says_what_cli_md_promises(toy: Toy) -> None:
    """Steps with states and needs, what cannot go, warnings; a name to go on with."""
    plan = toy.json(
        "plan",
        "--from",
        "wren.old",
        "--to",
        "toy:new",
        "--handle",
        "wren",
        "--email",
        "w@b.example",
    )

    assert {"plan", "steps", "cannot", "warnings"} <= plan.keys()
    assert [s["id"] for s in plan["steps"]][:2] == ["account", "copy"]
    assert all({"id", "title", "state", "needs"} <= s.keys() for s in plan["steps"])
    assert [n["key"] for n in plan["steps"][0]["needs"]] == ["password", "name"]
    assert plan["cannot"] == ["Messages: they stay"]
    assert plan["options"] == {"handle": "wren", "email": "w@b.example"}
    assert [n["key"] for n in plan["needs"] if n["secret"]] == ["password", "code"]
    assert toy.json("status", plan["plan"])["state"] == "planned"


def test_what_only_the_user_knows_ends_it_with_three(toy: Toy) -> None:
    """Exit status 3 and the needs; with the answers it goes on, and is done once."""
    plan = toy.planned()
    first = toy.json("run", plan, status=3)
    second = toy.json("run", plan, *NAME, status=3, GODWIT_ANSWER_PASSWORD=PASSWORD)
    last = toy.json("run", plan, **SECRETS)

    assert [(n["key"], n["secret"]) for n in first["needs"]] == [
        ("password", True),
        ("name", False),
    ]
    assert first["needs"][0]["prompt"] and first["needs"][0]["variable"] == "GODWIT_ANSWER_PASSWORD"
    assert (second["state"], second["step"]) == ("waiting", "switch")
    assert [n["key"] for n in second["needs"]] == ["code"]
    assert (last["state"], last["needs"], last["error"]) == ("done", [], None)
    assert toy.json("run", plan)["state"] == "done"
    assert toy.world.seen_from_outside() == ("new", ["new"])


def test_a_wrong_secret_is_tried_once(toy: Toy) -> None:
    """Of the environment: in words, asked again, and exit status 3."""
    plan = toy.planned()
    done = toy.run("move", "run", plan, *NAME, GODWIT_ANSWER_PASSWORD="wrong")

    assert done.returncode == 3
    assert "error: The old server says that this password is wrong." in done.stderr
    assert "GODWIT_ANSWER_PASSWORD" in done.stderr


def test_it_stops_where_it_was_told_to(toy: Toy) -> None:
    """``--until``: exit status 0, and that step is done; an unknown one is bad usage."""
    plan = toy.planned()
    status = toy.json("run", plan, *NAME, "--until", "copy", **SECRETS)

    assert [s["state"] for s in status["steps"]][:3] == ["done", "done", "todo"]
    assert toy.json("run", plan, "--until", "nothing", status=2)["error"]["kind"] == "bad_input"


def test_it_is_taken_back_and_listed(toy: Toy) -> None:
    """Undo asks for what it needs; the list has every plan; the report is a file."""
    plan, other = toy.planned(), toy.planned()
    toy.json("run", plan, *NAME, **SECRETS)
    assert toy.json("undo", plan, status=3)["undoing"]
    undone = toy.json("undo", plan, **SECRETS)
    listed = toy.json("list")["moves"]
    report = toy.json("report", plan)

    assert undone["state"] == "undone"
    assert {(m["plan"], m["state"]) for m in listed} == {(plan, "undone"), (other, "planned")}
    assert Path(report["html"]).read_text().startswith("<!doctype html>")
    assert "taken back" in Path(report["text"]).read_text()
    assert toy.world.seen_from_outside() == ("old", ["old"])


def test_what_is_over_can_be_forgotten(toy: Toy) -> None:
    """Its report stays; what can still be taken back, or is half done, must be meant."""
    plan, half = toy.planned(), toy.planned()
    toy.json("run", half, *NAME, "--until", "copy", **SECRETS)
    refused = toy.json("forget", half, status=1)
    assert "half done" in refused["error"]["message"]
    assert "--yes" in refused["error"]["try"]
    assert toy.json("forget", half, "--yes")["forgotten"] == half
    assert toy.world.seen_from_outside() == ("old", ["old"])

    toy.json("run", plan, *NAME, **SECRETS)
    assert "cannot take this move back" in toy.json("forget", plan, status=1)["error"]["message"]
    [page, text] = toy.json("forget", plan, "--yes")["reports"]
    assert Path(page).read_text().startswith("<!doctype html>")
    assert "Done" in Path(text).read_text()
    assert [] == toy.json("list")["moves"]
    assert toy.json("status", plan, status=2)["error"]["kind"] == "bad_input"


def test_a_plan_of_which_nothing_was_done_is_forgotten_at_once(toy: Toy) -> None:
    """One that was damaged may have been begun: that must be meant."""
    first, second = toy.planned(), toy.planned()
    toy.json("forget", first)
    broken = toy.folder / "profile" / "moves" / second / "plan.json"
    broken.write_text("{")

    assert "cannot be read" in toy.json("forget", second, status=1)["error"]["message"]
    assert toy.json("forget", second, "--yes")["reports"] == []
    assert [] == toy.json("list")["moves"]


def test_a_rehearsal_changes_nothing(toy: Toy) -> None:
    """It reads, says what it found, and the move is as planned as before."""
    plan = toy.planned()
    status = toy.json("rehearse", plan)

    assert status["steps"][0]["detail"] == "4 posts can be read"
    assert toy.json("status", plan)["state"] == "planned"


def test_progress_is_a_line_of_json_each(toy: Toy) -> None:
    """On stderr; stdout has one document. Without ``--json`` both are words."""
    plan = toy.planned()
    done = toy.run("move", "run", plan, *NAME, "--json", **SECRETS)
    events = [json.loads(line) for line in done.stderr.splitlines()]
    copied = [e for e in events if e.get("unit") == "posts"]
    words = toy.run("move", "status", plan)

    assert json.loads(done.stdout)["state"] == "done"
    assert (copied[-1]["step"], copied[-1]["done"], copied[-1]["total"]) == ("copy", 4, 4)
    assert any(e.get("text") == "Copy the posts: 4 posts" for e in events)
    assert "✓ Copy the posts" in words.stdout and "done" in words.stdout


def test_nothing_it_prints_or_keeps_is_a_secret(toy: Toy) -> None:
    """Of a whole move with a wrong password in it."""
    plan = toy.planned()
    wrong = "wr0ng-horse-12"
    printed = toy.run("move", "run", plan, *NAME, GODWIT_ANSWER_PASSWORD=wrong)
    again = toy.run("move", "run", plan, "-v", **SECRETS)
    kept = b"".join(p.read_bytes() for p in (toy.folder / "profile").rglob("*") if p.is_file())
    said = (printed.stdout + printed.stderr + again.stdout + again.stderr).encode()

    assert again.returncode == 0, again.stderr
    for secret in (wrong, PASSWORD, CODE):
        assert secret.encode() not in kept + said


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "nothing"],
        ["status", "../../etc"],
        ["undo", "last"],
        ["run", "last", "--answer", "nonsense"],
        ["plan", "--from", "nobody", "--to", "toy:new"],
        ["plan", "--to", "toy:new"],
        [],
    ],
)
def test_bad_usage_is_two(toy: Toy, arguments: list[str]) -> None:
    """``error:`` and ``try:``, no traceback."""
    done = toy.run("move", *arguments)

    assert done.returncode == 2, done.stderr
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["error", "try"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_can_go_on(toy: Toy, number: signal.Signals) -> None:
    """Ctrl-C, or the machine going down, while a server is away: 130, and nothing is lost."""
    plan = toy.planned()
    away = toy.world.root / "away"
    away.touch()
    process = subprocess.Popen(
        toy.command("move", "run", plan, *NAME),
        cwd=ROOT,
        env={**os.environ, **SECRETS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "by itself" in line:
            break
    process.send_signal(number)
    said, told = process.communicate(timeout=30)
    status = toy.json("status", plan)
    away.unlink()

    assert (process.returncode, said) == (130, ""), told
    assert told.splitlines()[-1] == "interrupted"
    assert (status["state"], status["worker"]) == ("waiting", "")
    assert toy.json("run", plan, **SECRETS)["state"] == "done"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_a_terminal_is_asked(toy: Toy) -> None:
    """Secrets unseen, the rest seen; one run from beginning to end."""
    plan = toy.planned()
    ours, theirs = new_terminal()
    process = subprocess.Popen(
        toy.command("move", "run", plan),
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=take_terminal,
    )
    os.close(theirs)
    said = b""
    for question, answer in (
        (b"password at the old server.", PASSWORD),
        (b"shall the new server call you?", "Wren"),
        (b"has sent you.", CODE),
    ):
        while question not in said:
            said += os.read(ours, 1000)
        os.write(ours, answer.encode() + b"\n")
    process.wait(timeout=30)
    said += _rest(ours)

    assert process.returncode == 0, said
    assert PASSWORD.encode() not in said and CODE.encode() not in said
    assert b"done" in said


def _rest(terminal: int) -> bytes:
    said = b""
    try:
        while block := os.read(terminal, 1000):
            said += block
    except OSError:  # Linux: the other end is closed
        return said
    finally:
        os.close(terminal)
    return said
