"""What plays films is loaded beside the window's thread."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.ui.media.film import can_play

LOADED = """
import asyncio, sys
import app.ui
from app.ui.media.film_loading import load_player
asyncio.run(load_player())
print("PySide6.QtMultimedia" in sys.modules)
print([name for name in ("ffmpegmediaplugin", "avcodec") if name not in open("/proc/self/maps").read()])
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not can_play(),
    reason="it is looked up in Linux's list of libraries, and QtMultimedia must be there",
)
def test_decoders_are_loaded_without_pythons_import() -> None:
    """An import would hold Python's lock, and with it the window."""
    told = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60
    )

    assert told.stdout.split("\n")[:2] == ["False", "[]"]
