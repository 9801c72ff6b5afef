"""A look for windows on servers that misbehave, as for the shell."""

from tests.ui.shell.conftest import look

__all__ = ["look"]
