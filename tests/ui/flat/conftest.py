"""The demo in a window, as for the shell, with a screen reader that listens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible

from tests.ui.shell.conftest import demo, look, parent, run

__all__ = ["demo", "listened_to", "look", "parent", "run"]


@pytest.fixture(autouse=True)
def listened_to() -> Iterator[None]:
    """What is destroyed is told of: an interface that outlives its widget would end the process."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)
