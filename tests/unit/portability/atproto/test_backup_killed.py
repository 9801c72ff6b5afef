"""A backup survives kill -9 at every change of the disk: the old archive or the new one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.parametrize(("what", "at_least"), [("first", 14), ("update", 12), ("many", 3)])
def test_killed_at_any_change_nothing_is_lost(tmp_path: Path, what: str, at_least: int) -> None:
    """What was good stays good; the next run repeats the files in flight and no others."""
    module = "tests.unit.portability.atproto.kill_backups"
    command = [sys.executable, "-m", module, tmp_path, what]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *problems, moments = done.stdout.splitlines() or [""]

    assert done.returncode == 0, done.stderr
    assert problems == []
    assert int(moments.split()[0]) >= at_least
