"""The demo's window, as the shell's tests have it."""

from tests.ui.shell.conftest import demo, look, run

__all__ = ["demo", "look", "run"]
