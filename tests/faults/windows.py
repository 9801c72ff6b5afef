"""Windows in processes of their own, watched by tests."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from tests.faults.godwit import Godwit

Start = Callable[[Godwit], subprocess.Popen[str]]
"""Opens a watched window (``watched_window.py``) on a profile."""


def says(process: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
