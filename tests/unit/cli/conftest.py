"""The command, run as people run it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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
        return subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            cwd=ROOT,
            env={**clean, "HOME": str(self.folder), "TMPDIR": str(self.folder), **environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def json(self, *arguments: str, status: int = 0, **options: str) -> Any:
        """The one document that a command prints."""
        done = self.run("--json", *arguments, **options)
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def godwit(tmp_path: Path) -> Command:
    return Command(tmp_path)
