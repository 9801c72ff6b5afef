"""What the user wants of pictures and films, beyond where they may come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

SAVER: Final = "media.saver"
"""Setting: pictures at full size, and films, only when they are asked for one by one."""
MOVES: Final = "media.moves"
"""Setting: pictures that move begin by themselves when they are opened."""
FOLDER: Final = "media.folder"
"""Setting: where what is saved goes; "" = ask."""


def wants(setting: Callable[[str, Any], Any], name: str) -> bool:
    """Whether *name* is on; both are off until somebody wants them."""
    return setting(name, False) is True
