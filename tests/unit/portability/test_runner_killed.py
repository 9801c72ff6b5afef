"""A move survives kill -9 at every single write, its own journal's included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.parametrize(("act", "at_least"), [("run", 50), ("undo", 30)])
def test_killed_at_any_write_it_comes_to_the_same_end(
    tmp_path: Path, act: str, at_least: int
) -> None:
    """One account, all posts, one code: however often it died on the way."""
    command = [sys.executable, "-m", "tests.unit.portability.kill_everywhere", tmp_path, act]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *problems, moments = done.stdout.splitlines() or [""]

    assert done.returncode == 0, done.stderr
    assert problems == []
    assert int(moments.split()[0]) >= at_least
