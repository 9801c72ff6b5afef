"""The demo in a window, as for the shell."""

from tests.ui.shell.conftest import demo, look, parent, run

__all__ = ["demo", "look", "parent", "run"]
