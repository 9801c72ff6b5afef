"""Questions at a terminal: Ctrl-C ends them at once, and the terminal is as before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.terminal import new_terminal, take_terminal

ROOT = Path(__file__).parents[3]
ASKING = """
import asyncio
from app.cli.passphrase import asked_for

async def main():
    print("ready", flush=True)
    asked_for("Code: ")

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_one_ctrl_c_ends_a_question() -> None:
    """Not two, not Enter; and what is typed afterwards can be seen."""
    import termios

    ours, theirs = new_terminal()
    before = termios.tcgetattr(theirs)
    process = subprocess.Popen(
        [sys.executable, "-c", ASKING],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=take_terminal,
    )
    said = b""
    while b"Code: " not in said:
        said += os.read(ours, 1000)
    os.write(ours, b"\x03")
    process.wait(timeout=20)
    said += os.read(ours, 1000)

    assert process.returncode == 0
    assert b"interrupted" in said
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)
