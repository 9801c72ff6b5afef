"""A terminal of one's own, for commands that ask."""

from __future__ import annotations

import pytest


def new_terminal() -> tuple[int, int]:
    """Descriptors of our end and of theirs; skips where none can be made."""
    import pty

    try:
        return pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal can be made here: {error}")


def take_terminal() -> None:
    """In the child, before it begins: what it reads from is its terminal (Ctrl-C counts)."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
