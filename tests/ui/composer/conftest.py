"""The look and the runner of the shell's tests serve here, too."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.ui.theme.look import Look
from tests.ui.composer.desk import Desk
from tests.ui.shell.conftest import demo, look, parent, run
from tests.waiting import until

__all__ = ["demo", "look", "parent", "run", "until"]

Scenario = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def desks(look: Look) -> Any:
    """Makes composers without an event loop, and takes them down again."""
    made: list[Desk] = []

    def make(**more: Any) -> Desk:
        desk = Desk(look, still=True, **more)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.presenter.end()
        desk.view.close()
        desk.view.deleteLater()
