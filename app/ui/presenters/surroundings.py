"""What every room of the window stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.model import NetworkInfo
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures


class Surroundings(NamedTuple):
    """Handed to a room when it is made. *networks*: their names and marks, as they are now."""

    look: Look
    window: Window
    house: House
    scope: TaskScope
    pictures: Pictures
    networks: Callable[[], Mapping[str, NetworkInfo]]
