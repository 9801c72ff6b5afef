"""The command, run as people run it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import warm

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("GODWIT_", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "BROWSER")


@dataclass
class Command:
    """``python -m app`` with a clean environment."""

    folder: Path

    def run(
        self, *arguments: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(NAMES)}
        env = {**clean, "HOME": str(self.folder), "TMPDIR": str(self.folder), **environment}
        done = warm.run(arguments, env, stdin=stdin.encode(), timeout=60)
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def json(self, *arguments: str, status: int = 0, **options: str) -> Any:
        """The one document that a command prints."""
        done = self.run("--json", *arguments, **options)
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def godwit(tmp_path: Path) -> Command:
    return Command(tmp_path)
