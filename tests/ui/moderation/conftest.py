"""The demo's window, as the shell's tests have it."""

from tests.ui.shell.conftest import demo, look, parent, run

__all__ = ["demo", "look", "parent", "run"]
