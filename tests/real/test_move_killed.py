"""A real account that moves survives kill -9 and lost files anywhere: one correct account."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rigs.run import Rig

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL"),
]
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("how", "deaths"),
    [
        (("run", "files"), 0),
        # Each state of each step, there and back: over sixty processes for one account.
        (("undo", "boundaries"), 55),
        (("run", "moments", "2", "7"), 1),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_whatever_happens_it_comes_to_the_same_end(
    tmp_path: Path, atproto_rig: Rig, how: tuple[str, ...], deaths: int
) -> None:
    """Where everybody finds it, all it owns, no operation twice, no secret left behind."""
    rig = tmp_path / "rig.json"
    rig.write_text(json.dumps(atproto_rig))
    command = [sys.executable, "-m", "tests.real.move_until_killed", rig, tmp_path / "moves", *how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *problems, died = done.stdout.splitlines() or [""]

    assert done.returncode == 0, done.stdout + done.stderr
    assert problems == []
    assert int(died.split()[0]) >= deaths
