"""The process that forks commands: what goes wrong in one harms nobody else."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests import warm


def test_what_has_not_begun_in_time_is_no_reason_to_end_anybody() -> None:
    """Not whoever asked, above all: nobody is known yet who could be ended."""
    with pytest.raises(subprocess.TimeoutExpired):
        warm.run(["--version"], os.environ, stdin=b"", timeout=0)


def test_it_ends_with_whoever_asks_in_the_middle_of_a_word() -> None:
    """And does not wait for the rest for ever."""
    parent = warm.Parent(os.environ)
    parent._socket.sendall(warm._HEAD.pack(10))
    parent._socket.close()

    assert parent._process.wait(60) == 0
